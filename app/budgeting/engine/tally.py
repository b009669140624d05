"""Counting an election: from the options to the outcome."""

from __future__ import annotations

from fractions import Fraction

from app.budgeting.engine.comparison import compare
from app.budgeting.engine.completion import Progress, Search, candidates
from app.budgeting.engine.election import Election, VoteType
from app.budgeting.engine.equal_shares import Count, Terms, count_once
from app.budgeting.engine.greedy import greedy, utilitarian
from app.budgeting.engine.options import (
    Comparison,
    Completion,
    FullyFunded,
    ImpossibleOptionsError,
    Options,
    Rule,
    Start,
    Utility,
)
from app.budgeting.engine.outcome import Added, Outcome, Stage, Win
from app.budgeting.engine.phragmen import phragmen
from app.budgeting.engine.profile import Profile
from app.budgeting.engine.scores import profile as profile_of
from app.budgeting.engine.scores import utility_of
from app.budgeting.engine.ties import ranks as ranks_of
from app.budgeting.engine.ties import tie_order


def tally(election: Election, options: Options, progress: Progress | None = None) -> Outcome:
    """Count an election by these options. Raises ImpossibleOptionsError when they do not go together."""
    check(election, options)
    order = tie_order(election, options)
    if options.fully_funded is FullyFunded.FUND and pays_for_all(election):
        running = [p for p, project in enumerate(election.projects) if not project.withdrawn]
        wins = sorted(running, key=lambda p: (-election.votes[p], order[p]))
        return Outcome(tuple(Win(p, Stage.FULLY_FUNDED) for p in wins))
    if options.rule.greedy:
        result = greedy(election, options, order)
        return Outcome(tuple(Win(p, Stage.RULE) for p in result.winners), result.ties)
    profile = profile_of(election, options)
    if options.rule is Rule.PHRAGMEN:
        winners, loads, ties = phragmen(profile, election.budget, order)
        return Outcome(tuple(Win(p, Stage.RULE) for p in winners), ties, loads=loads)
    return _equal_shares(election, options, profile, order, progress)


def pays_for_all(election: Election) -> bool:
    """Whether the budget covers every project that was not withdrawn."""
    return sum(project.cost for project in election.projects if not project.withdrawn) <= election.budget


def endowment(election: Election, options: Options) -> Fraction:
    """What each voter starts with: budget/n, rounded down to whole currency units where add1 starts so."""
    voters = election.ballots.electorate
    if not voters:
        return Fraction(0)
    exact = Fraction(election.budget, voters)
    if options.completion.adds and options.start is Start.FLOOR:
        return Fraction(exact / election.unit // 1 * election.unit)
    return exact


def terms(election: Election, options: Options, order: tuple[int, ...]) -> Terms:
    """The units of utility and the order of ties for an Equal Shares count."""
    by_cost = utility_of(election, options) is Utility.COST
    units = tuple(cost or 1 for cost in election.costs) if by_cost else (1,) * len(election.costs)
    return Terms(units, order)


def check(election: Election, options: Options) -> None:
    """Refuse options that contradict one another or the ballots."""
    approval = election.vote_type in {VoteType.APPROVAL, VoteType.CHOOSE_ONE}
    shares = options.rule is Rule.EQUAL_SHARES
    if options.rule is Rule.PHRAGMEN and not approval:
        raise ImpossibleOptionsError(f"--rule phragmen counts approval ballots, not {election.vote_type} ones.")
    if not shares and options.comparison is not Comparison.NONE:
        raise ImpossibleOptionsError("--comparison compares Equal Shares with greedy: it needs --rule equal-shares.")
    if options.step <= 0:
        raise ImpossibleOptionsError("--step must be more than 0.")
    if options.scores and election.vote_type is not VoteType.ORDINAL:
        raise ImpossibleOptionsError(f"--scores weighs places on ordinal ballots; these are {election.vote_type}.")
    utility_of(election, options)


def _equal_shares(
    election: Election, options: Options, profile: Profile, order: tuple[int, ...], progress: Progress | None
) -> Outcome:
    free = [p for p, s in enumerate(profile.supporters) if s.mass and not profile.costs[p]]
    wins = [Win(p, Stage.FREE) for p in sorted(free, key=lambda p: order[p])]
    count, added = _counted(election, options, profile, terms(election, options, order), progress)
    ties = list(count.ties)
    wins += [Win(p, Stage.RULE) for p in count.winners]
    if options.completion in {Completion.UTILITARIAN, Completion.ADD1U}:
        more = utilitarian(election, options, order, [win.project for win in wins])
        wins += [Win(p, Stage.COMPLETION) for p in more.winners]
        ties += [type(tie)(tie.round + len(count.winners), tie.projects, tie.chosen) for tie in more.ties]
    outcome = Outcome(tuple(wins), tuple(ties), count, added)
    if options.comparison is Comparison.NONE:
        return outcome
    return compare(election, options, order, outcome)


def _counted(
    election: Election, options: Options, profile: Profile, conditions: Terms, progress: Progress | None
) -> tuple[Count, Added | None]:
    start = endowment(election, options)
    if not options.completion.adds or not election.ballots.electorate or pays_for_all(election):
        return count_once(profile, conditions, start), None
    running = [p for p, project in enumerate(election.projects) if not project.withdrawn]
    search = Search(
        profile,
        conditions,
        election.budget,
        options.step * election.unit,
        options.stop,
        candidates(profile, running, options.exhaustive),
        progress,
    )
    return search.run(start)


__all__ = ["check", "endowment", "pays_for_all", "ranks_of", "tally", "terms"]

"""A tally as one JSON document, by the published schema `docs/schemas/tally.json`.

Money is a string with the exact decimal amount in the currency. Numbers that are not decimals are told twice: `exact`
as a fraction, `value` as the nearest float.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from app.budgeting.engine.completion import exhaustive
from app.budgeting.engine.election import Election
from app.budgeting.engine.equal_shares import Tie
from app.budgeting.engine.explanations import rounds_of
from app.budgeting.engine.fairness import ejr_plus_violations
from app.budgeting.engine.options import Completion, Options, Rule
from app.budgeting.engine.outcome import Added, Compared, Outcome, Win
from app.budgeting.engine.pabulib.amounts import written
from app.budgeting.engine.scores import profile, scores, utility_of
from app.budgeting.engine.statistics import District, Statistics, statistics
from app.budgeting.engine.tally import endowment, terms
from app.budgeting.engine.ties import tie_order

FORMAT, VERSION = "torvet-tally", 1
PORTION = 4000

Json = dict[str, Any]


def document(election: Election, options: Options, outcome: Outcome) -> Json:
    """Everything about a count but its explanations."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "election": _election(election),
        "options": options_json(election, options),
        "result": result(election, options, outcome),
        "ties": [_tie(election, outcome, tie) for tie in outcome.ties],
        "equal_shares": _equal_shares(election, options, outcome),
        "comparison": _compared(election, outcome.compared),
        "phragmen": None
        if options.rule is not Rule.PHRAGMEN
        else [exact(load, election.unit) for load in outcome.loads],
        "statistics": statistics_json(election, statistics(election, outcome.winners)),
        "fairness": _fairness(election, options, outcome),
    }


def json_of(document: Json) -> str:
    """The document as JSON text: indented, but with each ballot of the explanations on one line."""
    told = document.get("explanations") or {}
    ballots = [json.dumps(ballot, ensure_ascii=False) for ballot in told.get("ballots", ())]
    if not ballots:
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    short = json.dumps(document | {"explanations": told | {"ballots": []}}, ensure_ascii=False, indent=2)
    before, after = short.rsplit('"ballots": []', 1)
    return f'{before}"ballots": [\n' + ",\n".join(ballots) + f"\n]{after}\n"


def result(election: Election, options: Options, outcome: Outcome) -> Json:
    """Winners in order, totals, and whether anything still fits."""
    spent = sum(election.costs[p] for p in outcome.winners)
    running = [p for p, project in enumerate(election.projects) if not project.withdrawn]
    totals, decimals = scores(election, options)
    return {
        "winners": [_win(election, win, totals[win.project], decimals) for win in outcome.wins],
        "total_cost": money(election, spent),
        "left_over": money(election, election.budget - spent),
        "exhaustive": exhaustive(election.costs, election.budget, outcome.winners, running),
    }


def money(election: Election, amount: int) -> str:
    """An amount in the currency, exactly."""
    return written(amount, election.decimals)


def rounded(election: Election, amount: float | Fraction) -> float:
    """An amount that is no whole number of smallest units, to the nearest millionth of the currency."""
    return round(float(amount / election.unit), 6)


def exact(number: Fraction, unit: int = 1) -> Json:
    """A fraction and its nearest float."""
    number = number / unit
    return {"exact": f"{digits(number.numerator)}/{digits(number.denominator)}", "value": float(number)}


def digits(number: int) -> str:
    """A whole number in decimals, however long: Python itself refuses above 4,300 digits."""
    if number < 10**PORTION:
        return str(number)
    high, low = divmod(number, 10**PORTION)
    return digits(high) + str(low).zfill(PORTION)


def names(election: Election, projects: Iterable[int]) -> list[str]:
    """Project ids."""
    return [election.projects[p].id for p in projects]


def options_json(election: Election, options: Options) -> Json:
    """All options of a count, by name."""
    return {
        "rule": options.rule,
        "utility": utility_of(election, options),
        "completion": options.completion,
        "start": options.start,
        "stop": options.stop,
        "exhaustive": options.exhaustive,
        "step": str(options.step),
        "ties": options.ties,
        "seed": options.seed,
        "scoring": options.scoring,
        "scores": list(options.scores),
        "comparison": options.comparison,
        "fully_funded": options.fully_funded,
        "threshold": None if options.threshold is None else str(options.threshold),
        "exclusive": [list(group) for group in options.exclusive],
    }


def statistics_json(election: Election, figures: Statistics) -> Json:
    """The figures of an outcome, money in the currency."""
    return {
        "voters": figures.voters,
        "total_cost": money(election, figures.total_cost),
        "budget_used": figures.budget_used,
        "without_winner": figures.without_winner,
        "exclusion_ratio": figures.exclusion_ratio,
        "supported_winners": figures.supported_winners,
        "at_least": list(figures.at_least),
        "cost_satisfaction": rounded(election, figures.cost_satisfaction),
        "median_cost_satisfaction": rounded(election, figures.median_cost_satisfaction),
        "median_selection_cost": rounded(election, figures.median_selection_cost),
        "districts": [_district(election, district) for district in figures.districts],
    }


def _election(election: Election) -> Json:
    return {
        "title": election.title,
        **{key: election.meta.get(key, "") for key in ("country", "unit", "subunit", "instance", "currency")},
        "vote_type": election.vote_type,
        "rule": election.meta.get("rule", ""),
        "budget": money(election, election.budget),
        "projects": len(election.projects),
        "voters": election.ballots.electorate,
        "different_ballots": len(election.ballots.voters),
    }


def _win(election: Election, win: Win, score: int, decimals: int) -> Json:
    project = election.projects[win.project]
    return {
        "id": project.id,
        "name": project.name,
        "cost": money(election, project.cost),
        "votes": election.votes[win.project],
        "score": written(score, decimals),
        "stage": win.stage.name.lower(),
    }


def _tie(election: Election, outcome: Outcome, tie: Tie) -> Json:
    won = set(outcome.winners)
    return {
        "round": tie.round + 1,
        "equal": names(election, tie.projects),
        "first": election.projects[tie.chosen].id,
        "lost": names(election, (p for p in tie.projects if p not in won)),
    }


def _equal_shares(election: Election, options: Options, outcome: Outcome) -> Json | None:
    if outcome.count is None:
        return None
    count = outcome.count
    rounds = rounds_of(count.purses.profile, terms(election, options, tie_order(election, options)).units, count)
    return {
        "endowment": exact(count.endowment, election.unit),
        "add1": _added(election, outcome.added),
        "rounds": [
            {
                "round": k + 1,
                "project": election.projects[r.project].id,
                "rho": exact(r.rho),
                "price": exact(r.price, election.unit),
                "payers": r.payers,
                "emptied": r.emptied,
                "effective_votes": r.effective_votes,
            }
            for k, r in enumerate(rounds)
        ],
    }


def _added(election: Election, added: Added | None) -> Json | None:
    if added is None:
        return None
    return {
        "start": exact(added.start, election.unit),
        "step": exact(added.step, election.unit),
        "steps": added.steps,
        "counts": added.counts,
        "end": added.end.name.lower(),
        "over_budget": None if added.over_budget is None else money(election, added.over_budget),
        "ties": [
            {
                "endowment": exact(at, election.unit),
                "round": tie.round + 1,
                "equal": names(election, tie.projects),
                "first": election.projects[tie.chosen].id,
            }
            for at, tie in added.ties
        ],
    }


def _compared(election: Election, compared: Compared | None) -> Json | None:
    if compared is None:
        return None
    return {
        "prefer_equal_shares": compared.prefer_equal_shares,
        "prefer_greedy": compared.prefer_greedy,
        "kept": compared.kept,
        "greedy": names(election, compared.greedy),
    }


def _district(election: Election, district: District) -> Json:
    return {
        "name": district.name,
        "voters": district.voters,
        "without_winner": district.without_winner,
        "supported_winners": district.supported_winners,
        "projects_won": district.projects_won,
        "spent": money(election, district.spent),
    }


def _fairness(election: Election, options: Options, outcome: Outcome) -> Json:
    """EJR+ up to one project at the endowment budget/n, for the utility of the count."""
    units = terms(election, options, tie_order(election, options)).units
    share = endowment(election, options.but(completion=Completion.NONE))
    ballots = profile(election, options) if outcome.count is None else outcome.count.purses.profile
    found = ejr_plus_violations(ballots, units, outcome.winners, share)
    return {
        "property": "EJR+ up to one project",
        "holds": not found,
        "violations": [{"project": election.projects[v.project].id, "voters": v.voters} for v in found],
    }


def differences(election: Election, ours: Sequence[int], theirs: Sequence[int]) -> Mapping[str, list[str]]:
    """Who wins under one rule only."""
    return {
        "only_here": names(election, (p for p in theirs if p not in set(ours))),
        "missing_here": names(election, (p for p in ours if p not in set(theirs))),
    }

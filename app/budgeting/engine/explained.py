"""The explanations of a count as part of its JSON document."""

from __future__ import annotations

from fractions import Fraction

from app.budgeting.engine.document import Json, money, names, rounded
from app.budgeting.engine.election import Election
from app.budgeting.engine.explanations import Loss, Story, greedy_losses, story
from app.budgeting.engine.greedy import greedy
from app.budgeting.engine.options import Options, Rule
from app.budgeting.engine.outcome import Outcome
from app.budgeting.engine.pabulib.amounts import written
from app.budgeting.engine.scores import scores
from app.budgeting.engine.tally import terms
from app.budgeting.engine.ties import tie_order

TELLS_LOSSES = {Rule.GREEDY, Rule.GREEDY_PER_COST}


def explanations(election: Election, options: Options, outcome: Outcome) -> Json:
    """Every loser, and for Equal Shares what each ballot's money went to."""
    order = tie_order(election, options)
    won = set(outcome.winners)
    if outcome.count is not None:
        units = terms(election, options, order).units
        told = story(outcome.count.purses.profile, units, outcome.count)
        return {
            "losers": [_loss(election, loss) for loss in told.losses if loss.project not in won],
            "without_support": names(election, _unsupported(election, outcome)),
            "ballots": _ballots(election, outcome, told),
        }
    losers = []
    if options.rule is Rule.GREEDY and won != set(range(len(election.projects))):
        totals, decimals = scores(election, options)
        for lost in greedy_losses(election, totals, greedy(election, options, order), order):
            needed = None if lost.score_needed is None else written(lost.score_needed, decimals)
            losers.append(
                {
                    "id": election.projects[lost.project].id,
                    "name": election.projects[lost.project].name,
                    "cost": money(election, election.costs[lost.project]),
                    "score": written(lost.score, decimals),
                    "left_at_turn": money(election, lost.left_at_turn),
                    "score_needed": needed,
                }
            )
    return {"losers": losers, "without_support": names(election, _unsupported(election, outcome)), "ballots": []}


def _unsupported(election: Election, outcome: Outcome) -> list[int]:
    won = set(outcome.winners)
    return [p for p, votes in enumerate(election.votes) if not votes and p not in won]


def _loss(election: Election, loss: Loss) -> Json:
    return {
        "id": election.projects[loss.project].id,
        "name": election.projects[loss.project].name,
        "cost": money(election, election.costs[loss.project]),
        "supporters": loss.supporters,
        "fell_out_before_round": loss.fell_out + 1,
        "money_when_it_fell_out": rounded(election, loss.money_then),
        "money_left": rounded(election, loss.money_left),
        "money_missing": rounded(election, loss.missing),
        "more_supporters_needed": loss.more_supporters,
        "effective_votes": [round(votes, 6) for votes in loss.effective_votes],
    }


def _ballots(election: Election, outcome: Outcome, told: Story) -> list[Json]:
    """For every different ballot: how many voters cast it, what each of them paid for what, and has left."""
    profile = election.ballots
    paid: list[dict[str, float]] = [{} for _ in range(len(profile.voters))]
    for payment in told.payments:
        name = election.projects[payment.project].id
        for row, amount in zip(payment.rows.tolist(), payment.amounts.tolist(), strict=True):
            paid[row][name] = rounded(election, amount)
    starts, projects = profile.starts.tolist(), profile.projects.tolist()
    endowment = Fraction(0) if outcome.count is None else outcome.count.endowment
    return [
        {
            "voters": voters,
            "projects": names(election, projects[starts[i] : starts[i + 1]]),
            "endowment": rounded(election, endowment),
            "paid": paid[i],
            "left": rounded(election, left),
        }
        for i, (voters, left) in enumerate(zip(profile.voters.tolist(), told.left.tolist(), strict=True))
    ]

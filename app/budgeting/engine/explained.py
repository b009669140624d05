"""The explanations of a count as part of its JSON document."""

from __future__ import annotations

from fractions import Fraction

from app.budgeting.engine.document import Json, money, names, rounded
from app.budgeting.engine.election import Election
from app.budgeting.engine.explanations import Loss, Story, story
from app.budgeting.engine.losses import GreedyLoss, LateLoss, greedy_losses, phragmen_losses
from app.budgeting.engine.options import Options, Rule
from app.budgeting.engine.outcome import Outcome
from app.budgeting.engine.pabulib.amounts import written
from app.budgeting.engine.scores import profile, scores
from app.budgeting.engine.tally import terms
from app.budgeting.engine.ties import tie_order


def explanations(election: Election, options: Options, outcome: Outcome, *, ballots: bool = True) -> Json:
    """Every loser, and for Equal Shares what each ballot's money went to (unless `ballots` are not asked for)."""
    told = _story(election, options, outcome)
    won = set(outcome.winners)
    if told is not None:
        losers = [_loss(election, loss) for loss in told.losses if loss.project not in won]
    elif options.rule is Rule.PHRAGMEN and not outcome.fully_funded:
        lost = phragmen_losses(profile(election, options), outcome.winners, outcome.loads)
        losers = [_late(election, loss) for loss in lost]
    elif options.rule.greedy and not outcome.fully_funded:
        ranks = tie_order(election, options)
        decimals = scores(election, options)[1]
        losers = [_greedy(election, loss, decimals) for loss in greedy_losses(election, options, ranks)]
    else:
        losers = []
    return {
        "losers": losers,
        "without_support": names(election, _unsupported(election, outcome)),
        "ballots": _ballots(election, outcome, told) if told is not None and ballots else [],
    }


def _story(election: Election, options: Options, outcome: Outcome) -> Story | None:
    if outcome.count is None:
        return None
    units = terms(election, options, tie_order(election, options)).units
    return story(outcome.count.purses.profile, units, outcome.count)


def _late(election: Election, loss: LateLoss) -> Json:
    return {
        **_named(election, loss.project),
        "supporters": loss.supporters,
        "money_left": rounded(election, loss.money_left),
        "money_missing": rounded(election, loss.missing),
    }


def _greedy(election: Election, loss: GreedyLoss, decimals: int) -> Json:
    return {
        **_named(election, loss.project),
        "supporters": election.votes[loss.project],
        "score": written(loss.score, decimals),
        "left_at_turn": money(election, loss.left_at_turn),
        "score_needed": None if loss.score_needed is None else written(loss.score_needed, decimals),
    }


def _named(election: Election, p: int) -> Json:
    project = election.projects[p]
    return {"id": project.id, "name": project.name, "cost": money(election, project.cost)}


def _unsupported(election: Election, outcome: Outcome) -> list[int]:
    won = set(outcome.winners)
    return [p for p, votes in enumerate(election.votes) if not votes and p not in won]


def _loss(election: Election, loss: Loss) -> Json:
    return {
        **_named(election, loss.project),
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

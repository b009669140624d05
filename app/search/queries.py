"""What the home page shows, and what a search finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, literal, select, true, union_all
from sqlalchemy.orm import joinedload, selectinload

from app.challenges.models import Challenge, ChallengeState, Phase, PhaseKind
from app.identity.models import Person
from app.kernel import clock, db
from app.kernel.text_search import matches, rank
from app.organisations.models import Organisation
from app.partnerships.models import Partner, Partnership, PartnershipState
from app.places.models import Municipality
from app.proposals.models import Proposal, ProposalState

AT_WORK = (PartnershipState.ACTIVE, PartnershipState.CONCLUDED)
RUNNING = (PartnershipState.FORMING, *AT_WORK)
SEEN = {
    Challenge: Challenge.state.in_((ChallengeState.OPEN, ChallengeState.CLOSED)) & Challenge.hidden_at.is_(None),
    Proposal: (Proposal.state == ProposalState.PUBLISHED) & Proposal.hidden_at.is_(None),
    Organisation: Organisation.hidden_at.is_(None),
    Partnership: Partnership.state.in_(RUNNING) & Partnership.hidden_at.is_(None),
}
"""What of each kind everybody may see."""
ALIKE = 0.45
"""How like a title must be to be asked about: one slip in a word of five letters, also where a longer one begins so."""
OPEN = (Challenge.state == ChallengeState.OPEN, Challenge.hidden_at.is_(None))

SHOWN_WITH: dict[Any, tuple[Any, ...]] = {
    Challenge: (
        joinedload(Challenge.municipalities).load_only(Municipality.name, Municipality.slug),
        selectinload(Challenge.phases),
        joinedload(Challenge.owner_person),
        joinedload(Challenge.owner_organisation),
        joinedload(Challenge.owner_municipality),
        joinedload(Challenge.cover),
    ),
    Proposal: (
        joinedload(Proposal.author),
        joinedload(Proposal.municipality),
        joinedload(Proposal.organisation),
        joinedload(Proposal.challenge).load_only(Challenge.title, Challenge.version),
        joinedload(Proposal.thread),
    ),
    Organisation: (),
    Partnership: (
        joinedload(Partnership.municipality),
        joinedload(Partnership.partners).joinedload(Partner.organisation).lazyload("*"),
        joinedload(Partnership.partners).joinedload(Partner.person),
    ),
}


@dataclass(frozen=True)
class Found:
    """The best rows of one kind, and how many there are in all."""

    items: list[Any]
    count: int


def open_and_being_decided() -> tuple[list[Challenge], list[Challenge]]:
    """Challenges in which something can be done today, those that end soonest first, and those that wait for a
    decision, the nearest promise first. In two queries."""
    today = clock.today()
    ids = union_all(_open_now(today, 6), _being_decided(today, 4)).subquery()
    chosen = select(Challenge).where(Challenge.id.in_(select(ids.c.id)))
    found = list(db.session().scalars(chosen.options(*SHOWN_WITH[Challenge])).unique())
    is_open = {challenge.id: phases[0] for challenge in found if (phases := challenge.open_phases(today))}
    open_now = [challenge for challenge in found if challenge.id in is_open]
    decided = [challenge for challenge in found if challenge.id not in is_open]
    return (
        sorted(open_now, key=lambda challenge: (is_open[challenge.id].ends_on, -challenge.id)),
        sorted(decided, key=lambda challenge: (challenge.promise_answer_by or today, challenge.id)),
    )


def _open_now(today: date, limit: int) -> Select[Any]:
    """The ids of challenges with an open phase."""
    soonest = func.min(Phase.ends_on)
    chosen = select(Challenge.id).join(Phase, Phase.challenge_id == Challenge.id)
    chosen = chosen.where(Phase.starts_on <= today, Phase.ends_on >= today, *OPEN)
    return chosen.group_by(Challenge.id).order_by(soonest, Challenge.id.desc()).limit(limit)


def _being_decided(today: date, limit: int) -> Select[Any]:
    """The ids of open challenges whose ideas are in and in which nothing else is open yet."""
    past = select(Phase.challenge_id).where(Phase.kind == PhaseKind.IDEAS, Phase.ends_on < today)
    running = select(Phase.challenge_id).where(Phase.starts_on <= today, Phase.ends_on >= today)
    waits = (Challenge.id.in_(past), Challenge.id.not_in(running), Challenge.promise_answer_by.is_not(None))
    chosen = select(Challenge.id).where(*OPEN, *waits)
    return chosen.order_by(Challenge.promise_answer_by, Challenge.id).limit(limit)


def outcomes(limit: int = 3) -> Select[Partnership]:
    """The partnerships that were concluded last."""
    done = (Partnership.state == PartnershipState.CONCLUDED, Partnership.hidden_at.is_(None))
    face = joinedload(Partnership.opened_by).joinedload(Person.photo)
    chosen = select(Partnership).where(*done).options(*SHOWN_WITH[Partnership], face)
    return chosen.order_by(Partnership.concluded_at.desc(), Partnership.id.desc()).limit(limit)


def figures() -> dict[str, int]:
    """How many ideas and supports there are, and how many partnerships got to work, in one query."""
    ideas = select(func.count(), func.coalesce(func.sum(Proposal.support_count), 0)).where(SEEN[Proposal]).subquery()
    at_work = (Partnership.state.in_(AT_WORK), Partnership.hidden_at.is_(None))
    partnerships = select(func.count()).select_from(Partnership).where(*at_work).scalar_subquery()
    row = db.session().execute(select(*ideas.c, partnerships)).one()
    return {"ideas": row[0], "supports": int(row[1]), "partnerships": row[2]}


def find(model: Any, words: str, limit: int = 5) -> Found:
    """The rows of one kind that answer to the words, best first."""
    best = select(model, func.count().over()).where(SEEN[model], matches(model.search, words))
    best = best.options(*SHOWN_WITH[model]).order_by(rank(model.search, words).desc(), model.id.desc())
    rows = db.session().execute(best.limit(limit)).unique().all()
    return Found([row[0] for row in rows], rows[0][1] if rows else 0)


def alike(words: str, limit: int = 3) -> list[str]:
    """Titles and names that are spelled nearly like the words, for when nothing was found."""
    db.session().execute(select(func.set_config("pg_trgm.word_similarity_threshold", str(ALIKE), True)))
    titles = (
        select(column.label("title"), func.word_similarity(words, column).label("likeness")).where(
            seen, literal(words).op("<%")(column)
        )
        for seen, column in (
            (true(), Municipality.name),
            (SEEN[Challenge], Challenge.title),
            (SEEN[Proposal], Proposal.title),
            (SEEN[Organisation], Organisation.name),
        )
    )
    near = union_all(*titles).subquery()
    chosen = select(near.c.title).group_by(near.c.title).order_by(func.max(near.c.likeness).desc(), near.c.title)
    return list(db.session().scalars(chosen.limit(limit)))

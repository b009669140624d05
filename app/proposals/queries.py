"""Which ideas somebody may see, and the lists made of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    any_,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import defer, joinedload, load_only, with_expression

from app.activity.models import Follow, SubjectType
from app.challenges import rules as challenges
from app.challenges.models import Challenge
from app.deliberation.queries import takes_part
from app.identity.models import Person
from app.kernel import paging, text_search
from app.kernel.access import Actor
from app.moderation.models import Case, CaseState
from app.moderation.rules import STAFF, is_platform_administrator
from app.proposals import rules
from app.proposals.models import AnswerStatus, Backing, Proposal, ProposalState, Support
from app.proposals.supports.queries import helped_by

PUBLIC_STATES = (ProposalState.PUBLISHED, ProposalState.MERGED)
SORTS = ("newest", "supported", "random")
WAITING = "waiting"
ARGUMENTS = ("q", "challenge", "municipality", "theme", "answer", "placed")
"""By what an address narrows the list."""


def listed() -> Select[Proposal]:
    """What everybody sees in lists."""
    return select(Proposal).where(Proposal.state == ProposalState.PUBLISHED, Proposal.hidden_at.is_(None))


def visible_to(actor: Actor) -> Select[Proposal]:
    """Everybody sees what was published (merged and withdrawn too, which say so); authors their own; staff what was
    sent to their municipality."""
    withdrawn = and_(Proposal.state == ProposalState.WITHDRAWN, Proposal.published_at.is_not(None))
    seen = [and_(or_(Proposal.state.in_(PUBLIC_STATES), withdrawn), Proposal.hidden_at.is_(None))]
    if actor.signed_in:
        seen.append(written_by(actor))
        staffed = actor.scope_ids("municipality", *STAFF)
        at_home = true() if is_platform_administrator(actor) else Proposal.municipality_id.in_(staffed)
        seen.append(and_(Proposal.state != ProposalState.DRAFT, at_home))
    return select(Proposal).where(or_(*seen))


def written_by(actor: Actor) -> ColumnElement[bool]:
    """The ideas the actor writes; the same as `rules.writes`."""
    led = actor.scope_ids("organisation", *rules.LEADERS)
    return or_(Proposal.author_id == actor.id, Proposal.organisation_id.in_(led))


def answered_by(actor: Actor) -> ColumnElement[bool]:
    """The ideas the actor answers; the same as `rules.answers`. Needs the challenge joined."""
    staffed = actor.scope_ids("municipality", *STAFF)
    led = actor.scope_ids("organisation", *challenges.LEADERS)
    return or_(
        Challenge.owner_person_id == actor.id,
        Challenge.owner_organisation_id.in_(led),
        Challenge.owner_municipality_id.in_(staffed),
        and_(Proposal.challenge_id.is_(None), Proposal.municipality_id.in_(staffed)),
    )


def one_page(actor: Actor) -> Select[Proposal]:
    """An idea with what its page says to this reader; the rest of it is the same for everybody (`whole`)."""
    supported = exists().where(
        Support.proposal_id == Proposal.id, Support.person_id == actor.id, Support.ended_at.is_(None)
    )
    followed = exists().where(
        Follow.subject_type == SubjectType.PROPOSAL, Follow.subject_id == Proposal.id, Follow.person_id == actor.id
    )
    owned = (Challenge.owner_person_id, Challenge.owner_organisation_id, Challenge.owner_municipality_id)
    return visible_to(actor).options(
        defer(Proposal.body),
        joinedload(Proposal.challenge).load_only(
            Challenge.title, Challenge.state, Challenge.author_id, Challenge.hidden_at, Challenge.version, *owned
        ),
        joinedload(Proposal.thread),
        with_expression(Proposal.supported_by_me, supported),
        with_expression(Proposal.followed_by_me, followed),
        with_expression(Proposal.helped_by_me, helped_by(actor)),
        with_expression(Proposal.talked_by_me, takes_part(Proposal.thread_id, actor.id)),
    )


def gathering(actor: Actor) -> Select[Proposal]:
    """As `visible_to`, with what decides whether an idea gathers support."""
    return visible_to(actor).options(
        load_only(*GATHERED_BY),
        joinedload(Proposal.challenge).load_only(Challenge.title, Challenge.state, Challenge.version),
    )


GATHERED_BY = (
    *(Proposal.state, Proposal.hidden_at, Proposal.published_at, Proposal.challenge_id, Proposal.municipality_id),
    *(Proposal.author_id, Proposal.organisation_id, Proposal.version, Proposal.support_count, Proposal.threshold),
    *(Proposal.threshold_ends_on, Proposal.threshold_reached_at, Proposal.answer_due),
)


def whole(proposal_id: int) -> Select[Proposal]:
    """An idea with everything that everybody sees on its page, in one statement."""
    challenge = joinedload(Proposal.challenge)
    return (
        select(Proposal)
        .where(Proposal.id == proposal_id)
        .options(
            challenge.options(defer(Challenge.body), joinedload(Challenge.owner_person)),
            challenge.joinedload(Challenge.owner_organisation).lazyload("*"),
            challenge.joinedload(Challenge.owner_municipality),
            joinedload(Proposal.municipality),
            joinedload(Proposal.author).load_only(Person.name, Person.erased_at, Person.photo_id, Person.version),
            joinedload(Proposal.author).joinedload(Person.photo),
            joinedload(Proposal.organisation).lazyload("*"),
            joinedload(Proposal.withdrawal),
            joinedload(Proposal.pictures),
            joinedload(Proposal.answers),
            joinedload(Proposal.backings).joinedload(Backing.organisation).lazyload("*"),
        )
    )


def with_row(found: Select[Proposal]) -> Select[Proposal]:
    """With what a row of a list shows, and no more."""
    return found.options(
        defer(Proposal.body),
        joinedload(Proposal.author).load_only(Person.name, Person.erased_at, Person.version),
        joinedload(Proposal.organisation).lazyload("*"),
        joinedload(Proposal.challenge).load_only(Challenge.title, Challenge.version),
        joinedload(Proposal.municipality),
        joinedload(Proposal.thread),
    )


@dataclass(frozen=True)
class Filters:
    """What a reader narrowed the list to."""

    words: str = ""
    challenge_id: int | None = None
    municipality_id: int | None = None
    theme: int | None = None
    answer: str = ""
    placed: bool = False
    sort: str = "newest"

    @classmethod
    def of(cls, arguments: Any) -> Filters:
        """From the arguments of an address; what makes no sense is left out."""
        ids = {name: arguments.get(name, type=number) for name in ("challenge", "municipality", "theme")}
        sort = arguments.get("sort", "newest")
        answer = arguments.get("answer", "")
        return cls(
            words=arguments.get("q", "").strip()[:200],
            challenge_id=ids["challenge"],
            municipality_id=ids["municipality"],
            theme=ids["theme"] if ids["theme"] in range(1, 18) else None,
            answer=answer if answer in {WAITING, *AnswerStatus} else "",
            placed=bool(arguments.get("placed")),
            sort=sort if sort in SORTS else "newest",
        )

    @property
    def any(self) -> bool:
        return replace(self, sort="newest") != Filters()

    def select(self) -> Select[Proposal]:
        """The ideas that fit."""
        found = listed()
        if self.words:
            found = found.where(text_search.matches(Proposal.search, self.words))
        if self.challenge_id is not None:
            found = found.where(Proposal.challenge_id == self.challenge_id)
        if self.municipality_id is not None:
            found = found.where(Proposal.municipality_id == self.municipality_id)
        if self.theme is not None:
            themed = select(Challenge.id).where(literal(self.theme) == any_(Challenge.themes))
            found = found.where(Proposal.challenge_id.in_(themed))
        if self.answer == WAITING:
            found = found.where(Proposal.answer_status.is_(None))
        elif self.answer:
            found = found.where(Proposal.answer_status == self.answer)
        return found.where(Proposal.longitude.is_not(None)) if self.placed else found

    def keys(self, seed: int) -> tuple[paging.Key, ...]:
        """The order; by chance means by a seed of the reader's own, so that paging stays stable."""
        if self.sort == "random":
            return (paging.Key(chance(seed)), paging.Key(Proposal.id))
        if self.sort == "supported":
            return (paging.Key(Proposal.support_count), paging.Key(Proposal.id))
        return (paging.Key(Proposal.published_at), paging.Key(Proposal.id))


def chance(seed: int) -> ColumnElement[int]:
    """A number of the idea that looks like chance and is the same for the same seed."""
    mixed: ColumnElement[int] = func.hashint8extended(Proposal.id, seed, type_=BigInteger)
    return mixed.bitwise_and(2**53 - 1).label("chance")


def number(text: str) -> int:
    number = int(text)
    if not 0 < number < 2**53:
        raise ValueError
    return number


def placed(filters: Filters, limit: int = 5000) -> Select[Any]:
    """The points of a map: id, title and place of the newest ideas that have one."""
    found = replace(filters, placed=True).select().order_by(Proposal.published_at.desc(), Proposal.id.desc())
    columns = (Proposal.id, Proposal.title, Proposal.longitude, Proposal.latitude)
    return found.with_only_columns(*columns).limit(limit)  # type: ignore[return-value]


def newest(found: Select[Proposal], most: int) -> Select[Proposal]:
    """The latest, with what a feed tells of each, in one statement."""
    told = found.options(
        defer(Proposal.body),
        joinedload(Proposal.author).load_only(Person.name, Person.erased_at, Person.version),
        joinedload(Proposal.organisation).lazyload("*"),
        joinedload(Proposal.challenge).load_only(Challenge.themes, Challenge.version),
    )
    return told.order_by(Proposal.published_at.desc(), Proposal.id.desc()).limit(most)


def by_ids(ids: list[int]) -> Select[Proposal]:
    return with_row(listed().where(Proposal.id.in_(ids)))


def queue_length(proposal: Proposal) -> Select[int]:
    """How many things wait for review where this idea waits."""
    waiting = (Case.state == CaseState.WAITING, Case.municipality_id == proposal.municipality_id)
    return select(func.count()).select_from(Case).where(*waiting)

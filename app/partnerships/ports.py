"""What partnerships give to the house: cards, their review, and their places on other features' pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from flask import g
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import Select, select

from app.activity.models import SubjectType
from app.activity.ports import Card, cards_by
from app.challenges.models import Challenge
from app.identity.models import Person
from app.identity.ports import exports_rows, exports_table, hinders_erasure, whole
from app.kernel import access, db, slots, tasks
from app.kernel.feeds import NEWEST, Entry
from app.kernel.html import rendered
from app.moderation import ports as moderation
from app.organisations.models import Organisation
from app.partnerships import actions, queries
from app.partnerships.feeds.schemas import entry_of
from app.partnerships.models import JoinRequest, Partner, Partnership, Pledge, Update
from app.places.models import Municipality
from app.places.ports import news_by
from app.proposals.models import Proposal, ProposalState


@cards_by(SubjectType.PARTNERSHIP)
def cards(ids: Collection[int]) -> dict[int, Card]:
    named = select(Partnership.id, Partnership.title, Partnership.public.label("public"))
    rows = db.session().execute(named.where(Partnership.id.in_(ids)))
    return {row.id: Card(row.title, f"/partnerships/{row.id}", row.public) for row in rows}


@cards_by(SubjectType.UPDATE)
def cards_of_updates(ids: Collection[int]) -> dict[int, Card]:
    named = select(
        Update.id, Update.title, Update.partnership_id, Update.hidden_at, Partnership.public.label("public")
    ).join(Update.partnership)
    rows = db.session().execute(named.where(Update.id.in_(ids)))
    return {
        row.id: Card(
            row.title, f"/partnerships/{row.partnership_id}#update-{row.id}", row.public and row.hidden_at is None
        )
        for row in rows
    }


@news_by
def new_in(municipality: Municipality) -> list[Entry]:
    here = queries.told(queries.listed(municipality_id=municipality.id), NEWEST)
    return [entry_of(partnership) for partnership in db.session().scalars(here)]


def exported_partnerships(person_id: int) -> Select[Any]:
    """Where somebody takes part in their own name, or took part."""
    told = (Partnership.title, Partnership.state, *whole(Partner))
    return (
        select(*told)
        .select_from(Partner)
        .join(Partner.partnership)
        .where(Partner.person_id == person_id)
        .order_by(Partner.id)
    )


def exported_contributions(person_id: int) -> Select[Any]:
    mine = select(Partner.partnership_id, *whole(Pledge)).join(Pledge.partner)
    return mine.where(Partner.person_id == person_id).order_by(Pledge.id)


exports_rows("partnerships", exported_partnerships, Partner.person_id)
exports_rows("contributions", exported_contributions)
exports_table("partnerships_opened", Partnership.opened_by_id)
exports_table("join_requests", JoinRequest.person_id)
ASKED = {"role", "message", "pledge_kind", "pledge_amount", "pledge_description"}
exports_table("join_requests_answered", JoinRequest.answered_by_id, hide=ASKED)
exports_table("news", Update.author_id)


@hinders_erasure
def led_alone(person_id: int) -> Iterable[str]:
    """A partnership is never left without anybody who leads it."""
    for title in db.session().scalars(queries.led_alone(person_id)):
        yield _("You lead the partnership “%(title)s”. Hand it over or bring it to an end first.", title=title)


def preview(partnership_id: int) -> moderation.Preview:
    """All that will be shown of a partnership."""
    found = select(Partnership).options(*queries.PAGE).where(Partnership.id == partnership_id)
    partnership = db.session().scalars(found).unique().one()
    return moderation.Preview("partnerships/_preview.html", {"partnership": partnership})


def preview_update(update_id: int) -> moderation.Preview:
    return moderation.Preview("partnerships/_preview_update.html", {"update": db.session().get_one(Update, update_id)})


def _grown_from(thing: Challenge | Proposal) -> list[Partnership]:
    """What grew from a challenge or an idea, asked for once per page however many parts of it show it."""
    known = g.setdefault("grown_from", {})
    if thing not in known:
        challenge = isinstance(thing, Challenge)
        found = queries.of_challenge(thing.id) if challenge else queries.of_proposal(thing.id)
        known[thing] = list(db.session().scalars(found).unique())
    return known[thing]


def _rows(partnerships: Iterable[Partnership], template: str, **context: Any) -> Markup:
    partnerships = list(partnerships)
    return rendered(template, partnerships=partnerships, **context)


@slots.fill("challenge.partners")
def of_challenge(challenge: Challenge, **context: Any) -> Markup | str:
    if not challenge.public:
        return ""
    grows = {"challenge": challenge.id}
    return _rows(_grown_from(challenge), "partnerships/_beside.html", grows_from=grows)


@slots.fill("proposal.partners")
def of_proposal(proposal: Proposal, **context: Any) -> Markup | str:
    if proposal.state != ProposalState.PUBLISHED or proposal.hidden_at is not None:
        return ""
    grows = {"proposal": proposal.id}
    return _rows(_grown_from(proposal), "partnerships/_beside.html", grows_from=grows)


@slots.fill("lineage")
def lineage(grown_from: Challenge | Proposal, **context: Any) -> Markup | str:
    """The end of the line from an idea to its outcome: the partnerships that grew from it, and what came of them."""
    grown = _grown_from(grown_from)
    return rendered("partnerships/_lineage.html", partnerships=grown) if grown else ""


@slots.fill("organisation.main")
def of_organisation(organisation: Organisation, **context: Any) -> Markup:
    return _rows(
        db.session().scalars(queries.of_organisation(organisation.id)).unique(), "partnerships/_elsewhere.html"
    )


@slots.fill("person.main")
def of_person(person: Person, **context: Any) -> Markup:
    return _rows(db.session().scalars(queries.of_person(person.id)).unique(), "partnerships/_elsewhere.html")


tasks.waits("partnerships/_tasks.html", lambda actor: {"waiting": queries.requests_waiting(actor)})


@slots.fill("my.things")
def things(**context: Any) -> Markup:
    """The partnerships that the reader takes part in, and what they have asked to join."""
    actor = access.current_actor()
    asked = list(db.session().scalars(queries.requests_of(actor)).unique())
    return _rows(db.session().scalars(queries.mine(actor)).unique(), "partnerships/_mine.html", asked=asked)


moderation.register(SubjectType.PARTNERSHIP, moderation.Port(actions.carry_out, preview))
moderation.register(SubjectType.UPDATE, moderation.Port(actions.hide_update, preview_update))

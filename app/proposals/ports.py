"""What proposals give to the house: cards, review, and their places on the pages of others."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Flask
from markupsafe import Markup
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.activity.models import SubjectType
from app.activity.ports import Card, cards_by
from app.challenges.models import Challenge
from app.identity.ports import exports_rows, exports_table, whole
from app.kernel import access, db, slots, tasks
from app.kernel.feeds import NEWEST, Entry
from app.kernel.html import rendered
from app.moderation import ports as moderation
from app.moderation.models import DecisionKind
from app.places.models import Municipality
from app.places.ports import news_by
from app.proposals import queries, rules
from app.proposals.feeds.schemas import entry_of
from app.proposals.merging import actions as merging
from app.proposals.models import Answer, Backing, Picture, Proposal, ProposalState, ProposalVersion, Withdrawal
from app.proposals.supports.models import HelpOffer, Support

UNFINISHED = (ProposalState.DRAFT, ProposalState.IN_REVIEW)
MINE = (*UNFINISHED, ProposalState.CHANGES_REQUESTED, ProposalState.PUBLISHED, ProposalState.MERGED)


def exported(person_id: int) -> Select[Any]:
    """All of one's ideas, drafts and what was merged among them, with the name of the municipality."""
    named = select(*whole(Proposal, "municipality_id"), Municipality.name.label("municipality"))
    return named.outerjoin(Proposal.municipality).where(Proposal.author_id == person_id).order_by(Proposal.id)


def exported_pictures(person_id: int) -> Select[Any]:
    return select(*whole(Picture)).join(Proposal).where(Proposal.author_id == person_id).order_by(Picture.id)


exports_rows("proposals", exported, Proposal.author_id)
exports_rows("proposal_pictures", exported_pictures)
exports_table("proposal_versions", ProposalVersion.edited_by_id)
exports_table("answers", Answer.answered_by_id)
exports_table("withdrawals", Withdrawal.withdrawn_by_id)
exports_table("supports", Support.person_id)
exports_table("backings", Backing.declared_by_id)
exports_table("help_offers", HelpOffer.person_id)


@cards_by(SubjectType.PROPOSAL)
def cards(ids: Collection[int]) -> dict[int, Card]:
    found = db.session().scalars(select(Proposal).where(Proposal.id.in_(ids)))
    return {proposal.id: _card(proposal) for proposal in found}


def _card(proposal: Proposal) -> Card:
    """A merged idea is named by the page that still shows what it said, with its comments."""
    public = proposal.state in queries.PUBLIC_STATES and proposal.hidden_at is None
    ending = "/before-merge" if proposal.state == ProposalState.MERGED else ""
    return Card(proposal.title, f"/proposals/{proposal.id}{ending}", public)


@news_by
def new_in(municipality: Municipality) -> list[Entry]:
    here = queries.Filters(municipality_id=municipality.id).select()
    return [entry_of(proposal) for proposal in db.session().scalars(queries.newest(here, NEWEST))]


def preview(proposal_id: int) -> moderation.Preview:
    proposal = db.session().get_one(Proposal, proposal_id)
    return moderation.Preview("proposals/_preview.html", {"proposal": proposal})


def _rows(found: Select[Proposal], limit: int = 5) -> list[Proposal]:
    newest = queries.with_row(found).order_by(Proposal.published_at.desc(), Proposal.id.desc()).limit(limit)
    return list(db.session().scalars(newest).unique())


def _group(found: Select[Proposal], heading: str, more: dict[str, Any]) -> Markup:
    rows = _rows(found)
    return rendered("proposals/_group.html", rows=rows, heading=heading, more=more) if rows else Markup("")


@slots.fill("challenge.ideas")
def of_challenge(challenge: Challenge, **context: Any) -> Markup:
    """The newest ideas, and the way to post one."""
    found = queries.listed().where(Proposal.challenge_id == challenge.id)
    asks = rules.asks_for_ideas(challenge)
    return rendered("proposals/_of_challenge.html", challenge=challenge, rows=_rows(found, 10), asks=asks)


@slots.fill("municipality.main")
def of_municipality(municipality: Any, **context: Any) -> Markup:
    found = queries.listed().where(Proposal.municipality_id == municipality.id)
    return _group(found, "place", {"municipality": municipality.id})


@slots.fill("organisation.main")
def of_organisation(organisation: Any, **context: Any) -> Markup:
    """What the organisation wrote, and what it backs."""
    wrote = queries.listed().where(Proposal.organisation_id == organisation.id)
    its = (Backing.organisation_id == organisation.id, Backing.ended_at.is_(None))
    backs = queries.listed().where(Proposal.id.in_(select(Backing.proposal_id).where(*its)))
    return _group(wrote, "organisation", {}) + _group(backs, "backs", {})


@slots.fill("person.main")
def of_person(person: Any, **context: Any) -> Markup:
    """What a person wrote in their own name."""
    own = (Proposal.author_id == person.id, Proposal.organisation_id.is_(None))
    return _group(queries.listed().where(*own), "person", {})


@slots.fill("my.things")
def mine(**context: Any) -> Markup:
    """My drafts, what is in review, what I have published, and what became part of another idea."""
    actor = access.current_actor()
    own = select(Proposal).where(queries.written_by(actor), Proposal.state.in_(MINE))
    own = queries.with_row(own).options(joinedload(Proposal.merged_into).load_only(Proposal.title, Proposal.version))
    newest = own.order_by(Proposal.updated_at.desc(), Proposal.id.desc()).limit(20)
    found = list(db.session().scalars(newest).unique())
    merged = [idea for idea in found if idea.state == ProposalState.MERGED]
    rows = [idea for idea in found if idea.state != ProposalState.MERGED]
    return rendered("proposals/_mine.html", rows=rows, merged=merged) if found else Markup("")


def _tasks_of(actor: access.Actor) -> tasks.Lists:
    """Changes that were asked for, and answers that are owed."""
    asked = select(Proposal).where(queries.written_by(actor), Proposal.state == ProposalState.CHANGES_REQUESTED)
    owed = queries.listed().outerjoin(Proposal.challenge).where(queries.answered_by(actor))
    owed = owed.where(Proposal.answer_status.is_(None), Proposal.answer_due.is_not(None))
    owed = owed.options(joinedload(Proposal.thread)).order_by(Proposal.answer_due, Proposal.id)
    return {"changes": asked.order_by(Proposal.id).limit(20), "answers": owed.limit(20)}


tasks.waits("proposals/_tasks.html", _tasks_of)


@slots.fill("moderation.actions")
def merge_link(case: Any, kept: dict[str, Any], **context: Any) -> Markup:
    """On the desk: the way to merge an idea with the one it repeats."""
    proposal = db.session().get(Proposal, case.subject_id) if case.subject_type == SubjectType.PROPOSAL else None
    if proposal is None or not rules.may_merge(access.current_actor(), proposal):
        return Markup("")
    return rendered("proposals/_merge_link.html", proposal=proposal, kept=kept)


@slots.fill("moderation.outcome")
def merged_into(decision: Any, **context: Any) -> Markup:
    """Below a decision to merge: the idea that it became part of, as long as it is."""
    if decision.kind != DecisionKind.MERGE:
        return Markup("")
    proposal = db.session().get(Proposal, decision.case.subject_id)
    if proposal is None or proposal.merged_into_id is None:
        return Markup("")
    return rendered("proposals/_merged_into.html", proposal=proposal)


def init_app(app: Flask) -> None:
    moderation.register(SubjectType.PROPOSAL, moderation.Port(merging.carry_out, preview))

"""Verbs of writing: save a draft, change what is published, keep pictures."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.activity.models import SubjectType
from app.kernel import clock, db, files, jobs, uploads
from app.kernel.access import Actor, check
from app.kernel.errors import check_version
from app.moderation import actions as moderation
from app.organisations.actions import speak_for
from app.proposals import actions, rules
from app.proposals.models import Picture, Proposal, ProposalState


@dataclass(frozen=True)
class Content:
    """What an idea says."""

    title: str
    body: str
    place_name: str = ""
    point: tuple[float, float] | None = None
    municipality_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True)
class PictureChange:
    """A new picture (`upload`), or one that is described anew or removed (`id`)."""

    alt: str = ""
    id: int | None = None
    upload: uploads.Upload | None = None
    remove: bool = False


def begin(key: str, challenge_id: int | None, *, by: Actor) -> Proposal:
    """The draft of a form, by the form's key: made the first time, found again after that."""
    key = f"{by.id}:{key[:64]}"
    values = {"draft_key": key, "challenge_id": challenge_id, "author_id": by.id, "title": "", "body": ""}
    rest = {"state": ProposalState.DRAFT, "place_name": "", "support_count": 0, "backing_count": 0, "version": 1}
    moment = {"created_at": clock.now(), "updated_at": clock.now()}
    db.session().execute(insert(Proposal).values(**values, **rest, **moment).on_conflict_do_nothing())
    return db.session().scalars(select(Proposal).where(Proposal.draft_key == key).with_for_update()).one()


def save(proposal: Proposal, content: Content, *, by: Actor) -> None:
    """Save what is being written."""
    check(rules.may_edit(by, proposal))
    _write(proposal, content, by)


def _write(proposal: Proposal, content: Content, by: Actor) -> None:
    if content.organisation_id != proposal.organisation_id:
        speak_for(content.organisation_id, by=by)
        proposal.organisation_id = content.organisation_id
    proposal.title, proposal.body, proposal.place_name = content.title, content.body, content.place_name
    proposal.longitude, proposal.latitude = content.point or (None, None)
    proposal.municipality_id = content.municipality_id
    proposal.updated_at = clock.now()


def edit(proposal: Proposal, content: Content, *, by: Actor, version: int) -> None:
    """Save by hand: the version the writer saw must be the newest. What is published keeps its earlier versions."""
    check(rules.may_edit(by, proposal))
    check_version(proposal, version)
    said = (proposal.title, proposal.body, proposal.place_name)
    _write(proposal, content, by)
    proposal.version += 1
    if proposal.published and said != (proposal.title, proposal.body, proposal.place_name):
        actions.keep_version(proposal, edited_by_id=by.id)
        _rename_case(proposal)
        actions.record("proposal.edited", proposal, by=by)
        jobs.enqueue("proposals.find_similar", proposal.id)


def _rename_case(proposal: Proposal) -> None:
    case = moderation.register_published(
        SubjectType.PROPOSAL,
        proposal.id,
        title=proposal.title,
        municipality_id=proposal.municipality_id,
        author_id=proposal.author_id,
    )
    case.title = proposal.title


def change_pictures(proposal: Proposal, changes: list[PictureChange], *, by: Actor) -> None:
    """Add, describe and remove pictures."""
    check(rules.may_edit(by, proposal))
    _wait_for_others(proposal)
    for change in changes:
        picture = _meant(proposal, change)
        if picture is not None and change.remove:
            proposal.pictures.remove(picture)
            files.remove(picture.file)
        elif picture is not None:
            picture.alt = change.alt
        elif not change.remove:
            _add_picture(proposal, change, by)


def add_pictures(proposal: Proposal, changes: list[PictureChange], *, by: Actor) -> list[Picture | None]:
    """Add and describe pictures while an idea is written, and take none away; gives the picture of each change."""
    check(rules.may_edit(by, proposal))
    _wait_for_others(proposal)
    saved: list[Picture | None] = []
    for change in changes:
        picture = _meant(proposal, change)
        if picture is not None:
            picture.alt = change.alt
        elif not change.remove:
            picture = _add_picture(proposal, change, by)
        saved.append(picture)
    db.session().flush()
    return saved


def _wait_for_others(proposal: Proposal) -> None:
    """Two sendings of a form at once wait for each other, so that the later one knows what the earlier one added."""
    db.session().flush()
    db.session().execute(select(Proposal.id).where(Proposal.id == proposal.id).with_for_update())
    db.session().expire(proposal, ["pictures"])


def _meant(proposal: Proposal, change: PictureChange) -> Picture | None:
    """The picture that is changed: named by its id, or sent before with the same form."""
    row = change.upload.row if change.upload else None
    for picture in proposal.pictures:
        if change.id is not None and picture.id == change.id:
            return picture
        if row is not None and (picture.file.key == row.key or files.same(picture.file, row)):
            return picture
    return None


def _add_picture(proposal: Proposal, change: PictureChange, by: Actor) -> Picture | None:
    stored = uploads.claim(change.upload, by=by)
    if stored is None:
        return None
    picture = Picture(file=stored, alt=change.alt)
    proposal.pictures.append(picture)
    return picture

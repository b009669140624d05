"""Verbs of challenges. Each asks its rule again, changes one challenge, and records what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from werkzeug.exceptions import UnprocessableEntity

from app.activity import actions as activity
from app.activity.models import SubjectType
from app.challenges import rules
from app.challenges.models import (
    PROMISE,
    Attachment,
    Challenge,
    ChallengeState,
    ChallengeVersion,
    Phase,
    PhaseKind,
)
from app.deliberation import actions as deliberation
from app.kernel import clock, db
from app.kernel.access import Actor, check
from app.kernel.errors import check_version
from app.kernel.files import StoredFile, remove
from app.moderation import actions as moderation
from app.moderation.models import DecisionKind
from app.places.models import Municipality


@dataclass(frozen=True)
class PhaseEdit:
    kind: PhaseKind
    starts_on: date
    ends_on: date
    title: str = ""
    id: int | None = None


@dataclass(frozen=True)
class Edit:
    """What a challenge shall say: columns by name, places, phases; and a note when its promise changes in public."""

    columns: dict[str, Any]
    municipality_ids: Iterable[int] | None = None
    phases: list[PhaseEdit] | None = None
    note: str = ""


def create(title: str, *, by: Actor, need: str = "", owner: tuple[str, int | None] = ("person", None)) -> Challenge:
    """Start a draft in one's own name, an organisation's or a municipality's."""
    kind, owner_id = owner
    check(rules.may_create_for(by, kind, owner_id))
    challenge = Challenge(title=title, need=need, author_id=by.id)
    setattr(challenge, f"owner_{kind}_id", by.id if kind == "person" else owner_id)
    if kind == "municipality":
        challenge.municipalities = [db.session().get_one(Municipality, owner_id)]
    db.session().add(challenge)
    db.session().flush()
    return challenge


def write(challenge: Challenge, edit: Edit, *, by: Actor, version: int) -> None:
    """Change what a challenge says, on the version that was seen. In public, each change leaves a version."""
    _lock(challenge)
    check(rules.may_edit(by, challenge))
    check_version(challenge, version)
    before = challenge.content()
    _apply(challenge, edit)
    challenge.updated_at = clock.now()
    if challenge.was_published:
        _keep_version(challenge, before, edit.note.strip(), by)
    db.session().flush()


def _lock(challenge: Challenge) -> None:
    """Wait for whoever is changing it, and see what they did."""
    anew = select(Challenge).where(Challenge.id == challenge.id).with_for_update(of=Challenge)
    db.session().scalars(anew.execution_options(populate_existing=True)).one()


def _apply(challenge: Challenge, edit: Edit) -> None:
    for name, value in edit.columns.items():
        if getattr(challenge, name) != value:
            setattr(challenge, name, value)
    if edit.municipality_ids is not None:
        wanted = select(Municipality).where(Municipality.id.in_(set(edit.municipality_ids)))
        challenge.municipalities = list(db.session().scalars(wanted.order_by(Municipality.name)))
    if edit.phases is not None:
        known = {phase.id: phase for phase in challenge.phases}
        challenge.phases = [_phase(known.get(new.id or 0), new) for new in edit.phases]
        challenge.phases.sort(key=lambda phase: (phase.starts_on, phase.id or 0))


def _phase(phase: Phase | None, edit: PhaseEdit) -> Phase:
    phase = phase or Phase()
    phase.kind, phase.title, phase.starts_on, phase.ends_on = edit.kind, edit.title, edit.starts_on, edit.ends_on
    return phase


def _keep_version(challenge: Challenge, before: dict[str, Any], note: str, by: Actor) -> None:
    """Keep what it says now; a changed promise needs a note, which stays visible."""
    after = challenge.content()
    if after == before:
        return
    changes_promise = any(before[name] != after[name] for name in PROMISE)
    if changes_promise and not note:
        raise UnprocessableEntity
    number = db.session().scalar(select(func.max(ChallengeVersion.number)).where(_of(challenge))) or 0
    if not number:
        number = _first_version(challenge, before)
    _add_version(challenge, number + 1, after, by.id, note=note, changes_promise=changes_promise)
    record("challenge.edited", challenge, by)
    if changes_promise:
        challenge.promise_changed_at = clock.now()
        record("challenge.promise_changed", challenge, by)


def _of(challenge: Challenge) -> Any:
    return ChallengeVersion.challenge_id == challenge.id


def _first_version(challenge: Challenge, content: dict[str, Any]) -> int:
    _add_version(challenge, 1, content, challenge.author_id, edited_at=challenge.published_at or clock.now())
    return 1


def _add_version(
    challenge: Challenge, number: int, content: dict[str, Any], person_id: int | None, **values: Any
) -> None:
    row = ChallengeVersion(challenge_id=challenge.id, number=number, content=content, edited_by_id=person_id, **values)
    db.session().add(row)


def submit(challenge: Challenge, *, by: Actor) -> None:
    """Send it to a moderator of its first place, once it is complete."""
    _lock(challenge)
    check(rules.may_submit(by, challenge))
    if rules.missing(challenge):
        raise UnprocessableEntity
    challenge.move(ChallengeState.IN_REVIEW)
    case = moderation.submit(
        SubjectType.CHALLENGE,
        challenge.id,
        title=challenge.title,
        municipality_id=challenge.owner_municipality_id or challenge.municipalities[0].id,
        author_id=challenge.author_id,
    )
    challenge.case_id = case.id
    record("challenge.submitted", challenge, by)


def recall(challenge: Challenge, *, by: Actor) -> None:
    """Take it back from review, to write on. Whoever decides meanwhile locks the case first, and so does this."""
    check(rules.may_recall(by, challenge))
    moderation.withdraw(challenge.case_id)
    db.session().flush()
    _lock(challenge)
    check(rules.may_recall(by, challenge))
    challenge.move(ChallengeState.DRAFT)


def withdraw(challenge: Challenge, *, by: Actor) -> None:
    """Take it back. It is no longer shown, and no longer waits."""
    _lock(challenge)
    check(rules.may_withdraw(by, challenge))
    challenge.move(ChallengeState.WITHDRAWN)
    moderation.withdraw(challenge.case_id)
    record("challenge.withdrawn", challenge, by)


def close(challenge: Challenge, *, by: Actor, text: str) -> None:
    """End it with a word on what came of it."""
    _lock(challenge)
    check(rules.may_close(by, challenge))
    challenge.move(ChallengeState.CLOSED)
    challenge.closing_text, challenge.closed_at = text.strip(), clock.now()
    record("challenge.closed", challenge, by)


def reopen(challenge: Challenge, *, by: Actor) -> None:
    """Open it again; the closing text goes, the activity stays."""
    _lock(challenge)
    check(rules.may_reopen(by, challenge))
    challenge.move(ChallengeState.OPEN)
    challenge.closing_text, challenge.closed_at = "", None
    record("challenge.reopened", challenge, by)


def set_cover(challenge: Challenge, picture: StoredFile | None, *, by: Actor) -> None:
    """Give it a picture, or take the picture away."""
    check(rules.may_edit(by, challenge))
    if challenge.cover is not None:
        remove(challenge.cover)
    challenge.cover = picture


def attach(challenge: Challenge, file: StoredFile, *, title: str, by: Actor) -> Attachment:
    """Put a document beside it."""
    check(rules.may_edit(by, challenge))
    attachment = Attachment(challenge_id=challenge.id, file=file, title=title or file.name)
    db.session().add(attachment)
    db.session().flush()
    return attachment


def detach(challenge: Challenge, attachment: Attachment, *, by: Actor) -> None:
    """Take a document away."""
    check(rules.may_edit(by, challenge))
    challenge.attachments.remove(attachment)
    remove(attachment.file)


def record(kind: str, challenge: Challenge, by: Actor) -> None:
    activity.record(
        kind,
        by=by,
        subject_type=SubjectType.CHALLENGE,
        subject_id=challenge.id,
        organisation_id=challenge.owner_organisation_id,
        author_id=challenge.author_id,
        case_id=challenge.case_id,
    )


def publish(challenge: Challenge, by: Actor) -> None:
    """A moderator opens it: from now on everybody sees it, and each change leaves a version."""
    challenge.move(ChallengeState.OPEN)
    challenge.published_at = challenge.published_at or clock.now()
    if challenge.thread_id is None:
        place = challenge.owner_municipality_id or challenge.municipalities[0].id
        thread = deliberation.open_thread(SubjectType.CHALLENGE, challenge.id, municipality_id=place)
        challenge.thread_id = thread.id
    _first_version(challenge, challenge.content())
    if challenge.author_id is not None:
        activity.follow(challenge.author_id, SubjectType.CHALLENGE, challenge.id)
    record("challenge.opened", challenge, by)


def ask_for_changes(challenge: Challenge, by: Actor) -> None:
    challenge.move(ChallengeState.CHANGES_REQUESTED)


def reject(challenge: Challenge, by: Actor) -> None:
    challenge.move(ChallengeState.REJECTED)


def hide(challenge: Challenge, by: Actor) -> None:
    challenge.hidden_at = clock.now()


def show_again(challenge: Challenge, by: Actor) -> None:
    challenge.hidden_at = None


CARRIED_OUT = {
    DecisionKind.PUBLISH: publish,
    DecisionKind.REQUEST_CHANGES: ask_for_changes,
    DecisionKind.REJECT: reject,
    DecisionKind.HIDE: hide,
    DecisionKind.RESTORE: show_again,
}
"""What a moderator's decision does to a challenge; moderation has asked its own rules before."""

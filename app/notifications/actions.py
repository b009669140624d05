"""Telling people: one notification per person and activity, each in one mail at most."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from itsdangerous import URLSafeSerializer
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.activity.models import Activity
from app.identity.models import Person
from app.kernel import clock, db, mail
from app.kernel.i18n import speaking
from app.kernel.settings import settings
from app.notifications import queries
from app.notifications.lines import queries as lines
from app.notifications.models import Frequency, Notification, Preference, Topic
from app.notifications.rules import DEFAULTS, SAID_OTHERWISE, TELLINGS


def tell(activity: Activity) -> None:
    """Write the notifications of an activity; those whose person wants mail at once get it. Safe to repeat."""
    telling = TELLINGS.get(activity.kind)
    if telling is None or (activity.kind, activity.subject_type) in SAID_OTHERWISE:
        return
    told: set[int] = set()
    for audience, topic, reason in telling.audiences:
        people = set(db.session().scalars(queries.audience(audience, activity))) - told
        told |= people
        if people:
            _notify(activity, people, topic=topic, reason=reason)


def _notify(activity: Activity, people: set[int], *, topic: Topic, reason: str) -> None:
    wanted = frequencies(people, topic)
    rows = [
        {
            "person_id": person_id,
            "activity_id": activity.id,
            "topic": topic,
            "reason": reason,
            "frequency": wanted[person_id],
            "created_at": clock.now(),
        }
        for person_id in sorted(people)
    ]
    new = insert(Notification).values(rows).on_conflict_do_nothing().returning(Notification.id)
    created = set(db.session().scalars(new))
    at_once = select(Notification).where(Notification.id.in_(created), Notification.frequency == Frequency.NOW)
    for notification in db.session().scalars(at_once):
        send([notification], event="notification")


def frequencies(people: set[int], topic: Topic) -> dict[int, Frequency]:
    """How often each of these people wants mail about a topic."""
    chosen = select(Preference.person_id, Preference.frequency).where(
        Preference.person_id.in_(people), Preference.topic == topic
    )
    return dict.fromkeys(people, DEFAULTS[topic]) | {
        row.person_id: row.frequency for row in db.session().execute(chosen)
    }


def digest(person_id: int, frequency: Frequency) -> None:
    """Put all that waits for a person into one mail. The row is locked, so that two workers send one."""
    locked = select(Person).where(Person.id == person_id, Person.erased_at.is_(None)).with_for_update()
    if db.session().scalar(locked) is None:
        return
    waiting = list(db.session().scalars(queries.to_mail(person_id, frequency).limit(100)))
    if waiting:
        send(waiting, event="digest")


def send(notifications: list[Notification], *, event: str) -> None:
    """Queue one mail for these notifications of one person, and mark them as mailed in the same transaction.

    Those that have nothing to say any more are marked too, so that they keep nothing back.
    """
    person = db.session().get_one(Person, notifications[0].person_id)
    with speaking(person.language):
        found = [line for line in lines.told(notifications) if line.sentence]
    letter = _letter(person, found, notifications, event) if person.email and found else None
    for notification in notifications:
        notification.mail_id, notification.mailed_at = letter.id if letter else None, clock.now()


def _letter(
    person: Person, found: list[lines.Line], notifications: list[Notification], event: str
) -> mail.OutgoingMail:
    base, topics = settings().base_url, {notification.topic for notification in notifications}
    if event == "digest":
        often = queries.chosen_by(person.id)
        topics |= {topic for topic in Topic if often[topic] == notifications[0].frequency}
    stop = f"{base}/unsubscribe/{unsubscribe_token(person.id, topics)}"
    return mail.queue(
        event,
        address=str(person.email),
        language=person.language,
        person_id=person.id,
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        name=person.name,
        lines=[{**asdict(line), "url": base + line.path} for line in found],
        unsubscribe_url=stop,
        preferences_url=f"{base}/notifications/preferences",
    )


def way_to(notification: Notification) -> str:
    """Where a notification leads."""
    return lines.told([notification])[0].path


def mark_read(person_id: int, notification_id: int | None = None) -> None:
    """Mark one notification of a person as read, or all of them."""
    mine = update(Notification).where(Notification.person_id == person_id, Notification.read_at.is_(None))
    if notification_id is not None:
        mine = mine.where(Notification.id == notification_id)
    db.session().execute(mine.values(read_at=clock.now()))


def prefer(person_id: int, topic: Topic, frequency: Frequency) -> None:
    """Choose how often to get mail about a topic; what already waits follows the new choice."""
    choice = insert(Preference).values(person_id=person_id, topic=topic, frequency=frequency)
    db.session().execute(
        choice.on_conflict_do_update(index_elements=["person_id", "topic"], set_={"frequency": frequency})
    )
    waiting = (Notification.person_id == person_id, Notification.topic == topic, Notification.mailed_at.is_(None))
    db.session().execute(update(Notification).where(*waiting).values(frequency=frequency))


def unsubscribe_token(person_id: int, topics: Collection[Topic]) -> str:
    """A signed token that stops the mails of some topics without a sign-in."""
    return _serializer().dumps([person_id, sorted(topics)])


def stopped_by(token: str) -> list[Topic]:
    """The topics that a token stops; raise itsdangerous.BadSignature for a token that is not ours."""
    return [Topic(topic) for topic in _serializer().loads(token)[1]]


def unsubscribe(token: str) -> None:
    """Stop the mails that the token speaks of."""
    person_id, topics = _serializer().loads(token)
    for topic in topics:
        prefer(person_id, Topic(topic), Frequency.NEVER)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="unsubscribe")

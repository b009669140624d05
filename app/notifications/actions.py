"""Telling people: one notification per person and activity, each in one mail at most."""

from __future__ import annotations

from typing import Any

from itsdangerous import URLSafeSerializer
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.activity.models import Activity
from app.activity.ports import Card, cards
from app.identity.models import Person
from app.kernel import clock, db, mail
from app.kernel.i18n import speaking
from app.kernel.settings import settings
from app.notifications import queries
from app.notifications.models import Frequency, Notification, Preference, Topic
from app.notifications.rules import DEFAULTS, TELLINGS
from app.organisations.models import Organisation


def tell(activity: Activity) -> None:
    """Write the notifications of an activity; those whose person wants mail at once get it. Safe to repeat."""
    telling = TELLINGS.get(activity.kind)
    if telling is None:
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
    """Queue one mail for these notifications of one person, and mark them as mailed in the same transaction."""
    person = db.session().get_one(Person, notifications[0].person_id)
    with speaking(person.language):
        lines = [line for line in told([n.activity for n in notifications]) if line["sentence"]]
    if person.email is None or not lines:
        return
    topic = notifications[0].topic if event == "notification" else None
    stop = f"{settings().base_url}/unsubscribe/{unsubscribe_token(person.id, topic)}"
    letter = mail.queue(
        event,
        address=person.email,
        language=person.language,
        person_id=person.id,
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        name=person.name,
        lines=[{**line, "url": settings().base_url + line["path"]} for line in lines],
        unsubscribe_url=stop,
        preferences_url=f"{settings().base_url}/notifications/preferences",
    )
    for notification in notifications:
        notification.mail_id, notification.mailed_at = letter.id, clock.now()


def told(activities: list[Activity]) -> list[dict[str, Any]]:
    """What each activity says to a reader, in the language of the moment: sentence, title, path and reason."""
    named = cards([(activity.subject_type, activity.subject_id) for activity in activities])
    actors = _names(Person, {a.actor_id for a in activities if a.actor_id})
    organisations = _names(Organisation, {a.organisation_id for a in activities if a.organisation_id})
    return [
        _line(
            activity,
            named.get((activity.subject_type, activity.subject_id)),
            organisations.get(activity.organisation_id or 0) or actors.get(activity.actor_id or 0, ""),
        )
        for activity in activities
    ]


def _line(activity: Activity, card: Card | None, who: str) -> dict[str, Any]:
    telling = TELLINGS.get(activity.kind)
    gone = card is None
    sentence = (
        "" if telling is None or gone else str(telling.sentence) % {"who": who, "title": card.title if card else ""}
    )
    decision = db.session().scalar(queries.latest_decision(activity)) if "decision_id" in activity.data else None
    return {
        "sentence": sentence,
        "path": card.path if card else "/notifications",
        "reason": decision.reason if decision else "",
    }


def _names(model: Any, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    return {row.id: row.name for row in db.session().execute(select(model.id, model.name).where(model.id.in_(ids)))}


def way_to(notification: Notification) -> str:
    """Where a notification leads. Whoever is told that their own was hidden reads why, and how to complain."""
    activity = notification.activity
    decision = db.session().scalar(queries.latest_decision(activity)) if activity.kind == "case.hide" else None
    if decision is not None and decision.case.author_id == notification.person_id:
        return f"/decisions/{decision.id}"
    return str(told([activity])[0]["path"])


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


def unsubscribe_token(person_id: int, topic: Topic | None) -> str:
    """A signed token that stops the mails of one topic, or all of them, without a sign-in."""
    return _serializer().dumps([person_id, topic])


def unsubscribe(token: str) -> list[Topic]:
    """Stop the mails that the token speaks of; raise itsdangerous.BadSignature for a token that is not ours."""
    person_id, topic = _serializer().loads(token)
    topics = [Topic(topic)] if topic else list(Topic)
    for each in topics:
        prefer(person_id, each, Frequency.NEVER)
    return topics


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="unsubscribe")

"""What a notification says to the one it is for, and where it leads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.activity import actions as activity
from app.activity.models import Activity, SubjectType
from app.deliberation import actions as deliberation
from app.identity.models import Person
from app.kernel import clock, db, jobs
from app.kernel.access import SYSTEM
from app.moderation.models import Case
from app.notifications.models import Notification
from tests.factories import challenges, identity, moderation, places, proposals
from tests.support.client import Client
from tests.support.queries import Recorder
from tests.support.smtp import Mailbox

Run = Callable[[], int]


def happens(kind: str, subject: SubjectType, subject_id: int, **data: int) -> Activity:
    happened_id = activity.record(kind, by=SYSTEM, subject_type=subject, subject_id=subject_id, **data)
    return db.session().get_one(Activity, happened_id)


def way(client: Client, session: Session, person: Person) -> str:
    """Where the newest notification of a person leads."""
    newest = select(Notification).where(Notification.person_id == person.id).order_by(Notification.id.desc()).limit(1)
    opened = client.signed_in_as(person).get(f"/notifications/{session.scalars(newest).one().id}/open")
    client.signed_out()
    return opened.location


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", ("Ingen automatiske midler", "gratis", "Hvorfor")),
        ("en", ("no automated means were used", "Complaining is free", "The law: Straffeloven, § 266")),
    ],
)
def test_the_author_gets_the_statement_of_reasons_by_mail(
    client: Client, session: Session, run_jobs: Run, mails: Mailbox, language: str, words: tuple[str, ...]
) -> None:
    author = identity.person(language=language)
    case = moderation.case(author_id=author.id)
    client.signed_in_as(identity.moderator(case.municipality))
    page = client.get(f"/desk/review/{case.id}/hide")
    client.submit(page, reason_code="illegal", law="Straffeloven, § 266", reason="Teksten truer naboen.")
    run_jobs()
    letter = mails.to(author.email)[0]
    for part in (letter.get_body((kind,)).get_content() for kind in ("plain", "html")):
        assert "Teksten truer naboen." in part
        assert "Straffeloven, § 266" in part
        assert f"/decisions/{case.decisions[0].id}" in part
        assert language == "da" or all(word in part for word in words)
    assert way(client.signed_out(), session, author) == f"/decisions/{case.decisions[0].id}"


def test_a_task_leads_to_the_desk(client: Client, session: Session, run_jobs: Run) -> None:
    waiting = moderation.waiting()
    moderator = identity.moderator(waiting.municipality)
    happens("challenge.submitted", waiting.subject_type, waiting.subject_id)
    run_jobs()
    assert way(client, session, moderator) == f"/desk/review/{waiting.id}"


def test_news_of_a_comment_leads_to_the_comment(client: Client, session: Session, run_jobs: Run) -> None:
    idea = proposals.proposal()
    written = deliberation.post(idea.thread, by=identity.actor(identity.person()), body="Den skal være rød.")
    run_jobs()
    assert way(client, session, idea.author) == f"/comments/{written.id}"


def test_who_follows_hears_no_title_of_what_was_hidden_meanwhile(
    client: Client, session: Session, run_jobs: Run, mails: Mailbox
) -> None:
    idea, follower = proposals.proposal(title="Fru Hansen er en tyv"), identity.person()
    activity.follow(follower.id, SubjectType.PROPOSAL, idea.id)
    happens("proposal.answered", SubjectType.PROPOSAL, idea.id)
    run_jobs()
    idea.hidden_at = clock.now()
    session.commit()
    assert "Fru Hansen" not in client.signed_in_as(follower).get("/notifications").words
    for _ in range(2):
        jobs.enqueue("notifications.daily")
        run_jobs()
    assert not mails.to(follower.email)
    waits = select(Notification).where(Notification.person_id == follower.id, Notification.mailed_at.is_(None))
    assert session.scalars(waits).all() == [], "what says nothing any more keeps later news from nobody"


def test_who_follows_hears_that_something_was_withdrawn(client: Client, session: Session, run_jobs: Run) -> None:
    challenge, follower = challenges.challenge(title="Skygge på torvet"), identity.person()
    activity.follow(follower.id, SubjectType.CHALLENGE, challenge.id)
    happens("challenge.withdrawn", SubjectType.CHALLENGE, challenge.id)
    challenge.state = "withdrawn"
    run_jobs()
    assert "Skygge på torvet" in client.signed_in_as(follower).get("/notifications").words


def test_who_follows_a_municipality_hears_of_ideas_that_stand_alone(session: Session, run_jobs: Run) -> None:
    town, follower = places.municipality(), identity.person()
    activity.follow(follower.id, SubjectType.MUNICIPALITY, town.id)
    idea = proposals.proposal(challenge=None, municipality=town)
    happens("proposal.published", SubjectType.PROPOSAL, idea.id)
    run_jobs()
    assert session.scalars(select(Notification.person_id)).all() == [follower.id]


def test_every_kind_of_line_together_costs_the_same_however_many_there_are(
    client: Client, session: Session, run_jobs: Run, queries: Recorder
) -> None:
    home, author = places.municipality(), identity.person()
    moderator, lead = identity.moderator(home), identity.moderator(home)

    def decided() -> None:
        waiting = challenges.in_review(author=author, municipalities=[home], published_at=None)
        case = session.get_one(Case, waiting.case_id)
        client.signed_in_as(moderator)
        client.submit(client.get(f"/desk/review/{case.id}/reject"), reason_code="spam", reason="Reklame.")
        client.signed_out().signed_in_as(author)
        client.submit(client.get(f"/decisions/{case.decisions[0].id}/appeal"), grounds="Nej.")
        client.signed_out().signed_in_as(lead)
        answer = client.get(f"/desk/appeals/{case.decisions[0].complaint.id}")
        client.submit(answer, outcome="uphold", reason="Det er en reklame.")
        client.signed_out()
        run_jobs()

    def seen() -> int:
        client.signed_in_as(author)
        with queries() as found:
            client.get("/notifications")
        client.signed_out()
        return len(found)

    decided()
    few = seen()
    for _ in range(3):
        decided()
    assert seen() == few <= 13
    assert way(client, session, author).startswith("/decisions/")

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.activity import actions as activity
from app.activity.models import SubjectType
from app.identity.models import Person
from app.kernel import jobs
from app.kernel.access import SYSTEM
from app.notifications.models import Frequency, Notification, Preference
from tests.factories import identity, proposals
from tests.support.client import Client
from tests.support.queries import Recorder
from tests.support.smtp import Mailbox


def told(run_jobs: Callable[[], int], times: int = 1) -> Person:
    idea = proposals.proposal(title="En bænk ved åen")
    for _ in range(times):
        activity.record("proposal.answered", by=SYSTEM, subject_type=SubjectType.PROPOSAL, subject_id=idea.id)
    run_jobs()
    return idea.author


def test_the_list_marks_the_new_ones_until_they_are_read(client: Client, run_jobs: Callable[[], int]) -> None:
    client.signed_in_as(told(run_jobs))
    page = client.get("/notifications")
    assert len(page.all(".notification-new")) == 1
    client.submit(page, "main form")
    assert client.get("/notifications").all(".notification-new") == []


def test_the_list_needs_the_same_queries_however_long_it_is(
    client: Client, run_jobs: Callable[[], int], queries: Recorder
) -> None:
    client.signed_in_as(told(run_jobs, times=40))
    with queries() as seen:
        page = client.get("/notifications")
    assert len(page.all(".notification")) == 30
    assert len(seen) <= 10, str(seen)


def test_another_persons_notification_does_not_exist(
    client: Client, session: Session, run_jobs: Callable[[], int]
) -> None:
    told(run_jobs)
    notification = session.scalars(select(Notification)).one()
    client.signed_in_as(identity.person())
    assert client.get(f"/notifications/{notification.id}/open").status_code == 404


def test_a_choice_is_kept_and_shown(client: Client, session: Session) -> None:
    person = identity.person()
    client.signed_in_as(person)
    page = client.get("/notifications/preferences")
    client.follow(client.submit(page, followed="weekly"))
    kept = session.scalars(select(Preference).where(Preference.person_id == person.id)).all()
    assert {choice.topic: choice.frequency for choice in kept}["followed"] == Frequency.WEEKLY


def test_one_click_in_the_mail_program_stops_the_mails(
    client: Client, session: Session, run_jobs: Callable[[], int], mails: Mailbox
) -> None:
    person = told(run_jobs)
    letter = mails.messages[0]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = letter["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    assert client.get(path).status_code == 200
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    kept = session.scalars(select(Preference).where(Preference.person_id == person.id)).one()
    assert (kept.topic, kept.frequency) == ("decisions", "never")
    assert client.post(path + "x").status_code == 404


def test_the_mail_program_stops_a_digest_and_nothing_else(
    client: Client, session: Session, run_jobs: Callable[[], int], mails: Mailbox
) -> None:
    follower, idea = identity.person(), proposals.proposal()
    activity.follow(follower.id, SubjectType.PROPOSAL, idea.id)
    activity.record("proposal.answered", by=SYSTEM, subject_type=SubjectType.PROPOSAL, subject_id=idea.id)
    run_jobs()
    jobs.enqueue("notifications.daily")
    run_jobs()
    path = mails.to(follower.email)[0]["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    page = client.get(path)
    assert [row.get_text() for row in page.all("main ul li")] == ["Det, jeg følger", "Det, der venter på mig"]
    client.submit(page, "main form")
    kept = session.scalars(select(Preference).where(Preference.person_id == follower.id)).all()
    assert {choice.topic for choice in kept} == {"followed", "tasks"}, "both would have come in the next digest"
    assert client.get(path + "x").status_code == 404


def test_the_settings_lead_to_what_we_write_about(client: Client) -> None:
    page = client.signed_in_as(identity.person()).get("/settings")
    assert page.one("main a[href='/notifications/preferences']")

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.activity import actions as activity
from app.activity import jobs as outbox
from app.activity.models import Activity, SubjectType
from app.kernel import clock, db, jobs, mail
from app.kernel.access import SYSTEM, Actor
from app.kernel.mail import MailState, OutgoingMail
from app.notifications import actions
from app.notifications.models import Frequency, Notification, Topic
from app.proposals.models import Proposal
from tests.factories import identity, proposals
from tests.support.smtp import Mailbox

Run = Callable[[], int]


def answered(proposal: Proposal, by: Actor = SYSTEM) -> Activity:
    answer = {"subject_type": SubjectType.PROPOSAL, "subject_id": proposal.id}
    return db.session().get_one(Activity, activity.record("proposal.answered", by=by, **answer))


def test_an_answer_reaches_author_supporter_and_follower_once_each(
    session: Session, run_jobs: Run, mails: Mailbox
) -> None:
    idea = proposals.proposal()
    supporter, follower = identity.person(), identity.person()
    proposals.support(idea, supporter)
    activity.follow(follower.id, SubjectType.PROPOSAL, idea.id)
    activity.follow(supporter.id, SubjectType.PROPOSAL, idea.id)
    answered(idea)
    run_jobs()
    told = session.scalars(select(Notification.person_id)).all()
    assert sorted(told) == sorted([idea.author_id, supporter.id, follower.id])
    assert [letter["To"] for letter in mails.messages] == [idea.author.email], "the others wait for their daily digest"


def test_nobody_is_told_of_what_they_did_themselves(session: Session, run_jobs: Run) -> None:
    idea = proposals.proposal()
    answered(idea, by=identity.actor(idea.author))
    run_jobs()
    assert session.scalars(select(Notification)).all() == []


def test_a_job_that_runs_again_tells_nobody_twice(session: Session, run_jobs: Run, mails: Mailbox) -> None:
    idea = proposals.proposal()
    happened = answered(idea)
    run_jobs()
    happened.read_at = None
    session.commit()
    outbox.read(happened.id)
    run_jobs()
    letter = session.scalars(select(OutgoingMail)).one()
    mail.send(letter.id)
    assert len(session.scalars(select(Notification)).all()) == 1
    assert len(mails.messages) == 1
    assert mails.messages[0]["Date"].datetime == letter.created_at.replace(microsecond=0)


def test_the_sweep_tells_what_never_left(session: Session, run_jobs: Run, mails: Mailbox) -> None:
    happened = answered(proposals.proposal())
    jobs.forget()
    happened.created_at = happened.created_at.replace(year=2020)
    session.commit()
    outbox.sweep()
    run_jobs()
    assert len(mails.messages) == 1


def test_a_digest_gathers_what_waited_and_is_sent_once(session: Session, run_jobs: Run, mails: Mailbox) -> None:
    follower = identity.person(language="en")
    for _ in range(3):
        idea = proposals.proposal()
        activity.follow(follower.id, SubjectType.PROPOSAL, idea.id)
        idea.author.email_verified_at = None
        answered(idea)
    run_jobs()
    assert len(mails.messages) == 0
    for _ in range(2):
        jobs.enqueue("notifications.daily")
        run_jobs()
    assert [letter["Subject"] for letter in mails.messages] == ["3 pieces of news from Torvet"]


def test_who_wants_no_mail_is_told_on_the_square_only(session: Session, run_jobs: Run, mails: Mailbox) -> None:
    idea = proposals.proposal()
    actions.prefer(idea.author.id, Topic.DECISIONS, Frequency.NEVER)
    answered(idea)
    run_jobs()
    assert session.scalars(select(Notification)).one().frequency == Frequency.NEVER
    assert len(mails.messages) == 0


def test_a_mail_server_that_is_away_gets_the_letter_later(session: Session, run_jobs: Run, mails: Mailbox) -> None:
    answered(proposals.proposal())
    mails.answer = "451 Try later"
    run_jobs()
    letter = session.scalars(select(OutgoingMail)).one()
    assert (letter.state, letter.attempts, len(mails.messages)) == (MailState.QUEUED, 1, 0)
    mails.answer = "250 OK"
    letter.due_at = letter.created_at
    session.commit()
    mail.sweep()
    run_jobs()
    session.refresh(letter)
    assert (letter.state, letter.context, len(mails.messages)) == (MailState.SENT, {}, 1)


def test_a_letter_nobody_takes_ends_among_the_dead(session: Session, run_jobs: Run, mails: Mailbox) -> None:
    answered(proposals.proposal())
    mails.answer = "451 Try later"
    run_jobs()
    letter = session.scalars(select(OutgoingMail)).one()
    for _ in range(len(mail.BACKOFF)):
        mail.send(letter.id)
    assert letter.state == MailState.DEAD


def test_a_worker_killed_while_handing_over_leaves_a_letter_for_administrators(session: Session, run_jobs: Run) -> None:
    answered(proposals.proposal())
    run_jobs()
    letter = session.scalars(select(OutgoingMail)).one()
    letter.state, letter.due_at = MailState.HANDING_OVER, letter.due_at.replace(year=2020)
    session.commit()
    mail.sweep()
    session.refresh(letter)
    assert (letter.state, letter.last_error) == (MailState.DEAD, "WorkerStoppedWhileSending")


def test_a_digest_with_nothing_in_it_or_for_nobody_is_not_sent(session: Session, mails: Mailbox, run_jobs: Run) -> None:
    gone, quiet = identity.person(), identity.person()
    gone.erased_at, gone.email = clock.now(), None
    session.commit()
    for person in (gone, quiet):
        jobs.enqueue("notifications.digest", person.id, "daily")
    run_jobs()
    assert session.scalars(select(OutgoingMail)).all() == []

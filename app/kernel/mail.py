"""Mail: written to a table in the transaction that causes it, sent by a job, never twice."""

from __future__ import annotations

import enum
import secrets
import smtplib
import ssl
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask, render_template
from sqlalchemy import ForeignKey, Index, delete, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock, db, jobs, letters
from app.kernel.i18n import speaking
from app.kernel.settings import settings

BACKOFF = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720)]
STALE = timedelta(minutes=10)
LINK_NO_LONGER_GOOD = "LinkNoLongerGood"


class MailState(enum.StrEnum):
    QUEUED = "queued"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    DEAD = "dead"


class OutgoingMail(db.Base):
    """One mail to one person. Its context is emptied when it has been sent, and when nobody can send it any more."""

    __tablename__ = "outgoing_mails"
    id: Mapped[db.PrimaryKey]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    address: Mapped[str]
    language: Mapped[str]
    event: Mapped[str]
    context: Mapped[dict[str, Any]] = mapped_column(JSONB)
    headers: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    state: Mapped[MailState] = mapped_column(db.enum_type(MailState), default=MailState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[db.Created]
    last_error: Mapped[str] = mapped_column(default="")
    message_id: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[db.Created]
    sent_at: Mapped[datetime | None]
    emptied_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_outgoing_mails_waiting", "due_at", postgresql_where=text("state in ('queued', 'handing_over')")),
        Index("ix_outgoing_mails_dead", "id", postgresql_where=text("state = 'dead'")),
        db.QUIET,
    )

    def empty(self) -> None:
        """Keep that there was a letter, and nothing of what it said."""
        self.context, self.headers, self.emptied_at = {}, {}, clock.now()


def queue(
    event: str,
    *,
    address: str,
    language: str,
    person_id: int | None = None,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> OutgoingMail:
    """Write a mail of the templates `email/<event>/`; it leaves after the commit. The context must be plain JSON."""
    sender_domain = parseaddr(settings().mail_from)[1].split("@")[-1]
    letter = OutgoingMail(
        event=event,
        address=address,
        language=language,
        person_id=person_id,
        context=context,
        headers=headers or {},
        message_id=f"<{secrets.token_hex(16)}@{sender_domain}>",
    )
    db.session().add(letter)
    db.session().flush()
    jobs.enqueue("mail.send", letter.id)
    return letter


@jobs.job("mail.send")
def send(id: int) -> None:
    """Send one mail. The row is locked while the server is greeted and marked just before the letter is handed over,

    so that a worker killed before that sends it again, and one killed after it leaves a letter for an administrator.
    """
    session = db.session()
    waiting = select(OutgoingMail).where(OutgoingMail.id == id, OutgoingMail.state == MailState.QUEUED)
    letter = session.scalar(waiting.with_for_update(skip_locked=True))
    if letter is None:
        return
    if not letters.still_good([letter]):
        letter.state, letter.last_error = MailState.DEAD, LINK_NO_LONGER_GOOD
        letter.empty()
        return
    message = compose(letter)
    try:
        with connect() as server:
            letter.state = MailState.HANDING_OVER
            letter.attempts += 1
            session.commit()
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as fault:
        _postpone(letter, fault)
        return
    letter.state, letter.sent_at = MailState.SENT, clock.now()
    letter.empty()


def _postpone(letter: OutgoingMail, fault: Exception) -> None:
    if letter.state != MailState.HANDING_OVER:
        letter.attempts += 1
    refused = isinstance(fault, smtplib.SMTPRecipientsRefused) and letter.attempts >= 2
    letter.last_error = type(fault).__name__
    if refused or letter.attempts > len(BACKOFF):
        letter.state = MailState.DEAD
    else:
        letter.state, letter.due_at = MailState.QUEUED, clock.now() + BACKOFF[letter.attempts - 1]


def compose(letter: OutgoingMail) -> EmailMessage:
    """The multipart message of a letter, in its reader's language."""
    mine = settings()
    message = EmailMessage()
    with speaking(letter.language):
        context = {**letter.context, "language": letter.language, "base_url": mine.base_url}
        subject = render_template(f"email/{letter.event}/subject.txt", **context)
        message["Subject"] = " ".join(subject.split())
        message["From"], message["To"], message["Message-ID"] = mine.mail_from, letter.address, letter.message_id
        message["Date"], message["Auto-Submitted"] = letter.created_at, "auto-generated"
        for name, value in letter.headers.items():
            message[name] = value
        message.set_content(render_template(f"email/{letter.event}/body.txt", **context))
        message.add_alternative(render_template(f"email/{letter.event}/body.html", **context), subtype="html")
    return message


def connect() -> smtplib.SMTP:
    """A greeted mail server, named by SMTP_URL; smtps:// speaks TLS from the start, smtp:// where it is offered."""
    url = urlsplit(settings().smtp_url)
    host, secure = url.hostname or "127.0.0.1", ssl.create_default_context()
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, url.port or 465, timeout=20, context=secure)
    else:
        server = smtplib.SMTP(host, url.port or 25, timeout=20)
    server.ehlo()
    if url.scheme == "smtp" and server.has_extn("starttls"):
        server.starttls(context=secure)
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))
    return server


@jobs.job("mail.forget", cron="31 3 * * *")
def forget() -> None:
    """Empty the letters that were given up long ago, and forget old letters altogether."""
    session, moment = db.session(), clock.now()
    kept = (OutgoingMail.state == MailState.DEAD, OutgoingMail.emptied_at.is_(None))
    old = update(OutgoingMail).where(*kept, OutgoingMail.created_at < moment - letters.DEAD_KEPT)
    session.execute(old.values(context={}, headers={}, emptied_at=moment))
    settled = OutgoingMail.state.in_((MailState.SENT, MailState.DEAD))
    session.execute(delete(OutgoingMail).where(settled, OutgoingMail.created_at < moment - letters.REMEMBERED))


@jobs.job("mail.sweep", cron="* * * * *")
def sweep() -> None:
    """Send again what is due; give up on letters whose worker died while handing them over."""
    session, moment = db.session(), clock.now()
    handing = OutgoingMail.state == MailState.HANDING_OVER
    stale = update(OutgoingMail).where(handing, OutgoingMail.due_at < moment - STALE)
    session.execute(stale.values(state=MailState.DEAD, last_error="WorkerStoppedWhileSending"))
    due = select(OutgoingMail.id).where(OutgoingMail.state == MailState.QUEUED, OutgoingMail.due_at < moment)
    for letter_id in session.scalars(due.order_by(OutgoingMail.due_at).limit(500)):
        jobs.enqueue("mail.send", letter_id)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["base_url"] = settings(app).base_url

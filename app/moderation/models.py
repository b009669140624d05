from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.activity.models import SubjectType
from app.identity.models import Person
from app.kernel import db
from app.places.models import Municipality


class CaseState(enum.StrEnum):
    WAITING = "waiting"
    CHANGES_REQUESTED = "changes_requested"
    PUBLISHED = "published"
    REJECTED = "rejected"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


class DecisionKind(enum.StrEnum):
    PUBLISH = "publish"
    REQUEST_CHANGES = "request_changes"
    REJECT = "reject"
    HIDE = "hide"
    RESTORE = "restore"
    MERGE = "merge"
    DISMISS_REPORTS = "dismiss_reports"
    UPHOLD = "uphold"
    REVERSE = "reverse"


class Origin(enum.StrEnum):
    """What made a moderator look: the review before publishing, a report, a complaint, or their own eyes."""

    REVIEW = "review"
    REPORT = "report"
    COMPLAINT = "complaint"
    OWN = "own"


class ReasonCode(enum.StrEnum):
    """Why something was decided against, or reported."""

    OFF_TOPIC = "off_topic"
    DUPLICATE = "duplicate"
    PERSONAL_DATA = "personal_data"
    HARASSMENT = "harassment"
    HATE_SPEECH = "hate_speech"
    SPAM = "spam"
    ILLEGAL = "illegal"
    CHILD_ABUSE = "child_abuse"
    MISLEADING = "misleading"
    COPYRIGHT = "copyright"
    UNCLEAR = "unclear"
    OTHER = "other"

    @property
    def label(self) -> LazyString:
        """The rule of the square that the code stands for, as a reader knows it."""
        return LABELS[self]


LABELS = {
    ReasonCode.OFF_TOPIC: _l("It is not about the matter at hand"),
    ReasonCode.DUPLICATE: _l("The same has been posted already"),
    ReasonCode.PERSONAL_DATA: _l("It tells personal things about somebody"),
    ReasonCode.HARASSMENT: _l("It attacks or harasses somebody"),
    ReasonCode.HATE_SPEECH: _l("It demeans people for who they are"),
    ReasonCode.SPAM: _l("It is advertising or spam"),
    ReasonCode.ILLEGAL: _l("It is against the law"),
    ReasonCode.CHILD_ABUSE: _l("It shows sexual abuse of children, or invites to it"),
    ReasonCode.MISLEADING: _l("It misleads, or somebody poses as another"),
    ReasonCode.COPYRIGHT: _l("It uses somebody else's work without permission"),
    ReasonCode.UNCLEAR: _l("It cannot be understood as it stands"),
    ReasonCode.OTHER: _l("Something else"),
}


class Case(db.Base):
    """The review of one thing. Owned by the thing, which holds its id.

    `submitted_at` is when the author last sent it, `waiting_since` when it last came into the queue.
    """

    __tablename__ = "cases"
    id: Mapped[db.PrimaryKey]
    subject_type: Mapped[SubjectType] = mapped_column(db.enum_type(SubjectType))
    subject_id: Mapped[int]
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    title: Mapped[str]
    state: Mapped[CaseState] = mapped_column(db.enum_type(CaseState))
    open_reports: Mapped[int] = mapped_column(default=0)
    open_appeals: Mapped[int] = mapped_column(default=0)
    submitted_at: Mapped[db.Created]
    waiting_since: Mapped[db.Created]
    version: Mapped[int] = mapped_column(default=1)

    municipality: Mapped[Municipality | None] = relationship()
    author: Mapped[Person | None] = relationship()
    decisions: Mapped[list[Decision]] = relationship(back_populates="case", order_by="Decision.id")
    reports: Mapped[list[Report]] = relationship(back_populates="case", order_by="Report.id")

    __table_args__ = (
        UniqueConstraint("subject_type", "subject_id"),
        Index(
            "ix_cases_queue",
            "municipality_id",
            "waiting_since",
            "id",
            postgresql_where=text("state = 'waiting' or open_reports > 0 or open_appeals > 0"),
        ),
        CheckConstraint("open_reports >= 0 and open_appeals >= 0", name="counts"),
    )
    __mapper_args__ = {"version_id_col": version}

    @property
    def waits(self) -> bool:
        return self.state == CaseState.WAITING or self.open_reports > 0 or self.open_appeals > 0


class Decision(db.Base):
    """What was decided and why. Append-only."""

    __tablename__ = "decisions"
    id: Mapped[db.PrimaryKey]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[DecisionKind] = mapped_column(db.enum_type(DecisionKind))
    reason_code: Mapped[ReasonCode | None] = mapped_column(db.enum_type(ReasonCode))
    law: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[db.LongText] = mapped_column(default="")
    origin: Mapped[Origin] = mapped_column(db.enum_type(Origin), default=Origin.OWN)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    decided_at: Mapped[db.Created] = mapped_column(index=True)

    case: Mapped[Case] = relationship(back_populates="decisions")
    decided_by: Mapped[Person | None] = relationship()
    complaints: Mapped[list[Appeal]] = relationship(
        back_populates="decision", foreign_keys="Appeal.decision_id", order_by="Appeal.id"
    )

    __table_args__ = (
        CheckConstraint(
            "kind not in ('reject', 'hide', 'merge') or (reason_code is not null and reason <> '')",
            name="reasons_given",
        ),
        CheckConstraint("kind not in ('request_changes', 'dismiss_reports') or reason <> ''", name="changes_named"),
        CheckConstraint("reason_code is distinct from 'illegal' or law <> ''", name="law_named"),
    )

    @property
    def ground(self) -> dict[str, Any]:
        """The law or the rule that it rests on, as plain JSON in the language of the moment."""
        return {"law": self.law, "reason_code": {"label": str(self.reason_code.label)} if self.reason_code else None}

    @property
    def complaint(self) -> Appeal | None:
        """The author's own; those who reported it have theirs at their report."""
        return next((one for one in self.complaints if one.report_id is None), None)


class Report(db.Base):
    """Somebody says that something should not stand as it does.

    Whoever sends it without an account is the notifier. Name, address and link are emptied when nobody needs them any
    more; the language stays, and tells that there was no account.
    """

    __tablename__ = "reports"
    id: Mapped[db.PrimaryKey]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    reason_code: Mapped[ReasonCode] = mapped_column(db.enum_type(ReasonCode))
    notifier_name: Mapped[str] = mapped_column(default="", server_default="")
    notifier_email: Mapped[str] = mapped_column(default="", server_default="")
    notifier_language: Mapped[str] = mapped_column(default="", server_default="")
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    details: Mapped[db.LongText] = mapped_column(default="")
    good_faith: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[db.Created] = mapped_column(index=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), index=True)

    case: Mapped[Case] = relationship(back_populates="reports")
    reporter: Mapped[Person | None] = relationship()
    decision: Mapped[Decision | None] = relationship()
    complaint: Mapped[Appeal | None] = relationship(back_populates="report")

    __table_args__ = (
        Index(
            "uq_reports_open",
            "case_id",
            "reporter_id",
            unique=True,
            postgresql_where=text("decision_id is null and reporter_id is not null"),
        ),
        CheckConstraint("good_faith", name="good_faith"),
        CheckConstraint("reporter_id is null or (notifier_name = '' and notifier_email = '')", name="one_sender"),
        CheckConstraint("token_hash is null or notifier_email <> ''", name="link_by_mail"),
    )

    @property
    def without_account(self) -> bool:
        return self.notifier_language != ""


class Appeal(db.Base):
    """The author, or whoever reported it, complains about a decision; another moderator answers with a decision."""

    __tablename__ = "appeals"
    id: Mapped[db.PrimaryKey]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), index=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    grounds: Mapped[db.LongText]
    created_at: Mapped[db.Created] = mapped_column(index=True)
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), index=True)
    answered_at: Mapped[datetime | None]

    decision: Mapped[Decision] = relationship(foreign_keys=decision_id, back_populates="complaints")
    report: Mapped[Report | None] = relationship(back_populates="complaint")
    answer: Mapped[Decision | None] = relationship(foreign_keys=answer_id)

    __table_args__ = (
        Index("uq_appeals_author", "decision_id", unique=True, postgresql_where=text("report_id is null")),
    )

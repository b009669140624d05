"""Who may what in moderation, where no page shows it; and what is left out when Valkey is away."""

from __future__ import annotations

import pytest
from flask import Flask, current_app
from redis import Redis
from sqlalchemy.orm import Session

from app.kernel.access import SYSTEM, VISITOR
from app.moderation import actions, rules
from app.moderation.models import Appeal, DecisionKind
from tests.factories import identity, moderation


def test_the_system_may_decide_and_a_platform_administrator_everywhere(session: Session) -> None:
    case = moderation.case()
    assert rules.may_decide(SYSTEM, case)
    assert rules.may_decide(identity.actor(identity.platform_administrator()), case)
    assert not rules.may_decide(identity.actor(identity.person()), case)


def test_what_is_hidden_is_not_reported(session: Session) -> None:
    reader = identity.actor(identity.person())
    for actor in (reader, VISITOR):
        assert not rules.may_report(actor, moderation.waiting())
        assert rules.may_report(actor, moderation.case())


def test_a_visitor_may_report_what_somebody_wrote_who_has_left(session: Session) -> None:
    assert rules.may_report(VISITOR, moderation.case(author_id=None))


def test_a_decision_is_read_by_the_author_and_the_staff(session: Session) -> None:
    decision = moderation.decision(moderation.case())
    assert rules.may_read_decision(identity.actor(decision.case.author), decision)
    assert rules.may_read_decision(identity.actor(identity.moderator(decision.case.municipality)), decision)
    assert not rules.may_read_decision(identity.actor(identity.person()), decision)


def test_a_decision_is_complained_about_by_its_author_once(session: Session) -> None:
    decision = moderation.decision(moderation.case(), DecisionKind.HIDE, reason_code="spam", reason="Reklame.")
    author = identity.actor(decision.case.author)
    assert not rules.may_appeal(identity.actor(identity.person()), decision)
    assert not rules.may_appeal(VISITOR, decision)
    assert rules.may_appeal(author, decision)
    session.add(Appeal(decision=decision, person_id=author.id, grounds="Nej."))
    session.flush()
    assert not rules.may_appeal(author, decision)


def test_a_thing_that_was_never_reviewed_is_withdrawn_without_a_case(session: Session) -> None:
    actions.withdraw(None)
    assert session.dirty == session.new


def test_without_valkey_nobody_is_told_who_else_reads_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    case, reader = moderation.case(), identity.actor(identity.person())
    nowhere = Redis(host="127.0.0.1", port=1, socket_connect_timeout=1)
    monkeypatch.setitem(current_app.extensions, "valkey", nowhere)
    assert actions.look_at(case, by=reader) == []

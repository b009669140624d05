from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.kernel.access import SYSTEM
from app.kernel.errors import Stale
from app.moderation.models import DecisionKind
from app.partnerships import actions, rules
from app.partnerships.models import OutcomeKind, PartnershipState
from tests.factories import identity, partnerships
from tests.support.partners import forming, seat


@pytest.mark.parametrize("state", PartnershipState)
def test_a_request_is_answered_while_partners_are_taken_in(app: Flask, state: PartnershipState) -> None:
    partnership, lead, _ = forming()
    partnership.state, partnership.outcome, partnership.outcome_kind = state, "Sensorerne bliver.", OutcomeKind.SCALED
    request = partnerships.request(partnership)
    verdict = rules.may_answer(identity.actor(lead), request)
    assert bool(verdict) == (state in {PartnershipState.FORMING, PartnershipState.ACTIVE})


def test_news_is_posted_in_the_name_of_a_partner_that_one_belongs_to(app: Flask) -> None:
    partnership, lead, _ = forming()
    assert partnership.lead
    mine, actor = partnership.lead.organisation_id, identity.actor(lead)
    verdicts = {name: rules.may_update_as(actor, partnership, name) for name in (mine, None, (mine or 0) + 1)}
    assert [bool(verdict) for verdict in verdicts.values()] == [True, False, False]
    assert not rules.may_update_as(identity.actor(identity.person()), partnership, mine)


def test_who_has_left_meanwhile_is_not_made_lead(app: Flask, session: Session) -> None:
    partnership, lead, (person,) = forming(1)
    gone = seat(partnership, person)
    gone.left_at = partnership.published_at
    with pytest.raises(Stale):
        actions.hand_over(partnership, by=identity.actor(lead), to_partner_id=gone.id)
    assert partnership.lead
    assert partnership.lead.organisation is not None


def test_what_was_hidden_is_restored(app: Flask, session: Session) -> None:
    partnership, _, _ = forming()
    news = partnerships.update(partnership)
    for kind, hidden in ((DecisionKind.HIDE, True), (DecisionKind.RESTORE, False)):
        actions.carry_out(partnership.id, kind, SYSTEM)
        actions.hide_update(news.id, kind, SYSTEM)
        assert (partnership.hidden_at is not None, news.hidden_at is not None) == (hidden, hidden)


@pytest.mark.parametrize(
    "kind", sorted(set(DecisionKind) - {"publish", "request_changes", "reject", "hide", "restore"})
)
def test_other_decisions_leave_it_as_it_is(app: Flask, session: Session, kind: DecisionKind) -> None:
    partnership, _, _ = forming()
    news = partnerships.update(partnership)
    actions.carry_out(partnership.id, kind, SYSTEM)
    actions.hide_update(news.id, kind, SYSTEM)
    assert (partnership.state, partnership.hidden_at, news.hidden_at) == (PartnershipState.FORMING, None, None)

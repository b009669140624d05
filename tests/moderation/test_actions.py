from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.exceptions import Conflict

from app.activity.models import Activity, SubjectType
from app.moderation import actions, ports
from app.moderation.models import CaseState, DecisionKind
from tests.factories import identity, places


def test_a_published_case_carries_the_decision_to_its_subject(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried = []
    port = ports.Port(lambda *given: carried.append(given), lambda _: ports.Preview("", {}))
    monkeypatch.setitem(ports._ports, SubjectType.CHALLENGE, port)
    home, author = places.municipality(), identity.person()
    by = identity.actor(identity.moderator(home))
    case = actions.submit(SubjectType.CHALLENGE, 7, title="Mere skygge", municipality_id=home.id, author_id=author.id)
    actions.decide(case, DecisionKind.PUBLISH, by=by, version=case.version)
    session.flush()
    assert case.state == CaseState.PUBLISHED
    assert carried == [(7, DecisionKind.PUBLISH, by)]
    assert session.query(Activity).one().kind == "case.publish"
    with pytest.raises(Conflict):
        actions.decide(case, DecisionKind.HIDE, by=by, version=1)
    with pytest.raises(DBAPIError, match="never changed"):
        session.execute(text("update decisions set reason = 'x'"))

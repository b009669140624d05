"""What a challenge says one can do in each kind of phase, and that its main action leads to something that exists."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.challenges.models import PhaseKind
from tests.factories import challenges, identity
from tests.support.client import Client

SAYS = {
    PhaseKind.IDEAS: "Write an idea, or support those of others.",
    PhaseKind.CONVERSATION: "no statements to agree or disagree with on Torvet yet",
    PhaseKind.BUDGET: "The vote does not take place on Torvet yet",
    PhaseKind.CALL: "Applications cannot be sent on Torvet yet.",
    PhaseKind.PILOT: "The pilot takes place outside Torvet.",
    PhaseKind.FOLLOW_UP: "you are told when something new happens",
}


@pytest.mark.parametrize("kind", list(PhaseKind))
def test_an_open_phase_says_what_can_be_done_now_and_leads_there(
    client: Client, session: Session, kind: PhaseKind
) -> None:
    phases = [challenges.phase(kind), challenges.phase(PhaseKind.IDEAS, 40, 50)]
    page = client.get(f"/challenges/{challenges.challenge(phases=phases).id}")
    (now,) = page.all(".phase-now")
    assert SAYS[kind] in now.get_text()
    leads_to = str(page.all(".beside-only a.button")[0]["href"])
    if leads_to.startswith("#"):
        assert page.one(leads_to)
    else:
        assert client.signed_in_as(identity.person()).get(leads_to).status_code == 200


def test_a_challenge_between_its_phases_says_nothing_of_the_kind(client: Client, session: Session) -> None:
    phases = [challenges.phase(PhaseKind.BUDGET, 4, 9)]
    assert not client.get(f"/challenges/{challenges.challenge(phases=phases).id}").all(".phase-now")

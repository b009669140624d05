"""What is said about a partnership is true of its state."""

from __future__ import annotations

import pytest

from app.kernel import clock
from app.partnerships.models import OutcomeKind, PartnershipState, PledgeKind
from tests.factories import identity, organisations, partnerships
from tests.support.client import Client


def test_a_partnership_that_is_over_is_spoken_of_as_past(client: Client) -> None:
    over = partnerships.partnership(
        state=PartnershipState.CONCLUDED,
        outcome_kind=OutcomeKind.STOPPED,
        outcome="Det gik ikke, og vi skriver hvorfor.",
        outcome_figure="3 uger kortere",
        concluded_at=clock.now(),
    )
    words = client.get(f"/partnerships/{over.id}").words
    assert "What they set out to do" in words
    assert "none yet" not in words
    figure = client.get(f"/partnerships/{over.id}").one("#outcome ~ .lead")
    assert figure.select_one("span[lang=da]"), "the short figure is voiced like the text beside it"
    home = client.get("/").one(".outcomes li").get_text(" ", strip=True)
    assert home.startswith("Stopped 3 uger kortere")


def test_hours_are_counted_once(client: Client) -> None:
    partnership = partnerships.partnership()
    assert partnership.lead
    partnerships.pledge(partnership.lead, kind=PledgeKind.HOURS, amount=40)
    words = client.get(f"/partnerships/{partnership.id}").words
    assert "40 hours" in words
    assert "Hours: 40 hours" not in words


def test_a_new_partner_is_named(client: Client) -> None:
    lead, asker = identity.person(language="en"), identity.person(name="Erin O'Neill")
    partnership = partnerships.partnership(lead=organisations.owned_by(lead))
    asked = partnerships.request(partnership, person=asker)
    page = client.signed_in_as(lead).get(f"/join-requests/{asked.id}")
    done = client.follow(client.submit(page, "form[action^='/join-requests']", button="accept"))
    assert "Erin O'Neill is now a partner." in done.words


@pytest.mark.parametrize("amount", ["mange", "0"])
def test_a_number_that_is_none_is_told_once(client: Client, amount: str) -> None:
    page = client.signed_in_as(identity.person(language="en")).get(
        f"/partnerships/{partnerships.partnership().id}/join"
    )
    faulty = client.submit(page, "form.form", kind="money", amount=amount, role="Bygger")
    assert faulty.one("#amount-error").get_text(" ", strip=True) == "Error: Write a number, such as 12.500 or 40."


def test_who_belongs_to_a_partner_posts_in_its_name_only(client: Client) -> None:
    lead = identity.person(language="en")
    partnership = partnerships.partnership(lead=organisations.owned_by(lead, name="Nordlys ApS"))
    path = f"/partnerships/{partnership.id}/updates/new"
    page = client.signed_in_as(lead).get(path)
    assert "Posted in the name of Nordlys ApS." in page.words
    client.submit(page, title="Sat op", body="Ti sensorer.")
    assert client.get(f"/partnerships/{partnership.id}").one("article[id^=update] .acting").get_text() == "Nordlys ApS"
    partnerships.partner(partnership, person=lead)
    both = client.get(path)
    assert len(both.all("#acts_as option")) == 2
    assert both.one("#acts_as option[selected]").get_text() == "Nordlys ApS"

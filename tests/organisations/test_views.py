from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.moderation.models import Case, CaseState
from app.organisations.models import MemberRole, Membership, Organisation, OrganisationKind
from tests.factories import identity, organisations, places
from tests.kernel.test_files import picture
from tests.support.client import Client
from tests.support.queries import Recorder

NORDLYS = "99000686"


def test_a_company_is_registered_with_what_the_cvr_register_knows(client: Client, session: Session) -> None:
    home = places.municipality(code="0751")
    client.signed_in_as(identity.person())
    page = client.get("/organisations/new?cvr=DK 99 00 06 86")
    assert "We found Nordlys Sensorer ApS" in page.words
    answer = client.submit(page)
    organisation = session.scalars(select(Organisation)).one()
    assert answer.location.endswith(f"/organisations/{organisation.id}")
    assert (organisation.cvr, organisation.name) == (NORDLYS, "Nordlys Sensorer ApS")
    assert organisation.address == "Havnegade 14, 8000 Aarhus C"
    assert organisation.municipality_id == home.id
    assert session.scalars(select(Membership.role)).all() == [MemberRole.OWNER]
    assert session.get_one(Case, organisation.case_id).state == CaseState.WAITING
    shown = client.follow(answer)
    assert "Not verified yet" in shown.words
    assert "It waits for a moderator" in shown.words


def test_sending_the_registration_twice_registers_once(client: Client, session: Session) -> None:
    places.municipality(code="0751")
    client.signed_in_as(identity.person())
    page = client.get(f"/organisations/new?cvr={NORDLYS}")
    first, second = client.submit(page), client.submit(page)
    assert first.location == second.location
    assert session.scalar(select(func.count()).select_from(Organisation)) == 1


@pytest.mark.parametrize("number", ["12345678", "99 00 06 87", "1", "ABCDEFGH", "99000686 9"])
def test_a_number_whose_check_digits_do_not_fit_is_refused_and_the_text_kept(client: Client, number: str) -> None:
    home = places.municipality()
    client.signed_in_as(identity.person())
    page = client.submit(
        client.get("/organisations/new"), cvr=number, name="Vores firma", municipality=str(home.id), summary="Vi maler"
    )
    assert page.status_code == 422
    assert "check digits do not fit" in page.one("#cvr-error").get_text()
    assert page.one("#summary")["value"] == "Vi maler"


def test_a_company_needs_a_cvr_number_and_an_association_does_not(client: Client, session: Session) -> None:
    home = places.municipality()
    client.signed_in_as(identity.person())
    page = client.get("/organisations/new")
    refused = client.submit(page, name="Uden nummer", municipality=str(home.id))
    assert "Write the CVR number" in refused.one("#cvr-error").get_text()
    client.submit(refused, kind="association", name="Havnens venner", municipality=str(home.id))
    assert session.scalars(select(Organisation.name)).one() == "Havnens venner"


def test_a_known_cvr_number_leads_to_asking_to_join(client: Client) -> None:
    known = organisations.organisation(cvr=NORDLYS, name="Nordlys")
    client.signed_in_as(identity.person())
    page = client.get(f"/organisations/new?cvr={NORDLYS}")
    assert "Nordlys is on Torvet already" in page.words
    sent = client.submit(page, name="Nordlys igen", municipality=str(known.municipality_id))
    assert sent.status_code == 422
    assert sent.all(f"a[href='/organisations/{known.id}/join']")


def test_a_visitor_keeps_what_was_typed_until_signed_in(client: Client) -> None:
    home = places.municipality()
    typed = {"kind": "association", "name": "Havnens venner", "municipality": str(home.id)}
    answer = client.submit(client.get("/organisations/new"), **typed)
    assert "/sign-in" in answer.location
    client.signed_in_as(identity.person())
    assert client.get("/organisations/new").one("#name")["value"] == "Havnens venner"


def test_the_list_is_narrowed_by_kind_place_goal_verification_and_words(client: Client) -> None:
    town, elsewhere = places.municipality(), places.municipality()
    organisations.organisation(name="Alfa Vand", municipality=town, themes=[6], can_do="Vi måler grundvand.")
    organisations.organisation(
        name="Beta Skole", municipality=elsewhere, municipalities=[town], kind=OrganisationKind.KNOWLEDGE_INSTITUTION
    )
    organisations.organisation(name="Gamma Klub", municipality=elsewhere, verified_at=None)
    hidden = organisations.organisation(name="Delta Skjult")
    hidden.hidden_at = hidden.created_at

    def names(query: str) -> list[str]:
        return [one.get_text() for one in client.get(f"/organisations?{query}").all(".row-title")]

    assert names("") == ["Alfa Vand", "Beta Skole", "Gamma Klub"]
    assert names("kind=knowledge_institution") == ["Beta Skole"]
    assert names(f"municipality={town.slug}") == ["Alfa Vand", "Beta Skole"]
    assert names("theme=6") == ["Alfa Vand"]
    assert names("verified=1") == ["Alfa Vand", "Beta Skole"]
    assert names("q=grundvandet") == ["Alfa Vand"]
    assert names("q=gamm") == ["Gamma Klub"]
    assert names("kind=ukendt&theme=99&municipality=ingen&after=vrøvl") == ["Alfa Vand", "Beta Skole", "Gamma Klub"]


def test_the_list_costs_the_same_however_long_it_is_and_pages_by_key(client: Client, queries: Recorder) -> None:
    town = places.municipality()
    organisations.organisation(municipality=town)
    with queries() as few:
        client.get("/organisations")
    for number in range(45):
        organisations.organisation(name=f"Firma {number:02}", municipality=town)
    with queries() as many:
        page = client.get("/organisations")
    assert len(many) == len(few) <= 8, str(many)
    seen = [one.get_text() for one in page.all(".row-title")]
    while page.all("a[rel=next]"):
        page = client.get(str(page.one("a[rel=next]")["href"]))
        seen += [one.get_text() for one in page.all(".row-title")]
    assert len(seen) == len(set(seen)) == 46


def test_the_profile_is_edited_with_a_logo(client: Client, session: Session) -> None:
    owner = identity.person()
    company, other = organisations.owned_by(owner), places.municipality()
    client.signed_in_as(owner)
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(picture, "PNG")
    picture.seek(0)
    page = client.get(f"/organisations/{company.id}/edit")
    answer = client.submit(
        page,
        can_do="Vi **måler** vand <script>alert(1)</script>",
        website="https://example.dk",
        tags="vand, sensorer, vand",
        themes=["6", "14"],
        municipalities=[str(other.id)],
        logo=(picture, "logo.png"),
        logo_alt="Et blåt hjul",
    )
    shown = client.follow(answer)
    assert "Vi måler vand" in shown.words
    assert "<script>alert" not in shown.text
    assert shown.one(".page-aside img")["alt"] == "Et blåt hjul"
    company = session.get_one(Organisation, company.id)
    assert (company.tags, company.themes, company.verified) == (["vand", "sensorer"], [6, 14], True)
    assert other.name in shown.words


def test_a_file_that_is_no_picture_and_a_logo_without_words_are_refused(client: Client) -> None:
    owner = identity.person()
    company = organisations.owned_by(owner)
    client.signed_in_as(owner)
    path = f"/organisations/{company.id}/edit"
    fake = client.submit(client.get(path), logo=(io.BytesIO(b"MZ not a picture"), "logo.png"), logo_alt="Logo")
    assert fake.status_code == 422
    assert "not a picture" in fake.one("#logo-error").get_text()
    silent = client.submit(client.get(path), logo=(io.BytesIO(picture()), "logo.png"), website="javascript:alert(1)")
    assert silent.status_code == 422
    assert silent.one("#logo_alt-error")
    assert silent.one("#website-error")


def test_two_editors_never_overwrite_each_other_unseen(client: Client) -> None:
    owner = identity.person()
    company = organisations.owned_by(owner)
    client.signed_in_as(owner)
    stale = client.get(f"/organisations/{company.id}/edit")
    client.submit(stale, seeks="Testpersoner")
    assert client.submit(stale, seeks="Noget andet").status_code == 409


def test_another_name_ends_the_verification(client: Client, session: Session) -> None:
    owner = identity.person()
    company = organisations.owned_by(owner)
    client.signed_in_as(owner)
    client.submit(client.get(f"/organisations/{company.id}/edit"), name="Et helt andet navn")
    company = session.get_one(Organisation, company.id)
    assert not company.verified
    assert session.get_one(Case, company.case_id).state == CaseState.WAITING


def test_a_stranger_may_not_edit_and_sees_no_hidden_page(client: Client, session: Session) -> None:
    company = organisations.organisation()
    client.signed_in_as(identity.person())
    assert client.get(f"/organisations/{company.id}/edit").status_code == 403
    assert client.get(f"/organisations/{company.id}/members").status_code == 403
    assert client.get(f"/organisations/{company.id}/acts").status_code == 403
    company.hidden_at = company.created_at
    assert client.get(f"/organisations/{company.id}").status_code == 404


def test_what_was_done_in_the_name_of_the_organisation_is_listed(client: Client) -> None:
    owner = identity.person(name="Mette Jensen")
    home = places.municipality()
    client.signed_in_as(owner)
    page = client.submit(
        client.get("/organisations/new"), kind="association", name="Nordlys", municipality=str(home.id)
    )
    done = client.get(page.location + "/acts")
    assert "Mette Jensen" in done.words
    assert "registered the organisation" in done.words
    assert "asked for verification" in done.words


def test_where_nothing_was_done_yet_words_say_so(client: Client) -> None:
    owner = identity.person()
    company = organisations.owned_by(owner)
    page = client.signed_in_as(owner).get(f"/organisations/{company.id}/acts")
    assert "Nothing was done yet" in page.words
    assert not page.all("table")


def test_the_page_costs_a_constant_number_of_queries(client: Client, queries: Recorder) -> None:
    owner = identity.person()
    company = organisations.owned_by(owner)
    client.signed_in_as(owner)
    with queries() as few:
        client.get(f"/organisations/{company.id}")
    for _ in range(10):
        organisations.membership(company, identity.person())
    company.municipalities = [places.municipality() for _ in range(5)]
    with queries() as many:
        client.get(f"/organisations/{company.id}")
    assert len(many) == len(few) <= 14, str(many)

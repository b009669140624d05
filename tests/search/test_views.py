from __future__ import annotations

from datetime import timedelta

import pytest

from app.challenges.models import ChallengeState
from app.kernel import clock
from app.organisations.models import OrganisationKind
from app.partnerships.models import OutcomeKind, PartnershipState
from app.proposals.models import ProposalState
from tests.factories import challenges, identity, organisations, partnerships, places, proposals
from tests.support.client import Client
from tests.support.queries import Recorder


def test_an_empty_square_says_what_to_do(client: Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "Intet er åbent lige nu" in page.words


def test_home_shows_what_is_open_being_decided_and_done(client: Client) -> None:
    challenges.challenge(title="Mere skygge på torvet")
    over = challenges.phase(starts_in=-40, ends_in=-2)
    challenges.challenge(title="En stille gågade", phases=[over], promise_answer_by=clock.today() + timedelta(days=9))
    partnerships.partnership(
        title="Køligere skolegårde",
        state=PartnershipState.CONCLUDED,
        outcome_kind=OutcomeKind.SCALED,
        outcome="Træer og sejl sænkede varmen.",
        outcome_figure="4 grader",
        concluded_at=clock.now(),
    )
    page = client.get("/")
    assert "Mere skygge på torvet" in page.one("#open").get_text()
    assert "En stille gågade" in page.one("#deciding").get_text()
    assert "4 grader" in page.one("#outcomes").get_text()


def test_an_outcome_shows_who_can_tell_more(client: Client) -> None:
    teller = identity.person(name="Signe Ravn")
    partnerships.partnership(
        state=PartnershipState.CONCLUDED,
        outcome_kind=OutcomeKind.SCALED,
        outcome="Det virkede.",
        concluded_at=clock.now(),
        opened_by=teller,
    )
    assert "Signe Ravn" in client.get("/").one("#outcomes").get_text()


def test_somebody_signed_in_meets_what_waits_before_what_is_open(client: Client) -> None:
    me = identity.person(name="Signe Ravn")
    proposals.proposal(title="Flere bænke", author=me, state=ProposalState.CHANGES_REQUESTED, published_at=None)
    words = client.signed_in_as(me).get("/").words
    assert words.index("Godt at se dig, Signe") < words.index("Ret din idé »Flere bænke«") < words.index("Åbent nu")


def test_between_two_phases_a_challenge_is_being_decided_not_opening(client: Client) -> None:
    phases = [challenges.phase(starts_in=-40, ends_in=-2), challenges.phase(starts_in=20, ends_in=40)]
    challenge = challenges.challenge(phases=phases)
    assert challenge.stage(clock.today()) == "being_decided"
    assert "Afgøres nu" in client.get(f"/challenges/{challenge.id}").words


def test_english_words_on_a_danish_page_are_marked_as_english(client: Client) -> None:
    challenge = challenges.challenge(title="Letters that people understand")
    heading = client.get(f"/challenges/{challenge.id}").one("h1 span")
    assert heading["lang"] == "en"


def test_home_hides_what_is_not_public(client: Client) -> None:
    challenges.challenge(title="Kun et udkast", state=ChallengeState.DRAFT)
    challenges.challenge(title="Skjult af en moderator", hidden_at=clock.now())
    words = client.get("/").words
    assert "Kun et udkast" not in words
    assert "Skjult af en moderator" not in words


def test_home_needs_the_same_queries_however_much_is_open(client: Client, queries: Recorder) -> None:
    counts = []
    for _ in range(2):
        for _ in range(4):
            challenges.challenge()
        with queries() as seen:
            client.get("/")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 14


@pytest.mark.parametrize("words", ["bænk", "bænke", "BAENK", '"en bænk"', "bænk -regn"])
def test_search_finds_words_in_both_spellings_and_forms(client: Client, words: str) -> None:
    proposals.proposal(title="En bænk ved åen")
    organisations.organisation(name="Bænkefabrikken")
    page = client.get("/search", query_string={"q": words})
    assert "En bænk ved åen" in page.one("#found-proposals").find_parent("section").get_text()


@pytest.mark.parametrize("title", ["En bro over Gudenaaen", "En bro over Gudenåen"])
@pytest.mark.parametrize("words", ["gudenåen", "GUDENAAEN", "Gudenå bro", "Gudenaa bro", '"over Gudenåen"'])
def test_search_finds_names_however_their_aa_is_written(client: Client, title: str, words: str) -> None:
    challenges.challenge(title=title)
    assert client.get("/search", query_string={"q": words}).all("#found-challenges")


@pytest.mark.parametrize(("words", "found"), [("grønne", 1), ("groenne", 1), ("groen", 1), ("tage -grønne", 0)])
def test_search_finds_oe_for_ø_and_leaves_out_what_it_is_told_to(client: Client, words: str, found: int) -> None:
    challenges.challenge(title="Grønne tage på skolerne")
    assert len(client.get("/search", query_string={"q": words}).all("#found-challenges")) == found


@pytest.mark.parametrize("title", ["Aarhus Å som cykelrute", "Århus Aa som cykelrute", "ÅRHUS Å SOM CYKELRUTE"])
@pytest.mark.parametrize(
    "words", ["Aarhus Å", "Århus Å", "aarhus aa", "Århus Aa", "cykel", "cykelrute", "cykler aarhus"]
)
def test_search_reads_each_letter_and_finds_a_compound_by_its_beginning(client: Client, title: str, words: str) -> None:
    challenges.challenge(title=title)
    assert client.get("/search", query_string={"q": words}).all("#found-challenges")


@pytest.mark.parametrize("words", ["cykel", "cyklen", "cykler", "cyklerne", "cykle"])
@pytest.mark.parametrize("title", ["En cykel til alle", "Hvor står cyklen?", "Cykler i gården", "Cyklernes by"])
def test_search_knows_words_whose_e_comes_and_goes(client: Client, title: str, words: str) -> None:
    challenges.challenge(title=title, need="Noget andet.")
    assert client.get("/search", query_string={"q": words}).all("#found-challenges")


@pytest.mark.parametrize(("words", "found"), [('"drikkevand"', 0), ("vand -drikkevand", 1), ("i drikkevand", 1)])
def test_search_takes_what_is_quoted_or_left_out_as_it_is(client: Client, words: str, found: int) -> None:
    challenges.challenge(title="Et drikkevandskort", need="Rent vand i hele byen.")
    assert len(client.get("/search", query_string={"q": words}).all("#found-challenges")) == found


def test_search_puts_a_whole_word_before_one_that_only_begins_so(client: Client) -> None:
    challenges.challenge(title="Et torv")
    challenges.challenge(title="Torvedage")
    text = client.get("/search?q=torv").one("#found-challenges").find_parent("section").get_text()
    assert text.index("Et torv") < text.index("Torvedage")


@pytest.mark.parametrize("words", ["Prøvekøbing", "proevekoebing", "prøvekøbing kommune", "Øster Prøve", "9876"])
def test_search_finds_the_municipality_that_is_named_or_has_the_place(client: Client, words: str) -> None:
    home = places.municipality(name="Prøvekøbing")
    places.place_name(home, "Øster Prøve", code="9876")
    section = client.get("/search", query_string={"q": words}).one("#found-municipalities").find_parent("section")
    assert section.find("a")["href"] == f"/municipalities/{home.slug}"


def test_a_slip_in_the_name_of_a_municipality_is_asked_about(client: Client) -> None:
    places.municipality(name="Horsens")
    assert "Horsens" in client.get("/search?q=horsns").words


def test_search_asks_the_same_however_much_is_found(client: Client, queries: Recorder) -> None:
    counts = []
    for _ in range(2):
        for number in range(3):
            challenges.challenge(title=f"Skygge {number}")
            proposals.proposal(title=f"Skygge {number}")
        with queries() as seen:
            client.get("/search?q=skygge")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize("words", ["bike", "bikes", "parked bikes", "parking bike"])
def test_search_knows_the_forms_of_english_words(client: Client, words: str) -> None:
    challenges.challenge(title="Parking for bikes at the station")
    assert client.get("/search", query_string={"q": words}).all("#found-challenges")


def test_search_puts_the_title_before_the_text(client: Client) -> None:
    challenges.challenge(title="En fælles have", need="Der mangler en legeplads, en legeplads og en legeplads.")
    challenges.challenge(title="Legeplads i skoven")
    text = client.get("/search?q=legeplads").one("#found-challenges").find_parent("section").get_text()
    assert text.index("Legeplads i skoven") < text.index("En fælles have")


@pytest.mark.parametrize("words", ["'); drop table people --", "<script>", "a & | !", "((", "*", "æ" * 500])
def test_search_bears_anything_that_is_typed(client: Client, words: str) -> None:
    assert client.get("/search", query_string={"q": words}).status_code == 200


def test_a_byte_that_no_text_has_is_refused(client: Client) -> None:
    assert client.get("/search", query_string={"q": "\x00"}).status_code == 400


def test_search_suggests_what_is_spelled_nearly_alike(client: Client) -> None:
    challenges.challenge(title="Cykelparkering ved stationen")
    assert "Cykelparkering ved stationen" in client.get("/search?q=cykelparkerng").words


def test_home_leads_to_the_municipality_that_somebody_names(client: Client) -> None:
    home = places.municipality(name="Prøvekøbing")
    found = client.submit(client.get("/"), "form.find-place", q="prøvekøbing")
    assert found.location == f"/municipalities/{home.slug}"


def test_my_square_asks_visitors_to_sign_in_and_greets_people(client: Client) -> None:
    assert client.get("/my").status_code == 303
    client.signed_in_as(identity.person())
    assert client.get("/my").heading == "Mit torv"


@pytest.mark.parametrize("path", ["/was", "/privacy", "/contact", "/robots.txt", "/.well-known/security.txt"])
def test_the_pages_every_site_must_have_are_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


def test_home_counts_the_partnerships_that_got_to_work(client: Client) -> None:
    for state in (PartnershipState.FORMING, PartnershipState.ACTIVE):
        partnerships.partnership(title=f"Et {state}", state=state)
    assert "partnerskaber er gået i gang 1" in " ".join(client.get("/").one(".figures").get_text(" ").split())


def test_search_names_the_kind_of_an_organisation_and_the_owner_of_a_challenge(client: Client) -> None:
    organisations.organisation(name="Sejl og skygge", kind=OrganisationKind.KNOWLEDGE_INSTITUTION)
    challenges.challenge(title="Skygge på torvet")
    words = client.get("/search?q=skygge").words
    assert "Videninstitution" in words
    assert "knowledge_institution" not in words

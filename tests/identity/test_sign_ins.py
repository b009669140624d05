from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.forms import own_path
from app.identity.models import Person, SignIn, hasher, matches
from app.identity.views.sign_ins import PER_ACCOUNT
from app.kernel import clock
from tests.factories import identity, places
from tests.factories.identity import PASSWORD
from tests.support.client import Client, Page
from tests.support.queries import Recorder

Form = Callable[..., Page]
More = Callable[[], Client]


def token_of(client: Client) -> str:
    with client.session_transaction() as session:
        return str(session["_user_id"])


def test_the_right_password_signs_in_and_leads_back(client: Client, sign_in: Form) -> None:
    person = identity.person(with_password=True)
    assert sign_in(client, person, path="/sign-in?next=/settings").location == "/settings"
    assert client.get("/settings").status_code == 200


def test_an_address_is_known_whatever_the_case_of_its_letters(client: Client, sign_in: Form) -> None:
    identity.person(email="anna@example.org", with_password=True)
    page = client.submit(client.get("/sign-in"), email=" Anna@Example.ORG ", password=PASSWORD)
    assert page.status_code == 303


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: Client, sign_in: Form) -> None:
    person = identity.person(with_password=True)
    wrong = sign_in(client, person, "helt forkert kodeord")
    unknown = client.submit(client.get("/sign-in"), email="ingen@example.org", password="helt forkert kodeord")
    assert wrong.status_code == unknown.status_code == 422
    assert [part.text for part in wrong.all(".error-summary li")] == [
        part.text for part in unknown.all(".error-summary li")
    ]


def test_a_known_and_an_unknown_address_take_the_same_time(client: Client, valkey: Redis, sign_in: Form) -> None:
    person = identity.person(with_password=True)
    unknown = Person(email="ingen@example.org")

    def took(somebody: Person) -> float:
        valkey.flushdb()
        page = client.get("/sign-in")
        began = time.process_time()
        client.submit(page, email=str(somebody.email), password="helt forkert kodeord")
        return time.process_time() - began

    pairs = [(took(person), took(unknown)) for _ in range(9)]
    known_for, unknown_for = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.7 < known_for / unknown_for < 1.4


def test_an_account_without_a_password_lets_nobody_in(client: Client, sign_in: Form) -> None:
    person = identity.person()
    assert sign_in(client, person, "the password of nobody").status_code == 422
    assert not matches(None, "the password of nobody, so that an unknown address costs the same time as a known one")


def test_a_hash_of_older_strength_is_made_anew_at_sign_in(client: Client, session: Session, sign_in: Form) -> None:
    person = identity.person()
    person.password_hash = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    assert sign_in(client, person).status_code == 303
    session.refresh(person)
    assert not hasher.check_needs_rehash(str(person.password_hash))


@pytest.mark.parametrize(
    "foreign",
    [
        "https://example.org/",
        "//example.org/",
        "/\\example.org",
        "\\\\example.org",
        "/\t/example.org",
        "javascript:alert(1)",
        "settings",
        "",
        None,
        "/\n/example.org",
    ],
)
def test_nobody_is_led_to_a_foreign_page(foreign: str | None) -> None:
    assert own_path(foreign) == "/my"


def test_own_paths_are_kept_with_their_questions(client: Client) -> None:
    assert own_path("/proposals/new?challenge=5&a=æ#text") == "/proposals/new?challenge=5&a=æ#text"


def test_a_form_without_its_token_signs_nobody_in(client: Client) -> None:
    person = identity.person(with_password=True)
    page = client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    assert page.status_code == 303
    assert client.get("/settings").status_code == 303


def test_each_sign_in_has_a_token_and_a_session_of_its_own(client: Client, session: Session, sign_in: Form) -> None:
    person = identity.person(with_password=True)
    with client.session_transaction() as planted:
        planted["planted"] = "by somebody else"
    client.get("/sign-in")
    with client.session_transaction() as visiting:
        before = visiting["csrf_token"]
    sign_in(client, person)
    first = token_of(client)
    with client.session_transaction() as kept:
        assert "planted" not in kept
        assert kept.get("csrf_token") != before
    client.signed_out()
    sign_in(client, person)
    assert token_of(client) != first


def test_signing_in_anew_ends_the_sign_in_of_this_browser(client: Client, session: Session, sign_in: Form) -> None:
    person, other = identity.person(), identity.person(with_password=True)
    page = client.get("/sign-in")
    client.signed_in_as(person)
    client.submit(page, email=str(other.email), password=PASSWORD, csrf_token=client.csrf_token())
    ended = session.scalars(select(SignIn).where(SignIn.person_id == person.id)).one()
    assert ended.ended_at is not None


def test_signing_out_ends_the_sign_in_for_good(client: Client, session: Session) -> None:
    person = identity.person()
    client.signed_in_as(person)
    stolen = token_of(client)
    client.submit(client.get("/settings"), "header .site-person form[action='/sign-out']")
    assert client.get("/settings").status_code == 303
    with client.session_transaction() as cookie:
        cookie["_user_id"] = stolen
    assert client.get("/settings").status_code == 303


def test_a_list_shows_each_browser_and_ends_one(client: Client, another_client: More) -> None:
    person = identity.person()
    phone = another_client().signed_in_as(person)
    client.signed_in_as(person)
    page = client.get("/settings/sign-ins")
    assert len(page.all("main .row")) == 2
    client.submit(page, "main .row form")
    assert phone.get("/settings").status_code == 303
    assert client.get("/settings").status_code == 200


def test_nobody_ends_the_sign_in_of_another(client: Client, session: Session) -> None:
    other = identity.person()
    client.signed_in_as(other).signed_out().signed_in_as(identity.person())
    foreign = session.scalars(select(SignIn).where(SignIn.person_id == other.id)).one()
    assert client.send(f"/settings/sign-ins/{foreign.id}/end").status_code == 404
    session.refresh(foreign)
    assert foreign.ended_at is None


def test_signing_out_everywhere_ends_this_browser_too(client: Client, another_client: More) -> None:
    person = identity.person()
    phone = another_client().signed_in_as(person)
    client.signed_in_as(person)
    client.submit(client.get("/settings/sign-ins"), "main form[action$='end-all']")
    assert client.get("/settings").status_code == phone.get("/settings").status_code == 303


def test_a_sign_in_unused_for_a_month_is_over(client: Client) -> None:
    client.signed_in_as(identity.person())
    with time_machine.travel(clock.now() + timedelta(days=29)):
        assert client.get("/settings").status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=45)):
        assert client.get("/settings").status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=90)):
        assert client.get("/settings").status_code == 303


def test_the_sign_in_of_somebody_with_a_role_is_over_after_a_night(client: Client) -> None:
    client.signed_in_as(identity.moderator(places.municipality()))
    with time_machine.travel(clock.now() + timedelta(hours=11)):
        assert client.get("/settings").status_code == 200
    with time_machine.travel(clock.now() + timedelta(hours=22)):
        assert client.get("/settings").status_code == 200
    with time_machine.travel(clock.now() + timedelta(hours=35)):
        assert client.get("/settings").status_code == 303


def test_being_seen_is_written_down_every_ten_minutes_only(client: Client, queries: Recorder) -> None:
    client.signed_in_as(identity.person())
    client.get("/settings")
    with queries() as seen:
        client.get("/settings")
    assert not [statement for statement in seen if statement.startswith("UPDATE")]
    assert len(seen) <= 8, str(seen)


def test_guessing_at_one_account_is_stopped_from_wherever_it_comes(client: Client) -> None:
    person = identity.person(with_password=True)
    allowed = int(PER_ACCOUNT.split()[0])

    def attempt(number: int, password: str) -> int:
        page = client.get("/sign-in", environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})
        fields = {"email": str(person.email), "password": password, "csrf_token": client.csrf_token()}
        address = {"REMOTE_ADDR": f"192.0.2.{number}"}
        return client.post(str(page.request.path), data=fields, environ_base=address).status_code

    assert [attempt(number, f"gæt nummer {number}") for number in range(allowed)] == [422] * allowed
    assert attempt(99, PASSWORD) == 429


def test_guessing_from_one_address_is_stopped_whichever_account(client: Client) -> None:
    codes = []
    for number in range(11):
        fields = {"email": f"person{number}@example.org", "password": "x", "csrf_token": client.csrf_token()}
        codes.append(client.post("/sign-in", data=fields).status_code)
    assert codes == [422] * 10 + [429]


def test_the_language_is_kept_for_a_visitor_and_for_a_person(client: Client, session: Session) -> None:
    assert client.get("/sign-in", headers={"Accept-Language": "da"}).one("html")["lang"] == "da"
    done = client.post("/language", data={"language": "en", "next": "/sign-in?next=/my"})
    assert done.location == "/sign-in?next=/my"
    assert client.get("/sign-in").one("html")["lang"] == "en"
    person = identity.person(language="da")
    client.signed_in_as(person)
    client.submit(client.get("/settings"), "header .site-person form.language")
    session.refresh(person)
    assert person.language in {"da", "en"}


def test_an_unknown_language_and_a_foreign_page_change_nothing(client: Client) -> None:
    done = client.post("/language", data={"language": "tlh", "next": "https://example.org"})
    assert done.location == "/"
    assert client.get("/sign-in", headers={"Accept-Language": "da"}).one("html")["lang"] == "da"


def test_the_language_of_a_person_changes_with_a_token_only(client: Client, session: Session) -> None:
    person = identity.person(language="da")
    client.signed_in_as(person)
    client.post("/language", data={"language": "en"})
    session.refresh(person)
    assert person.language == "da"
    client.send("/language", language="en")
    session.refresh(person)
    assert person.language == "en"

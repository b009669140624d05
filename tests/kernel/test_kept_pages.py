"""What everybody sees alike is made once, and never a moment longer than it is true."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask, g
from redis import Redis

from app.deliberation.models import Stance
from app.kernel import access, pages, shared
from tests.factories import challenges, deliberation, identity, places, proposals
from tests.support.client import Client, Page
from tests.support.queries import Recorder

Another = Callable[[], Client]


@pytest.fixture(autouse=True)
def keeping(app: Flask, valkey_url: str) -> Iterator[None]:
    """The application as it runs outside tests: it keeps what is the same for everybody."""
    settings, wsgi = app.settings, app.wsgi_app  # type: ignore[attr-defined]
    app.settings = replace(settings, keep_seconds=30)  # type: ignore[attr-defined]
    app.extensions["generations"] = shared.Generations(valkey_url)
    app.wsgi_app = pages.VisitorsPages(app, wsgi)  # type: ignore[method-assign, assignment]
    yield
    app.settings, app.wsgi_app = settings, wsgi  # type: ignore[attr-defined, method-assign]
    del app.extensions["generations"]


def nonces(page: object) -> set[str]:
    text = page.text + page.headers["Content-Security-Policy"]  # type: ignore[attr-defined]
    return set(re.findall(r"nonce[-=]\"?([\w-]{20,})", text))


def test_a_visitors_page_is_made_once_and_each_answer_has_its_own_nonce(client: Client, queries: Recorder) -> None:
    proposals.proposal(title="En bænk ved åen")
    first = client.get("/proposals")
    with queries() as seen:
        second = client.get("/proposals")
    assert "En bænk ved åen" in second.words
    assert len(seen) == 0, str(seen)
    assert len(nonces(first)) == len(nonces(second)) == 1
    assert nonces(first) != nonces(second)
    assert first.headers["ETag"] == second.headers["ETag"]


def test_a_page_the_browser_has_is_not_sent_again_and_its_policy_stays(client: Client) -> None:
    tag = client.get("/proposals").headers["ETag"]
    answer = client.get("/proposals", headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert not answer.data
    assert "Content-Security-Policy" not in answer.headers


@pytest.mark.parametrize("path", ["/proposals.atom", "/sitemap.xml", "/municipalities/viby.ics"])
def test_what_programs_read_is_made_once_and_thrown_away_on_change(
    client: Client, queries: Recorder, path: str
) -> None:
    town = places.municipality(slug="viby")
    challenges.challenge(municipalities=[town])
    first = client.get(path, headers={"If-None-Match": 'W/"older"'})
    with queries() as seen:
        second = client.get(path)
        again = client.get(path, headers={"If-None-Match": second.headers["ETag"]})
    assert len(seen) == 0, str(seen)
    assert first.get_data() == second.get_data()
    assert second.headers.getlist("ETag") == first.headers.getlist("ETag")
    assert len(second.headers.getlist("ETag")) == 1
    assert (again.status_code, again.get_data()) == (304, b"")
    proposals.proposal(challenge=challenges.challenge(municipalities=[town]))
    assert client.get(path).get_data() != second.get_data()


def test_what_the_first_to_come_has_already_is_kept_for_the_next(
    client: Client, queries: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposals.proposal()
    tag = client.get("/proposals.atom").headers["ETag"]
    monkeypatch.setattr(shared, "store", shared.Store())
    assert client.get("/proposals.atom", headers={"If-None-Match": tag}).status_code == 304
    with queries() as seen:
        assert client.get("/proposals.atom").status_code == 200
    assert len(seen) == 0, str(seen)


def test_a_change_is_seen_at_once_by_visitors_and_by_people_signed_in(client: Client, another_client: Another) -> None:
    reader = another_client().signed_in_as(identity.person())
    for who in (client, reader):
        who.get("/proposals")
    proposals.proposal(title="En bænk ved åen")
    for who in (client, reader):
        assert "En bænk ved åen" in who.get("/proposals").words


def test_a_support_and_its_end_are_seen_at_once(client: Client, another_client: Another) -> None:
    idea, supporter = proposals.proposal(), another_client().signed_in_as(identity.person())

    def counted() -> str:
        return client.get(f"/proposals/{idea.id}").one(".support-count strong").get_text()

    shown = [counted()]
    for verb in ("support", "support/end"):
        assert supporter.send(f"/proposals/{idea.id}/{verb}").status_code == 303
        shown.append(counted())
    assert shown == ["0", "1", "0"]


def test_what_nobody_else_sees_lets_pages_stand(client: Client, queries: Recorder, another_client: Another) -> None:
    reader = another_client().signed_in_as(identity.person())
    client.get("/proposals")
    reader.send("/notifications/read")
    reader.signed_out().signed_in_as(identity.person())
    client.get("/proposals")
    reader.send("/sign-out")
    with queries() as seen:
        client.get("/proposals")
    assert len(seen) == 0, str(seen)


def test_languages_and_swaps_are_kept_apart(client: Client) -> None:
    danish = client.get("/proposals", headers={"Accept-Language": "da"})
    english = client.get("/proposals", headers={"Accept-Language": "en"})
    swap = client.get("/proposals", headers={"Accept-Language": "da", "HX-Request": "true"})
    assert (danish.heading, english.heading) == ("Idéer", "Ideas")
    assert "<html" not in swap.text
    assert {"Cookie", "Accept-Language", "HX-Request"} <= set(english.vary.as_set(preserve_casing=True))


def test_a_page_that_sets_a_cookie_is_made_for_each(client: Client, another_client: Another) -> None:
    first, second = client.get("/sign-in"), another_client().get("/sign-in")
    assert "ETag" not in first.headers
    tokens = {page.one("main input[name=csrf_token]")["value"] for page in (first, second)}
    assert len(tokens) == 2


def test_somebody_signed_in_never_gets_a_visitors_page(client: Client, another_client: Another) -> None:
    client.get("/")
    page = another_client().signed_in_as(identity.person()).get("/")
    assert "ETag" not in page.headers
    assert page.all(".site-person form[action='/sign-out']")


def test_an_odd_cookie_beside_it_hides_no_sign_in(app: Flask, client: Client, another_client: Another) -> None:
    client.get("/")
    reader = another_client().signed_in_as(identity.person())
    mine = reader.get_cookie("torvet")
    assert mine
    page = Client(app, Page, use_cookies=False).get("/", headers={"Cookie": f'odd[]={{"a": 1}}; torvet={mine.value}'})
    assert page.all(".site-person form[action='/sign-out']")


def test_parts_are_made_once_for_all_who_are_signed_in(another_client: Another, queries: Recorder) -> None:
    idea = proposals.proposal()
    deliberation.comment(idea.thread, body="Jeg bor lige ved siden af.")
    one, other = (another_client().signed_in_as(identity.person(name=name)) for name in ("Signe", "Bo"))
    path = f"/proposals/{idea.id}"
    first = one.get(path)
    with queries() as seen:
        second = other.get(path)
    assert "Jeg bor lige ved siden af." in first.words
    assert "Jeg bor lige ved siden af." in second.words
    assert len(seen) <= 4, str(seen)
    mine = {page.one(".support input[name=csrf_token]")["value"] for page in (first, second)}
    for page in (first, second):
        own = {field["value"] for field in page.all("input[name=csrf_token]")}
        assert len(own) == 1, "a page holds the token of somebody else"
        assert own <= mine


def test_who_wrote_a_comment_sees_what_can_be_done_with_it_and_nobody_else_does(another_client: Another) -> None:
    idea, author = proposals.proposal(), identity.person()
    comment = deliberation.comment(idea.thread, author=author, stance=Stance.FOR)
    edit = f"a[href='/comments/{comment.id}/edit']"
    reader, writer = (another_client().signed_in_as(who) for who in (identity.person(), author))
    for _ in range(2):
        assert not reader.get(f"/proposals/{idea.id}").all(edit)
        assert writer.get(f"/proposals/{idea.id}").all(edit)


def test_the_owner_of_a_challenge_sees_what_others_do_not(another_client: Another) -> None:
    owner = identity.person()
    challenge = challenges.challenge(owner_person=owner)
    reader, theirs = (another_client().signed_in_as(who) for who in (identity.person(), owner))
    edit = f"a[href='/challenges/{challenge.id}/edit']"
    for _ in range(2):
        assert not reader.get(f"/challenges/{challenge.id}").all(edit)
        assert theirs.get(f"/challenges/{challenge.id}").all(edit)


def test_a_part_that_holds_somebodys_own_token_is_refused(app: Flask) -> None:
    with app.test_request_context("/"):
        g.generation = b"now"
        with pytest.raises(RuntimeError):
            shared.part("bad", make=lambda: str(app.jinja_env.globals["csp_nonce"]()))  # type: ignore[operator]


def test_without_valkey_pages_are_made_anew(app: Flask, client: Client) -> None:
    app.extensions["generations"] = shared.Generations("redis://127.0.0.1:9/0")
    client.get("/proposals")
    proposals.proposal(title="En bænk ved åen")
    page = client.get("/proposals")
    assert "En bænk ved åen" in page.words
    assert "ETag" not in page.headers


def test_a_generation_is_never_named_twice(app: Flask, valkey: Redis) -> None:
    known = shared.generations(app)
    assert known is not None
    names = set()
    for _ in range(5):
        known.next()
        names.add(known.present())
        valkey.flushdb()
    assert len(names) == 5


def test_the_store_forgets_what_is_oldest_too_large_or_too_old() -> None:
    store = shared.Store()
    store.put("large", "x", shared.LARGEST + 1, 30)
    store.put("old", "x", 1, -1)
    assert store.get("large") is None
    assert store.get("old") is None
    many = shared.ALL // shared.LARGEST
    for number in range(many + 1):
        store.put(number, "x", shared.LARGEST, 30)
    assert store.get(0) is None
    assert store.get(many) == "x"


def test_a_part_is_made_for_the_reader_it_names(app: Flask) -> None:
    with app.test_request_context("/"):
        g.generation, g.actor = b"then", access.Actor(id=7, name="Signe")
        made = shared.part("who", make=lambda: access.current_actor().name or "anybody")
        assert made == "anybody"
        assert access.current_actor().name == "Signe"

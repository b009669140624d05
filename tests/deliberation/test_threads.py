"""Comment threads, through the page of an idea."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.activity.models import Activity, SubjectType
from app.activity.ports import card
from app.deliberation import actions
from app.deliberation.models import Comment, Stance, UsefulMark
from app.kernel import clock
from app.moderation.models import Case, DecisionKind
from app.organisations.models import MemberRole
from app.proposals.models import Proposal
from tests.factories import identity, organisations, proposals
from tests.factories.deliberation import comment
from tests.support.client import Client
from tests.support.queries import Recorder

FORM = ".comment-write form"


def the_comment(session: Session) -> Comment:
    return session.scalars(select(Comment)).one()


def test_a_comment_with_a_stance_stands_under_the_idea(client: Client, session: Session) -> None:
    idea = proposals.proposal()
    client.signed_in_as(identity.person(name="Mette Lund"))
    page = client.submit(client.get(f"/proposals/{idea.id}"), FORM, body="Det **virkede** i Hinnerup.", stance="for")
    page = client.follow(client.follow(page))
    assert "Mette Lund" in page.one(".thread .comment").get_text()
    assert page.one(".thread .comment strong").get_text() == "virkede"
    assert page.all(".thread .side-for")
    assert idea.thread.comment_count == 1
    posted = session.scalars(select(Activity).where(Activity.kind == "comment.posted")).one()
    assert (posted.subject_type, posted.subject_id) == (SubjectType.PROPOSAL, idea.id)
    assert posted.data["comment_id"] == the_comment(session).id


def test_a_double_click_posts_once(client: Client, session: Session) -> None:
    idea = proposals.proposal()
    page = client.signed_in_as(identity.person()).get(f"/proposals/{idea.id}")
    first = client.submit(page, FORM, body="Kun én gang.")
    second = client.submit(page, FORM, body="Kun én gang.")
    assert first.location == second.location
    assert idea.thread.comment_count == 1


def test_an_empty_or_endless_comment_is_told_beside_its_field(client: Client) -> None:
    idea = proposals.proposal()
    page = client.signed_in_as(identity.person()).get(f"/proposals/{idea.id}")
    for body in ("   ", "a" * 4001):
        again = client.submit(page, FORM, body=body)
        assert again.status_code == 422
        assert again.all("#body-error")
    assert again.one("textarea").get_text().strip() == "a" * 4001


def test_what_a_visitor_wrote_is_kept_until_they_have_signed_in(client: Client) -> None:
    idea = proposals.proposal()
    page = client.get(f"/threads/{idea.thread_id}/comments")
    sent = client.submit(page, body="Mit lange indlæg.", stance="against")
    assert "/sign-in" in sent.location
    client.signed_in_as(identity.person())
    page = client.get(f"/threads/{idea.thread_id}/comments")
    assert page.one("textarea").get_text().strip() == "Mit lange indlæg."
    assert page.one("input[value=against]").has_attr("checked")


def test_a_reply_stands_under_what_it_answers_one_level_deep(client: Client, session: Session) -> None:
    idea = proposals.proposal()
    first = comment(idea.thread)
    reply = comment(idea.thread, parent_id=first.id)
    client.signed_in_as(identity.person())
    client.submit(client.get(f"/comments/{reply.id}/reply"), body="Et svar på svaret.")
    written = session.scalars(select(Comment).where(Comment.body == "Et svar på svaret.")).one()
    assert written.parent_id == first.id
    page = client.get(f"/proposals/{idea.id}")
    assert len(page.all(f"#comment-{first.id} .thread-replies > li")) == 2


def test_a_comment_in_the_name_of_an_organisation_shows_it(client: Client) -> None:
    idea, firm, member = proposals.proposal(), organisations.organisation(name="Havvind Djurs"), identity.person()
    organisations.membership(firm, member, MemberRole.MEMBER)
    page = client.signed_in_as(member).get(f"/proposals/{idea.id}")
    client.submit(page, FORM, body="Vi kan hjælpe med det.", acts_as=str(firm.id))
    assert "Havvind Djurs" in client.get(f"/proposals/{idea.id}").one(".thread .acting").get_text()


def test_nobody_comments_in_the_name_of_others_organisations(client: Client, session: Session) -> None:
    idea, firm = proposals.proposal(), organisations.organisation()
    client.signed_in_as(identity.person())
    answer = client.send(f"/threads/{idea.thread_id}/comments", body="Ikke os.", stance="for", acts_as=str(firm.id))
    assert answer.status_code == 422
    assert not session.scalars(select(Comment)).all()


def test_within_fifteen_minutes_an_edit_leaves_no_mark_and_later_it_does(client: Client) -> None:
    idea = proposals.proposal()
    new = comment(idea.thread)
    old = comment(idea.thread, author=new.author, created_at=clock.now() - timedelta(minutes=16))
    client.signed_in_as(new.author)
    for written in (new, old):
        client.submit(client.get(f"/comments/{written.id}/edit"), body=f"Rettet {written.id}")
    assert (new.body, new.edited_at) == (f"Rettet {new.id}", None)
    assert old.edited_at is not None


def test_two_edits_from_two_windows_do_not_overwrite_each_other(client: Client) -> None:
    written = comment(proposals.proposal().thread)
    page = client.signed_in_as(written.author).get(f"/comments/{written.id}/edit")
    assert client.submit(page, body="Det første vindue.").status_code == 303
    assert client.submit(page, body="Det andet vindue.").status_code == 409
    assert written.body == "Det første vindue."


def test_a_withdrawn_comment_leaves_its_place_and_its_replies(client: Client) -> None:
    idea = proposals.proposal()
    written = comment(idea.thread, body="Det fortryder jeg.")
    reply = comment(idea.thread, parent_id=written.id, body="Et svar, der bliver.")
    client.signed_in_as(written.author)
    client.submit(client.get(f"/comments/{written.id}/withdrawal"), "main form")
    page = client.get(f"/proposals/{idea.id}")
    assert "fortryder" not in page.words
    assert reply.body in page.words
    assert idea.thread.comment_count == 1
    assert client.get(f"/comments/{written.id}/edit").status_code == 403


def test_a_hidden_comment_keeps_its_place_without_its_words(client: Client) -> None:
    idea = proposals.proposal()
    written = comment(idea.thread, body="Noget meget grimt.")
    by = identity.actor(identity.moderator(idea.municipality))
    actions.carry_out(written.id, DecisionKind.HIDE, by)
    actions.carry_out(written.id, DecisionKind.HIDE, by)
    page = client.get(f"/proposals/{idea.id}")
    assert "grimt" not in page.words
    assert page.all(f"#comment-{written.id}")
    assert idea.thread.comment_count == 0
    actions.carry_out(written.id, DecisionKind.RESTORE, by)
    assert "grimt" in client.get(f"/proposals/{idea.id}").words
    assert idea.thread.comment_count == 1


def test_every_comment_can_be_reported(client: Client, session: Session) -> None:
    idea = proposals.proposal()
    client.signed_in_as(identity.person())
    client.submit(client.get(f"/proposals/{idea.id}"), FORM, body="Køb billige ure!")
    written = the_comment(session)
    case = session.get_one(Case, written.case_id)
    assert (case.subject_type, case.subject_id) == (SubjectType.COMMENT, written.id)
    client.signed_in_as(identity.person())
    link = client.get(f"/proposals/{idea.id}").one(f"#comment-{written.id} a[href*='/reports/new']")
    assert client.get(str(link["href"])).status_code == 200


def test_useful_counts_once_per_person_and_can_be_taken_back(client: Client, session: Session) -> None:
    written = comment(proposals.proposal().thread)
    client.signed_in_as(identity.person())
    for _ in range(3):
        client.send(f"/comments/{written.id}/useful")
    assert written.useful_count == 1
    for _ in range(2):
        client.send(f"/comments/{written.id}/useful/end")
    assert written.useful_count == 0
    assert not session.scalars(select(UsefulMark)).all()
    client.signed_in_as(written.author)
    assert client.send(f"/comments/{written.id}/useful").status_code == 403


def test_the_useful_button_swaps_itself(client: Client) -> None:
    written = comment(proposals.proposal().thread)
    client.signed_in_as(identity.person())
    token = client.csrf_token()
    headers = {"HX-Request": "true"}
    part = client.post(f"/comments/{written.id}/useful", data={"csrf_token": token}, headers=headers)
    assert part.one(f"#useful-{written.id} button")["aria-pressed"] == "true"


def test_the_most_useful_of_each_side_stands_on_top(client: Client) -> None:
    idea = proposals.proposal()
    comment(idea.thread, stance=Stance.FOR, body="Et svagt for.", useful_count=1)
    comment(idea.thread, stance=Stance.FOR, body="Et stærkt for.", useful_count=9)
    comment(idea.thread, stance=Stance.AGAINST, body="Det eneste imod.")
    comment(idea.thread, stance=Stance.AGAINST, body="Skjult imod.", useful_count=99, hidden_at=clock.now())
    best_for, best_against = client.get(f"/proposals/{idea.id}").all(".sides section")
    assert "Et stærkt for." in best_for.get_text()
    assert "Det eneste imod." in best_against.get_text()


def test_a_long_thread_is_read_page_by_page_in_both_orders(client: Client) -> None:
    idea = proposals.proposal()
    made = [comment(idea.thread, useful_count=number % 4) for number in range(45)]
    for sort in ("newest", "useful"):
        page, seen = client.get(f"/proposals/{idea.id}?sort={sort}"), []
        while True:
            seen += [item["id"] for item in page.all("li.comment")]
            more = page.all(".thread-more a")
            if not more:
                break
            page = client.get(str(more[0]["href"]))
        assert len(seen) == len(made), sort
        assert set(seen) == {f"comment-{written.id}" for written in made}
    order = [item["id"] for item in client.get(f"/proposals/{idea.id}?sort=useful").all("li.comment")]
    best = sorted(made, key=lambda written: (written.useful_count, written.id), reverse=True)
    assert order == [f"comment-{written.id}" for written in best[:20]]


def test_more_comments_come_as_a_part_for_the_swap(client: Client) -> None:
    idea = proposals.proposal()
    for _ in range(25):
        comment(idea.thread)
    link = client.get(f"/proposals/{idea.id}").one(".thread-more a")
    part = client.get(str(link["hx-get"]), headers={"HX-Request": "true"})
    assert len(part.all("li.comment")) == 5
    assert not part.all("h1")


def test_the_link_to_an_old_comment_shows_it_first(client: Client) -> None:
    idea = proposals.proposal()
    old = comment(idea.thread, body="Det ældste.")
    reply = comment(idea.thread, parent_id=old.id, body="Svaret på det ældste.")
    for _ in range(30):
        comment(idea.thread)
    page = client.follow(client.get(f"/comments/{reply.id}"))
    assert page.all("li.comment")[0]["id"] == f"comment-{old.id}"
    assert reply.body in page.words


def test_a_thread_takes_one_query_however_long_it_is(client: Client, queries: Recorder) -> None:
    idea = proposals.proposal()
    client.signed_in_as(identity.person())
    counted = []
    for number in (1, 40):
        for _ in range(number):
            first = comment(idea.thread, stance=Stance.FOR)
            comment(idea.thread, parent_id=first.id)
        with queries() as seen:
            client.get(f"/proposals/{idea.id}")
        counted.append(len(seen))
        assert sum("comments.body" in statement for statement in seen) == 1, str(seen)
    assert counted[0] == counted[1]


def test_a_closed_thread_is_read_but_not_written(client: Client) -> None:
    idea = proposals.proposal()
    written = comment(idea.thread)
    client.signed_in_as(identity.moderator(idea.municipality))
    client.send(f"/threads/{idea.thread_id}/closing")
    client.signed_in_as(identity.person())
    page = client.get(f"/proposals/{idea.id}")
    assert written.body in page.words
    assert not page.all(FORM)
    assert client.send(f"/threads/{idea.thread_id}/comments", body="For sent.", stance="for").status_code == 403
    assert client.send(f"/threads/{idea.thread_id}/opening").status_code == 403
    client.signed_in_as(identity.moderator(idea.municipality)).send(f"/threads/{idea.thread_id}/opening")
    assert not idea.thread.closed


def test_comments_of_what_cannot_be_seen_are_not_found(client: Client) -> None:
    idea = proposals.proposal(hidden_at=clock.now())
    written = comment(idea.thread)
    client.signed_in_as(identity.person())
    for path in (
        f"/threads/{idea.thread_id}",
        f"/comments/{written.id}",
        f"/comments/{written.id}/reply",
        "/comments/999999",
    ):
        assert client.get(path).status_code == 404, path
    assert client.send(f"/threads/{idea.thread_id}/comments", body="Hej", stance="for").status_code == 404
    assert client.send(f"/comments/{written.id}/useful").status_code == 404


def test_others_comments_cannot_be_changed(client: Client) -> None:
    written = comment(proposals.proposal().thread)
    client.signed_in_as(identity.person())
    assert client.get(f"/comments/{written.id}/edit").status_code == 403
    assert client.send(f"/comments/{written.id}/withdrawal").status_code == 403


def test_hostile_text_is_harmless(client: Client) -> None:
    idea: Proposal = proposals.proposal()
    comment(idea.thread, body="<script>alert(1)</script><img src=x onerror=alert(1)> [klik](javascript:alert(1))")
    page = client.get(f"/proposals/{idea.id}")
    assert not page.all(".thread script, .thread img, .thread a[href^=javascript]")


def test_a_comment_is_as_public_as_the_page_it_stands_on(session: Session) -> None:
    idea = proposals.proposal()
    written = comment(idea.thread, body="En god pointe.")
    found = card(SubjectType.COMMENT, written.id)
    assert found is not None
    assert (found.title, found.path, found.public) == ("En god pointe.", f"/comments/{written.id}", True)
    idea.hidden_at = clock.now()
    session.flush()
    found = card(SubjectType.COMMENT, written.id)
    assert found is not None
    assert not found.public

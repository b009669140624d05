"""A refusal is fair: reasons, a way to correct, a complaint that somebody else answers. A report is answered too."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from flask import Flask

from app.identity.models import Person
from app.kernel import db
from app.moderation.models import Case
from app.proposals.models import Proposal
from tests.factories import challenges, deliberation, identity, moderation, places, proposals
from tests.support.smtp import Mailbox
from tests.support.visitor import PHONE, Visitor

pytestmark = pytest.mark.journey

NewVisitor = Callable[..., Visitor]
SignIn = Callable[[Visitor, Person], Visitor]


def send(visitor: Visitor, selector: str = "main form[method=post] button[type=submit]:not([name=draft])") -> Visitor:
    with visitor.page.expect_navigation():
        visitor.page.locator(selector).first.click()
    return visitor.see()


def decide(moderator: Visitor, case: int, key: str, reason: str, code: str = "") -> None:
    """Open a case, press the key of the verb, and give the reasons."""
    moderator.go(f"/desk/review/{case}")
    moderator.page.wait_for_function("document.querySelector('[data-desk]') !== null")
    with moderator.page.expect_navigation():
        moderator.page.keyboard.press(key)
    moderator.see()
    if code:
        moderator.page.locator(f"main input[name=reason_code][value={code}]").check()
    moderator.page.locator("main textarea[name=reason]").fill(reason)
    send(moderator, "main form:has(textarea[name=reason]) button[type=submit]")


def letters(mails: Mailbox, person: Person, words: str) -> list[str]:
    """The texts of the letters to a person that say something, once one came."""
    for _ in range(600):
        texts = [part.get_content() for letter in mails.to(person.email or "") if (part := letter.get_body(("plain",)))]
        if found := [text for text in texts if words in text]:
            return found
        time.sleep(0.1)
    return []


def test_a_refused_idea_is_corrected_complained_about_and_shown_after_all(
    square: Flask, commit: Callable[[], None], visitors: NewVisitor, sign_in: SignIn, mails: Mailbox
) -> None:
    home = places.municipality()
    author, first = identity.person(), identity.moderator(home)
    second = identity.moderator(home)
    challenge = challenges.challenge(title="Mere liv i parken", municipalities=[home]).id
    commit()
    citizen, hard = sign_in(visitors(viewport=PHONE), author), sign_in(visitors(), first)

    citizen.go(f"/proposals/new?challenge={challenge}")
    citizen.page.locator("main input[name=title]").fill("Et skakbord i parken")
    citizen.page.locator("main textarea[name=body]").fill("Spørg Ole på nummer 4, han har et.")
    send(citizen)
    idea = int(re.findall(r"\d+", citizen.path)[-1])
    case = db.session().get_one(Proposal, idea).case_id
    assert case

    decide(hard, case, "c", "Tag Oles navn og adresse ud.")
    assert len(letters(mails, author, "Tag Oles navn og adresse ud.")) == 1
    citizen.go(f"/proposals/{idea}").reads("Tag Oles navn og adresse ud.")
    citizen.follow("Ret den, og send den igen")
    citizen.page.locator("main textarea[name=body]").fill("Et bord af beton med fliser som felter.")
    send(citizen)
    citizen.reads(re.compile("næste i køen|foran"))

    decide(hard, case, "r", "Det er det samme som før.", "duplicate")
    assert len(letters(mails, author, "Det er det samme som før.")) == 1
    citizen.go(f"/proposals/{idea}").follow("Klag over afgørelsen")
    citizen.page.locator("main textarea[name=grounds]").fill("Der er ingen anden idé om skak.")
    send(citizen)

    hard.go(f"/desk/review/{case}")
    assert hard.page.get_by_role("link", name="Besvar klagen").count() == 0, "nobody answers a complaint on themselves"
    fair = sign_in(visitors(), second)
    fair.go(f"/desk/review/{case}").follow(re.compile("klagen"))
    fair.page.locator("main input[name=outcome][value=reverse]").check()
    fair.page.locator("main textarea[name=reason]").fill("Du har ret: ideen er ny.")
    send(fair, "main form:has(textarea[name=reason]) button[type=submit]")
    assert len(letters(mails, author, "Du har ret: ideen er ny.")) == 1
    visitors().go(f"/proposals/{idea}").reads("Et bord af beton med fliser som felter.")


def test_a_reported_comment_is_hidden_and_both_sides_are_told_why(
    square: Flask, commit: Callable[[], None], visitors: NewVisitor, sign_in: SignIn, mails: Mailbox
) -> None:
    home = places.municipality()
    writer, reader, moderator = identity.person(), identity.person(), identity.moderator(home)
    idea = proposals.proposal(title="En drage på pladsen", municipality=home)
    comment = deliberation.comment(idea.thread, body="Billige lån hos mig", author=writer)
    page, case, own = f"/proposals/{idea.id}", comment.case_id, f"#comment-{comment.id}"
    commit()
    assert case

    notice = sign_in(visitors(viewport=PHONE), reader).go(page)
    notice.page.locator(own).get_by_role("link", name=re.compile("^Anmeld")).click()
    notice.see()
    notice.page.locator("main input[name=reason_code][value=spam]").check()
    notice.page.locator("main textarea[name=details]").fill("Det er en reklame for lån.")
    notice.page.locator("main input[name=good_faith]").check()
    send(notice)
    assert re.fullmatch(r"/reports/\d+", notice.path)

    decide(sign_in(visitors(), moderator), case, "h", "Torvet er ikke til reklamer.", "spam")
    assert len(letters(mails, writer, "Torvet er ikke til reklamer.")) == 1
    (told,) = letters(mails, reader, "En moderator var enig")
    assert "Torvet er ikke til reklamer." not in told, "that was written to the author"
    notice.go(notice.path).reads("En moderator var enig")
    author = sign_in(visitors(), writer)
    author.go("/notifications").follow(re.compile("blev skjult|er skjult")).reads("Torvet er ikke til reklamer.")
    assert visitors().go(page).page.get_by_text("Billige lån hos mig").count() == 0
    db.session().rollback()
    assert db.session().get_one(Case, case).state == "hidden"


def test_a_report_left_standing_is_complained_about_and_another_moderator_answers_by_key(
    square: Flask, commit: Callable[[], None], visitors: NewVisitor, sign_in: SignIn, mails: Mailbox
) -> None:
    home = places.municipality()
    reader, writer = identity.person(), identity.person()
    first, second = identity.moderator(home), identity.moderator(home)
    idea = proposals.proposal(title="En gynge på pladsen", municipality=home)
    comment = deliberation.comment(idea.thread, body="Ring til mig om billige gynger", author=writer)
    case = comment.case_id
    assert case
    report = moderation.report(db.session().get_one(Case, case), reporter_id=reader.id).id
    commit()

    decide(sign_in(visitors(), first), case, "l", "Den er til at leve med.")
    assert len(letters(mails, reader, "Den er til at leve med.")) == 1
    notice = sign_in(visitors(viewport=PHONE), reader).go(f"/reports/{report}")
    notice.reads("Den er til at leve med.")
    notice.follow("Klag over afgørelsen")
    notice.page.locator("main textarea[name=grounds]").fill("Der står en opfordring til at købe.")
    send(notice)

    fair = sign_in(visitors(), second).go(f"/desk/review/{case}")
    fair.reads("Der står en opfordring til at købe.")
    fair.page.wait_for_function("document.querySelector('[data-desk]') !== null")
    with fair.page.expect_navigation():
        fair.page.keyboard.press("a")
    fair.see()
    fair.page.locator("main input[name=outcome][value=reverse]").check()
    fair.page.locator("main textarea[name=reason]").fill("Du har ret, det er en reklame.")
    fair.page.locator("main input[name=reason_code][value=spam]").check()
    fair.page.locator("main textarea[name=told]").fill("Torvet er ikke et sted at sælge gynger.")
    send(fair, "main form:has(textarea[name=reason]) button[type=submit]")
    assert len(letters(mails, reader, "Du har ret")) == 1
    notice.go(notice.path).reads("Du har ret, det er en reklame.")
    assert len(letters(mails, writer, "Torvet er ikke et sted at sælge gynger.")) == 1
    assert visitors().go(f"/proposals/{idea.id}").page.get_by_text("billige gynger").count() == 0
    visitors(viewport=PHONE).go("/transparency").reads(re.compile("klager? fik medhold"))


def test_a_report_without_an_account_is_followed_and_complained_about_by_the_link_in_the_letter(
    square: Flask, commit: Callable[[], None], visitors: NewVisitor, sign_in: SignIn, mails: Mailbox
) -> None:
    home = places.municipality()
    moderator, neighbour = identity.moderator(home), Person(email="nina@example.org")
    case = proposals.proposal(title="En telefonboks på pladsen", municipality=home).case_id
    commit()
    assert case

    notice = visitors(viewport=PHONE).expecting("422")
    notice.go(f"/reports/new?case={case}").follow("Læs spillereglerne")
    assert notice.heading == "Spilleregler"
    notice.go(f"/reports/new?case={case}")
    send(notice).reads("Skriv dit navn.")
    notice.page.locator("main input[name=reason_code][value=spam]").check()
    notice.page.locator("main textarea[name=details]").fill("Den sælger telefoner.")
    notice.fill("Dit navn", "Nina Nabo").fill("Din e-mailadresse", "nina@example.org")
    notice.page.locator("main input[name=good_faith]").check()
    send(notice).reads("Vi har skrevet til nina@example.org")
    (receipt,) = letters(mails, neighbour, "modtaget")
    link = re.findall(r"/notices/\w+", receipt)[0]
    notice.go(link).reads("Den sælger telefoner.")

    desk = sign_in(visitors(), moderator)
    decide(desk, case, "l", "Der er ingen priser i den.")
    desk.go(f"/desk/review/{case}")
    assert len(letters(mails, neighbour, "Der er ingen priser i den.")) == 1
    notice.go(link).follow("Klag over afgørelsen")
    notice.page.locator("main textarea[name=grounds]").fill("Prisen står på billedet.")
    send(notice).reads("Prisen står på billedet.")
    assert notice.path == link


def test_two_ideas_that_say_the_same_are_merged_from_the_queue_by_key(
    square: Flask, commit: Callable[[], None], visitors: NewVisitor, sign_in: SignIn, mails: Mailbox
) -> None:
    home = places.municipality()
    challenge = challenges.challenge(municipalities=[home])
    kept = proposals.proposal(title="Flere bænke langs åen", challenge=challenge)
    twin = proposals.proposal(title="Flere bænke langs hele åen", challenge=challenge)
    proposals.proposal(title="En bro over åen", challenge=challenge)
    proposals.support(kept, identity.person())
    proposals.support(twin, identity.person())
    case, author, into = twin.case_id, twin.author, kept.id
    moderator = identity.moderator(home)
    commit()
    assert case

    desk = sign_in(visitors(), moderator).go(f"/desk/review/{case}")
    desk.page.wait_for_function("document.querySelector('[data-desk]') !== null")
    with desk.page.expect_navigation():
        desk.page.keyboard.press("m")
    remains = desk.see().page.locator(f"main input[name=into][value='{into}']")
    remains.check()
    desk.page.locator("main textarea[name=reason]").fill("De er ens, og den anden har flest støtter.")
    desk.fill("Søg på titlen", "åen").page.get_by_label("Søg på titlen").press("Enter")
    desk.reads("2 idéer passer til din søgning.")
    assert (desk.see().page.locator("main input[name=into]").count(), remains.is_checked()) == (2, True)
    send(desk, "main form:has(textarea[name=reason]) button[type=submit]")
    assert desk.path.startswith("/desk/review")
    assert len(letters(mails, author, "og den anden har flest støtter.")) == 1
    db.session().rollback()
    assert db.session().get_one(Proposal, into).support_count == 2


def test_on_a_phone_a_moderator_reads_one_thing_after_the_other(
    square: Flask, commit: Callable[[], None], visitors: NewVisitor, sign_in: SignIn
) -> None:
    home = places.municipality()
    ideas = [challenges.in_review(title=f"Nummer {n}", municipalities=[home], published_at=None) for n in (1, 2, 3)]
    first, second = ideas[0].case_id, ideas[1].case_id
    moderator = identity.moderator(home)
    commit()

    desk = sign_in(visitors(viewport=PHONE), moderator).go("/desk/review")
    row, detail = desk.page.locator("[data-desk-item]"), desk.page.locator("#desk-detail")
    assert (row.first.is_visible(), detail.is_visible()) == (True, False)
    desk.page.wait_for_load_state("networkidle")
    row.first.click()
    desk.reads("Alle, der venter (3)")
    assert (row.first.is_visible(), desk.path) == (False, f"/desk/review/{first}")
    send(desk, "#desk-detail form[action*=publish] button")
    assert desk.path == f"/desk/review/{second}"
    desk.reads("Afgjort: Nummer 1")
    desk.page.keyboard.press("j")
    desk.page.wait_for_url(f"**/desk/review/{ideas[2].case_id}")
    desk.see().follow("Alle, der venter (2)")
    assert (row.count(), row.first.is_visible(), detail.is_visible()) == (2, True, False)

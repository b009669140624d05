"""The page of the rules, the ways to it, and the ready texts that rest on it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.kernel.i18n import speaking
from app.moderation.models import Case, CaseState, ReasonCode
from tests.factories import identity, moderation, proposals
from tests.support.client import Client, Page


def test_the_rules_name_every_ground_and_how_to_complain(client: Client, session: Session) -> None:
    page = client.get(str(client.get("/").one("footer a[href='/rules']")["href"]))
    assert page.heading == "House rules"
    with speaking("en"):
        assert [str(code.label) for code in ReasonCode] == [
            page.one(f"#{code} strong").get_text().rstrip(".") for code in ReasonCode
        ]
    for words in ("It is free.", "No automated means", "write a new one", "twelve municipalities"):
        assert words in page.words


def test_the_rules_are_danish_for_danish_readers(app: Flask) -> None:
    page = Client(app, Page, use_cookies=True).get("/rules", headers={"Accept-Language": "da"})
    assert page.heading == "Spilleregler"
    assert "Det må du ikke lægge op" in page.words


def test_the_form_of_reports_and_a_statement_of_reasons_lead_to_the_rules(client: Client) -> None:
    case = moderation.case()
    assert client.get(f"/reports/new?case={case.id}").one("main a[href='/rules']")
    ground = {"reason_code": "spam", "reason": "Reklame."}
    rule, law = (
        moderation.decision(case, "hide", **ground),
        moderation.decision(case, "hide", reason_code="illegal", law="Straffeloven, § 266", reason="Trussel."),
    )
    client.signed_in_as(case.author)
    assert client.get(f"/decisions/{rule.id}").one("main a[href='/rules#spam']")
    assert not client.get(f"/decisions/{law.id}").all("main a[href^='/rules']")


AGAIN, ANEW = "Change it, and send it again.", "You are welcome to write a new one."


@pytest.mark.parametrize(
    ("verb", "thing", "said"),
    [
        ("request_changes", "challenge", AGAIN),
        ("reject", "challenge", AGAIN),
        ("hide", "challenge", ANEW),
        ("request_changes", "idea", AGAIN),
        ("reject", "idea", ANEW),
        ("hide", "idea", ANEW),
    ],
)
def test_a_ready_text_says_what_the_author_can_do_about_this_decision(
    client: Client, session: Session, verb: str, thing: str, said: str
) -> None:
    challenge, idea = moderation.case(), session.get_one(Case, proposals.proposal().case_id)
    case = challenge if thing == "challenge" else idea
    case.state = CaseState.PUBLISHED if verb == "hide" else CaseState.WAITING
    case.author.language = "en"
    client.signed_in_as(identity.moderator(case.municipality))
    for code in ("unclear", "personal_data", "harassment", "misleading", "copyright"):
        words = client.get(f"/desk/review/{case.id}/{verb}?text={code}").one("[name=reason]").get_text().rstrip()
        assert words.endswith(said)
        assert ({AGAIN, ANEW} - {said}).pop() not in words
    spam = client.get(f"/desk/review/{case.id}/{verb}?text=spam").one("[name=reason]").get_text()
    assert "advertising" in spam
    assert said not in spam

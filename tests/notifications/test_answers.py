"""What the mail says to whoever reported something, and to whoever asked to join a partnership."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.moderation import actions as moderating
from app.moderation.models import DecisionKind, ReasonCode
from app.partnerships.joining import actions as joining
from tests.factories import identity, moderation, organisations, partnerships
from tests.support.client import Client
from tests.support.smtp import Mailbox

Run = Callable[[], int]
TO_AUTHOR = "Du skriver, at din nabo er en tyv."
COMPLAIN = {"da": "Du kan klage på siden", "en": "You can complain on the page below"}
ELSEWHERE = {"da": "udenretslig", "en": "out-of-court settlement"}


def parts_of(mails: Mailbox, address: str | None) -> list[str]:
    (sent,) = mails.to(address or "")
    parts = [sent.get_body((kind,)) for kind in ("plain", "html")]
    return [" ".join(part.get_content().split()) for part in parts if part is not None]


@pytest.mark.parametrize(
    ("language", "outcome", "ground"),
    [
        ("da", "En moderator var enig og", "Det angriber eller"),
        ("en", "agreed and took it away", "attacks or harasses"),
    ],
)
def test_whoever_reported_what_is_hidden_reads_the_outcome_and_not_what_was_written_to_the_author(
    client: Client, run_jobs: Run, mails: Mailbox, language: str, outcome: str, ground: str
) -> None:
    reporter, case = identity.person(language=language), moderation.case()
    notice = moderation.report(case, reporter_id=reporter.id)
    why: dict[str, Any] = {"reason": TO_AUTHOR, "reason_code": ReasonCode.HARASSMENT}
    decided(case, DecisionKind.HIDE, **why)
    run_jobs()
    for part in parts_of(mails, reporter.email):
        assert outcome in part
        assert ground in part
        assert ELSEWHERE[language] in part
        assert COMPLAIN[language] not in part
        assert TO_AUTHOR not in part
        assert f"/reports/{notice.id}" in part
    page = client.signed_in_as(reporter).get(f"/reports/{notice.id}").words
    assert ground in page
    assert TO_AUTHOR not in page


def decided(case: Any, kind: DecisionKind, **why: Any) -> None:
    moderator = identity.actor(identity.moderator(case.municipality))
    moderating.decide(case, kind, by=moderator, version=case.version, **why)


@pytest.mark.parametrize(("language", "outcome"), [("da", "lod det"), ("en", "let it stand")])
def test_whoever_reported_what_stands_reads_why_and_how_to_complain(
    run_jobs: Run, mails: Mailbox, language: str, outcome: str
) -> None:
    reporter, case = identity.person(language=language), moderation.case()
    moderation.report(case, reporter_id=reporter.id)
    decided(case, DecisionKind.DISMISS_REPORTS, reason="Det er en mening.")
    run_jobs()
    for part in parts_of(mails, reporter.email):
        assert all(words in part for words in (outcome, "Det er en mening.", COMPLAIN[language], ELSEWHERE[language]))


def test_the_letter_to_a_notifier_holds_no_words_to_the_author(run_jobs: Run, mails: Mailbox) -> None:
    case = moderation.case()
    notice = moderation.notice(case)
    decided(case, DecisionKind.HIDE, reason=TO_AUTHOR, reason_code=ReasonCode.ILLEGAL, law="Straffeloven, § 267")
    run_jobs()
    for part in parts_of(mails, notice.notifier_email):
        assert "took it away" in part
        assert "Straffeloven, § 267" in part
        assert TO_AUTHOR not in part


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("accept", [True, False])
def test_who_asked_to_join_reads_the_answer_the_words_and_what_comes_next(
    client: Client, run_jobs: Run, mails: Mailbox, accept: bool, language: str
) -> None:
    asker, lead = identity.person(language=language), identity.person()
    partnership = partnerships.partnership(lead=organisations.owned_by(lead))
    asked = partnerships.request(partnership, person=asker)
    joining.answer(asked, by=identity.actor(lead), accept=accept, reason="Vi mangler plads.", version=asked.version)
    run_jobs()
    next_ = {(True, "da"): "Du er med fra nu af", (True, "en"): "You take part from now on"}
    next_ |= {(False, "da"): "Du kan spørge igen", (False, "en"): "You can ask again"}
    path = f"/partnerships/{partnership.id}" if accept else f"/join-requests/{asked.id}"
    for part in parts_of(mails, asker.email):
        assert all(words in part for words in ("Vi mangler plads.", next_[accept, language], path))
    if not accept:
        assert "Vi mangler plads." in client.signed_in_as(asker).get(path).words


def test_partners_hear_who_has_joined(client: Client, run_jobs: Run) -> None:
    asker, lead, other = identity.person(name="Erin O'Neill"), identity.person(), identity.person(language="en")
    partnership = partnerships.partnership(lead=organisations.owned_by(lead), title="Skygge")
    partnerships.partner(partnership, person=other)
    asked = partnerships.request(partnership, person=asker)
    joining.answer(asked, by=identity.actor(lead), accept=True, reason="", version=asked.version)
    run_jobs()
    assert "Erin O'Neill is now a partner in “Skygge”." in client.signed_in_as(other).get("/notifications").words

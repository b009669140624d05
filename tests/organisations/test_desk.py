from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identity.models import Person
from app.kernel import clock, db
from app.kernel.tokens import token_hash
from app.organisations.models import Invitation, MemberRole, Membership, MembershipRequest, Organisation
from tests.factories import identity, organisations
from tests.support.client import Client
from tests.support.concurrency import AtOnce
from tests.support.smtp import Mailbox

FORM = "#invite-form"


def invited(client: Client, company: Organisation, mails: Mailbox, run_jobs: Callable[[], int], email: str) -> str:
    """Invite an address; gives the path of the link in the mail."""
    client.submit(client.get(f"/organisations/{company.id}/members"), FORM, email=email, role="admin")
    run_jobs()
    letter = mails.to(email)[-1]
    found = re.search(r"http://localhost(/invitations/\S+)", letter.get_body(("plain",)).get_content())
    assert found
    return found[1]


def roles(session: Session, company: Organisation) -> dict[int, str]:
    current = select(Membership.person_id, Membership.role).where(
        Membership.organisation_id == company.id, Membership.ended_at.is_(None)
    )
    return {row.person_id: str(row.role) for row in session.execute(current)}


def test_an_invited_person_joins_with_the_role_whatever_the_address_of_their_account(
    client: Client, session: Session, mails: Mailbox, run_jobs: Callable[[], int]
) -> None:
    owner, guest = identity.person(name="Mette Jensen"), identity.person(email="privat@example.org")
    company = organisations.owned_by(owner, name="Nordlys <b>ApS</b>")
    link = invited(client.signed_in_as(owner), company, mails, run_jobs, "arbejde@example.org")
    letter = mails.to("arbejde@example.org")[0]
    assert "Mette Jensen" in letter["Subject"]
    assert "<b>" not in letter.get_body(("html",)).get_content()
    visitor = client.signed_out().get(link)
    assert "arbejde@example.org" in visitor.words
    assert visitor.all("a[href*='sign-up']")
    page = client.signed_in_as(guest).get(link)
    client.submit(page)
    assert roles(session, company) == {owner.id: "owner", guest.id: "admin"}
    assert "You are a member of" in client.get(link).words
    assert client.submit(page).location.endswith(f"/organisations/{company.id}")
    other = client.signed_in_as(identity.person())
    assert "has been used" in other.get(link).heading
    assert other.send(link).status_code == 409


def test_an_expired_a_withdrawn_and_an_unknown_invitation_each_say_so(
    client: Client, session: Session, mails: Mailbox, run_jobs: Callable[[], int]
) -> None:
    owner = identity.person()
    company = organisations.owned_by(owner)
    client.signed_in_as(owner)
    expired = invited(client, company, mails, run_jobs, "en@example.org")
    session.scalars(select(Invitation)).one().expires_at = clock.now() - timedelta(hours=1)
    withdrawn = invited(client, company, mails, run_jobs, "to@example.org")
    page = client.get(f"/organisations/{company.id}/members")
    assert "has expired" in page.words
    newest = session.scalar(select(func.max(Invitation.id)))
    client.submit(page, f"form[action='/invitations/{newest}/withdrawal']")
    client.signed_in_as(identity.person())
    assert client.get(expired).heading == "The invitation has expired"
    assert client.get(withdrawn).heading == "The invitation has been withdrawn"
    assert client.send(expired).status_code == client.send(withdrawn).status_code == 409
    assert client.get("/invitations/ukendt").status_code == 404


def test_a_new_invitation_to_the_same_address_replaces_the_old_one(
    client: Client, mails: Mailbox, run_jobs: Callable[[], int]
) -> None:
    owner = identity.person()
    company = organisations.owned_by(owner)
    client.signed_in_as(owner)
    first = invited(client, company, mails, run_jobs, "en@example.org")
    second = invited(client, company, mails, run_jobs, "En@example.org")
    client.signed_in_as(identity.person())
    assert client.get(first).heading == "The invitation has been withdrawn"
    assert "You are invited" in client.get(second).heading


def test_members_and_those_with_an_unconfirmed_address_invite_nobody(client: Client) -> None:
    member, owner = identity.person(), identity.person(email_verified_at=None)
    company = organisations.owned_by(owner)
    organisations.membership(company, member)
    path = f"/organisations/{company.id}/members"
    for one in (member, owner):
        answer = client.signed_in_as(one).send(path, email="en@example.org", role="member")
        assert answer.status_code == 403


def test_a_faulty_address_is_named_beside_the_field(client: Client) -> None:
    owner = identity.person()
    company = organisations.owned_by(owner)
    page = client.signed_in_as(owner).get(f"/organisations/{company.id}/members")
    answer = client.submit(page, FORM, email="ikke en adresse")
    assert answer.status_code == 422
    assert "not an e-mail address" in answer.one("#email-error").get_text()


@pytest.mark.parametrize("accept", [True, False])
def test_whoever_asks_to_join_is_answered_by_mail(
    client: Client, session: Session, mails: Mailbox, run_jobs: Callable[[], int], accept: bool
) -> None:
    owner, asker = identity.person(), identity.person(name="Jonas Kjær", language="en")
    company = organisations.owned_by(owner, name="Nordlys")
    client.signed_in_as(asker)
    page = client.get(f"/organisations/{company.id}/join")
    for _ in range(2):
        client.submit(page, message="Jeg passer sensorerne.")
    run_jobs()
    assert len(mails.to(owner.email)) == 1
    page = client.signed_in_as(owner).get(f"/organisations/{company.id}/members")
    assert "Jeg passer sensorerne." in page.words
    asked = session.scalars(select(MembershipRequest)).one()
    form = f"form[action='/membership-requests/{asked.id}/answer']:has(input[name=accept])"
    client.submit(page, form, accept="1" if accept else "")
    run_jobs()
    assert (asker.id in roles(session, company)) == accept
    assert ("now a member" if accept else "declined") in mails.to(asker.email)[0]["Subject"]
    again = client.send(f"/membership-requests/{asked.id}/answer", accept="1")
    assert again.status_code == 403


def test_roles_are_changed_and_memberships_ended_by_those_who_may(client: Client, session: Session) -> None:
    owner, admin, member = identity.person(), identity.person(), identity.person()
    company = organisations.owned_by(owner)
    run = organisations.membership(company, admin, MemberRole.ADMIN)
    seat = organisations.membership(company, member)
    owned = session.scalars(select(Membership).where(Membership.person_id == owner.id)).one()
    field = f"role-{seat.id}-role"
    client.signed_in_as(admin)
    assert client.send(f"/memberships/{seat.id}/role", **{field: "owner"}).status_code == 403
    assert client.send(f"/memberships/{seat.id}/role", **{field: "konge"}).status_code == 422
    assert client.send(f"/memberships/{owned.id}/end").status_code == 403
    assert client.send(f"/memberships/{run.id}/end").status_code == 403
    client.send(f"/memberships/{seat.id}/role", **{field: "admin"})
    assert roles(session, company)[member.id] == "admin"
    client.send(f"/memberships/{seat.id}/end")
    assert member.id not in roles(session, company)
    client.signed_in_as(member)
    assert client.get(f"/organisations/{company.id}/members").status_code == 403
    assert client.send(f"/memberships/{run.id}/end").status_code == 404


def test_the_last_owner_hands_over_before_leaving(client: Client, session: Session) -> None:
    owner, heir = identity.person(), identity.person(name="Arving Prøve")
    company = organisations.owned_by(owner)
    client.signed_in_as(owner)
    refused = client.get(f"/organisations/{company.id}/leave")
    assert "always has an owner" in refused.words
    assert client.send(f"/organisations/{company.id}/leave").status_code == 403
    assert "only member" in client.get(f"/organisations/{company.id}/handover").words
    organisations.membership(company, heir)
    page = client.get(f"/organisations/{company.id}/handover")
    assert client.submit(page).status_code == 422
    client.submit(page, person=str(heir.id))
    assert roles(session, company) == {owner.id: "admin", heir.id: "owner"}
    client.submit(client.get(f"/organisations/{company.id}/leave"))
    assert roles(session, company) == {heir.id: "owner"}


def people_and_company(app: Flask, owners: int) -> tuple[int, list[int], dict[int, int]]:
    people = [identity.person() for _ in range(owners)]
    company = organisations.owned_by(people[0])
    for one in people[1:]:
        organisations.membership(company, one, MemberRole.OWNER)
    db.session().commit()
    seats = {row.person_id: row.id for row in db.session().scalars(select(Membership))}
    return company.id, [one.id for one in people], seats


def clients(app: Flask, client_of: Callable[[Flask], Client], ids: list[int]) -> list[Client]:
    return [client_of(app).signed_in_as(db.session().get_one(Person, person_id)) for person_id in ids]


def owners_left(company_id: int) -> int:
    db.session().expire_all()
    current = (Membership.organisation_id == company_id, Membership.ended_at.is_(None))
    return (
        db.session().scalar(select(func.count(Membership.id)).where(*current, Membership.role == MemberRole.OWNER)) or 0
    )


def test_when_all_owners_leave_at_once_one_stays(
    committed: Flask, at_once: AtOnce, client_of: Callable[[Flask], Client]
) -> None:
    company, ids, _ = people_and_company(committed, 6)
    visitors = clients(committed, client_of, ids)
    done = at_once(
        6, lambda number: visitors[number].send(f"/organisations/{company}/leave").status_code, app=committed
    )
    assert sorted(done) == [303] * 5 + [403]
    assert owners_left(company) == 1


def test_two_owners_who_remove_each_other_at_once_do_not_both_succeed(
    committed: Flask, at_once: AtOnce, client_of: Callable[[Flask], Client]
) -> None:
    for _ in range(3):
        company, ids, seats = people_and_company(committed, 2)
        visitors = clients(committed, client_of, ids)
        ends = [f"/memberships/{seats[ids[1]]}/end", f"/memberships/{seats[ids[0]]}/end"]
        done = at_once(2, lambda number, v=visitors, e=ends: v[number].send(e[number]).status_code, app=committed)
        assert sorted(done) in ([303, 403], [303, 404]), "404 when the loser comes after the end"
        assert owners_left(company) == 1


def test_an_invitation_used_by_two_at_once_takes_in_one(
    committed: Flask, at_once: AtOnce, client_of: Callable[[Flask], Client]
) -> None:
    company, _, _ = people_and_company(committed, 1)
    guests = [identity.person().id for _ in range(4)]
    later = clock.now() + timedelta(days=1)
    db.session().add(
        Invitation(
            organisation_id=company,
            email="x@example.org",
            role=MemberRole.MEMBER,
            token_hash=token_hash("t"),
            expires_at=later,
        )
    )
    db.session().commit()
    visitors = clients(committed, client_of, guests)
    done = at_once(4, lambda number: visitors[number].send("/invitations/t").status_code, app=committed)
    assert done.count(303) == 1
    assert db.session().scalar(select(func.count(Membership.id)).where(Membership.organisation_id == company)) == 2

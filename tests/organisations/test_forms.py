from __future__ import annotations

import pytest
from flask import Flask, g
from werkzeug.exceptions import Forbidden

from app.identity.models import Person
from app.kernel import clock
from app.kernel.forms import OnceForm
from app.organisations import actions, rules
from app.organisations.forms import ActsAsMixin
from app.organisations.models import MemberRole
from tests.factories import identity, organisations


class IdeaForm(ActsAsMixin, OnceForm):
    """As another feature writes it."""


class PledgeForm(IdeaForm):
    acts_as_roles = rules.LEADERS


def filled(app: Flask, person: Person, kind: type[IdeaForm] = IdeaForm, **fields: str) -> IdeaForm:
    with app.test_request_context(method="POST", data=fields):
        g.actor = identity.actor(person)
        form = kind(meta={"csrf": False})
        form.validate()
        return form


def test_a_member_chooses_among_their_own_organisations(app: Flask) -> None:
    person = identity.person(name="Mette")
    company, hidden = organisations.organisation(name="Nordlys"), organisations.organisation()
    hidden.hidden_at = hidden.created_at
    for one in (company, hidden):
        organisations.membership(one, person)
    form = filled(app, person, acts_as=str(company.id))
    assert form.organisation_id == company.id
    assert [choice.label for choice in form.acts_as.choices] == ["Min egen: Mette", "Nordlys"]


def test_somebody_without_organisations_acts_for_themselves(app: Flask) -> None:
    form = filled(app, identity.person())
    assert not form.speaks_for_some
    assert form.organisation_id is None
    assert not form.errors


def test_the_name_of_a_foreign_organisation_is_refused_beside_the_field(app: Flask) -> None:
    foreign = organisations.organisation()
    assert filled(app, identity.person(), acts_as=str(foreign.id)).errors.keys() == {"acts_as"}


def test_a_form_that_binds_the_organisation_offers_it_to_its_leaders_only(app: Flask) -> None:
    member, admin, company = identity.person(), identity.person(), organisations.organisation()
    organisations.membership(company, member)
    organisations.membership(company, admin, MemberRole.ADMIN)
    assert not filled(app, member, PledgeForm).speaks_for_some
    assert filled(app, admin, PledgeForm).speaks_for_some


def test_the_action_asks_again_whether_somebody_may_speak(app: Flask) -> None:
    person, company = identity.person(), organisations.organisation()
    membership = organisations.membership(company, person)
    with app.test_request_context():
        g.actor = identity.actor(person)
        assert actions.speak_for(None, by=g.actor) is None
        assert actions.speak_for(company.id, by=g.actor) is company
        membership.ended_at = membership.since
        g.actor = identity.actor(person)
        with pytest.raises(Forbidden):
            actions.speak_for(company.id, by=g.actor)
        with pytest.raises(Forbidden):
            actions.speak_for(10**9, by=g.actor)


def test_nobody_speaks_or_promises_for_a_hidden_organisation() -> None:
    from app.kernel.access import Actor, Grant
    from app.organisations.models import Organisation

    company = Organisation(id=7)
    member = Actor(1, "M", frozenset({Grant("member", "organisation", 7)}))
    owner = Actor(1, "M", frozenset({Grant("owner", "organisation", 7)}))
    assert rules.may_speak_for(member, company)
    assert not rules.may_commit(member, company)
    assert rules.may_commit(owner, company)
    company.hidden_at = clock.now()
    assert not rules.may_speak_for(owner, company)
    assert not rules.may_commit(owner, company)

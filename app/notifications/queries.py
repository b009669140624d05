"""Who belongs to an audience, as queries of person ids; and what a person sees of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, func, literal, or_, select, union
from sqlalchemy.orm import joinedload

from app.activity.models import Activity, Follow, SubjectType
from app.challenges.models import Challenge, challenge_municipalities
from app.deliberation.models import Comment
from app.identity.models import Person, Role, RoleName
from app.kernel import db
from app.kernel.access import Actor
from app.moderation.models import Appeal, Case, Report
from app.notifications.models import Frequency, Notification, Preference, Topic
from app.notifications.rules import DECIDED, DEFAULTS, Audience
from app.organisations.models import MemberRole, Membership
from app.partnerships.models import JoinRequest, Partner, Partnership
from app.proposals.models import Proposal, Support

Ids = Select[Any]
SPEAKERS = (MemberRole.OWNER, MemberRole.ADMIN)


def visible_to(actor: Actor) -> Select[Notification]:
    """A person's own notifications with their activities."""
    return select(Notification).where(Notification.person_id == actor.id).options(joinedload(Notification.activity))


def unread_count(person_id: ColumnElement[Any]) -> ColumnElement[int]:
    """How many notifications a person has not read, counted up to a hundred."""
    unread = select(Notification.id).where(Notification.person_id == person_id, Notification.read_at.is_(None))
    return func.cardinality(func.array(unread.limit(100).scalar_subquery()), type_=BigInteger)


def to_mail(person_id: int, frequency: Frequency) -> Select[Notification]:
    """What waits for a person's next digest, oldest first; read ones are not mailed."""
    waits = (Notification.mailed_at.is_(None), Notification.read_at.is_(None), Notification.frequency == frequency)
    mine = select(Notification).where(Notification.person_id == person_id, *waits)
    return mine.options(joinedload(Notification.activity)).order_by(Notification.id)


def chosen_by(person_id: int) -> dict[Topic, Frequency]:
    """How often a person wants mail about each topic."""
    chosen = select(Preference.topic, Preference.frequency).where(Preference.person_id == person_id)
    return DEFAULTS | {row.topic: row.frequency for row in db.session().execute(chosen)}


def people_to_mail(frequency: Frequency) -> Ids:
    waits = (Notification.mailed_at.is_(None), Notification.read_at.is_(None), Notification.frequency == frequency)
    return select(Notification.person_id).where(*waits).distinct()


def _speakers_of(organisations: Ids) -> Ids:
    current = (Membership.ended_at.is_(None), Membership.role.in_(SPEAKERS))
    return select(Membership.person_id).where(Membership.organisation_id.in_(organisations), *current)


def _staff_of(municipalities: Ids) -> Ids:
    names = (RoleName.MODERATOR, RoleName.ADMINISTRATOR)
    return select(Role.person_id).where(
        Role.municipality_id.in_(municipalities), Role.name.in_(names), Role.ended_at.is_(None)
    )


def _together(*parts: Ids) -> Ids:
    everyone = union(*parts).subquery()
    return select(everyone.c[0])


def _challenge_owners(challenges: Ids) -> Ids:
    """A challenge's owner: the person, those who speak for the organisation, or the municipality's staff."""
    of = Challenge.id.in_(challenges)
    return _together(
        select(Challenge.owner_person_id).where(of, Challenge.owner_person_id.is_not(None)),
        _speakers_of(select(Challenge.owner_organisation_id).where(of)),
        _staff_of(select(Challenge.owner_municipality_id).where(of)),
    )


def _partnership_leads(partnerships: Ids) -> Ids:
    lead = (Partner.partnership_id.in_(partnerships), Partner.is_lead, Partner.left_at.is_(None))
    return _together(
        select(Partner.person_id).where(*lead, Partner.person_id.is_not(None)),
        _speakers_of(select(Partner.organisation_id).where(*lead)),
    )


def _owners(activity: Activity) -> Ids:
    this = select(literal(activity.subject_id))
    match activity.subject_type:
        case SubjectType.CHALLENGE:
            return _challenge_owners(this)
        case SubjectType.PROPOSAL:
            return select(Proposal.author_id).where(Proposal.id == activity.subject_id)
        case SubjectType.PARTNERSHIP:
            return _partnership_leads(this)
        case SubjectType.ORGANISATION:
            return _speakers_of(this)
    return _nobody()


def _nobody() -> Ids:
    return select(Person.id).where(Person.id < 0)


def _challenge_of(activity: Activity) -> Ids:
    match activity.subject_type:
        case SubjectType.PROPOSAL:
            return select(Proposal.challenge_id).where(Proposal.id == activity.subject_id)
        case SubjectType.PARTNERSHIP:
            return select(Partnership.challenge_id).where(Partnership.id == activity.subject_id)
    return select(Challenge.id).where(Challenge.id == activity.subject_id)


def _author(activity: Activity) -> Ids:
    about = (Case.subject_type == activity.subject_type, Case.subject_id == activity.subject_id)
    return select(Case.author_id).where(*about)


def _knowing(activity: Activity) -> Ids:
    """Who is told of the same event by a decision on what they wrote: on what is public now, or on what was merged."""
    if activity.kind == "proposal.merged":
        merged = select(Proposal.author_id).where(Proposal.id == activity.data.get("merged_id"))
        return merged.where(Proposal.author_id.is_not(None))
    if activity.kind in DECIDED:
        return _author(activity).where(Case.author_id.is_not(None))
    return _nobody()


def _moderators(activity: Activity) -> Ids:
    about = (Case.subject_type == activity.subject_type, Case.subject_id == activity.subject_id)
    return _staff_of(select(Case.municipality_id).where(*about))


def _reporters(activity: Activity) -> Ids:
    return select(Report.reporter_id).where(Report.decision_id == activity.data.get("decision_id"))


def _appellant(activity: Activity) -> Ids:
    return select(Appeal.person_id).where(Appeal.answer_id == activity.data.get("decision_id"))


def _partners(activity: Activity) -> Ids:
    if activity.subject_type != SubjectType.PARTNERSHIP:
        return _nobody()
    current = (Partner.partnership_id == activity.subject_id, Partner.left_at.is_(None))
    return _together(
        select(Partner.person_id).where(*current, Partner.person_id.is_not(None)),
        _speakers_of(select(Partner.organisation_id).where(*current)),
    )


def _asker(activity: Activity) -> Ids:
    request = JoinRequest.id == activity.data.get("request_id")
    return _together(
        select(JoinRequest.person_id).where(request, JoinRequest.person_id.is_not(None)),
        _speakers_of(select(JoinRequest.organisation_id).where(request)),
    )


def _answered(activity: Activity) -> Ids:
    return select(Comment.author_id).where(Comment.id == activity.data.get("parent_id"))


def _supporters(activity: Activity) -> Ids:
    proposal: Ids = select(Proposal.id).where(Proposal.id == activity.subject_id)
    if activity.subject_type == SubjectType.PARTNERSHIP:
        proposal = select(Partnership.proposal_id).where(Partnership.id == activity.subject_id)
    return select(Support.person_id).where(Support.proposal_id.in_(proposal), Support.ended_at.is_(None))


def _places_of(activity: Activity) -> Ids:
    """The municipalities of the challenge; of the thing itself when it stands alone."""
    of = challenge_municipalities.c.challenge_id.in_(_challenge_of(activity))
    alone = [
        select(model.municipality_id).where(model.id == activity.subject_id, model.challenge_id.is_(None))
        for kind, model in ((SubjectType.PROPOSAL, Proposal), (SubjectType.PARTNERSHIP, Partnership))
        if kind == activity.subject_type
    ]
    return _together(select(challenge_municipalities.c.municipality_id).where(of), *alone)


def _followers(activity: Activity) -> Ids:
    about = (Follow.subject_type == activity.subject_type, Follow.subject_id == activity.subject_id)
    return select(Follow.person_id).where(*about)


def _around(activity: Activity) -> Ids:
    """Who follows the thing, its challenge, its municipalities, or the organisation that acted."""
    challenges = _challenge_of(activity)
    about = or_(
        (Follow.subject_type == activity.subject_type) & (Follow.subject_id == activity.subject_id),
        (Follow.subject_type == SubjectType.CHALLENGE) & Follow.subject_id.in_(challenges),
        (Follow.subject_type == SubjectType.MUNICIPALITY) & Follow.subject_id.in_(_places_of(activity)),
        (Follow.subject_type == SubjectType.ORGANISATION) & (Follow.subject_id == activity.organisation_id),
    )
    return select(Follow.person_id).where(about)


AUDIENCES: dict[Audience, Callable[[Activity], Ids]] = {
    Audience.AUTHOR: _author,
    Audience.OWNERS: _owners,
    Audience.PARTNERS: _partners,
    Audience.ASKER: _asker,
    Audience.MODERATORS: _moderators,
    Audience.REPORTERS: _reporters,
    Audience.APPELLANT: _appellant,
    Audience.ANSWERED: _answered,
    Audience.SUPPORTERS: _supporters,
    Audience.CHALLENGE_OWNERS: lambda activity: _challenge_owners(_challenge_of(activity)),
    Audience.FOLLOWERS: _followers,
    Audience.AROUND: _around,
}


def audience(kind: Audience, activity: Activity) -> Ids:
    """The living people of an audience, without the one who acted and those who know it already."""
    reachable = (Person.erased_at.is_(None), Person.email_verified_at.is_not(None))
    others = (Person.id.is_distinct_from(activity.actor_id), Person.id.not_in(_knowing(activity)))
    return select(Person.id).where(Person.id.in_(AUDIENCES[kind](activity)), *reachable, *others)

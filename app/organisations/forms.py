"""Forms of organisations, and the field by which other features' forms let somebody act in an organisation's name."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.kernel import access, db
from app.organisations import queries


class ActsAsMixin:
    """Adds the choice in whose name one acts: `class ProposalForm(ActsAsMixin, OnceForm)`.

    Shown by `acts_as_field(form)` of `organisations/_acts_as.html`, read by `form.organisation_id`, preset by
    `acts_as=str(id)`. The action asks again: `organisation = organisations.actions.speak_for(organisation_id, by=by)`.
    """

    acts_as_roles: ClassVar[tuple[str, ...]] = ()
    acts_as: Any = SelectField(_l("In whose name"), default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actor = access.current_actor()
        own = _("My own: %(name)s", name=actor.name) if actor.signed_in else _("My own")
        held = actor.scope_ids("organisation")
        found = db.session().execute(queries.spoken_for_by(actor, *self.acts_as_roles)).all() if held else []
        self.acts_as.choices = [("", own), *((str(row.id), row.name) for row in found)]

    @property
    def speaks_for_some(self) -> bool:
        """Whether there is anything to choose."""
        return len(self.acts_as.choices) > 1

    @property
    def organisation_id(self) -> int | None:
        """The organisation in whose name one acts, or none for one's own."""
        return int(self.acts_as.data) if self.acts_as.data else None

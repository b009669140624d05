from __future__ import annotations

from sqlalchemy import delete, insert, select

from app.kernel import db
from app.kernel.access import Actor, check
from app.places import rules
from app.places.models import Municipality
from app.places.names.models import PlaceName, key_of
from app.places.names.schemas import Name


def import_names(names: list[Name], *, by: Actor) -> None:
    """Write all names anew."""
    check(rules.may_import(by))
    ids = {row.code: row.id for row in db.session().execute(select(Municipality.code, Municipality.id))}
    rows = [
        {
            "kind": name.kind,
            "code": name.code,
            "name": name.name,
            "key": key_of(name.name),
            "municipality_id": ids[name.municipality_code],
            "share": name.share,
            "source": name.source,
        }
        for name in names
    ]
    db.session().execute(delete(PlaceName))
    db.session().execute(insert(PlaceName), rows)

"""Search reads aa as å and oe as ø, in what is searched as in what is asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

SEARCHED = {
    "organisations": ("name", "summary", "can_do", "seeks"),
    "challenges": ("title", "need", "body"),
    "proposals": ("title", "body", "place_name"),
    "partnerships": ("title", "summary", "body", "outcome"),
}
PLAIN = "coalesce({column}, '')"
LETTERS = "replace(replace(lower(coalesce({column}, '')), 'aa', 'å'), 'oe', 'ø')"


def upgrade() -> None:
    _made_of(LETTERS)


def downgrade() -> None:
    _made_of(PLAIN)


def _made_of(danish: str) -> None:
    """Make the vectors anew; PostgreSQL fills them while the table is rewritten."""
    for table, columns in SEARCHED.items():
        parts = [
            f"setweight(to_tsvector('{configuration}', {text.format(column=column)}), '{weight}')"
            for configuration, text in (("torvet_da", danish), ("torvet_en", PLAIN))
            for column, weight in zip(columns, "ABCD", strict=False)
        ]
        op.drop_index(f"ix_{table}_search", table_name=table, postgresql_using="gin")
        op.drop_column(table, "search")
        vector = sa.Computed(" || ".join(parts), persisted=True)
        op.add_column(table, sa.Column("search", postgresql.TSVECTOR(), vector, nullable=False))
        op.create_index(f"ix_{table}_search", table, ["search"], unique=False, postgresql_using="gin")

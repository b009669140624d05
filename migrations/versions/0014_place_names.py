"""Names of places: postcodes, parishes and local communities."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "place_names",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "postcode",
                "parish",
                "community",
                name="name_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("municipality_id", sa.BigInteger(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.CheckConstraint("share > 0 and share <= 1", name=op.f("ck_place_names_share")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipalities.id"],
            name=op.f("fk_place_names_municipality_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_names")),
        sa.UniqueConstraint("kind", "code", "municipality_id", name=op.f("uq_place_names_kind_code_municipality_id")),
    )
    op.create_index("ix_place_names_code", "place_names", ["code"], unique=False)
    op.create_index(
        "ix_place_names_key", "place_names", ["key"], unique=False, postgresql_ops={"key": "text_pattern_ops"}
    )
    op.create_index(op.f("ix_place_names_municipality_id"), "place_names", ["municipality_id"], unique=False)


def downgrade() -> None:
    op.drop_table("place_names")

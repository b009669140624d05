"""A role is offered by mail and begins when it is accepted; nobody looks people up by name any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NAMES = ("moderator", "administrator", "platform_administrator")
OUTCOMES = ("accepted", "declined", "withdrawn", "expired")
OPEN = sa.text("outcome is null")


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _person(column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_role_offers_{column}")
    return sa.ForeignKeyConstraint([column], ["people.id"], name=name, ondelete="SET NULL")


def upgrade() -> None:
    op.create_table(
        "role_offers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("name", _one_of("role_name", NAMES), nullable=False),
        sa.Column("municipality_id", sa.BigInteger(), nullable=True),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("offered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", _one_of("offer_outcome", OUTCOMES), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(municipality_id is null) = (name = 'platform_administrator')", name=op.f("ck_role_offers_scope")
        ),
        sa.CheckConstraint("(outcome is null) = (settled_at is null)", name=op.f("ck_role_offers_settled")),
        sa.CheckConstraint("outcome is not null or email is not null", name=op.f("ck_role_offers_open_with_address")),
        sa.CheckConstraint(
            "outcome <> 'accepted' or email is null", name=op.f("ck_role_offers_accepted_without_address")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_role_offers_municipality_id")
        ),
        _person("offered_by_id"),
        _person("settled_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_offers")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_role_offers_token_hash")),
    )
    for column in ("email", "municipality_id", "offered_by_id"):
        op.create_index(op.f(f"ix_role_offers_{column}"), "role_offers", [column])
    op.create_index(
        "uq_role_offers_open",
        "role_offers",
        ["email", "name", "municipality_id"],
        unique=True,
        postgresql_where=OPEN,
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index("ix_people_name_trgm", table_name="people")


def downgrade() -> None:
    trigrams = {"postgresql_using": "gin", "postgresql_ops": {"name": "gin_trgm_ops"}}
    op.create_index("ix_people_name_trgm", "people", ["name"], **trigrams)
    op.drop_table("role_offers")

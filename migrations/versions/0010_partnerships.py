"""Partnerships, partners, requests, pledges and updates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partnerships",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("challenge_id", sa.BigInteger(), nullable=True),
        sa.Column("proposal_id", sa.BigInteger(), nullable=True),
        sa.Column("municipality_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("seeks", sa.Text(), nullable=False),
        sa.Column("money_needed", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("hours_needed", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "in_review",
                "changes_requested",
                "rejected",
                "withdrawn",
                "forming",
                "active",
                "concluded",
                name="partnership_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opened_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "outcome_kind",
            sa.Enum(
                "scaled", "closed", "stopped", name="outcome_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("outcome_figure", sa.String(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('torvet_da', coalesce(title, '')), 'A') || setweight(to_tsvector('torvet_da', coalesce(summary, '')), 'B') || setweight(to_tsvector('torvet_da', coalesce(body, '')), 'C') || setweight(to_tsvector('torvet_da', coalesce(outcome, '')), 'D') || setweight(to_tsvector('torvet_en', coalesce(title, '')), 'A') || setweight(to_tsvector('torvet_en', coalesce(summary, '')), 'B') || setweight(to_tsvector('torvet_en', coalesce(body, '')), 'C') || setweight(to_tsvector('torvet_en', coalesce(outcome, '')), 'D')",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state <> 'concluded' or (outcome <> '' and outcome_kind is not null)", name=op.f("ck_partnerships_outcome")
        ),
        sa.CheckConstraint("num_nonnulls(challenge_id, proposal_id) >= 1", name=op.f("ck_partnerships_grows_from")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_partnerships_case_id")),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenges.id"], name=op.f("fk_partnerships_challenge_id")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_partnerships_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["people.id"], name=op.f("fk_partnerships_opened_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_partnerships_proposal_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_partnerships_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnerships")),
        sa.UniqueConstraint("case_id", name=op.f("uq_partnerships_case_id")),
        sa.UniqueConstraint("thread_id", name=op.f("uq_partnerships_thread_id")),
    )
    op.create_index(op.f("ix_partnerships_challenge_id"), "partnerships", ["challenge_id"], unique=False)
    op.create_index(
        "ix_partnerships_listed",
        "partnerships",
        ["state", sa.literal_column("published_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index("ix_partnerships_municipality", "partnerships", ["municipality_id", "state"], unique=False)
    op.create_index(op.f("ix_partnerships_opened_by_id"), "partnerships", ["opened_by_id"], unique=False)
    op.create_index(op.f("ix_partnerships_proposal_id"), "partnerships", ["proposal_id"], unique=False)
    op.create_index("ix_partnerships_search", "partnerships", ["search"], unique=False, postgresql_using="gin")
    op.create_table(
        "join_requests",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("partnership_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column(
            "pledge_kind",
            sa.Enum(
                "money",
                "hours",
                "place",
                "data",
                "equipment",
                "expertise",
                name="pledge_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("pledge_amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("pledge_description", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "accepted",
                "declined",
                "withdrawn",
                name="request_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state <> 'declined' or reason <> ''", name=op.f("ck_join_requests_reason")),
        sa.CheckConstraint("pledge_amount is null or pledge_amount > 0", name=op.f("ck_join_requests_amount")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["people.id"], name=op.f("fk_join_requests_answered_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_join_requests_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_join_requests_partnership_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_join_requests_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_requests")),
    )
    op.create_index(op.f("ix_join_requests_organisation_id"), "join_requests", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_join_requests_partnership_id"), "join_requests", ["partnership_id"], unique=False)
    op.create_index(op.f("ix_join_requests_person_id"), "join_requests", ["person_id"], unique=False)
    op.create_index(
        "uq_join_requests_waiting",
        "join_requests",
        ["partnership_id", "organisation_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "partners",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("partnership_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("num_nonnulls(organisation_id, person_id) <= 1", name=op.f("ck_partners_one_kind")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_partners_organisation_id")),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_partners_partnership_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_partners_person_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners")),
    )
    op.create_index(op.f("ix_partners_organisation_id"), "partners", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_partners_partnership_id"), "partners", ["partnership_id"], unique=False)
    op.create_index(op.f("ix_partners_person_id"), "partners", ["person_id"], unique=False)
    op.create_index(
        "uq_partners_lead",
        "partners",
        ["partnership_id"],
        unique=True,
        postgresql_where=sa.text("is_lead and left_at is null"),
    )
    op.create_index(
        "uq_partners_organisation",
        "partners",
        ["partnership_id", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("left_at is null and organisation_id is not null"),
    )
    op.create_index(
        "uq_partners_person",
        "partners",
        ["partnership_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("left_at is null and person_id is not null"),
    )
    op.create_table(
        "updates",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("partnership_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_updates_author_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_updates_organisation_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_updates_partnership_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_updates_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_updates")),
        sa.UniqueConstraint("case_id", name=op.f("uq_updates_case_id")),
    )
    op.create_index(op.f("ix_updates_partnership_id"), "updates", ["partnership_id"], unique=False)
    op.create_table(
        "pledges",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("partner_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "money",
                "hours",
                "place",
                "data",
                "equipment",
                "expertise",
                name="pledge_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "accepted",
                "delivered",
                "withdrawn",
                name="pledge_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_pledges_partner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledges")),
    )
    op.create_index(op.f("ix_pledges_partner_id"), "pledges", ["partner_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_pledges_partner_id"), table_name="pledges")
    op.drop_table("pledges")
    op.drop_index(op.f("ix_updates_partnership_id"), table_name="updates")
    op.drop_table("updates")
    op.drop_index(
        "uq_partners_person",
        table_name="partners",
        postgresql_where=sa.text("left_at is null and person_id is not null"),
    )
    op.drop_index(
        "uq_partners_organisation",
        table_name="partners",
        postgresql_where=sa.text("left_at is null and organisation_id is not null"),
    )
    op.drop_index("uq_partners_lead", table_name="partners", postgresql_where=sa.text("is_lead and left_at is null"))
    op.drop_index(op.f("ix_partners_person_id"), table_name="partners")
    op.drop_index(op.f("ix_partners_partnership_id"), table_name="partners")
    op.drop_index(op.f("ix_partners_organisation_id"), table_name="partners")
    op.drop_table("partners")
    op.drop_index(
        "uq_join_requests_waiting",
        table_name="join_requests",
        postgresql_where=sa.text("state = 'asked'"),
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index(op.f("ix_join_requests_person_id"), table_name="join_requests")
    op.drop_index(op.f("ix_join_requests_partnership_id"), table_name="join_requests")
    op.drop_index(op.f("ix_join_requests_organisation_id"), table_name="join_requests")
    op.drop_table("join_requests")
    op.drop_index("ix_partnerships_search", table_name="partnerships", postgresql_using="gin")
    op.drop_index(op.f("ix_partnerships_proposal_id"), table_name="partnerships")
    op.drop_index(op.f("ix_partnerships_opened_by_id"), table_name="partnerships")
    op.drop_index("ix_partnerships_municipality", table_name="partnerships")
    op.drop_index("ix_partnerships_listed", table_name="partnerships")
    op.drop_index(op.f("ix_partnerships_challenge_id"), table_name="partnerships")
    op.drop_table("partnerships")

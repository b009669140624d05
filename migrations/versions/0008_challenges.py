"""Challenges, phases and versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "challenges",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "in_review",
                "changes_requested",
                "open",
                "closed",
                "rejected",
                "withdrawn",
                name="challenge_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("themes", sa.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_person_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_municipality_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "promise_level",
            sa.Enum(
                "inform",
                "consult",
                "involve",
                "co_decide",
                "co_produce",
                name="influence_level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("promise_fixed", sa.Text(), nullable=False),
        sa.Column("promise_open", sa.Text(), nullable=False),
        sa.Column("promise_decider", sa.String(), nullable=False),
        sa.Column("promise_answer_by", sa.Date(), nullable=True),
        sa.Column("cover_id", sa.BigInteger(), nullable=True),
        sa.Column("cover_alt", sa.String(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("kle_code", sa.String(), nullable=False),
        sa.Column("closing_text", sa.Text(), nullable=False),
        sa.Column("proposal_count", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promise_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('torvet_da', coalesce(title, '')), 'A') || setweight(to_tsvector('torvet_da', coalesce(need, '')), 'B') || setweight(to_tsvector('torvet_da', coalesce(body, '')), 'C') || setweight(to_tsvector('torvet_en', coalesce(title, '')), 'A') || setweight(to_tsvector('torvet_en', coalesce(need, '')), 'B') || setweight(to_tsvector('torvet_en', coalesce(body, '')), 'C')",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state in ('draft', 'withdrawn', 'rejected') or promise_level is not null",
            name=op.f("ck_challenges_promise"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(owner_organisation_id, owner_municipality_id, owner_person_id) <= 1",
            name=op.f("ck_challenges_one_owner"),
        ),
        sa.CheckConstraint("proposal_count >= 0", name=op.f("ck_challenges_proposal_count")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name=op.f("fk_challenges_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_challenges_case_id")),
        sa.ForeignKeyConstraint(
            ["cover_id"], ["stored_files.id"], name=op.f("fk_challenges_cover_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["owner_municipality_id"], ["municipalities.id"], name=op.f("fk_challenges_owner_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_organisation_id"], ["organisations.id"], name=op.f("fk_challenges_owner_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_person_id"], ["people.id"], name=op.f("fk_challenges_owner_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_challenges_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
        sa.UniqueConstraint("case_id", name=op.f("uq_challenges_case_id")),
        sa.UniqueConstraint("thread_id", name=op.f("uq_challenges_thread_id")),
    )
    op.create_index(op.f("ix_challenges_author_id"), "challenges", ["author_id"], unique=False)
    op.create_index(
        "ix_challenges_listed",
        "challenges",
        ["state", sa.literal_column("published_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(op.f("ix_challenges_owner_municipality_id"), "challenges", ["owner_municipality_id"], unique=False)
    op.create_index(op.f("ix_challenges_owner_organisation_id"), "challenges", ["owner_organisation_id"], unique=False)
    op.create_index(op.f("ix_challenges_owner_person_id"), "challenges", ["owner_person_id"], unique=False)
    op.create_index("ix_challenges_search", "challenges", ["search"], unique=False, postgresql_using="gin")
    op.create_index("ix_challenges_themes", "challenges", ["themes"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_challenges_title_trgm",
        "challenges",
        ["title"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"title": "gin_trgm_ops"},
    )
    op.create_table(
        "challenge_attachments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("challenge_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_challenge_attachments_challenge_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_challenge_attachments_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge_attachments")),
    )
    op.create_index(
        op.f("ix_challenge_attachments_challenge_id"), "challenge_attachments", ["challenge_id"], unique=False
    )
    op.create_table(
        "challenge_municipalities",
        sa.Column("challenge_id", sa.BigInteger(), nullable=False),
        sa.Column("municipality_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"],
            ["challenges.id"],
            name=op.f("fk_challenge_municipalities_challenge_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_challenge_municipalities_municipality_id")
        ),
        sa.PrimaryKeyConstraint("challenge_id", "municipality_id", name=op.f("pk_challenge_municipalities")),
    )
    op.create_index(
        op.f("ix_challenge_municipalities_municipality_id"),
        "challenge_municipalities",
        ["municipality_id"],
        unique=False,
    )
    op.create_table(
        "challenge_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("challenge_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changes_promise", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("edited_by_id", sa.BigInteger(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "not changes_promise or note <> ''", name=op.f("ck_challenge_versions_promise_change_explained")
        ),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_challenge_versions_challenge_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["edited_by_id"], ["people.id"], name=op.f("fk_challenge_versions_edited_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge_versions")),
        sa.UniqueConstraint("challenge_id", "number", name=op.f("uq_challenge_versions_challenge_id_number")),
    )
    op.create_table(
        "phases",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("challenge_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ideas",
                "conversation",
                "budget",
                "call",
                "pilot",
                "follow_up",
                name="phase_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_phases_dates")),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_phases_challenge_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phases")),
    )
    op.create_index(op.f("ix_phases_challenge_id"), "phases", ["challenge_id"], unique=False)
    op.create_index("ix_phases_dates", "phases", ["kind", "starts_on", "ends_on"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_phases_dates", table_name="phases")
    op.drop_index(op.f("ix_phases_challenge_id"), table_name="phases")
    op.drop_table("phases")
    op.drop_table("challenge_versions")
    op.drop_index(op.f("ix_challenge_municipalities_municipality_id"), table_name="challenge_municipalities")
    op.drop_table("challenge_municipalities")
    op.drop_index(op.f("ix_challenge_attachments_challenge_id"), table_name="challenge_attachments")
    op.drop_table("challenge_attachments")
    op.drop_index(
        "ix_challenges_title_trgm",
        table_name="challenges",
        postgresql_using="gin",
        postgresql_ops={"title": "gin_trgm_ops"},
    )
    op.drop_index("ix_challenges_themes", table_name="challenges", postgresql_using="gin")
    op.drop_index("ix_challenges_search", table_name="challenges", postgresql_using="gin")
    op.drop_index(op.f("ix_challenges_owner_person_id"), table_name="challenges")
    op.drop_index(op.f("ix_challenges_owner_organisation_id"), table_name="challenges")
    op.drop_index(op.f("ix_challenges_owner_municipality_id"), table_name="challenges")
    op.drop_index("ix_challenges_listed", table_name="challenges")
    op.drop_index(op.f("ix_challenges_author_id"), table_name="challenges")
    op.drop_table("challenges")

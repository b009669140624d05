"""Proposals, supports, backings and answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("challenge_id", sa.BigInteger(), nullable=True),
        sa.Column("municipality_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("summary", sa.String(), server_default="", nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "in_review",
                "changes_requested",
                "published",
                "rejected",
                "withdrawn",
                "merged",
                name="proposal_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("place_name", sa.String(), nullable=False),
        sa.Column("support_count", sa.BigInteger(), nullable=False),
        sa.Column("backing_count", sa.BigInteger(), nullable=False),
        sa.Column("threshold", sa.BigInteger(), nullable=True),
        sa.Column("threshold_ends_on", sa.Date(), nullable=True),
        sa.Column("threshold_reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "answer_status",
            sa.Enum(
                "accepted",
                "accepted_in_part",
                "rejected",
                "under_way",
                "done",
                name="answer_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("answer_due", sa.Date(), nullable=True),
        sa.Column("similar_ids", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
        sa.Column("draft_key", sa.String(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('torvet_da', coalesce(title, '')), 'A') || setweight(to_tsvector('torvet_da', coalesce(body, '')), 'B') || setweight(to_tsvector('torvet_da', coalesce(place_name, '')), 'C') || setweight(to_tsvector('torvet_en', coalesce(title, '')), 'A') || setweight(to_tsvector('torvet_en', coalesce(body, '')), 'B') || setweight(to_tsvector('torvet_en', coalesce(place_name, '')), 'C')",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("(state = 'merged') = (merged_into_id is not null)", name=op.f("ck_proposals_merged")),
        sa.CheckConstraint(
            "latitude between -90 and 90 and longitude between -180 and 180", name=op.f("ck_proposals_on_earth")
        ),
        sa.CheckConstraint("(longitude is null) = (latitude is null)", name=op.f("ck_proposals_point")),
        sa.CheckConstraint("support_count >= 0 and backing_count >= 0", name=op.f("ck_proposals_counts")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_proposals_author_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_proposals_case_id")),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenges.id"], name=op.f("fk_proposals_challenge_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["proposals.id"], name=op.f("fk_proposals_merged_into_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipalities.id"], name=op.f("fk_proposals_municipality_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_proposals_organisation_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_proposals_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("case_id", name=op.f("uq_proposals_case_id")),
        sa.UniqueConstraint("thread_id", name=op.f("uq_proposals_thread_id")),
        sa.UniqueConstraint("draft_key", name=op.f("uq_proposals_draft_key")),
    )
    op.create_index(
        "ix_proposals_author",
        "proposals",
        ["author_id", sa.literal_column("updated_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_proposals_challenge",
        "proposals",
        ["challenge_id", "state", sa.literal_column("published_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_proposals_challenge_supported",
        "proposals",
        ["challenge_id", "state", sa.literal_column("support_count desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_proposals_listed",
        "proposals",
        ["state", sa.literal_column("published_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_proposals_placed",
        "proposals",
        ["id"],
        unique=False,
        postgresql_where=sa.text("longitude is not null and state = 'published'"),
    )
    op.create_index(
        "ix_proposals_due",
        "proposals",
        ["answer_due"],
        unique=False,
        postgresql_where=sa.text("answer_status is null"),
    )
    op.create_index(op.f("ix_proposals_merged_into_id"), "proposals", ["merged_into_id"], unique=False)
    op.create_index(
        "ix_proposals_municipality",
        "proposals",
        ["municipality_id", "state", sa.literal_column("published_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(op.f("ix_proposals_organisation_id"), "proposals", ["organisation_id"], unique=False)
    op.create_index("ix_proposals_search", "proposals", ["search"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_proposals_supported",
        "proposals",
        ["state", sa.literal_column("support_count desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_proposals_title_trgm",
        "proposals",
        ["title"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"title": "gin_trgm_ops"},
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "accepted",
                "accepted_in_part",
                "rejected",
                "under_way",
                "done",
                name="answer_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_step_by", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["people.id"], name=op.f("fk_answers_answered_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_answers_proposal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    op.create_index(op.f("ix_answers_proposal_id"), "answers", ["proposal_id"], unique=False)
    op.create_table(
        "backings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("declared_by_id", sa.BigInteger(), nullable=True),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["people.id"], name=op.f("fk_backings_declared_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_backings_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_backings_proposal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backings")),
    )
    op.create_index(op.f("ix_backings_organisation_id"), "backings", ["organisation_id"], unique=False)
    op.create_index(
        "uq_backings_current",
        "backings",
        ["proposal_id", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "proposal_pictures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("alt", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_proposal_pictures_file_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_pictures_proposal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_pictures")),
    )
    op.create_index(op.f("ix_proposal_pictures_proposal_id"), "proposal_pictures", ["proposal_id"], unique=False)
    op.create_table(
        "proposal_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("edited_by_id", sa.BigInteger(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["edited_by_id"], ["people.id"], name=op.f("fk_proposal_versions_edited_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_versions_proposal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_versions")),
        sa.UniqueConstraint("proposal_id", "number", name=op.f("uq_proposal_versions_proposal_id_number")),
    )
    op.create_table(
        "supports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("merged_from_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["merged_from_id"], ["proposals.id"], name=op.f("fk_supports_merged_from_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_supports_person_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_supports_proposal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supports")),
    )
    op.create_index(op.f("ix_supports_merged_from_id"), "supports", ["merged_from_id"], unique=False)
    op.create_index(op.f("ix_supports_person_id"), "supports", ["person_id"], unique=False)
    op.create_index(
        "uq_supports_current",
        "supports",
        ["proposal_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "help_offers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "time",
                "expertise",
                "place",
                "equipment",
                "money",
                "other",
                name="help_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_help_offers_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_help_offers_proposal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_offers")),
    )
    op.create_index(op.f("ix_help_offers_person_id"), "help_offers", ["person_id"], unique=False)
    op.create_index("ix_help_offers_proposal", "help_offers", ["proposal_id", "id"], unique=False)
    op.create_table(
        "proposal_withdrawals",
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_by_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_withdrawals_proposal_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"],
            ["people.id"],
            name=op.f("fk_proposal_withdrawals_withdrawn_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposal_withdrawals")),
    )
    op.create_table(
        "proposal_thresholds",
        sa.Column("municipality_id", sa.BigInteger(), nullable=False),
        sa.Column("supports", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("answer_days", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "days between 1 and 3650 and answer_days between 1 and 3650", name=op.f("ck_proposal_thresholds_days")
        ),
        sa.CheckConstraint("supports between 1 and 1000000", name=op.f("ck_proposal_thresholds_supports")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_proposal_thresholds_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", name=op.f("pk_proposal_thresholds")),
    )


def downgrade() -> None:
    op.drop_table("proposal_thresholds")
    op.drop_table("proposal_withdrawals")
    op.drop_index("ix_help_offers_proposal", table_name="help_offers")
    op.drop_index(op.f("ix_help_offers_person_id"), table_name="help_offers")
    op.drop_table("help_offers")
    op.drop_index("uq_supports_current", table_name="supports", postgresql_where=sa.text("ended_at is null"))
    op.drop_index(op.f("ix_supports_person_id"), table_name="supports")
    op.drop_index(op.f("ix_supports_merged_from_id"), table_name="supports")
    op.drop_table("supports")
    op.drop_table("proposal_versions")
    op.drop_index(op.f("ix_proposal_pictures_proposal_id"), table_name="proposal_pictures")
    op.drop_table("proposal_pictures")
    op.drop_index("uq_backings_current", table_name="backings", postgresql_where=sa.text("ended_at is null"))
    op.drop_index(op.f("ix_backings_organisation_id"), table_name="backings")
    op.drop_table("backings")
    op.drop_index(op.f("ix_answers_proposal_id"), table_name="answers")
    op.drop_table("answers")
    op.drop_index(
        "ix_proposals_title_trgm",
        table_name="proposals",
        postgresql_using="gin",
        postgresql_ops={"title": "gin_trgm_ops"},
    )
    op.drop_index("ix_proposals_supported", table_name="proposals")
    op.drop_index("ix_proposals_search", table_name="proposals", postgresql_using="gin")
    op.drop_index("ix_proposals_due", table_name="proposals", postgresql_where=sa.text("answer_status is null"))
    op.drop_index(
        "ix_proposals_placed",
        table_name="proposals",
        postgresql_where=sa.text("longitude is not null and state = 'published'"),
    )
    op.drop_index(op.f("ix_proposals_organisation_id"), table_name="proposals")
    op.drop_index("ix_proposals_municipality", table_name="proposals")
    op.drop_index(op.f("ix_proposals_merged_into_id"), table_name="proposals")
    op.drop_index("ix_proposals_listed", table_name="proposals")
    op.drop_index("ix_proposals_challenge_supported", table_name="proposals")
    op.drop_index("ix_proposals_challenge", table_name="proposals")
    op.drop_index("ix_proposals_author", table_name="proposals")
    op.drop_table("proposals")

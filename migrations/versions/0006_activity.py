"""Activities and follows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follows",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "subject_type",
            sa.Enum(
                "municipality",
                "organisation",
                "challenge",
                "proposal",
                "partnership",
                "comment",
                "update",
                "person",
                name="subject_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_follows_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "subject_type", "subject_id", name=op.f("pk_follows")),
    )
    op.create_index("ix_follows_subject", "follows", ["subject_type", "subject_id"], unique=False)
    op.create_table(
        "activities",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "subject_type",
            sa.Enum(
                "municipality",
                "organisation",
                "challenge",
                "proposal",
                "partnership",
                "comment",
                "update",
                "person",
                name="subject_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_activities_actor_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_activities_organisation_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    op.create_index(op.f("ix_activities_actor_id"), "activities", ["actor_id"], unique=False)
    op.create_index(op.f("ix_activities_organisation_id"), "activities", ["organisation_id"], unique=False)
    op.create_index(
        "ix_activities_subject",
        "activities",
        ["subject_type", "subject_id", sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_activities_unread", "activities", ["id"], unique=False, postgresql_where=sa.text("read_at is null")
    )


def downgrade() -> None:
    op.drop_index("ix_activities_unread", table_name="activities", postgresql_where=sa.text("read_at is null"))
    op.drop_index("ix_activities_subject", table_name="activities")
    op.drop_index(op.f("ix_activities_organisation_id"), table_name="activities")
    op.drop_index(op.f("ix_activities_actor_id"), table_name="activities")
    op.drop_table("activities")
    op.drop_index("ix_follows_subject", table_name="follows")
    op.drop_table("follows")

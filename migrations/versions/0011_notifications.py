"""Notifications and preferences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "topic",
            sa.Enum(
                "decisions",
                "tasks",
                "my_things",
                "partnerships",
                "followed",
                name="topic",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "frequency",
            sa.Enum(
                "now",
                "daily",
                "weekly",
                "never",
                name="frequency",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_preferences_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "topic", name=op.f("pk_preferences")),
    )
    op.create_table(
        "notifications",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("activity_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "topic",
            sa.Enum(
                "decisions",
                "tasks",
                "my_things",
                "partnerships",
                "followed",
                name="topic",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "own",
                "task",
                "takes_part",
                "follows",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "frequency",
            sa.Enum(
                "now",
                "daily",
                "weekly",
                "never",
                name="frequency",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("mail_id", sa.BigInteger(), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_notifications_activity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outgoing_mails.id"], name=op.f("fk_notifications_mail_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notifications_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("person_id", "activity_id", name=op.f("uq_notifications_person_id_activity_id")),
    )
    op.create_index(op.f("ix_notifications_activity_id"), "notifications", ["activity_id"], unique=False)
    op.create_index("ix_notifications_list", "notifications", ["person_id", sa.literal_column("id desc")], unique=False)
    op.create_index(op.f("ix_notifications_mail_id"), "notifications", ["mail_id"], unique=False)
    op.create_index(
        "ix_notifications_to_mail",
        "notifications",
        ["frequency", "person_id", "id"],
        unique=False,
        postgresql_where=sa.text("mailed_at is null and frequency <> 'never'"),
    )
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("read_at is null"),
    )


def downgrade() -> None:
    op.drop_index("ix_notifications_unread", table_name="notifications", postgresql_where=sa.text("read_at is null"))
    op.drop_index(
        "ix_notifications_to_mail",
        table_name="notifications",
        postgresql_where=sa.text("mailed_at is null and frequency <> 'never'"),
    )
    op.drop_index(op.f("ix_notifications_mail_id"), table_name="notifications")
    op.drop_index("ix_notifications_list", table_name="notifications")
    op.drop_index(op.f("ix_notifications_activity_id"), table_name="notifications")
    op.drop_table("notifications")
    op.drop_table("preferences")

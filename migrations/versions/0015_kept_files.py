"""Files that are kept for a day, until their form is sent again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_files",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("keeper", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_kept_files")),
        sa.UniqueConstraint("key", name=op.f("uq_kept_files_key")),
    )
    op.create_index(op.f("ix_kept_files_created_at"), "kept_files", ["created_at"], unique=False)
    op.create_index(op.f("ix_kept_files_keeper"), "kept_files", ["keeper"], unique=False)


def downgrade() -> None:
    op.drop_table("kept_files")

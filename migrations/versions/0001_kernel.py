"""Files, form tokens, and full-text search in Danish and English."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    for name, stemmer in (("torvet_da", "danish"), ("torvet_en", "english")):
        op.execute(f"CREATE TEXT SEARCH CONFIGURATION {name} (COPY = {stemmer})")
        op.execute(
            f"ALTER TEXT SEARCH CONFIGURATION {name} "
            f"ALTER MAPPING FOR hword, hword_part, word WITH unaccent, {stemmer}_stem"
        )
    op.create_table(
        "form_uses",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("led_to", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_form_uses")),
    )
    op.create_index(op.f("ix_form_uses_created_at"), "form_uses", ["created_at"], unique=False)
    op.create_table(
        "kept_forms",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_kept_forms")),
    )
    op.create_index(op.f("ix_kept_forms_created_at"), "kept_forms", ["created_at"], unique=False)
    op.create_table(
        "stored_files",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_files")),
        sa.UniqueConstraint("key", name=op.f("uq_stored_files_key")),
    )
    op.create_index(op.f("ix_stored_files_created_by_id"), "stored_files", ["created_by_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_stored_files_created_by_id"), table_name="stored_files")
    op.drop_table("stored_files")
    op.drop_index(op.f("ix_kept_forms_created_at"), table_name="kept_forms")
    op.drop_table("kept_forms")
    op.drop_index(op.f("ix_form_uses_created_at"), table_name="form_uses")
    op.drop_table("form_uses")
    for name in ("torvet_da", "torvet_en"):
        op.execute(f"DROP TEXT SEARCH CONFIGURATION {name}")
    op.execute("DROP EXTENSION unaccent")
    op.execute("DROP EXTENSION pg_trgm")

"""What people followed before it became part of something else is remembered, so that the two can be taken apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SUBJECTS = (
    *("municipality", "organisation", "challenge", "proposal"),
    *("partnership", "comment", "update", "person"),
)


def upgrade() -> None:
    op.add_column("follows", sa.Column("brought", sa.Boolean(), server_default=sa.false(), nullable=False))
    kind = sa.Enum(*SUBJECTS, name="subject_type", native_enum=False, create_constraint=True, length=40)
    person = ["person_id"], ["people.id"]
    op.create_table(
        "earlier_follows",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_type", kind, nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("part_of_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(*person, name=op.f("fk_earlier_follows_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "subject_type", "subject_id", name=op.f("pk_earlier_follows")),
    )
    op.create_index("ix_earlier_follows_part_of", "earlier_follows", ["subject_type", "part_of_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_earlier_follows_part_of", table_name="earlier_follows")
    op.drop_table("earlier_follows")
    op.drop_column("follows", "brought")

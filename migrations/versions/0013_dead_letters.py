"""Letters that were given up are found without reading all that were sent, and say when they were emptied."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DEAD = sa.text("state = 'dead'")


def upgrade() -> None:
    op.add_column("outgoing_mails", sa.Column("emptied_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE outgoing_mails SET headers = '{}', emptied_at = sent_at WHERE state = 'sent'")
    op.create_index("ix_outgoing_mails_dead", "outgoing_mails", ["id"], postgresql_where=DEAD)


def downgrade() -> None:
    op.drop_index("ix_outgoing_mails_dead", table_name="outgoing_mails", postgresql_where=DEAD)
    op.drop_column("outgoing_mails", "emptied_at")

"""Anybody can report without an account: who they are, their link, and a ground for which they may stay unnamed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CODES = (
    "'off_topic', 'duplicate', 'personal_data', 'harassment', 'hate_speech', 'spam', 'illegal', "
    "'misleading', 'copyright', 'unclear', 'other'"
)
PERSONAL = ("notifier_name", "notifier_email", "notifier_language")
SETTLED = """OLD.decision_id IS NOT NULL AND NEW.decision_id IS DISTINCT FROM OLD.decision_id
    OR NEW.details NOT IN (OLD.details, '') OR NEW.created_at <> OLD.created_at"""
NOTIFIER = """
    OR NEW.notifier_name NOT IN (OLD.notifier_name, '') OR NEW.notifier_email NOT IN (OLD.notifier_email, '')
    OR NEW.notifier_language <> OLD.notifier_language"""


def upgrade() -> None:
    for name in PERSONAL:
        op.add_column("reports", sa.Column(name, sa.String(), server_default="", nullable=False))
    op.add_column("reports", sa.Column("token_hash", sa.String(), nullable=True))
    op.create_unique_constraint(op.f("uq_reports_token_hash"), "reports", ["token_hash"])
    _check("reports", "one_sender", "reporter_id is null or (notifier_name = '' and notifier_email = '')")
    _check("reports", "link_by_mail", "token_hash is null or notifier_email <> ''")
    _guard(SETTLED + NOTIFIER)
    _codes(f"{CODES}, 'child_abuse'")


def _check(table: str, name: str, condition: str) -> None:
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({condition})")


def _codes(codes: str) -> None:
    for table in ("reports", "decisions"):
        op.drop_constraint(op.f(f"ck_{table}_reason_code"), table)
        _check(table, "reason_code", f"reason_code in ({codes})")


def _guard(rewritten: str) -> None:
    """What is refused as a rewriting of a report."""
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION refuse_rewriting_reports() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
            IF {rewritten} THEN
                RAISE EXCEPTION 'rows of reports are never rewritten';
            END IF;
            RETURN NEW;
        END $$
        """
    )


def downgrade() -> None:
    op.execute("ALTER TABLE decisions DISABLE TRIGGER decisions_append_only")
    op.execute("UPDATE decisions SET reason_code = 'illegal', law = '–' WHERE reason_code = 'child_abuse'")
    op.execute("ALTER TABLE decisions ENABLE TRIGGER decisions_append_only")
    op.execute("UPDATE reports SET reason_code = 'illegal' WHERE reason_code = 'child_abuse'")
    _codes(CODES)
    _guard(SETTLED)
    op.drop_constraint(op.f("ck_reports_link_by_mail"), "reports")
    op.drop_constraint(op.f("ck_reports_one_sender"), "reports")
    for name in ("token_hash", *PERSONAL):
        op.drop_column("reports", name)

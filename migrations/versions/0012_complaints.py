"""Reporters complain too; a decision names its law and what brought it about; nothing in the log is rewritten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = "'publish', 'request_changes', 'reject', 'hide', 'restore', 'dismiss_reports', 'uphold', 'reverse'"
ORIGINS = ("review", "report", "complaint", "own")
INDEXED = (
    ("decisions", "decided_at"),
    ("reports", "created_at"),
    ("reports", "decision_id"),
    ("appeals", "created_at"),
    ("appeals", "decision_id"),
    ("appeals", "answer_id"),
)


def upgrade() -> None:
    _kinds(f"{KINDS}, 'merge'")
    op.add_column("decisions", sa.Column("law", sa.String(), server_default="", nullable=False))
    _complete()
    _checks("'reject', 'hide', 'merge'", "'request_changes', 'dismiss_reports'")
    _check("law_named", "reason_code is distinct from 'illegal' or law <> ''")
    op.add_column("appeals", sa.Column("report_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_appeals_report_id"), "appeals", "reports", ["report_id"], ["id"])
    op.create_unique_constraint(op.f("uq_appeals_report_id"), "appeals", ["report_id"])
    op.drop_constraint(op.f("uq_appeals_decision_id"), "appeals")
    op.create_index(
        "uq_appeals_author", "appeals", ["decision_id"], unique=True, postgresql_where=sa.text("report_id is null")
    )
    for table, column in INDEXED:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    _settle_for_good("reports", "decision_id", "details")
    _settle_for_good("appeals", "answer_id", "grounds")


def _kinds(kinds: str) -> None:
    op.drop_constraint(op.f("ck_decisions_decision_kind"), "decisions")
    _check("decision_kind", f"kind in ({kinds})")


def _checks(coded: str, explained: str) -> None:
    op.drop_constraint(op.f("ck_decisions_reasons_given"), "decisions")
    _check("reasons_given", f"kind not in ({coded}) or (reason_code is not null and reason <> '')")
    op.drop_constraint(op.f("ck_decisions_changes_named"), "decisions")
    _check("changes_named", f"kind not in ({explained}) or reason <> ''")


def _check(name: str, condition: str) -> None:
    op.execute(f"ALTER TABLE decisions ADD CONSTRAINT ck_decisions_{name} CHECK ({condition})")


def _complete() -> None:
    """What brought earlier decisions about is read from what hangs on them; a dash stands for what was not asked for.

    It is the only time that decisions are written to.
    """
    names = sa.Enum(*ORIGINS, name="origin", native_enum=False, create_constraint=True, length=40)
    op.add_column("decisions", sa.Column("origin", names, nullable=True))
    _write(
        """
        UPDATE decisions SET
            law = CASE WHEN reason_code = 'illegal' THEN '–' ELSE '' END,
            reason = CASE WHEN kind = 'dismiss_reports' AND reason = '' THEN '–' ELSE reason END,
            origin = CASE
                WHEN kind IN ('uphold', 'reverse') THEN 'complaint'
                WHEN EXISTS (SELECT FROM reports WHERE reports.decision_id = decisions.id) THEN 'report'
                WHEN kind IN ('publish', 'request_changes', 'reject') THEN 'review'
                ELSE 'own' END
        """
    )
    op.alter_column("decisions", "origin", nullable=False)


def _write(statement: str) -> None:
    op.execute("ALTER TABLE decisions DISABLE TRIGGER decisions_append_only")
    op.execute(statement)
    op.execute("ALTER TABLE decisions ENABLE TRIGGER decisions_append_only")


def _settle_for_good(table: str, settled_by: str, words: str) -> None:
    """A row is never deleted, what settled it never changes, and its words stay or are emptied at an erasure."""
    op.execute(
        f"""
        CREATE FUNCTION refuse_rewriting_{table}() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
            IF OLD.{settled_by} IS NOT NULL AND NEW.{settled_by} IS DISTINCT FROM OLD.{settled_by}
                OR NEW.{words} NOT IN (OLD.{words}, '') OR NEW.created_at <> OLD.created_at THEN
                RAISE EXCEPTION 'rows of {table} are never rewritten';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        f"CREATE TRIGGER {table}_never_rewritten BEFORE UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_{table}()"
    )
    for name, moment, each in (("deleted", "DELETE", "ROW"), ("emptied", "TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_never_{name} BEFORE {moment} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    for table in ("appeals", "reports"):
        for name in ("rewritten", "deleted", "emptied"):
            op.execute(f"DROP TRIGGER {table}_never_{name} ON {table}")
        op.execute(f"DROP FUNCTION refuse_rewriting_{table}()")
    for table, column in INDEXED:
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
    op.drop_index("uq_appeals_author", table_name="appeals", postgresql_where=sa.text("report_id is null"))
    op.execute("DELETE FROM appeals WHERE report_id IS NOT NULL")
    op.execute(
        "UPDATE cases SET open_appeals = (SELECT count(*) FROM appeals JOIN decisions ON decisions.id = decision_id "
        "WHERE decisions.case_id = cases.id AND answer_id IS NULL) WHERE open_appeals > 0"
    )
    op.create_unique_constraint(op.f("uq_appeals_decision_id"), "appeals", ["decision_id"])
    op.drop_column("appeals", "report_id")
    op.drop_constraint(op.f("ck_decisions_law_named"), "decisions")
    _checks("'reject', 'hide'", "'request_changes'")
    op.drop_column("decisions", "origin")
    op.drop_column("decisions", "law")
    _write("UPDATE decisions SET kind = 'reject' WHERE kind = 'merge'")
    _kinds(KINDS)

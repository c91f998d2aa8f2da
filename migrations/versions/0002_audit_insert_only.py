"""The trail can only grow: updates and deletions of audit rows are refused by the database.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("audit_entry", "audit_seal", "audit_seal_item")
ACTS = ("UPDATE", "DELETE")


def upgrade() -> None:
    """Forward."""
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            for act in ACTS:
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is insert-only'; END $$"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
        )


def downgrade() -> None:
    """Back."""
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            for act in ACTS:
                op.execute(f"DROP TRIGGER {table}_no_{act.lower()}")
        return
    for table in TABLES:
        op.execute(f"DROP TRIGGER {table}_insert_only ON {table}")
    op.execute("DROP FUNCTION refuse_audit_change()")

"""Facts beside a scan: whose it turned out to be, the office's word on quarantine, what was settled.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _of_scan(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["activity_id", "scan_id"],
        ["scan.activity_id", "scan.id"],
        name=op.f(f"fk_{table}_activity_id_scan_id_scan"),
        ondelete="RESTRICT",
    )


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "scan_nobody",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("name_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("pass_id", sa.Uuid(), nullable=True),
        sa.Column("generation", sa.BigInteger(), nullable=True),
        sa.Column("found_at", sa.BigInteger(), nullable=True),
        sa.Column("look_again_at", sa.BigInteger(), nullable=True),
        _of_scan("scan_nobody"),
        sa.PrimaryKeyConstraint("activity_id", "scan_id", name=op.f("pk_scan_nobody")),
    )
    op.create_index("ix_scan_nobody_name", "scan_nobody", ["activity_id", "name_index"])
    op.create_index("ix_scan_nobody_person", "scan_nobody", ["activity_id", "person_id"])
    op.create_index("ix_scan_nobody_look", "scan_nobody", ["activity_id", "look_again_at"])
    op.create_table(
        "scan_release",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("fixed", sa.String(length=20), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        _of_scan("scan_release"),
        sa.PrimaryKeyConstraint("activity_id", "scan_id", name=op.f("pk_scan_release")),
    )
    op.create_table(
        "scan_settlement",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("undo_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("activity_id", "kind", "subject_id", name=op.f("pk_scan_settlement")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("scan_settlement")
    op.drop_table("scan_release")
    op.drop_index("ix_scan_nobody_look", table_name="scan_nobody")
    op.drop_index("ix_scan_nobody_person", table_name="scan_nobody")
    op.drop_index("ix_scan_nobody_name", table_name="scan_nobody")
    op.drop_table("scan_nobody")

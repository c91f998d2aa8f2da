"""The inbox, the queue of texts, and what everybody of an activity was told.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "notice",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("message", sa.String(length=200), nullable=False),
        sa.Column("params", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_notice")),
        sa.UniqueConstraint("account_id", "scope_id", "key", name=op.f("uq_notice_account_id_scope_id_key")),
    )
    op.create_index("ix_notice_scope", "notice", ["scope_id", "kind"])
    op.create_index("ix_notice_age", "notice", ["created_at"])
    op.create_table(
        "notice_text",
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("scope_id", "id", name=op.f("pk_notice_text")),
        sa.UniqueConstraint("scope_id", "key", "phone_index", name=op.f("uq_notice_text_scope_id_key_phone_index")),
    )
    op.create_index("ix_notice_text_due", "notice_text", ["state", "next_at"])
    op.create_index("ix_notice_text_done", "notice_text", ["state", "done_at"])
    op.create_index("ix_notice_text_phone", "notice_text", ["phone_index", "done_at"])
    op.create_table(
        "notice_event",
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "key", name=op.f("pk_notice_event")),
    )
    op.create_index(op.f("ix_notice_event_created_at"), "notice_event", ["created_at"])


def downgrade() -> None:
    """Back."""
    op.drop_table("notice_event")
    op.drop_table("notice_text")
    op.drop_table("notice")

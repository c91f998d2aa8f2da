"""Texts say whether they may wake somebody.

Revision ID: 0017
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: what waits already is not urgent."""
    with op.batch_alter_table("notice_text") as table:
        table.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("notice_text") as table:
        table.alter_column("urgent", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("notice_text") as table:
        table.drop_column("urgent")

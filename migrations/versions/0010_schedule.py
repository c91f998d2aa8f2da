"""How long a unit takes, and which change of a session is the newest.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("games_unit", sa.Column("minutes", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("games_session") as batch:
        batch.add_column(sa.Column("version", sa.BigInteger(), nullable=False, server_default="1"))
    with op.batch_alter_table("games_session") as batch:
        batch.alter_column("version", server_default=None)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("games_session") as batch:
        batch.drop_column("version")
    with op.batch_alter_table("games_unit") as batch:
        batch.drop_column("minutes")

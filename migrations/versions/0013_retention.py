"""Until when an activity's answers and names were looked through by retention.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COLUMNS = ("answers_wiped_at", "names_wiped_at")


def upgrade() -> None:
    """Forward."""
    for name in COLUMNS:
        op.add_column("activity", sa.Column(name, sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Back."""
    for name in COLUMNS:
        op.drop_column("activity", name)

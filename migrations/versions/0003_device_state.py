"""What a phone last said of itself: its queue, battery, list, release and clock.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COLUMNS = (
    ("state_at", sa.BigInteger()),
    ("queue", sa.BigInteger()),
    ("queue_oldest_at", sa.BigInteger()),
    ("battery", sa.BigInteger()),
    ("charging", sa.Boolean()),
    ("bundle", sa.BigInteger()),
    ("app_release", sa.String(length=40)),
    ("chosen_id", sa.Uuid()),
    ("clock_offset_ms", sa.BigInteger()),
)


def upgrade() -> None:
    """Forward."""
    for name, kind in COLUMNS:
        op.add_column("device", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    """Back."""
    for name, _ in reversed(COLUMNS):
        op.drop_column("device", name)

"""Find who may be the same person by the day of birth, without walking through everybody.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_index(op.f("ix_person_birth_date"), "person", ["birth_date"])


def downgrade() -> None:
    """Back."""
    op.drop_index(op.f("ix_person_birth_date"), table_name="person")

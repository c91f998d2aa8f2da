"""Squads and troupes, their people, results and rehearsals.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "squad",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("event", sa.String(length=80), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("award", sa.String(length=40), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_squad")),
    )
    op.create_table(
        "squad_group",
        sa.Column("squad_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("quota", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["squad_id"], ["squad.id"], name=op.f("fk_squad_group_squad_id_squad"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_squad_group")),
        sa.UniqueConstraint("squad_id", "name", name=op.f("uq_squad_group_squad_id_name")),
    )
    _members()
    _results()


def _members() -> None:
    op.create_table(
        "squad_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("squad_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("tried_on", sa.Date(), nullable=True),
        sa.Column("guardian", sa.LargeBinary(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["squad_id"], ["squad.id"], name=op.f("fk_squad_member_squad_id_squad"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["squad_group.id"], name=op.f("fk_squad_member_group_id_squad_group"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_squad_member_person_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_squad_member_organisation_id_organisation"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_squad_member")),
        sa.UniqueConstraint("group_id", "person_id", name=op.f("uq_squad_member_group_id_person_id")),
    )
    op.create_index("ix_squad_member_squad", "squad_member", ["squad_id", "state"])
    op.create_index("ix_squad_member_person", "squad_member", ["person_id"])


def _results() -> None:
    op.create_table(
        "squad_result",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("squad_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("medal", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(
            ["squad_id"], ["squad.id"], name=op.f("fk_squad_result_squad_id_squad"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["squad_group.id"], name=op.f("fk_squad_result_group_id_squad_group"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_squad_result")),
        sa.UniqueConstraint("group_id", "event", "key", name=op.f("uq_squad_result_group_id_event_key")),
    )
    op.create_index("ix_squad_result_squad", "squad_result", ["squad_id", "medal"])
    op.create_table(
        "squad_rehearsal",
        sa.Column("squad_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["squad_id"], ["squad.id"], name=op.f("fk_squad_rehearsal_squad_id_squad"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_squad_rehearsal_activity_id_activity"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("squad_id", "activity_id", name=op.f("pk_squad_rehearsal")),
    )


def downgrade() -> None:
    """Back."""
    for name in ("squad_rehearsal", "squad_result", "squad_member", "squad_group", "squad"):
        op.drop_table(name)

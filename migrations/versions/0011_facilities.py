"""Places, the figures of a year, equipment from the application to the village.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    _places()
    _equipment()


def _places() -> None:
    op.create_table(
        "place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("town_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("area_m2", sa.BigInteger(), nullable=True),
        sa.Column("length_m", sa.BigInteger(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("investment", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("title_year", sa.BigInteger(), nullable=True),
        sa.Column("route", sa.JSON(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "closed_on IS NULL OR closed_on >= opened_on", name=op.f("ck_place_closed_after_opened")
        ),
        sa.ForeignKeyConstraint(
            ["town_id"], ["organisation.id"], name=op.f("fk_place_town_id_organisation"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
    )
    op.create_table(
        "year_figures",
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("population", sa.BigInteger(), nullable=True),
        sa.Column("population_source", sa.String(length=120), nullable=False),
        sa.Column("target_cm", sa.BigInteger(), nullable=True),
        sa.Column("target_source", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_year_figures")),
    )


def _equipment() -> None:
    op.create_table(
        "equipment_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("sets", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment_grant")),
    )
    op.create_table(
        "equipment_set",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("town_id", sa.Uuid(), nullable=True),
        sa.Column("village", sa.String(length=80), nullable=False),
        sa.Column("distributed_on", sa.Date(), nullable=True),
        sa.Column("receiver", sa.LargeBinary(), nullable=True),
        sa.Column("photo", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["equipment_grant.id"],
            name=op.f("fk_equipment_set_grant_id_equipment_grant"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["town_id"], ["organisation.id"], name=op.f("fk_equipment_set_town_id_organisation"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment_set")),
        sa.UniqueConstraint("code", name=op.f("uq_equipment_set_code")),
    )
    op.create_index("ix_equipment_set_grant", "equipment_set", ["grant_id", "number"])
    op.create_table(
        "set_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("set_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["set_id"], ["equipment_set.id"], name=op.f("fk_set_report_set_id_equipment_set"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_report")),
    )
    op.create_index("ix_set_report_set", "set_report", ["set_id", "made_at"])
    op.create_index("ix_set_report_state", "set_report", ["state"])


def downgrade() -> None:
    """Back."""
    for name in ("set_report", "equipment_set", "equipment_grant", "year_figures", "place"):
        op.drop_table(name)

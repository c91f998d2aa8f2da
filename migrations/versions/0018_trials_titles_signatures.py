"""Several trials a candidate, every title of a place, the drawn signature of who received a set, who reports faults.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import time
import uuid

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    _trials()
    _titles()
    op.add_column("equipment_set", sa.Column("signature", sa.LargeBinary(), nullable=True))
    op.add_column("set_report", sa.Column("address_index", sa.LargeBinary(length=16), nullable=True))
    op.create_index("ix_set_report_address", "set_report", ["address_index", "made_at"])


def _trials() -> None:
    # the defaults stay: taking them away rebuilds the table on SQLite, which rows that name it forbid
    op.add_column("squad_group", sa.Column("better", sa.String(length=4), nullable=False, server_default="less"))
    op.add_column("squad_group", sa.Column("counts", sa.String(length=4), nullable=False, server_default="best"))
    made = op.create_table(
        "squad_trial",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("squad_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("tried_on", sa.Date(), nullable=True),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["squad_id"], ["squad.id"], name=op.f("fk_squad_trial_squad_id_squad"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["squad_member.id"],
            name=op.f("fk_squad_trial_member_id_squad_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_squad_trial")),
    )
    op.create_index("ix_squad_trial_member", "squad_trial", ["member_id"])
    op.create_index("ix_squad_trial_squad", "squad_trial", ["squad_id"])
    member = sa.table(
        "squad_member",
        sa.column("id", sa.Uuid()),
        sa.column("squad_id", sa.Uuid()),
        sa.column("mark", sa.String()),
        sa.column("tried_on", sa.Date()),
    )
    held = op.get_bind().execute(sa.select(member).where(member.c.mark != "")).all()
    noted = time.time_ns() // 1000
    rows = [
        {
            "id": uuid.uuid4(),
            "squad_id": row.squad_id,
            "member_id": row.id,
            "mark": row.mark,
            "tried_on": row.tried_on,
            "noted_at": noted,
        }
        for row in held
    ]
    if rows:
        op.bulk_insert(made, rows)


def _titles() -> None:
    made = op.create_table(
        "place_title",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_place_title_place_id_place"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_title")),
        sa.UniqueConstraint("place_id", "year", "title", name=op.f("uq_place_title_place_id_year_title")),
    )
    place = sa.table(
        "place", sa.column("id", sa.Uuid()), sa.column("title", sa.String()), sa.column("title_year", sa.BigInteger())
    )
    held = op.get_bind().execute(sa.select(place).where(place.c.title != "", place.c.title_year.is_not(None))).all()
    rows = [{"id": uuid.uuid4(), "place_id": row.id, "year": row.title_year, "title": row.title} for row in held]
    if rows:
        op.bulk_insert(made, rows)
    op.drop_column("place", "title_year")
    op.drop_column("place", "title")


def downgrade() -> None:
    """Back; of several titles the last one stays."""
    op.drop_index("ix_set_report_address", "set_report")
    op.drop_column("set_report", "address_index")
    op.drop_column("equipment_set", "signature")
    title = sa.table(
        "place_title",
        sa.column("place_id", sa.Uuid()),
        sa.column("year", sa.BigInteger()),
        sa.column("title", sa.String()),
    )
    place = sa.table(
        "place", sa.column("id", sa.Uuid()), sa.column("title", sa.String()), sa.column("title_year", sa.BigInteger())
    )
    bind = op.get_bind()
    held = bind.execute(sa.select(title).order_by(title.c.year)).all()
    op.drop_table("place_title")
    with op.batch_alter_table("place") as batch:
        batch.add_column(sa.Column("title", sa.String(length=80), nullable=False, server_default=""))
        batch.add_column(sa.Column("title_year", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("place") as batch:
        batch.alter_column("title", existing_type=sa.String(length=80), server_default=None)
    for row in held:
        bind.execute(sa.update(place).where(place.c.id == row.place_id).values(title=row.title, title_year=row.year))
    op.drop_index("ix_squad_trial_squad", "squad_trial")
    op.drop_index("ix_squad_trial_member", "squad_trial")
    op.drop_table("squad_trial")
    op.drop_column("squad_group", "counts")
    op.drop_column("squad_group", "better")

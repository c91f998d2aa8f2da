"""Certificates, keepsakes, prize draws and news.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("issued_for", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["issued_for"], ["activity.id"], name=op.f("fk_certificate_issued_for_activity"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_certificate_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        sa.UniqueConstraint("issued_for", "person_id", name=op.f("uq_certificate_issued_for_person_id")),
    )
    op.create_index("ix_certificate_person", "certificate", ["person_id"])
    op.create_table(
        "keepsake",
        sa.Column("season_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("handed_at", sa.BigInteger(), nullable=False),
        sa.Column("handed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_keepsake_person_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["season_id"], ["season.id"], name=op.f("fk_keepsake_season_id_season"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("season_id", "person_id", name=op.f("pk_keepsake")),
    )
    op.create_index(op.f("ix_keepsake_person_id"), "keepsake", ["person_id"])
    _draws()
    _news()


def _draws() -> None:
    op.create_table(
        "prize_draw",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("held_at_activity", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("prizes", sa.BigInteger(), nullable=False),
        sa.Column("seed_from", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("tickets", sa.JSON(), nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.String(length=200), nullable=True),
        sa.Column("drawn_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["held_at_activity"],
            ["activity.id"],
            name=op.f("fk_prize_draw_held_at_activity_activity"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prize_draw")),
    )
    op.create_index("ix_prize_draw_activity", "prize_draw", ["held_at_activity", "sealed_at"])
    op.create_table(
        "prize",
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("ticket", sa.String(length=24), nullable=False),
        sa.Column("collected_at", sa.BigInteger(), nullable=True),
        sa.Column("collected_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["prize_draw.id"], name=op.f("fk_prize_draw_id_prize_draw"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_prize_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("draw_id", "place", name=op.f("pk_prize")),
    )
    op.create_index("ix_prize_person", "prize", ["person_id"])


def _news() -> None:
    op.create_table(
        "news",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("about_activity", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["about_activity"], ["activity.id"], name=op.f("fk_news_about_activity_activity"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
    )
    op.create_index("ix_news_activity", "news", ["about_activity", "published_at"])
    op.create_table(
        "news_photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("news_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.String(length=80), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["news_id"], ["news.id"], name=op.f("fk_news_photo_news_id_news"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_photo")),
    )
    op.create_index("ix_news_photo_news", "news_photo", ["news_id", "position"])


def downgrade() -> None:
    """Back."""
    for name in ("news_photo", "news", "prize", "prize_draw", "keepsake", "certificate"):
        op.drop_table(name)

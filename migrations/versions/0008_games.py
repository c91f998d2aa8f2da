"""The games: programme, delegations and entries, draws and schedule, results, honours.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table('games',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('edition', sa.BigInteger(), nullable=True),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('entries_open_at', sa.BigInteger(), nullable=True),
    sa.Column('entries_close_at', sa.BigInteger(), nullable=True),
    sa.Column('athlete_limit', sa.BigInteger(), nullable=True),
    sa.Column('medal_rules', sa.String(length=60), nullable=False),
    sa.Column('medal_settings', sa.JSON(), nullable=False),
    sa.Column('points_rules', sa.String(length=60), nullable=False),
    sa.Column('points_settings', sa.JSON(), nullable=False),
    sa.Column('host', sa.String(length=200), nullable=False),
    sa.Column('paragraphs', sa.JSON(), nullable=False),
    sa.Column('copied_from', sa.Uuid(), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_games_ends_after_start')),
    sa.ForeignKeyConstraint(['copied_from'], ['games.id'], name=op.f('fk_games_copied_from'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_games')),
    sa.UniqueConstraint('code', name=op.f('uq_games_code'))
    )
    op.create_table('games_delegation',
    sa.Column('games_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=True),
    sa.Column('leader_name', sa.LargeBinary(), nullable=True),
    sa.Column('leader_phone', sa.LargeBinary(), nullable=True),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['games_id'], ['games.id'], name=op.f('fk_games_delegation_games_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_games_delegation_organisation_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('games_id', 'id', name=op.f('pk_games_delegation')),
    sa.UniqueConstraint('games_id', 'code', name=op.f('uq_games_delegation_games_id_code')),
    sa.UniqueConstraint('games_id', 'name', name=op.f('uq_games_delegation_games_id_name'))
    )
    with op.batch_alter_table('games_delegation', schema=None) as batch_op:
        batch_op.create_index('ix_games_delegation_organisation', ['organisation_id'], unique=False)

    op.create_table('games_discipline',
    sa.Column('games_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['games_id'], ['games.id'], name=op.f('fk_games_discipline_games_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('games_id', 'id', name=op.f('pk_games_discipline')),
    sa.UniqueConstraint('games_id', 'code', name=op.f('uq_games_discipline_games_id_code'))
    )
    op.create_table('games_honour',
    sa.Column('games_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.LargeBinary(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('nominated_by', sa.Uuid(), nullable=True),
    sa.Column('nominated_at', sa.BigInteger(), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.BigInteger(), nullable=True),
    sa.Column('published_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['games_id', 'delegation_id'], ['games_delegation.games_id', 'games_delegation.id'], name=op.f('fk_games_honour_games_id_delegation_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['games_id'], ['games.id'], name=op.f('fk_games_honour_games_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('games_id', 'id', name=op.f('pk_games_honour'))
    )
    with op.batch_alter_table('games_honour', schema=None) as batch_op:
        batch_op.create_index('ix_games_honour_state', ['games_id', 'state'], unique=False)

    op.create_table('games_penalty',
    sa.Column('games_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=False),
    sa.Column('points', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('lifted_at', sa.BigInteger(), nullable=True),
    sa.Column('made_at', sa.BigInteger(), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['games_id', 'delegation_id'], ['games_delegation.games_id', 'games_delegation.id'], name=op.f('fk_games_penalty_games_id_delegation_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('games_id', 'id', name=op.f('pk_games_penalty'))
    )
    with op.batch_alter_table('games_penalty', schema=None) as batch_op:
        batch_op.create_index('ix_games_penalty_delegation', ['games_id', 'delegation_id'], unique=False)

    op.create_table('games_event',
    sa.Column('games_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('discipline_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('sex', sa.String(length=10), nullable=False),
    sa.Column('form', sa.String(length=12), nullable=False),
    sa.Column('age_basis', sa.String(length=12), nullable=False),
    sa.Column('min_age', sa.BigInteger(), nullable=True),
    sa.Column('max_age', sa.BigInteger(), nullable=True),
    sa.Column('weight_over', sa.BigInteger(), nullable=True),
    sa.Column('weight_up_to', sa.BigInteger(), nullable=True),
    sa.Column('team_min', sa.BigInteger(), nullable=False),
    sa.Column('team_max', sa.BigInteger(), nullable=False),
    sa.Column('entry_limit', sa.BigInteger(), nullable=True),
    sa.Column('needs_document', sa.Boolean(), nullable=False),
    sa.Column('needs_school', sa.Boolean(), nullable=False),
    sa.Column('format', sa.String(length=20), nullable=False),
    sa.Column('rules', sa.String(length=60), nullable=True),
    sa.Column('settings', sa.JSON(), nullable=False),
    sa.Column('multiplier', sa.String(length=12), nullable=False),
    sa.Column('counts_medals', sa.Boolean(), nullable=False),
    sa.Column('counts_points', sa.Boolean(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('published_at', sa.BigInteger(), nullable=True),
    sa.Column('rules_sha256', sa.String(length=64), nullable=True),
    sa.Column('activity_id', sa.Uuid(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('team_max >= team_min', name=op.f('ck_games_event_team_size')),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_games_event_activity_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['games_id', 'discipline_id'], ['games_discipline.games_id', 'games_discipline.id'], name=op.f('fk_games_event_games_id_discipline_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['games_id'], ['games.id'], name=op.f('fk_games_event_games_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('games_id', 'id', name=op.f('pk_games_event')),
    sa.UniqueConstraint('games_id', 'code', name=op.f('uq_games_event_games_id_code'))
    )
    op.create_table('games_session',
    sa.Column('games_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('venue', sa.String(length=80), nullable=False),
    sa.Column('starts_at', sa.BigInteger(), nullable=False),
    sa.Column('ends_at', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('activity_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_games_session_ends_after_start')),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_games_session_activity_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['games_id'], ['games.id'], name=op.f('fk_games_session_games_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('games_id', 'id', name=op.f('pk_games_session'))
    )
    op.create_table('games_draw',
    sa.Column('games_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('version', sa.String(length=60), nullable=False),
    sa.Column('seed', sa.String(length=200), nullable=False),
    sa.Column('entrants', sa.JSON(), nullable=False),
    sa.Column('outcome', sa.JSON(), nullable=False),
    sa.Column('witnesses', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('made_at', sa.BigInteger(), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['games_id', 'event_id'], ['games_event.games_id', 'games_event.id'], name=op.f('fk_games_draw_games_id_event_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('games_id', 'id', name=op.f('pk_games_draw'))
    )
    with op.batch_alter_table('games_draw', schema=None) as batch_op:
        batch_op.create_index('ix_games_draw_event', ['games_id', 'event_id'], unique=False)

    op.create_table('games_entry',
    sa.Column('games_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.LargeBinary(), nullable=False),
    sa.Column('also', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=120), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=True),
    sa.Column('seed', sa.BigInteger(), nullable=True),
    sa.Column('draw', sa.BigInteger(), nullable=True),
    sa.Column('weight', sa.BigInteger(), nullable=True),
    sa.Column('strength', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['games_id', 'delegation_id'], ['games_delegation.games_id', 'games_delegation.id'], name=op.f('fk_games_entry_games_id_delegation_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['games_id', 'event_id'], ['games_event.games_id', 'games_event.id'], name=op.f('fk_games_entry_games_id_event_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('games_id', 'id', name=op.f('pk_games_entry'))
    )
    with op.batch_alter_table('games_entry', schema=None) as batch_op:
        batch_op.create_index('ix_games_entry_delegation', ['games_id', 'delegation_id'], unique=False)
        batch_op.create_index('ix_games_entry_event', ['games_id', 'event_id'], unique=False)

    op.create_table('games_protest',
    sa.Column('games_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('made_at', sa.BigInteger(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['games_id', 'event_id'], ['games_event.games_id', 'games_event.id'], name=op.f('fk_games_protest_games_id_event_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('games_id', 'id', name=op.f('pk_games_protest'))
    )
    with op.batch_alter_table('games_protest', schema=None) as batch_op:
        batch_op.create_index('ix_games_protest_event', ['games_id', 'event_id'], unique=False)

    op.create_table('games_unit',
    sa.Column('games_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('phase', sa.String(length=20), nullable=False),
    sa.Column('round', sa.BigInteger(), nullable=False),
    sa.Column('group', sa.String(length=10), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('a_id', sa.Uuid(), nullable=True),
    sa.Column('b_id', sa.Uuid(), nullable=True),
    sa.Column('field', sa.JSON(), nullable=False),
    sa.Column('session_id', sa.Uuid(), nullable=True),
    sa.Column('starts_at', sa.BigInteger(), nullable=True),
    sa.Column('court', sa.String(length=40), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['games_id', 'event_id'], ['games_event.games_id', 'games_event.id'], name=op.f('fk_games_unit_games_id_event_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['games_id', 'session_id'], ['games_session.games_id', 'games_session.id'], name=op.f('fk_games_unit_games_id_session_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('games_id', 'id', name=op.f('pk_games_unit'))
    )
    with op.batch_alter_table('games_unit', schema=None) as batch_op:
        batch_op.create_index('ix_games_unit_event', ['games_id', 'event_id', 'number'], unique=False)
        batch_op.create_index('ix_games_unit_session', ['games_id', 'session_id'], unique=False)

    op.create_table('games_entry_member',
    sa.Column('games_id', sa.Uuid(), nullable=False),
    sa.Column('entry_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.LargeBinary(), nullable=False),
    sa.Column('substitute', sa.Boolean(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['games_id', 'entry_id'], ['games_entry.games_id', 'games_entry.id'], name=op.f('fk_games_entry_member_games_id_entry_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_games_entry_member_person_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('games_id', 'entry_id', 'person_id', name=op.f('pk_games_entry_member'))
    )
    with op.batch_alter_table('games_entry_member', schema=None) as batch_op:
        batch_op.create_index('ix_games_entry_member_person', ['person_id'], unique=False)

    op.create_table('games_place',
    sa.Column('games_id', sa.Uuid(), nullable=False),
    sa.Column('entry_id', sa.Uuid(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('rank', sa.BigInteger(), nullable=True),
    sa.Column('irm', sa.String(length=10), nullable=True),
    sa.Column('mark', sa.String(length=60), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('medal', sa.BigInteger(), nullable=True),
    sa.Column('level', sa.String(length=20), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('medals', sa.String(length=20), nullable=False),
    sa.Column('points', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['games_id', 'entry_id'], ['games_entry.games_id', 'games_entry.id'], name=op.f('fk_games_place_games_id_entry_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['games_id', 'event_id'], ['games_event.games_id', 'games_event.id'], name=op.f('fk_games_place_games_id_event_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('games_id', 'entry_id', name=op.f('pk_games_place'))
    )
    with op.batch_alter_table('games_place', schema=None) as batch_op:
        batch_op.create_index('ix_games_place_delegation', ['games_id', 'delegation_id'], unique=False)
        batch_op.create_index('ix_games_place_event', ['games_id', 'event_id', 'position'], unique=False)
        batch_op.create_index('ix_games_place_worth', ['games_id', 'delegation_id', 'rank', 'medal', 'medals', 'points', 'event_id', 'shared'], unique=False, sqlite_where=sa.text("medal IS NOT NULL OR points <> '0'"), postgresql_where=sa.text("medal IS NOT NULL OR points <> '0'"))

    op.create_table('games_result',
    sa.Column('games_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('written_at', sa.BigInteger(), nullable=False),
    sa.Column('written_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['games_id', 'unit_id'], ['games_unit.games_id', 'games_unit.id'], name=op.f('fk_games_result_games_id_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('games_id', 'id', name=op.f('pk_games_result')),
    sa.UniqueConstraint('games_id', 'unit_id', 'version', name=op.f('uq_games_result_games_id_unit_id_version'))
    )
    with op.batch_alter_table('games_result', schema=None) as batch_op:
        batch_op.create_index('ix_games_result_event', ['games_id', 'event_id'], unique=False)

    op.create_table('games_sheet',
    sa.Column('games_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('entry_id', sa.Uuid(), nullable=False),
    sa.Column('panel', sa.String(length=10), nullable=False),
    sa.Column('judge', sa.BigInteger(), nullable=False),
    sa.Column('score', sa.String(length=20), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('written_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_games_sheet_account_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['games_id', 'unit_id'], ['games_unit.games_id', 'games_unit.id'], name=op.f('fk_games_sheet_games_id_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('games_id', 'unit_id', 'entry_id', 'panel', 'judge', name=op.f('pk_games_sheet'))
    )
    op.create_table('games_unit_referee',
    sa.Column('games_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('panel', sa.String(length=10), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_games_unit_referee_account_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['games_id', 'unit_id'], ['games_unit.games_id', 'games_unit.id'], name=op.f('fk_games_unit_referee_games_id_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('games_id', 'unit_id', 'account_id', name=op.f('pk_games_unit_referee'))
    )
    with op.batch_alter_table('games_unit_referee', schema=None) as batch_op:
        batch_op.create_index('ix_games_unit_referee_account', ['account_id'], unique=False)



def downgrade() -> None:
    """Back."""
    with op.batch_alter_table('games_unit_referee', schema=None) as batch_op:
        batch_op.drop_index('ix_games_unit_referee_account')

    op.drop_table('games_unit_referee')
    op.drop_table('games_sheet')
    with op.batch_alter_table('games_result', schema=None) as batch_op:
        batch_op.drop_index('ix_games_result_event')

    op.drop_table('games_result')
    with op.batch_alter_table('games_place', schema=None) as batch_op:
        batch_op.drop_index('ix_games_place_worth', sqlite_where=sa.text("medal IS NOT NULL OR points <> '0'"), postgresql_where=sa.text("medal IS NOT NULL OR points <> '0'"))
        batch_op.drop_index('ix_games_place_event')
        batch_op.drop_index('ix_games_place_delegation')

    op.drop_table('games_place')
    with op.batch_alter_table('games_entry_member', schema=None) as batch_op:
        batch_op.drop_index('ix_games_entry_member_person')

    op.drop_table('games_entry_member')
    with op.batch_alter_table('games_unit', schema=None) as batch_op:
        batch_op.drop_index('ix_games_unit_session')
        batch_op.drop_index('ix_games_unit_event')

    op.drop_table('games_unit')
    with op.batch_alter_table('games_protest', schema=None) as batch_op:
        batch_op.drop_index('ix_games_protest_event')

    op.drop_table('games_protest')
    with op.batch_alter_table('games_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_games_entry_event')
        batch_op.drop_index('ix_games_entry_delegation')

    op.drop_table('games_entry')
    with op.batch_alter_table('games_draw', schema=None) as batch_op:
        batch_op.drop_index('ix_games_draw_event')

    op.drop_table('games_draw')
    op.drop_table('games_session')
    op.drop_table('games_event')
    with op.batch_alter_table('games_penalty', schema=None) as batch_op:
        batch_op.drop_index('ix_games_penalty_delegation')

    op.drop_table('games_penalty')
    with op.batch_alter_table('games_honour', schema=None) as batch_op:
        batch_op.drop_index('ix_games_honour_state')

    op.drop_table('games_honour')
    op.drop_table('games_discipline')
    with op.batch_alter_table('games_delegation', schema=None) as batch_op:
        batch_op.drop_index('ix_games_delegation_organisation')

    op.drop_table('games_delegation')
    op.drop_table('games')

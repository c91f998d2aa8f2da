"""Delegations: added, changed, removed while nothing is theirs."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from app.accounts.rules.phones import parse_phone
from app.audit.services import Actor, record
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.games.models import Delegation, Entry, Honour, Penalty, Protest
from app.games.rules.programme import DelegationDraft, code_from
from app.games.services.opening import code_of, code_taken, next_position, open_delegation, open_games, refuse_text
from app.people.constants import OrganisationKind
from app.people.queries.organisations import names_of, towns


@act
def add_delegation(*, games_id: uuid.UUID, draft: DelegationDraft, actor: Actor) -> uuid.UUID:
    """Add a delegation at the end; returns its id."""
    open_games(games_id)
    delegation = Delegation(games_id=games_id, id=uuid7())
    others = _all(games_id)
    delegation.position = next_position([one.position for one in others])
    _fill(delegation, draft, others)
    db.session.add(delegation)
    db.session.flush()
    record(
        actor,
        "games.delegation_added",
        subject_kind="delegation",
        subject_id=delegation.id,
        scope_id=games_id,
        code=delegation.code,
    )
    return delegation.id


@act
def add_town_delegations(*, games_id: uuid.UUID, actor: Actor) -> int:
    """A delegation for each 镇街 that has none yet, under its code and name; returns how many were added."""
    open_games(games_id)
    here = _all(games_id)
    named, owned, codes = {one.name for one in here}, {one.organisation_id for one in here}, {one.code for one in here}
    position = next_position([one.position for one in here])
    missing = [
        town
        for town in towns()
        if town.kind is OrganisationKind.TOWN and town.id not in owned and town.name not in named
    ]
    for n, town in enumerate(missing):
        code = town.code if town.code not in codes else code_from(town.code, codes, most=40)
        codes.add(code)
        db.session.add(
            Delegation(
                games_id=games_id,
                id=uuid7(),
                code=code,
                name=town.name,
                organisation_id=town.id,
                position=position + n,
            )
        )
    db.session.flush()
    if missing:
        record(
            actor,
            "games.towns_added",
            subject_kind="games",
            subject_id=games_id,
            scope_id=games_id,
            delegations=len(missing),
        )
    return len(missing)


@act
def change_delegation(*, games_id: uuid.UUID, delegation_id: uuid.UUID, draft: DelegationDraft, actor: Actor) -> None:
    """Change a delegation's words and who may enter for it."""
    open_games(games_id)
    delegation = open_delegation(games_id, delegation_id)
    _fill(delegation, draft, [one for one in _all(games_id) if one.id != delegation_id])
    record(actor, "games.delegation_changed", subject_kind="delegation", subject_id=delegation_id, scope_id=games_id)


@act
def remove_delegation(*, games_id: uuid.UUID, delegation_id: uuid.UUID, actor: Actor) -> None:
    """Take a delegation out while it has no entries and nothing was decided about it."""
    open_games(games_id)
    delegation = open_delegation(games_id, delegation_id)
    if any(_there(model, games_id, delegation_id) for model in (Entry, Penalty, Honour, Protest)):
        raise Conflict("delegation_in_use", N_("代表团已有报项或决定，不能删除。"))
    db.session.delete(delegation)
    record(
        actor,
        "games.delegation_removed",
        subject_kind="delegation",
        subject_id=delegation_id,
        scope_id=games_id,
        code=delegation.code,
    )


def _there(model: type[Entry | Penalty | Honour | Protest], games_id: uuid.UUID, delegation_id: uuid.UUID) -> bool:
    query = select(model.id).where(model.games_id == games_id, model.delegation_id == delegation_id).limit(1)
    return db.session.execute(query).scalar_one_or_none() is not None


def _all(games_id: uuid.UUID) -> list[Delegation]:
    return list(db.session.execute(select(Delegation).where(Delegation.games_id == games_id)).scalars())


def _fill(delegation: Delegation, draft: DelegationDraft, others: list[Delegation]) -> None:
    codes = {one.code for one in others}
    name = refuse_text("name", draft.name, 80)
    code = code_of(draft.code, 40) if draft.code.strip() else code_from(name, codes, most=40)
    if code in codes:
        raise code_taken()
    if name in {one.name for one in others}:
        raise code_taken("name")
    if draft.organisation_id is not None and not names_of([draft.organisation_id]):
        raise DomainError("organisation_unknown", N_("没有找到这个单位。"), field="organisation_id")
    delegation.code, delegation.name = code, name
    delegation.organisation_id = draft.organisation_id
    leader = refuse_text("leader_name", draft.leader_name or "", 40, required=False)
    phone = (draft.leader_phone or "").strip()
    delegation.leader_name = leader or None
    delegation.leader_phone = parse_phone(phone, field="leader_phone", mobile=False) if phone else None

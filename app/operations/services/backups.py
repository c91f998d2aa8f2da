"""Backups: a folder with a copy of the store and a manifest; looked into, and put back.

The key files are left out unless asked for: without them names, phones and documents in the copy are sealed, so
that a backup that is lost or stolen tells nothing. They belong into a safe of their own.
"""

from __future__ import annotations

import os
import shutil
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, exists, inspect, literal, select
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from app.activities.queries.kept import forget_plans
from app.audit.queries import scopes, verify
from app.audit.services import SYSTEM, record
from app.audit.witness import begin_anew
from app.core.clock import now
from app.core.db import ACROSS, db
from app.core.errors import Conflict, DomainError
from app.core.installation import EPOCH, Installation, raise_epoch
from app.core.installation import forget as forget_epoch
from app.core.text import N_
from app.core.transactions import act, end_read
from app.operations.rules import MANIFEST, Manifest, digest_of, read_manifest
from app.operations.services.stores import COPY, copy_out, damaged, look_into, put_back

BOOKKEEPING = frozenset({"alembic_version", "installation", "privacy_notice", "organisation", "audit_entry"})
"""Tables that a fresh installation may have filled: what is in them alone is no loss."""
_NAMES = {"DATA_KEYS": "data-keys.json", "PASS_KEYS": "pass-keys.json"}


@dataclass(frozen=True, slots=True)
class Trail:
    """What walking the chains of a store came to: scopes, sealed and unsealed rows, the scopes that break."""

    scopes: int
    sealed: int
    unsealed: int
    broken: tuple[uuid.UUID, ...]


def create_backup(
    *, url: URL, folder: Path, keys: dict[str, Path] | None = None, programs: str = "", at: datetime | None = None
) -> Manifest:
    """Copy the store at `url` into the new `folder` (0700) while others write. `keys`: the key files by
    setting, by explicit choice only. The folder appears when everything is in it.

    Conflict `backup_exists`; DomainErrors of the store.
    """
    if folder.exists():
        raise Conflict("backup_exists", N_("%(folder)s 已经存在，请换一个目录。"), folder=str(folder))
    end_read()
    made_at = at or now()
    epoch = db.session.execute(select(Installation.value).where(Installation.name == EPOCH)).scalar_one_or_none()
    schema = _schema()
    end_read()
    partial = folder.with_name(f"{folder.name}.partial-{os.getpid()}")
    partial.mkdir(parents=True, mode=0o700)
    try:
        name = COPY[url.get_backend_name()]
        copy_out(url, partial / name, programs=programs)
        files = {name: digest_of(partial / name)}
        for setting, path in (keys or {}).items():
            target = partial / _NAMES[setting]
            shutil.copyfile(path, target)
            target.chmod(0o600)
            files[target.name] = digest_of(target)
        manifest = Manifest(made_at.isoformat(), url.get_backend_name(), epoch or 1, schema, bool(keys), files)
        (partial / MANIFEST).write_text(manifest.spelled(), encoding="utf-8")
        partial.rename(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    _note(action="backup.created", facts={"store": manifest.store, "keys": manifest.keys, "sha256": files[name]})
    return manifest


def verify_backup(*, folder: Path, programs: str = "") -> tuple[Manifest, Trail | None]:
    """Compare every file with the manifest, open the copy, check its integrity and the chains of its trail.

    The trail of a PostgreSQL dump cannot be walked where it lies (None): `restore` does it afterwards.
    DomainError `backup_damaged` or `backup_unreadable`.
    """
    try:
        manifest = read_manifest((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DomainError("backup_unreadable", N_("%(folder)s 不是一份备份。"), folder=str(folder)) from error
    for name, digest in manifest.files.items():
        path = folder / name
        if not path.is_file() or digest_of(path) != digest:
            raise damaged(name)
    if manifest.store not in COPY or COPY[manifest.store] not in manifest.files:
        raise damaged(MANIFEST)
    engine = look_into(manifest.store, folder / COPY[manifest.store], programs=programs)
    if engine is None:
        return manifest, None
    try:
        with Session(engine) as session:
            trail = _walk(session)
    finally:
        engine.dispose()
    if trail.broken:
        raise damaged("audit")
    return manifest, trail


def restore_backup(*, url: URL, folder: Path, replace: bool, aside: Path, programs: str = "") -> int:
    """Put a backup in the place of the store at `url`, after `verify_backup`; returns the highest epoch known,
    for `finish_restore`, which the caller has to call once the schema is up to date.

    A store that holds something is refused (Conflict `not_empty`) unless `replace`; then it is first backed
    up into the folder `aside`.
    """
    manifest, _ = verify_backup(folder=folder, programs=programs)
    if manifest.store != url.get_backend_name():
        raise Conflict("other_store", N_("这份备份来自 %(store)s，不能恢复到这里。"), store=manifest.store)
    end_read()
    held = holds_something()
    before = _epoch_here()
    if held:
        if not replace:
            raise Conflict("not_empty", N_("数据库里已有数据，没有动它。确实要换掉，请加 --replace。"))
        create_backup(url=url, folder=aside, programs=programs)
    db.session.remove()
    db.engine.dispose()
    put_back(url, folder / COPY[manifest.store], programs=programs)
    return max(before, manifest.epoch)


def finish_restore(*, above: int) -> tuple[int, Trail]:
    """Raise the epoch above every one that a phone may have seen, forget what the process remembers of the store
    that was, and walk the trail; returns epoch and trail.

    The second at which it is restored is part of it: two restores from one backup are two epochs.
    """
    forget_plans()
    forget_epoch()
    begin_anew(now())
    epoch = raise_epoch(above=max(above, int(now().timestamp())))
    _note(action="backup.restored", facts={"epoch": epoch})
    with Session(db.engine) as session:
        return epoch, _walk(session)


def holds_something() -> bool:
    """Whether anything that people have entered is in the store (a fresh schema holds nothing)."""
    engine = db.engine
    metadata = MetaData()
    whole = {ACROSS: "whether the store as a whole holds anything"}
    wanted = [name for name in inspect(engine).get_table_names() if name not in BOOKKEEPING]
    metadata.reflect(engine, only=wanted)
    with engine.connect() as connection:
        return any(
            connection.execute(
                select(exists(select(literal(1)).select_from(metadata.tables[name]))).execution_options(**whole)
            ).scalar()
            for name in wanted
        )


def _epoch_here() -> int:
    if not inspect(db.engine).has_table(Installation.__tablename__):
        return 0
    found = db.session.execute(select(Installation.value).where(Installation.name == EPOCH)).scalar_one_or_none()
    end_read()
    return found or 1


def _schema() -> str:
    version = db.session.connection().exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()
    return str(version or "")


def _walk(session: Session) -> Trail:
    walked = [verify(scope, session=session) for scope in scopes(session=session)]
    return Trail(
        scopes=len(walked),
        sealed=sum(one.sealed for one in walked),
        unsealed=sum(one.unsealed for one in walked),
        broken=tuple(one.scope_id for one in walked if one.broken_at is not None),
    )


@act
def _note(*, action: str, facts: dict[str, Any]) -> None:
    record(SYSTEM, action, subject_kind="backup", subject_id=None, **facts)

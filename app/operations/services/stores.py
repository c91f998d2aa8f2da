"""How each store is copied out, looked into and put back. No Flask, no session: files, URLs, programs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, Engine

from app.core.errors import DomainError
from app.core.text import N_

COPY = {"sqlite": "xiangyue.db", "postgresql": "xiangyue.dump"}


def copy_out(url: URL, file: Path, *, programs: str) -> None:
    """A consistent copy of the store at `url` into `file`, while others write.

    SQLite: the online backup in one step, which reads one snapshot beside the writers. PostgreSQL:
    `pg_dump`, looked for in the folder `programs` first. DomainError when the program is missing or refuses.
    """
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(_path(url))) as source, closing(sqlite3.connect(file)) as target:
            source.backup(target, pages=-1)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, no log beside it
    else:
        run_program("pg_dump", ["--format=custom", "--no-owner", "--no-acl", f"--file={file}"], url, programs)
    file.chmod(0o600)
    _sync(file)


def put_back(url: URL, file: Path, *, programs: str) -> None:
    """The content of `file` in the place of whatever the store at `url` holds."""
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(_path(url), timeout=30)) as target:
            target.execute("PRAGMA synchronous=FULL")
            source.backup(target, pages=-1)
        return
    program("pg_restore", programs)  # before anything is dropped
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    name = str(url.database)
    run_program(
        "pg_restore", ["--no-owner", "--no-acl", "--exit-on-error", f"--dbname={name}", str(file)], url, programs
    )


def look_into(store: str, file: Path, *, programs: str) -> Engine | None:
    """Whether `file` is whole: DomainError `backup_damaged`. An engine on it where one can read it as it is."""
    if store == "postgresql":
        found = program("pg_restore", programs)
        read = subprocess.run([found, f"--file={os.devnull}", str(file)], capture_output=True, check=False)  # noqa: S603
        if read.returncode != 0:
            raise damaged(COPY[store])
        return None
    engine = create_engine(f"sqlite:///file:{file}?mode=ro&immutable=1&uri=true")
    try:
        with engine.connect() as connection:
            said = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    except Exception as error:
        engine.dispose()
        raise damaged(COPY[store]) from error
    if said != "ok" or orphans:
        engine.dispose()
        raise damaged(COPY[store])
    return engine


def damaged(name: str) -> DomainError:
    """The one refusal for a backup that is not what it was."""
    return DomainError("backup_damaged", N_("备份已损坏：%(name)s。请换一份备份。"), name=name)


def program(name: str, folder: str) -> str:
    """Where a program of PostgreSQL is; DomainError `program_missing`."""
    found = shutil.which(name, path=folder) if folder else shutil.which(name)
    if found is None:
        raise DomainError(
            "program_missing",
            N_("没有找到 %(name)s。请安装 PostgreSQL 的客户端程序，或用 PG_BIN 指明它所在的目录。"),
            name=name,
        )
    return found


def run_program(name: str, arguments: list[str], url: URL, folder: str) -> None:
    """Run it against `url`; where it goes and its password travel in the environment, never on the command line."""
    env = dict(os.environ) | {
        "PGHOST": str(url.query.get("host") or url.host or ""),
        "PGPORT": str(url.query.get("port") or url.port or ""),
        "PGUSER": url.username or "",
        "PGPASSWORD": url.password or "",
        "PGDATABASE": url.database or "",
    }
    env = {key: value for key, value in env.items() if value or not key.startswith("PG")}
    done = subprocess.run(  # noqa: S603 - a program of the machine, arguments of our own
        [program(name, folder), *arguments], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise DomainError(
            "program_refused", N_("%(name)s 没有做成：%(why)s"), name=name, why=done.stderr.strip()[-600:]
        )


def _path(url: URL) -> str:
    return str(url.database)


def _sync(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

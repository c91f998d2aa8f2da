"""`flask worker run`, `flask demo load`, `flask backup create|verify|restore`."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.engine import URL, make_url

from app.audit.services import SYSTEM
from app.core.clock import local, now
from app.core.errors import DomainError
from app.operations.demo.accounts import make_accounts
from app.operations.demo.stations import next_station, today_station
from app.operations.demo.year import is_empty, load_year
from app.operations.services.backups import Trail, create_backup, finish_restore, restore_backup, verify_backup
from app.operations.tasks import BESIDE, SLOW, STEPS, run_step
from app.people.services.consents import notice_text, publish_notice
from app.privacy.services.retention import run as run_retention

worker_cli = AppGroup("worker", help="What goes on between requests.")
backup_cli = AppGroup("backup", help="Copies of everything, looked into and put back.")
retention_cli = AppGroup("retention", help="What goes by its age.")
demo_cli = AppGroup("demo", help="Generated data to try the system with.")

SMALL = 1_200
LAST_TEXT = 15
"""Seconds that a worker which is asked to end leaves the text on its way."""


@retention_cli.command("run")
def retention() -> None:
    """Wipe what is past its term now, as the worker does once a day; says how many rows of each."""
    for name, count in run_retention(at=now()).items():
        click.echo(f"{name}: {count:,}")


@worker_cli.command("run")
@click.option("--once", is_flag=True, help="Run every step once and end.")
def run(once: bool) -> None:
    """Deliver messages, send texts, roll up counts, seal the audit trail, forget what is past its time."""
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    threads = [
        threading.Thread(target=_beside, args=(app_of(), steps, stop, once), name=name, daemon=True)
        for name, steps in (("beside", BESIDE), ("slow", SLOW))
    ]
    for thread in threads:
        thread.start()
    _loop(STEPS, stop, once=once)
    for thread in threads:
        thread.join(timeout=LAST_TEXT if stop.is_set() else None)


def app_of() -> Flask:
    """The application itself, for a thread that opens a context of its own."""
    found: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way
    return found


def _beside(
    app: Flask, steps: Sequence[tuple[Callable[[], int], timedelta]], stop: threading.Event, once: bool
) -> None:
    with app.app_context():
        _loop(steps, stop, once=once)


def _loop(steps: Sequence[tuple[Callable[[], int], timedelta]], stop: threading.Event, *, once: bool) -> None:
    due = dict.fromkeys((step for step, _ in steps), 0.0)
    while not stop.is_set():
        for step, every in steps:
            if time.monotonic() >= due[step] and not stop.is_set():
                run_step(step)
                due[step] = time.monotonic() + every.total_seconds()
        if once:
            return
        stop.wait(0.5)


@demo_cli.command("load")
@click.option("--people", type=click.IntRange(20, 200_000), default=SMALL, show_default=True, help="How many walkers.")
@click.option("--seed", type=int, default=2021, show_default=True)
@click.option("--if-empty", is_flag=True, help="Do nothing when there is an activity already.")
def load(people: int, seed: int, if_empty: bool) -> None:
    """Load the season of 2021, a station of today and one of next Saturday.

    20,000 walkers give the full year: more than 50,000 attendances.
    """
    real = current_app.config["MODE"] == "production"
    if if_empty and (real or not is_empty()):
        return
    if real:
        raise click.ClickException("This installation is in earnest (XIANGYUE_MODE=production): no made-up people.")
    began = time.monotonic()
    office, phone = current_app.config["OFFICE_NAME"], current_app.config["OFFICE_PHONE"]
    try:
        publish_notice(text=notice_text(office, phone), actor=SYSTEM, at=now())
        report = load_year(people=people, seed=seed, say=click.echo)
        path = make_accounts(
            report.family,
            instance=Path(current_app.config["INSTANCE_PATH"]),
            live=today_station(now()).code,
            coming=next_station(now()).code,
        )
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{report.people} people, {report.registrations} registrations, {report.scans} scans "
        f"in {time.monotonic() - began:.1f} s; accounts in {path}"
    )


def _url() -> URL:
    return make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])


def _default_folder(prefix: str) -> Path:
    return Path(current_app.config["INSTANCE_PATH"]) / "backups" / f"{prefix}{local(now()):%Y%m%d-%H%M%S-%f}"


def _told(trail: Trail) -> str:
    broken = f", {len(trail.broken)} chains BROKEN" if trail.broken else ""
    return f"{trail.scopes} scopes of the trail: {trail.sealed} rows sealed, {trail.unsealed} not sealed yet{broken}"


@backup_cli.command("create")
@click.option("--out", type=click.Path(path_type=Path), help="The new folder; default INSTANCE_PATH/backups/TIME.")
@click.option("--with-keys", is_flag=True, help="Put the key files in as well: whoever has the folder reads all.")
def create(out: Path | None, with_keys: bool) -> None:
    """Copy the store while the site runs. Keep the key files elsewhere, unless --with-keys is what you want."""
    folder = out or _default_folder("")
    keys = {name: Path(current_app.config[name]) for name in ("DATA_KEYS", "PASS_KEYS")} if with_keys else None
    try:
        manifest = create_backup(url=_url(), folder=folder, keys=keys, programs=current_app.config["PG_BIN"])
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    size = sum((folder / name).stat().st_size for name in manifest.files)
    click.echo(f"{folder}: {manifest.store}, {size} bytes, keys {'included' if with_keys else 'not included'}")


@backup_cli.command("verify")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def verify(folder: Path) -> None:
    """Compare every file with the manifest, open the copy, check its integrity and its trail."""
    try:
        manifest, trail = verify_backup(folder=folder, programs=current_app.config["PG_BIN"])
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{folder}: whole, made {manifest.made_at}, epoch {manifest.epoch}, schema {manifest.schema}")
    click.echo(_told(trail) if trail else "the trail of a dump is verified by the restore")


@backup_cli.command("restore")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Put it in the place of what the database holds (kept in a backup).")
def restore(folder: Path, replace: bool) -> None:
    """Put a backup back, bring its schema up to date, raise the epoch: phones send again what they hold."""
    aside = _default_folder("before-restore-")
    try:
        above = restore_backup(
            url=_url(), folder=folder, replace=replace, aside=aside, programs=current_app.config["PG_BIN"]
        )
        import_module("flask_migrate").upgrade()
        epoch, trail = finish_restore(above=above)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    if aside.exists():
        click.echo(f"what was there is kept in {aside}")
    click.echo(f"restored {folder}: epoch {epoch}; {_told(trail)}")
    if trail.broken:
        raise click.exceptions.Exit(1)

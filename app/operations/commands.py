"""`flask worker run` and `flask demo load`."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path
from types import FrameType

import click
from flask import current_app
from flask.cli import AppGroup

from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.errors import DomainError
from app.operations.demo.accounts import make_accounts
from app.operations.demo.stations import next_station, today_station
from app.operations.demo.year import family_of, is_empty, load_year
from app.operations.tasks import STEPS, run_step
from app.people.commands import notice_text
from app.people.services.consents import publish_notice

worker_cli = AppGroup("worker", help="What goes on between requests.")
demo_cli = AppGroup("demo", help="Generated data to try the system with.")

SMALL = 1_200


@worker_cli.command("run")
@click.option("--once", is_flag=True, help="Run every step once and end.")
def run(once: bool) -> None:
    """Deliver messages, roll up counts, seal the audit trail, forget what is past its time."""
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    due = dict.fromkeys((step for step, _ in STEPS), 0.0)
    while not stop.is_set():
        for step, every in STEPS:
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
    if if_empty and not is_empty():
        return
    began = time.monotonic()
    office, phone = current_app.config["OFFICE_NAME"], current_app.config["OFFICE_PHONE"]
    try:
        publish_notice(text=notice_text(office, phone), actor=SYSTEM, at=now())
        report = load_year(people=people, seed=seed, say=click.echo)
        path = make_accounts(
            family_of(seed),
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

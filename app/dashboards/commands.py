"""`flask audit verify`: whether the trail is what it was when it was sealed; `flask audit breach`: whom a stolen
login has reached; `flask setup-code`: what opens the first page.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.accounts.queries import is_founded
from app.audit.queries import verify
from app.audit.services import SYSTEM
from app.audit.witness import heads
from app.core.clock import OFFICE_ZONE
from app.core.errors import DomainError
from app.core.spreadsheets import Column, csv_chunks
from app.core.transactions import end_read
from app.dashboards.queries.breach import Breach, breach_of, culprit_named, reached
from app.dashboards.queries.trail import trail_scopes
from app.dashboards.rules.breach import Way, check_window
from app.dashboards.rules.founding import setup_code
from app.dashboards.services import note_breach

HEAD = ("person", "name", "phone", "guardian_phone", "birth_date", "ways")
MOMENTS = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"])


@click.command("setup-code")
@with_appcontext
def setup_code_command() -> None:
    """Print the code of the first page, /setup; nothing when the installation has staff already."""
    if is_founded():
        click.echo("This installation has staff already: /setup is closed.", err=True)
        raise click.exceptions.Exit(1)
    click.echo(setup_code(current_app.config["SECRET_KEY"]))


audit_cli = AppGroup("audit", help="The audit trail.")


@audit_cli.command("verify")
def verify_all() -> None:
    """Recompute every chain, to the end that was witnessed; the exit code is 1 when a link does not fit or is gone."""
    broken = unsealed = sealed = 0
    try:
        seen = heads()
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    scopes = trail_scopes(also=seen)
    for scope in scopes:
        found = verify(scope.id, head=seen.get(scope.id))
        sealed += found.sealed
        unsealed += found.unsealed
        if found.broken_at is not None:
            broken += 1
            click.echo(f"{scope.code or 'office'} ({scope.id}): BROKEN at link {found.broken_at} of {found.links}")
        elif found.unsealed:
            click.echo(f"{scope.code or 'office'} ({scope.id}): {found.sealed} rows, {found.unsealed} not sealed yet")
    click.echo(f"{len(scopes)} scopes: {sealed} rows in the chain, {unsealed} not sealed yet, {broken} chains broken")
    if broken:
        raise click.exceptions.Exit(1)


@audit_cli.command("breach")
@click.option("--account", "who", required=True, help="A login name, or the id of an account, device or API key.")
@click.option("--since", type=MOMENTS, required=True, help="By the office's clock, as 2030-06-01T08:00.")
@click.option("--until", type=MOMENTS, required=True, help="By the office's clock; the end itself is outside.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the people, unmasked, as CSV (0600)."
)
def breach(who: str, since: datetime, until: datetime, out: Path | None) -> None:
    """Whom a login has reached within a time (PIPL 57), by what the trail tells. It is noted there."""
    begins, ends = since.replace(tzinfo=OFFICE_ZONE), until.replace(tzinfo=OFFICE_ZONE)
    try:
        check_window(begins, ends)
        culprit = culprit_named(who)
        found = breach_of(culprit, begins, ends)
        end_read()
        note_breach(  # before the list leaves: one that could not be noted does not
            actor=SYSTEM,
            of=culprit.id,
            kind=culprit.kind,
            since=begins.isoformat(timespec="minutes"),
            until=ends.isoformat(timespec="minutes"),
            persons=len(found.persons),
            file="csv" if out else "",
        )
        if out is not None:
            _write(out, found)
    except (DomainError, OSError) as error:
        raise click.ClickException(str(error)) from None
    for action, n in sorted(found.acts.items()):
        click.echo(f"{n:>8}  {action}")
    for way in Way:
        if found.count(way):
            click.echo(f"{found.count(way):>8}  people: {way.value}")
    click.echo(f"{culprit.name} ({culprit.kind} {culprit.id}): {len(found.persons)} people")


def _write(path: Path, found: Breach) -> None:
    """The people to be told. Never over a file that is there."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        for chunk in csv_chunks([Column(title) for title in HEAD], _rows(found)):
            file.write(chunk)


def _rows(found: Breach) -> Iterator[tuple[str, ...]]:
    for one in reached(found):
        born = one.birth_date.isoformat() if one.birth_date else ""
        ways = " ".join(way.value for way in Way if way in one.ways)
        yield str(one.id), one.name, one.phone or "", one.guardian_phone or "", born, ways

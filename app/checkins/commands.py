"""`flask devices issue` and `flask scans import`."""

from __future__ import annotations

import time
from pathlib import Path

import click
from flask.cli import AppGroup

from app.activities.queries.refs import activity_id_of
from app.audit.services import SYSTEM
from app.checkins.services.devices import issue_device
from app.checkins.services.imports import import_scans
from app.core.errors import DomainError

devices_cli = AppGroup("devices", help="Phones, scan guns and other readers.")
scans_cli = AppGroup("scans", help="Scans from files.")


@devices_cli.command("issue")
@click.option("--activity", required=True, help="Code or id of the activity.")
@click.option("--name", required=True, help="Whose device this is.")
def issue(activity: str, name: str) -> None:
    """Make a device and print its token, once."""
    try:
        issued = issue_device(activity_id=activity_id_of(activity), name=name, actor=SYSTEM)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(issued.token)


@scans_cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--activity", required=True, help="Code or id of the activity.")
def import_file(file: Path, activity: str) -> None:
    """Read a timing file `bib|code|pass,checkpoint,scanned_at[,id]` (CSV). Repeating it changes nothing."""
    began = time.monotonic()
    try:
        report = import_scans(activity_id=activity_id_of(activity), path=file, progress=_progress)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo("", err=True)
    click.echo(
        f"{report.rows} rows: {report.new} new, {report.known} known already, {report.unreadable} unreadable, "
        f"{report.unknown} without a person, in {time.monotonic() - began:.1f} s"
    )
    for verdict, n in sorted(report.verdicts.items()):
        click.echo(f"  {verdict}: {n}")
    for line, reason in report.examples:
        click.echo(f"  line {line}: {reason}")


def _progress(done: int) -> None:
    click.echo(f"\r{done} rows", err=True, nl=False)

"""`flask report annual`: the work report of a year as Word."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.core.errors import DomainError
from app.reports.queries.annual import FIRST_YEAR, LAST_YEAR
from app.reports.tasks import both, word
from app.web.texts import say

report_cli = AppGroup("report", help="Reports.")


@report_cli.command("annual")
@click.option("--year", type=click.IntRange(FIRST_YEAR, LAST_YEAR), required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def annual(year: int, out: Path) -> None:
    """Write the sports section of the work report of YEAR to OUT (Word), and print every figure of it."""
    with current_app.test_request_context():  # addresses of the lists stand in the appendix
        report, lines = both(year)
        if report.is_empty:
            raise click.ClickException(f"nothing is known of {year}")
        try:
            content = word(report, lines)
        except DomainError as error:
            raise click.ClickException(say(error)) from error
        try:
            out.write_bytes(content)
        except OSError as error:
            raise click.ClickException(f"{out}: {error.strerror}") from error
        for one in lines:
            click.echo(f"{one.key}\t{'' if one.value is None else one.value}\t{say(one.label)}\t{say(one.unit)}")
    click.echo(f"{out}: {len(content):,} bytes")

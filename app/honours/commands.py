"""`flask honours replay FILE`: anybody can check a prize draw."""

from __future__ import annotations

import json
from typing import BinaryIO

import click
from flask.cli import AppGroup

from app.core.errors import DomainError
from app.honours.rules.lots import replayed

honours_cli = AppGroup("honours", help="What somebody gets after an activity.")


@honours_cli.command("replay")
@click.argument("file", type=click.File("rb"))
def replay(file: BinaryIO) -> None:
    """Draw anew from the file that the public page of a prize draw offers; says who wins and whether it agrees."""
    try:
        told = json.load(file)
        winners = replayed(told)
    except (ValueError, DomainError) as error:
        raise click.ClickException(str(error)) from error
    for place, ticket in enumerate(winners, start=1):
        click.echo(f"{place}. {ticket}")
    agrees = winners == told.get("winners")
    click.echo("agrees with the file" if agrees else "DOES NOT agree with the file")
    if not agrees:
        raise SystemExit(1)

"""`flask games rank`: any rule set on a file by itself."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from app.audit.services import SYSTEM
from app.core.errors import DomainError
from app.games.constants import GamesStatus
from app.games.queries.games import games_by_ref, games_not_found
from app.games.rules.files.ranking import rank_file
from app.games.rules.files.reading import MAX_BYTES
from app.games.rules.programme import GamesDraft
from app.games.rules.registry import NEWEST, RULE_SETS
from app.games.rules.sources import rule_page
from app.games.schemas.results_file import read_results
from app.games.services.imports import import_results
from app.games.services.programme import create_games, set_games_status

games_cli = AppGroup("games", help="Games: draws, results, medals.")


@games_cli.command("rank", epilog=f"Rule sets: {', '.join([*NEWEST, *RULE_SETS])}")
@click.option("--rules", required=True, metavar="NAME", help="Name of the rule set, or of its family.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def rank(rules: str, file: Path) -> None:
    """Rank what FILE (JSON) holds and print {"ranking", "due"}. Nothing is stored."""
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        answer = rank_file(rules, content)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    click.echo(json.dumps(answer, ensure_ascii=False, indent=1))


@games_cli.command("rules")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write a page for each into this folder.")
def show_rules(out: Path | None) -> None:
    """Print every rule set with its source and its numbers, or write them as pages."""
    for name, rules in RULE_SETS.items():
        if out is None:
            click.echo(rule_page(rules))
        else:
            out.mkdir(parents=True, exist_ok=True)
            (out / f"{name}.md").write_text(rule_page(rules), encoding="utf-8")


@games_cli.command("import-results")
@click.argument("games")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--create-missing", is_flag=True, help="Make delegations, disciplines and events that are not there.")
def import_from_file(games: str, file: Path, *, create_missing: bool) -> None:
    """Store the results in FILE (CSV or XLSX: sport,event,place,delegation[,competitor,mark]) as official.

    GAMES is an id or a code. An event's whole result is replaced; the same file again changes nothing.
    """
    try:
        found = games_by_ref(games)
        if found is None:
            raise games_not_found()
        report = import_results(
            games_id=found.id, rows=read_results(file.read_bytes()), create_missing=create_missing, actor=SYSTEM
        )
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    click.echo(
        f"{report.rows} rows: {report.new} events new, {report.changed} changed, {report.unchanged} unchanged; "
        f"{len(report.delegations_made)} delegations and {len(report.events_made)} events made."
    )


@games_cli.command("create")
@click.argument("code")
@click.argument("name")
@click.option("--starts", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First day.")
@click.option("--ends", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Last day.")
def create(code: str, name: str, starts: datetime, ends: datetime) -> None:
    """Make an edition of games, open to the public, for results that are imported."""
    draft = GamesDraft(code=code, name=name, starts_on=starts.date(), ends_on=ends.date())
    try:
        made = create_games(draft=draft, actor=SYSTEM)
        set_games_status(games_id=made, status=GamesStatus.RUNNING, actor=SYSTEM)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{code}: {made}")

"""`flask audit verify`: whether the trail is what it was when it was sealed."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.audit.queries import verify
from app.dashboards.queries.trail import trail_scopes

audit_cli = AppGroup("audit", help="The audit trail.")


@audit_cli.command("verify")
def verify_all() -> None:
    """Recompute every chain; the exit code is 1 when a link does not fit."""
    broken = unsealed = sealed = 0
    scopes = trail_scopes()
    for scope in scopes:
        found = verify(scope.id)
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

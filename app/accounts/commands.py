"""`flask staff …` and `flask keys …`: for whoever runs the server. A password or token is printed once."""

from __future__ import annotations

import uuid

import click
from flask.cli import AppGroup

from app.accounts.constants import GRANTABLE, TokenScope
from app.accounts.queries import account_by_login
from app.accounts.scopes import find_scope
from app.accounts.services import create_staff, issue_key, reset_password, revoke_key
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.errors import DomainError
from app.core.permissions import Role, Scope

staff = AppGroup("staff", help="Accounts of staff.")
keys = AppGroup("keys", help="API keys of other software.")


def _scope(text: str) -> Scope:
    found = find_scope(text)
    if found is None:
        raise click.BadParameter(f"{text!r} is neither office nor kind:id of a season, activity or organisation")
    return found


@staff.command("create")
@click.option("--name", required=True, help="Login name.")
@click.option("--role", required=True, type=click.Choice([role.value for role in GRANTABLE]))
@click.option("--scope", default="office", show_default=True, help="office, or KIND:ID, or KIND:CODE.")
@click.option("--display-name", default=None, help="Name on pages; the login name if left out.")
@click.option("--ask", is_flag=True, help="Ask for the password instead of making one up.")
def create(name: str, role: str, scope: str, display_name: str | None, *, ask: bool) -> None:
    """Make an account with a role. A made-up password has to be changed at the first login."""
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask else None
    try:
        made = create_staff(
            actor=SYSTEM,
            at=now(),
            login_name=name,
            display_name=display_name or name,
            password=password,
            role=Role(role),
            scope=_scope(scope),
            own_password=ask,
        )
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{name} ({role}, {scope})")
    if not ask:
        click.echo(f"password: {made.password}")


@staff.command("reset")
@click.option("--name", required=True, help="Login name.")
def reset(name: str) -> None:
    """Make up a new first password; the only way for security administrators and auditors."""
    found = account_by_login(name)
    if found is None:
        raise click.ClickException(f"there is no staff account {name!r}")
    password = reset_password(actor=SYSTEM, at=now(), account_id=found.id)
    click.echo(f"password: {password}")


@keys.command("issue")
@click.option("--scope", required=True, type=click.Choice([scope.value for scope in TokenScope]))
@click.option("--label", required=True, help="What the key is used for.")
def issue(scope: str, label: str) -> None:
    """Make a key and print its token: it is shown this once."""
    try:
        issued = issue_key(actor=SYSTEM, at=now(), scope=TokenScope(scope), label=label)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"id: {issued.key_id}")
    click.echo(f"token: {issued.token}")


@keys.command("revoke")
@click.argument("key_id", type=click.UUID)
def revoke(key_id: uuid.UUID) -> None:
    """End the key with this id."""
    try:
        revoke_key(actor=SYSTEM, at=now(), key_id=key_id)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo("revoked")

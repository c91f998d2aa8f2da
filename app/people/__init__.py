"""Floor 6: persons, the organisations they belong to, who looks after whom, what they agreed to."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the family pages and `flask people`."""
    from app.accounts.scopes import add_scope_directory
    from app.core import outbox
    from app.core.permissions import Permission, ScopeKind
    from app.core.text import N_
    from app.people import models, tasks
    from app.people.commands import people_cli
    from app.people.forms import NOT_DERIVING, WITH_NUMBER
    from app.people.routes.family import blueprint
    from app.people.routes.units import directory
    from app.people.services.persons import LINKED
    from app.web.registry import MenuItem, add_menu

    app.extensions["xiangyue_people_models"] = models
    outbox.on(LINKED, tasks.on_linked)
    app.register_blueprint(blueprint)
    app.cli.add_command(people_cli)
    add_scope_directory(app, ScopeKind.ORGANISATION, directory)
    add_menu(
        app,
        MenuItem(
            "people.organisations",
            N_("单位"),
            Permission.ORGANISATION_EDIT,
            "people",
            60,
            "building",
            in_office=True,
        ),
    )
    app.jinja_env.globals.update(not_deriving=NOT_DERIVING, with_number=WITH_NUMBER)

"""Floor 6: persons, the organisations they belong to, who looks after whom, what they agreed to."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the family pages and `flask people`."""
    from app.people import models
    from app.people.commands import people_cli
    from app.people.forms import NOT_DERIVING, WITH_NUMBER
    from app.people.routes.family import blueprint

    app.extensions["xiangyue_people_models"] = models
    app.register_blueprint(blueprint)
    app.cli.add_command(people_cli)
    app.jinja_env.globals.update(not_deriving=NOT_DERIVING, with_number=WITH_NUMBER)

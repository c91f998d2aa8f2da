"""Floor 10: devices, scans, check-ins, and the counts that follow from them."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang devices, the scanner, the API and the jobs that judge again."""
    from app.checkins import models
    from app.checkins.commands import devices_cli, scans_cli
    from app.checkins.principals import forget_devices, from_device_token
    from app.checkins.routes.api import blueprint as api
    from app.checkins.routes.office import blueprint as office
    from app.checkins.routes.poster import blueprint as poster
    from app.checkins.routes.scanner import blueprint as scanner
    from app.checkins.services.rejudge import on_person_changed
    from app.core import outbox
    from app.web.access import add_principal_loader
    from app.web.registry import add_api
    from app.web.security import csrf

    app.extensions["xiangyue_checkins_models"] = models
    add_principal_loader(app, from_device_token)
    csrf.exempt(api)
    add_api(app, api)
    app.register_blueprint(scanner)
    app.register_blueprint(office)
    app.register_blueprint(poster)
    app.cli.add_command(devices_cli)
    app.cli.add_command(scans_cli)
    outbox.on("registration_changed", on_person_changed)
    outbox.on("pass_revoked", on_person_changed)
    app.extensions.setdefault("xiangyue_reset", []).append(forget_devices)

"""Floor 10: devices, scans, check-ins, and the counts that follow from them."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang devices, the scanner, the API and the jobs that judge again."""
    from app.checkins import models
    from app.checkins.commands import devices_cli, scans_cli
    from app.checkins.principals import forget_devices, from_device_token
    from app.checkins.queries.board import forget_boards
    from app.checkins.queries.conflicts import forget_counts
    from app.checkins.routes import office_blueprint as office
    from app.checkins.routes.api import blueprint as api
    from app.checkins.routes.bundle import blueprint as bundle
    from app.checkins.routes.conflicts import waiting
    from app.checkins.routes.poster import blueprint as poster
    from app.checkins.routes.scanner import blueprint as scanner
    from app.checkins.services.rejudge import PORTION_JOB, on_activity_changed, on_person_changed, on_portion
    from app.core import outbox
    from app.core.permissions import Permission
    from app.core.text import N_
    from app.web.access import add_principal_loader
    from app.web.registry import TabItem, add_api, add_tabs
    from app.web.security import csrf

    app.extensions["xiangyue_checkins_models"] = models
    add_principal_loader(app, from_device_token)
    for door in (api, bundle):
        csrf.exempt(door)
        add_api(app, door)
    add_tabs(
        app,
        "activity_ref",
        TabItem("checkins_office.day", N_("现场"), Permission.DEVICE_MANAGE, 42),
        TabItem("checkins_office.conflicts", N_("待核对"), Permission.CHECKIN_EDIT, 44, waiting),
        TabItem("checkins_office.devices", N_("扫码设备"), Permission.DEVICE_MANAGE, 45),
    )
    app.register_blueprint(scanner)
    app.register_blueprint(office)
    app.register_blueprint(poster)
    app.cli.add_command(devices_cli)
    app.cli.add_command(scans_cli)
    outbox.on("registration_changed", on_person_changed)
    outbox.on("pass_revoked", on_person_changed)
    outbox.on("persons_merged", on_person_changed)
    outbox.on("activity_changed", on_activity_changed)
    outbox.on(PORTION_JOB, on_portion)
    app.extensions.setdefault("xiangyue_reset", []).extend([forget_devices, forget_boards, forget_counts])

"""`flask people …`: what an installation needs before the first citizen comes."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from app.audit.services import SYSTEM
from app.core.clock import now
from app.people.services.consents import notice_text, publish_notice
from app.people.services.organisations import seed_places

people_cli = AppGroup("people", help="Places, units and the privacy notice.")


@people_cli.command("seed")
def seed() -> None:
    """Make the 镇街, districts and 区外, and publish the privacy notice. Safe to repeat."""
    made = seed_places(actor=SYSTEM)
    text = notice_text(current_app.config["OFFICE_NAME"], current_app.config["OFFICE_PHONE"])
    version = publish_notice(text=text, actor=SYSTEM, at=now())
    click.echo(f"places: {made} new; privacy notice: version {version}")

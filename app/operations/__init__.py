"""Floor 14: commands and tasks across all rooms."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the worker and the demo."""
    from app.operations.commands import demo_cli, worker_cli

    app.cli.add_command(worker_cli)
    app.cli.add_command(demo_cli)

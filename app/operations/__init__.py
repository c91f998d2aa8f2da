"""Floor 14: commands and tasks across all rooms."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the worker, retention, the demo and the backups."""
    from app.operations.commands import backup_cli, demo_cli, retention_cli, worker_cli

    app.cli.add_command(worker_cli)
    app.cli.add_command(retention_cli)
    app.cli.add_command(demo_cli)
    app.cli.add_command(backup_cli)

"""Floor 7: the personal code, for life and revocable."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Load the signing keys (the demo and the tests make their own), hang the pages."""
    from contextlib import suppress
    from pathlib import Path

    from app.core import outbox, signing
    from app.passes import models, tasks
    from app.passes.routes.citizen import blueprint
    from app.passes.services import REISSUED

    path = Path(app.config["PASS_KEYS"])
    if not path.exists() and app.config["MODE"] != "production":
        with suppress(FileExistsError):  # another worker was quicker
            signing.make_key_file(path)
    signing.use(signing.load_keys(path))
    app.extensions["xiangyue_passes_models"] = models
    outbox.on(REISSUED, tasks.on_reissued)
    app.register_blueprint(blueprint)

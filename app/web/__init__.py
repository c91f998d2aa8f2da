"""Floor 3: the frame that every page and API call passes through."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang texts, security, errors, menu, API and the shared templates."""
    from app.web.compression import prepare_compression
    from app.web.errors import register_errors
    from app.web.frame import prepare_frame
    from app.web.health import blueprint as health
    from app.web.journal import prepare_journal
    from app.web.known import forget_kept
    from app.web.metrics import prepare_metrics
    from app.web.registry import prepare_registry
    from app.web.security import prepare_security
    from app.web.texts import prepare_texts

    prepare_compression(app)  # first hung, last to see an answer
    prepare_texts(app)
    prepare_security(app)
    prepare_registry(app)
    register_errors(app)
    prepare_frame(app)
    prepare_metrics(app)
    prepare_journal(app)
    app.register_blueprint(health)
    app.extensions.setdefault("xiangyue_reset", []).append(forget_kept)

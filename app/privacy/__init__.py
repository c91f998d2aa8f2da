"""Floor 12: what is kept of a person: seen and taken along by themselves, deleted by them or by its age."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the pages and the terms."""
    from app.privacy.routes import blueprint
    from app.privacy.rules import terms

    terms.use(terms.terms_from(app.config))
    app.register_blueprint(blueprint)

"""Floor 4: messages out."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Choose who sends texts."""
    from app.notices import services
    from app.notices.senders import choose_sender

    sender = choose_sender(app.config)
    app.extensions["xiangyue_sms"] = sender
    services.use(sender)

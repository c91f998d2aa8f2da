"""Floor 4: messages out, and the inbox that holds each of them too."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Choose who sends texts and how many; hang the inbox."""
    from app.notices import models, services
    from app.notices.routes import blueprint
    from app.notices.rules import Limits, quiet_hours
    from app.notices.senders import choose_sender
    from app.notices.services import queue

    sender = choose_sender(app.config)
    app.extensions["xiangyue_sms"] = sender
    services.use(sender)
    usual = Limits()
    quiet = app.config.get("SMS_QUIET")
    queue.use_limits(
        Limits(
            daily_budget=int(app.config.get("SMS_DAILY_BUDGET", usual.daily_budget)),
            timeout=float(app.config.get("SMS_TIMEOUT", usual.timeout)),
            quiet=usual.quiet if quiet is None else quiet_hours(str(quiet)),
        )
    )
    app.extensions["xiangyue_notices_models"] = models
    app.register_blueprint(blueprint)
    app.extensions.setdefault("xiangyue_reset", []).append(queue.forget_failures)

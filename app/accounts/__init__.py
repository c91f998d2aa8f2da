"""Floor 5: logins, roles, keys, and who is calling."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the session, the callers, the pages, the menu and the commands."""
    from app.accounts import limits, models
    from app.accounts.commands import keys, staff
    from app.accounts.principals import prepare_principals
    from app.accounts.queries import codes_since, codes_to, forget_founding
    from app.accounts.routes import blueprint
    from app.accounts.sessions import prepare_sessions
    from app.core.permissions import Permission
    from app.core.text import N_
    from app.notices.services.queue import Elsewhere, count_also
    from app.web.registry import MenuItem, add_menu

    app.extensions["xiangyue_accounts_models"] = models
    limits.use(limits.limits_from(app.config))
    count_also(Elsewhere(total=codes_since, to_phone=codes_to))
    prepare_sessions(app)
    prepare_principals(app)
    app.register_blueprint(blueprint)
    add_menu(
        app,
        MenuItem("accounts.staff_list", N_("账号"), Permission.ACCOUNT_MANAGE, "system", 80, "users"),
        MenuItem("accounts.roles", N_("角色"), Permission.ROLE_GRANT, "system", 82, "shield-lock"),
        MenuItem("accounts.keys", N_("接口密钥"), Permission.KEY_MANAGE, "system", 84, "key"),
        MenuItem("accounts.change_password", N_("我的账号"), Permission.OWN, "foot", 98, "user-circle"),
    )
    app.extensions.setdefault("xiangyue_reset", []).append(forget_founding)
    app.cli.add_command(staff)
    app.cli.add_command(keys)

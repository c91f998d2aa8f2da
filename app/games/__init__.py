"""Floor 11: the games, from entries to medals."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the tables, the commands, pages, the API, and what a role can be limited to."""
    from app.accounts.scopes import add_scope_directory
    from app.core.permissions import Permission, ScopeKind
    from app.core.text import N_
    from app.games import models, routes
    from app.games.commands import games_cli
    from app.games.queries.entries import scopes_of_delegation
    from app.games.queries.games import places
    from app.games.routes.api import blueprint as api
    from app.games.routes.frame import blueprint, scopes_of_games
    from app.games.services import gathering, knockout  # noqa: F401 - formats declare how their input is gathered
    from app.web.access import add_scope_loader
    from app.web.registry import MenuItem, TabItem, add_api, add_menu, add_tabs

    app.extensions["xiangyue_games"] = (models, routes)
    app.cli.add_command(games_cli)
    app.register_blueprint(blueprint)
    add_api(app, api)
    add_scope_loader(app, "games_ref", scopes_of_games)
    add_scope_loader(app, "delegation_id", scopes_of_delegation)
    add_scope_directory(app, ScopeKind.GAMES, places)
    add_menu(
        app,
        MenuItem("games.office_list", N_("运动会"), Permission.GAMES_VIEW, "games", 40, "trophy"),
        MenuItem("games.enter_index", N_("报项"), Permission.ENTRY_EDIT, "games", 42, "edit"),
    )
    add_tabs(
        app,
        "games_ref",
        TabItem("games.overview", N_("概况"), Permission.GAMES_VIEW, 10),
        TabItem("games.programme", N_("项目"), Permission.GAMES_VIEW, 20),
        TabItem("games.delegations_office", N_("代表团"), Permission.GAMES_VIEW, 30),
        TabItem("games.edit", N_("设置"), Permission.GAMES_EDIT, 90),
        TabItem("games.results_office", N_("成绩"), Permission.GAMES_VIEW, 50),
        TabItem("games.referee_units_page", N_("我的场次"), Permission.RESULT_WRITE, 55),
        TabItem("games.entries_office", N_("报项"), Permission.GAMES_VIEW, 35),
        TabItem("games.draws_office", N_("抽签"), Permission.GAMES_VIEW, 40),
        TabItem("games.schedule_office", N_("日程"), Permission.GAMES_VIEW, 45),
        TabItem("games.attendance_office", N_("签到"), Permission.GAMES_VIEW, 60),
        TabItem("games.awards_office", N_("颁奖"), Permission.GAMES_VIEW, 70),
        TabItem("games.honours_office", N_("荣誉"), Permission.GAMES_VIEW, 80),
    )

"""竞赛规程: a page that prints, and a PDF of the same words."""

from __future__ import annotations

import io
from pathlib import Path

from flask import current_app, render_template, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.clock import today
from app.core.errors import Busy
from app.core.text import N_
from app.core.transactions import end_read
from app.games.documents.regulations import regulations_pdf
from app.games.models import Games
from app.games.queries.programme import regulations_facts
from app.games.routes.certificates import FONTS, translate
from app.games.routes.frame import blueprint, public_or_404, public_tabs
from app.games.rules.regulations import Chapter, chapters
from app.web.access import public
from app.web.texts import full_day, moment, short_day

OPEN = "the rules of a public event: whoever wants to take part reads them"


def _chapters(games: Games) -> list[Chapter]:
    when = full_day(games.starts_on)
    if games.ends_on != games.starts_on:
        when += f"—{short_day(games.ends_on)}"
    ends = [moment(one) if one else "" for one in (games.entries_open_at, games.entries_close_at)]
    window = "—".join(ends) if any(ends) else ""
    return chapters(regulations_facts(games, when=when, window=window), translate)


@blueprint.get("/games/<games_ref>/regulations")
@public(OPEN)
def regulations(games_ref: str) -> str:
    """The 规程 as a page."""
    games = public_or_404(games_ref)
    return render_template(
        "games/regulations.html",
        games=games,
        public_nav=public_tabs(games, "games.regulations"),
        chapters=_chapters(games),
    )


@blueprint.get("/games/<games_ref>/regulations.pdf")
@public(OPEN)
def regulations_file(games_ref: str) -> Response:
    """The 规程 as a PDF."""
    games = public_or_404(games_ref)
    words, code = _chapters(games), games.code
    title = f"{games.name}{_('竞赛规程')}"
    end_read()
    try:
        data = regulations_pdf(
            title,
            words,
            fonts=Path(current_app.root_path).parent / FONTS,
            printed_on=today(),
            foot=_("%(day)s 生成", day=full_day(today())),
        )
    except FileNotFoundError as error:
        raise Busy("fonts_missing", N_("服务器缺少打印用的字体，请联系办公室。"), retry_after=3600) from error
    return send_file(io.BytesIO(data), "application/pdf", as_attachment=True, download_name=f"{code}-regulations.pdf")

"""秩序册: asked for, waited for, taken along."""

from __future__ import annotations

import io

from flask import flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.errors import NotFound
from app.core.permissions import Permission
from app.core.text import N_
from app.games.queries.entries import athlete_total
from app.games.queries.games import progress
from app.games.routes.frame import blueprint, games_or_404
from app.games.rules.entry_book import BookForm
from app.games.services.entry_books import ask_for_book, book_state, read_book
from app.games.services.weigh_in import note_entry_file
from app.games.tasks import books_folder
from app.web.access import actor, requires

AREA = "/office/games/<games_ref>/book"
TYPES = {
    BookForm.PDF: "application/pdf",
    BookForm.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@blueprint.get(AREA)
@requires(Permission.GAMES_VIEW, of="games_ref")
def entry_book(games_ref: str) -> str:
    """How far the book is, as PDF and for Word."""
    games = games_or_404(games_ref)
    states = {form.value: book_state(books_folder(), games.id, form) for form in BookForm}
    return render_template(
        "games/book.html",
        games=games,
        states=states,
        busy=any(state.busy for state in states.values()),
        progress=progress(games.id),
        athletes=athlete_total(games.id),
    )


@blueprint.post(f"{AREA}/<any(pdf, docx):book_form>")
@requires(Permission.GAMES_EDIT, of="games_ref")
def entry_book_ask(games_ref: str, book_form: str) -> Response:
    """Wish for the book; the worker makes it."""
    games = games_or_404(games_ref)
    ask_for_book(games_id=games.id, form=BookForm(book_form), folder=books_folder(), actor=actor())
    flash(_("已开始生成，可以离开本页。"))
    return redirect(url_for("games.entry_book", games_ref=games_ref))


@blueprint.get(f"{AREA}.<any(pdf, docx):book_form>")
@requires(Permission.GAMES_VIEW, of="games_ref")
def entry_book_file(games_ref: str, book_form: str) -> Response:
    """The finished book."""
    games, form = games_or_404(games_ref), BookForm(book_form)
    data = read_book(books_folder(), games.id, form)
    if data is None:
        raise NotFound("book_not_found", N_("秩序册还没有生成，或已过 7 天，请重新生成。"))
    name = f"{games.code}-book.{form.value}"
    note_entry_file(games_id=games.id, what=f"book.{form.value}", rows=1, actor=actor())
    response = send_file(io.BytesIO(data), TYPES[form], as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response

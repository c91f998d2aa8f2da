"""What the worker makes for the games: entry books."""

from __future__ import annotations

import logging
from pathlib import Path

from flask import current_app

from app.core.clock import now
from app.core.transactions import end_read
from app.core.wishes import KEPT, Job, Stage, forget, take
from app.games.documents.entry_book import entry_book_pdf
from app.games.documents.entry_book_docx import entry_book_docx
from app.games.queries.entry_book import book_of
from app.games.queries.games import games_by_ref, games_not_found
from app.games.rules.entry_book import BookForm

log = logging.getLogger(__name__)
FONTS = "frontend/node_modules/@expo-google-fonts/noto-sans-sc"


def books_folder() -> Path:
    """Where books and the wishes for them lie."""
    return Path(current_app.config["INSTANCE_PATH"]) / "books"


def plainly(message: str, **params: object) -> str:
    """A msgid with its places: the book is Chinese, whoever asks for it."""
    return message % params if params else message


def make_books() -> int:
    """Make one book that somebody wishes for; returns how many were made. Safe to run in several workers."""
    folder = books_folder()
    forget(folder, before=now() - KEPT)
    job = take(folder)
    if job is None:
        return 0
    try:
        job.finish(_made(job), at=now())
    except Exception:
        log.exception("an entry book failed", extra={"games_id": str(job.owner)})
        job.fail()
        return 0
    return 1


def _made(job: Job) -> bytes:
    games = games_by_ref(job.owner)
    if games is None:
        raise games_not_found()
    book = book_of(games, plainly)
    end_read()
    job.note(Stage.SETTING)
    if BookForm(job.name) is BookForm.DOCX:
        return entry_book_docx(book, say=plainly, progress=lambda done, total: job.note(Stage.SETTING, done, total))
    fonts = Path(current_app.root_path).parent / FONTS
    return entry_book_pdf(book, fonts=fonts, printed_at=now(), say=plainly)

"""The entry book between the wish for it and the finished file (`core.wishes`), one for each of its forms."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path

from app.audit.services import Actor, record
from app.core import wishes
from app.core.db import db
from app.core.transactions import act
from app.games.models import Games
from app.games.queries.games import games_not_found
from app.games.rules.entry_book import BookForm


@act
def ask_for_book(*, games_id: uuid.UUID, form: BookForm, folder: Path, actor: Actor) -> None:
    """Wish for a book; while one is under way a second wish changes nothing."""
    if db.session.get(Games, games_id) is None:
        raise games_not_found()
    if book_state(folder, games_id, form).busy:
        return
    record(actor, "games.book_asked", subject_kind="games", subject_id=games_id, scope_id=games_id, form=form.value)
    wishes.wish_after_commit(folder, games_id, form.value)


def book_state(folder: Path, games_id: uuid.UUID, form: BookForm, *, at: datetime | None = None) -> wishes.State:
    """How far a book is; one that nobody has worked on for long has failed."""
    return wishes.state_of(folder, games_id, form.value, at=at)


def read_book(folder: Path, games_id: uuid.UUID, form: BookForm) -> bytes | None:
    """The finished book; None when there is none."""
    return wishes.read(folder, games_id, form.value)

"""An edition and its programme: made, changed, put in order. What was published keeps its rules."""

from app.games.services.programme.delegations import (
    add_delegation,
    add_town_delegations,
    change_delegation,
    remove_delegation,
)
from app.games.services.programme.disciplines import (
    add_discipline,
    change_discipline,
    place_discipline,
    remove_discipline,
)
from app.games.services.programme.editions import change_games, change_paragraphs, create_games, set_games_status
from app.games.services.programme.events import (
    add_event,
    cancel_event,
    change_event,
    place_event,
    remove_event,
    restore_event,
)
from app.games.services.programme.library import add_from_library

__all__ = [
    "add_delegation",
    "add_discipline",
    "add_event",
    "add_from_library",
    "add_town_delegations",
    "cancel_event",
    "change_delegation",
    "change_discipline",
    "change_event",
    "change_games",
    "change_paragraphs",
    "create_games",
    "place_discipline",
    "place_event",
    "remove_delegation",
    "remove_discipline",
    "remove_event",
    "restore_event",
    "set_games_status",
]

"""Tables of the games. Every key begins with the games, so that one edition lies together and copies as a whole."""

from app.games.models.entries import Delegation, Entry, EntryMember
from app.games.models.honours import Honour, Penalty
from app.games.models.programme import Discipline, Event, Games
from app.games.models.results import Place, Protest, Result, Sheet
from app.games.models.schedule import Draw, Session, Unit, UnitReferee

__all__ = [
    "Delegation",
    "Discipline",
    "Draw",
    "Entry",
    "EntryMember",
    "Event",
    "Games",
    "Honour",
    "Penalty",
    "Place",
    "Protest",
    "Result",
    "Session",
    "Sheet",
    "Unit",
    "UnitReferee",
]

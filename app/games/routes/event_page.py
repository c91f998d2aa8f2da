"""The page of one event, without a login: bracket, groups, running order, results, by itself up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.errors import DomainError
from app.games.constants import COUNTED, PHASES, ROUND_OF, SHOWN, EntryState, EventForm, EventFormat, EventStatus
from app.games.models import Entry, Event, Games
from app.games.queries.brackets import Side, UnitView, sides_of, unit_views
from app.games.queries.games import entries_of
from app.games.queries.records import broken_by
from app.games.queries.tables import places_of_event
from app.games.routes.frame import (
    MEDALS,
    blueprint,
    event_or_404,
    figure,
    public_or_404,
    public_tabs,
)
from app.games.rules.chart import Chart, chart_of, fitted
from app.games.rules.registry import rule_set
from app.games.rules.tree import BRONZE, FINAL, GROUP, OPEN, Box, Tree
from app.games.rules.wrestling.entries import phase_of
from app.games.services.evaluation import Written, written_units
from app.games.services.units import HEAT, tree_of_event
from app.web.access import public
from app.web.known import unless_known
from app.web.texts import say

OPEN_TO_ALL = "brackets, start lists and results are public: whoever takes part, and their families, look here"


@blueprint.get("/games/<games_ref>/events/<event_ref>")
@public(OPEN_TO_ALL)
def event(games_ref: str, event_ref: str) -> Response:
    """One event as it stands."""
    games = public_or_404(games_ref)
    found = event_or_404(games.id, event_ref)
    entries = [one for one in entries_of(games.id, found.id) if one.state != EntryState.WITHDRAWN.value]
    written = written_units(games.id, found.id)
    facts = (
        (games.version, found.version, found.status),
        [(one.id, one.state, one.name, one.draw, one.seed, one.number) for one in entries],
        [
            (one.unit.id, one.unit.version, one.unit.status, one.unit.starts_at, one.result and one.result.version)
            for one in written
        ],
    )
    return unless_known(facts, lambda: _page(games, found, entries, written))


def _page(games: Games, event: Event, entries: Sequence[Entry], written: Sequence[Written]) -> str:
    status = EventStatus(event.status)
    board = board_of(event, entries, written)
    return render_template(
        "games/event.html",
        games=games,
        public_nav=public_tabs(games, "games.results"),
        event=event,
        status=status,
        form=EventFormat(event.format),
        places=places_of_event(games.id, event.id) if status in SHOWN else [],
        broken=broken_by(games.id, [event.code]) if status in COUNTED else frozenset(),
        entries=entries,
        counted=_counted(event, entries),
        board=board,
        figure=figure,
        words=MEDALS,
        back=url_for("games.results", games_ref=games.code),
    )


def _counted(event: Event, entries: Sequence[Entry]) -> str:
    n = len(entries)
    if event.form == EventForm.INDIVIDUAL.value:
        return str(_("%(n)s 人", n=n))
    return str(_("%(n)s 对", n=n) if event.form == EventForm.PAIR.value else _("%(n)s 队", n=n))


def phase_words(view: UnitView | Box, form: EventFormat) -> str:
    """What a phase is called: 资格赛, 1/4 决赛, A 组第 2 轮."""
    if view.phase == GROUP:
        turn = view.round if isinstance(view, UnitView) else view.place
        group = _("%(name)s 组", name=view.group) if view.group else ""
        return f"{group} {_('第 %(n)s 轮', n=turn)}".strip() if turn else group or say(PHASES[GROUP])
    if view.phase == HEAT and isinstance(view, UnitView):
        return str(_("第 %(n)s 组", n=view.round))
    if view.phase == BRONZE and form is not EventFormat.WRESTLING:
        return say(PHASES["third"])
    if view.phase in PHASES:
        return say(PHASES[view.phase])
    return str(_(ROUND_OF, n=view.phase.removeprefix("1/"))) if view.phase.startswith("1/") else ""


@dataclass(frozen=True, slots=True)
class Card:
    """One box as it is drawn: its unit, if there is one, and its sides from top to bottom."""

    box: Box
    view: UnitView | None
    sides: tuple[CardSide, ...]
    title: str


@dataclass(frozen=True, slots=True)
class CardSide:
    """A row of a box, its words shortened to fit."""

    number: str
    name: str
    where: str
    score: str
    won: bool
    known: bool


@dataclass(frozen=True, slots=True)
class PodiumLine:
    """A medal and who has it, or how it will be known."""

    medal: int
    name: str
    detail: str
    known: bool


@dataclass(frozen=True, slots=True)
class Board:
    """What the page draws: the chart with its cards by box, the groups, the units as a list."""

    tree: Tree
    chart: Chart | None
    cards: dict[int, Card]
    podium: list[PodiumLine]
    sides: dict[str, Side]
    views: list[UnitView]
    phases: dict[int, str]
    labels: dict[str, str]

    def card(self, box: Box) -> Card:
        """The card of a box of the chart."""
        return self.cards[id(box)]


def board_of(event: Event, entries: Sequence[Entry], written: Sequence[Written]) -> Board:
    """Everything that is drawn of an event's units. A result that contradicts the bracket leaves the list alone."""
    form = EventFormat(event.format)
    rules = rule_set(event.rules) if event.rules else None
    sides = sides_of(entries, event.games_id)
    views = unit_views(event.games_id, [(one.unit, one.result) for one in written], sides, rules)
    views.sort(key=lambda view: (phase_of(view.phase) or 0, view.number))
    try:
        tree = tree_of_event(event, entries, written) if written else Tree()
    except DomainError:
        tree = Tree()
    chart = chart_of(tree)
    by_place = {(view.phase, view.group, view.round): view for view in views}
    boxes = [box for box in tree.boxes() if box.phase != GROUP]
    cards = {id(box): _card(box, by_place.get((box.phase, box.group, box.place)), sides) for box in boxes}
    labels = {box.phase: phase_words(box, form) for box in boxes}
    return Board(
        tree=tree,
        chart=chart,
        cards=cards,
        podium=_podium(tree, cards, sides) if chart else [],
        sides=sides,
        views=views,
        phases={view.number: phase_words(view, form) for view in views},
        labels=labels,
    )


def _card(box: Box, view: UnitView | None, sides: dict[str, Side]) -> Card:
    rows = []
    for side in (box.a, box.b):
        known = sides.get(side) if isinstance(side, str) else None
        if known is None:
            rows.append(CardSide("", _("待定") if side is OPEN else _("轮空"), "", "", won=False, known=False))
            continue
        score = ""
        if view is not None and view.a is not None and view.b is not None and view.done:
            score = view.score_a if view.a.id == known.id else view.score_b if view.b.id == known.id else ""
        name, where = fitted(known.name, known.where_from)
        number = "" if known.number is None else str(known.number)
        rows.append(CardSide(number, name, where, score, won=box.winner == known.id, known=True))
    full = [sides[side].name for side in (box.a, box.b) if isinstance(side, str) and side in sides]
    return Card(box, view, tuple(rows), " — ".join(full))


def _podium(tree: Tree, cards: dict[int, Card], sides: dict[str, Side]) -> list[PodiumLine]:
    """Who has each medal, or how it will be known."""
    final = next((box for box in tree.rounds[-1] if box is not None and box.phase == FINAL), None)
    if final is None:
        return []
    card = cards[id(final)]
    lines = [
        _podium_line(1, final.winner, _("决赛胜者"), card, sides),
        _podium_line(2, final.loser, _("决赛负者"), card, sides),
    ]
    if tree.halves:
        for half in tree.halves:
            last = cards[id(half.boxes[-1])] if half.boxes else None
            lines.append(_podium_line(3, half.bronze, _("待定"), last, sides))
    elif tree.third is not None:
        lines.append(_podium_line(3, tree.third.winner, _("待定"), cards[id(tree.third)], sides))
    elif len(tree.rounds) > 1:
        lines += [
            _podium_line(3, box.loser, _("半决赛负者"), cards[id(box)], sides)
            for box in tree.rounds[-2]
            if box is not None and box.loser is not None
        ]
    return [line for line in lines if line is not None]


def _podium_line(medal: int, who: object, words: str, card: Card | None, sides: dict[str, Side]) -> PodiumLine | None:
    if who is None:
        return None
    if isinstance(who, str) and who in sides:
        return PodiumLine(medal, sides[who].name, sides[who].where_from, known=True)
    view = card.view if card else None
    return PodiumLine(medal, words, _("第 %(n)s 场", n=view.number) if view else "", known=False)

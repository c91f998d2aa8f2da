"""The ranking of one weight class (Art. 43), by the system that the number of entries asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.core.errors import DomainError
from app.core.text import N_
from app.games.constants import Few, Irm, Leaving
from app.games.rules.ranking import Figure, Placing, Ranking, ranks_of
from app.games.rules.tree import OPEN, Someone
from app.games.rules.wrestling.book import Book, Meeting
from app.games.rules.wrestling.bracket import Podium, bronze_of, fight, final_of, finalists_of, slots_by_draw
from app.games.rules.wrestling.drawn import slots_by_bouts
from app.games.rules.wrestling.entries import Bout, Entry, Withdrawal, WrestlingRules
from app.games.rules.wrestling.groups import able, by_list, deal, nordic, round_robin


def rank(
    entries: Sequence[Entry], bouts: Sequence[Bout], withdrawn: Sequence[Withdrawal], rules: WrestlingRules
) -> Ranking:
    """Everybody's place, and the bouts that must be fought next.

    Raises DomainError for a bout that contradicts itself or the bracket (`bout_not_in_bracket`), and
    for numbers drawn that are incomplete or come twice (`draw_incomplete`, `draw_twice`).
    """
    _check_draw(entries)
    book = Book(rules, entries, bouts, withdrawn)
    if len(entries) == 1 or (len(entries) <= rules.few_up_to and rules.few is not Few.AWARD):
        return _few(entries, book)
    if len(entries) <= rules.nordic_up_to:
        return _one_group(entries, book)
    if len(entries) <= rules.groups_up_to:
        return two_groups(entries, book)
    return _elimination(entries, book)


def _check_draw(entries: Sequence[Entry]) -> None:
    numbered = {entry.draw is not None for entry in entries if entry.seed is None}
    if len(numbered) > 1:
        raise DomainError("draw_incomplete", N_("有的选手有抽签号，有的没有。"))
    for numbers in ([entry.draw for entry in entries], [entry.seed for entry in entries]):
        given = [number for number in numbers if number is not None]
        if len(given) > len(set(given)):
            raise DomainError("draw_twice", N_("抽签号或种子号重复。"))


def _few(entries: Sequence[Entry], book: Book) -> Ranking:
    """No bout takes place: what happens then is a word of the 规程."""
    book.close()
    if book.rules.few is not Few.AWARD or len(entries) > 1:
        note = {"note": book.rules.few.value}
        return Ranking(tuple(Placing(one.id, None, None, note) for one in _sorted(entries)))
    return _finished([entries], entries, book)


def _one_group(entries: Sequence[Entry], book: Book) -> Ranking:
    meetings = round_robin(entries, book)
    book.close()
    return _finished(nordic([one for one in entries if one.id not in book.out], meetings, book), entries, book)


def two_groups(entries: Sequence[Entry], book: Book) -> Ranking:
    """Groups A and B, A1-B2 and A2-B1, the final, the losers for bronze; the others by the list."""
    orders: list[list[Someone]] = []
    for group in deal(entries):
        meetings = round_robin(group, book)
        if all(meeting.decided for meeting in meetings):
            order = nordic(able(group, meetings, book), meetings, book)
            orders.append([entry.id for block in order for entry in block])
    if len(orders) < 2:
        return _after(entries, book, Podium(OPEN, OPEN, (OPEN,), (OPEN,)))
    first, second = ([*order, None, None][:2] for order in orders)
    semis = [book.meet(first[0], second[1], late=True), book.meet(first[1], second[0], late=True)]
    finalists, risen = finalists_of(semis, book, _rivals(semis, book))
    losers = [None if meeting.loser in risen | book.expelled else meeting.loser for meeting in semis]
    half = bronze_of(book.meet(losers[0], losers[1], late=True), book)
    gold, silver, both = final_of(finalists, book)
    return _after(entries, book, Podium(gold, silver, (half.bronze,), half.fifths, int(half.vacant), both))


def _rivals(semis: Sequence[Meeting], book: Book) -> dict[str, list[str]]:
    """For each finalist whom the one beaten in the semi-final would meet for bronze: the other one beaten.

    When both finalists miss the weight, those two meet in the final.
    """
    if all(isinstance(one.winner, str) and book.reasons.get(one.winner) is Leaving.WEIGH_IN for one in semis):
        return {}
    pairs = ((semis[0].winner, semis[1].loser), (semis[1].winner, semis[0].loser))
    return {winner: [loser] for winner, loser in pairs if isinstance(winner, str) and isinstance(loser, str)}


def _elimination(entries: Sequence[Entry], book: Book) -> Ranking:
    notes = {}
    try:
        ranking = _after(entries, book, fight(slots_by_draw(entries), book))
    except DomainError as refused:
        if refused.code != "bout_not_in_bracket":
            raise
        drawn = all(entry.draw is not None or entry.seed is not None for entry in entries)
        slots = slots_by_bouts(entries, book.bouts, whole=drawn)
        if slots is None:
            raise
        book = Book(book.rules, entries, book.bouts, book.withdrawn)
        ranking = _after(entries, book, fight(slots, book))
        notes = {"bracket": ["bouts"]}
    return replace(ranking, notes=notes)


# --------------------------------------------------------------------------- from a podium to ranks


def _after(entries: Sequence[Entry], book: Book, podium: Podium) -> Ranking:
    book.close()
    if book.due or not podium.decided:
        return _waiting(entries, book, podium)
    of = {entry.id: entry for entry in entries}
    blocks = [[of[one]] for one in (podium.first, podium.second) if isinstance(one, str)]
    blocks += by_list([of[one] for one in podium.both_lost_final], book.records)
    blocks += [[of[one] for one in podium.bronzes if isinstance(one, str)]]
    before_fifths = len(blocks)
    blocks += [[of[one] for one in podium.fifths if isinstance(one, str)]]
    placed = {entry.id for block in blocks for entry in block}
    blocks += by_list([entry for entry in entries if entry.id not in placed], book.records)
    return _finished(blocks, entries, book, vacant=(before_fifths, podium.vacant))


def _finished(
    blocks: Sequence[Sequence[Entry]], entries: Sequence[Entry], book: Book, *, vacant: tuple[int, int] = (0, 0)
) -> Ranking:
    """Ranks by counting who is ahead: when both finalists are struck out, both bronzes become gold.

    `vacant`: before which block how many places stay empty.
    """
    ranked: list[list[Entry | None]] = [[one for one in _sorted(block) if one.id not in book.out] for block in blocks]
    ranked[vacant[0] : vacant[0]] = [[None] * vacant[1]]
    placings = [Placing(one.id, place, None, _figures(one, book)) for one, place in ranks_of(ranked) if one is not None]
    return Ranking((*placings, *_without_rank(entries, book)), tuple(book.due))


def _waiting(entries: Sequence[Entry], book: Book, podium: Podium) -> Ranking:
    """While bouts remain, only the medals that are decided have a rank."""
    known: dict[Someone, int] = {}
    last = 3 + len(podium.bronzes)
    for place, some in ((1, [podium.first]), (2, [podium.second]), (3, podium.bronzes), (last, podium.fifths)):
        known |= {one: place for one in some if isinstance(one, str) and one not in book.out}
    placings = [
        Placing(entry.id, known.get(entry.id), None, _figures(entry, book))
        for entry in sorted(entries, key=lambda entry: (known.get(entry.id, len(entries) + 1), entry.id))
        if entry.id not in book.out
    ]
    return Ranking((*placings, *_without_rank(entries, book)), tuple(book.due))


def _without_rank(entries: Sequence[Entry], book: Book) -> list[Placing]:
    return [
        Placing(entry.id, None, _irm(entry.id, book), _figures(entry, book))
        for entry in _sorted(entries)
        if entry.id in book.out
    ]


def _irm(one: str, book: Book) -> Irm:
    if one in book.disqualified or book.reasons.get(one) in {Leaving.DISQUALIFIED, Leaving.DOPING}:
        return Irm.DSQ
    return Irm.WDR if one in book.fought else Irm.DNS


def _figures(entry: Entry, book: Book) -> dict[str, Figure]:
    record = book.records[entry.id]
    return {
        "wins": record.wins,
        "classification_points": record.points,
        "falls": record.falls,
        "superiority_wins": record.superiorities,
        "scored": record.scored,
        "given": record.given,
    }


def _sorted(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.id)

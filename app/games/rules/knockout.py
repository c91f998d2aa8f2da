"""Single elimination by matches: the bracket as drawn, byes, walk-overs, the match for third, ranks.

Who is out in the same round shares a rank: 1, 2, 3 and 4 by a match or 3, 3 shared, then 5, 5, 5, 5, and so on.
Groups may come first: their first `advance` go to places of a bracket that the number of groups fixes beforehand.
Who is scratched before a first match has no rank (DNS); who is scratched later keeps the round that was reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.core.errors import DomainError
from app.core.text import N_
from app.games.constants import Irm
from app.games.rules.draws import Entrant, draw_bracket
from app.games.rules.league import Game
from app.games.rules.ranking import Figure, Placing, Ranking, ranks_of
from app.games.rules.tree import BRONZE, OPEN, Box, Someone, Tree, phase_name

MOST: Final = 512


class Third(StrEnum):
    """How third place is found."""

    MATCH = "match"
    SHARED = "shared"


@dataclass(frozen=True)
class KnockoutRules:
    """The numbers of one knockout. `groups` = 0: no group stage."""

    name: str
    third: Third = Third.MATCH
    groups: int = 0
    advance: int = 2


@dataclass(frozen=True)
class Played:
    """What a knockout came to: its ranking, and the tree to draw."""

    ranking: Ranking
    tree: Tree


def play(places: Sequence[Someone], matches: Sequence[Game], scratched: Sequence[str], rules: KnockoutRules) -> Played:
    """The bracket whose first round is `places` from top to bottom: a power of two of them, None is a bye, OPEN
    somebody who is not known yet.

    In which order the results were written decides nothing. Raises DomainError `no_bracket`, `entered_twice`,
    `unknown_team`, `game_of_itself`, `forfeit_of_other`, `score_missing`, `score_level`, `met_too_often`,
    `match_not_in_bracket`.
    """
    size = len(places)
    if size < 2 or size & (size - 1) or size > MOST:
        raise DomainError("no_bracket", N_("签表的大小应为 2 的幂。"))
    book = _Book(places, matches, scratched)
    rounds: list[tuple[Box | None, ...]] = []
    row: list[Someone] = list(places)
    first = True
    while len(row) > 1:
        phase = phase_name(len(row) // 2)
        met = [book.meet(phase, i // 2 + 1, row[i], row[i + 1]) for i in range(0, len(row), 2)]
        rounds.append(tuple(None if first and None in {box.a, box.b} else box for box in met))
        row = [box.winner for box in met]
        first = False
    third = _third(rounds, book, rules)
    book.close()
    tree = Tree(rounds=tuple(rounds), third=third)
    return Played(_ranking(tree, book), tree)


def _third(rounds: Sequence[Sequence[Box | None]], book: _Book, rules: KnockoutRules) -> Box | None:
    """The match of those who lost the semi-finals; nobody, when there were none, or fewer than two to lose them."""
    if rules.third is Third.SHARED or len(rounds) < 2 or None in rounds[-2]:
        return None
    a, b = (box.loser for box in rounds[-2] if box is not None)
    return book.meet(BRONZE, 1, a, b)


class _Book:
    """The results as written; each is taken by the box that it belongs to."""

    def __init__(self, places: Sequence[Someone], matches: Sequence[Game], scratched: Sequence[str]) -> None:
        self.entries = [one for one in places if isinstance(one, str)]
        if len(self.entries) > len(set(self.entries)):
            raise DomainError("entered_twice", N_("签表里同一个队出现两次。"))
        self.whole = OPEN not in places
        self.games: dict[frozenset[str], Game] = {}
        for game in matches:
            self._add(game)
        self.played = {one for game in matches if game.played for one in (game.a, game.b)}
        self.waiting = dict(self.games)
        self.to_come = [one for game in self.games.values() for one in (game.a, game.b)]
        self.scratched = set(scratched)

    def _add(self, game: Game) -> None:
        check_match(game, set(self.entries))
        if not game.played:
            return
        pair = frozenset((game.a, game.b))
        if pair in self.games:
            raise DomainError(
                "met_too_often", N_("%(a)s 与 %(b)s 的比赛多于 %(legs)s 场。"), a=game.a, b=game.b, legs=1
            )
        self.games[pair] = game

    def meet(self, phase: str, place: int, a: Someone, b: Someone) -> Box:
        """What came of `a` and `b`: played, a walk-over, or still to come."""
        if a is OPEN or b is OPEN:
            return Box(phase, place, a, b)
        if not isinstance(a, str) or not isinstance(b, str):
            return Box(phase, place, a, b, a if b is None else b, None)
        game = self.waiting.pop(frozenset((a, b)), None)
        if game is not None:
            self.to_come.remove(a)
            self.to_come.remove(b)
            winner = winner_of(game)
            return Box(phase, place, a, b, winner, {a: b, b: a}.get(winner or ""), fought=True)
        gone = {one for one in (a, b) if one in self.scratched and one not in self.to_come}
        if not gone:
            return Box(phase, place, a, b)
        if len(gone) == 2:
            return Box(phase, place, a, b, None, None)
        winner, loser = (b, a) if a in gone else (a, b)
        return Box(phase, place, a, b, winner, loser)

    def close(self) -> None:
        """Refuse what no box took."""
        for game in self.waiting.values():
            raise DomainError(
                "match_not_in_bracket",
                N_("%(where)s：%(a)s 与 %(b)s 这场不在对阵里，或前面还有场次没有填。"),
                where=game.row,
                a=game.a,
                b=game.b,
            )


def check_match(game: Game, known: set[str]) -> None:
    """Refuse a match that contradicts itself: every one that is played has one winner, or both forfeited."""
    where = game.row
    for team in (game.a, game.b):
        if team not in known:
            raise DomainError("unknown_team", N_("%(where)s：名单里没有 %(name)s。"), where=where, name=team)
    if game.a == game.b:
        raise DomainError("game_of_itself", N_("%(where)s：%(name)s 与自己相遇。"), where=where, name=game.a)
    if not (game.forfeit | ({game.default} if game.default else set())) <= {game.a, game.b}:
        raise DomainError("forfeit_of_other", N_("%(where)s：弃权的一方不在这场里。"), where=where)
    if (game.score_a is None) != (game.score_b is None):
        raise DomainError("score_missing", N_("%(where)s：只有一方有比分。"), where=where)
    if game.score_a is not None and game.score_a == game.score_b and not game.forfeit and game.default is None:
        raise DomainError("score_level", N_("%(where)s：淘汰赛要分出胜负，比分却相同。"), where=where)


def winner_of(game: Game) -> str | None:
    """Who goes on; nobody when both forfeited."""
    if len(game.forfeit) == 2:
        return None
    gave = next(iter(game.forfeit), game.default)
    if gave is not None:
        return game.b if gave == game.a else game.a
    return game.a if (game.score_a or 0) > (game.score_b or 0) else game.b


# --------------------------------------------------------------------------- ranks


def _ranking(tree: Tree, book: _Book) -> Ranking:
    """While matches remain, whoever is out has a rank already; the others have none yet."""
    due = tuple((str(box.a), str(box.b)) for box in tree.boxes() if box.due)
    blocks, vacant = _blocks(tree, book)
    out = {one for one in book.entries if one in book.scratched and one not in book.played}
    finished = book.whole and not due and all(box.decided for box in tree.boxes())
    placings: list[Placing] = []
    if finished:
        ranked: list[list[str | None]] = [[one for one in block if one not in out] for block in blocks]
        for place in reversed(vacant):
            ranked.insert(place, [None])
        placings = [Placing(one, rank, None, _figures(one, tree)) for one, rank in ranks_of(ranked) if one]
    else:
        placings = [
            Placing(one, rank, None, _figures(one, tree))
            for block, rank in zip(blocks, _known(tree), strict=True)
            for one in block
            if one not in out
        ]
    placed = {placing.id for placing in placings} | out
    waiting = [Placing(one, None, None, _figures(one, tree)) for one in book.entries if one not in placed]
    gone = [Placing(one, None, Irm.DNS, _figures(one, tree)) for one in book.entries if one in out]
    return Ranking((*placings, *waiting, *gone), due)


def _blocks(tree: Tree, book: _Book) -> tuple[list[list[str]], list[int]]:
    """Who shares a rank, the best first, and before which blocks a place stays empty: both gave that match away."""
    final = _one(tree.rounds[-1])
    blocks: list[list[Someone]] = [[final.winner], [final.loser]]
    vacant: list[int] = []
    if final.decided and final.winner is None:
        blocks[1] = [final.a, final.b]
        vacant = [0]
    for column in tree.rounds[-2::-1]:
        losers: list[Someone] = [one for box in column if box is not None for one in losers_of(box)]
        if column is tree.rounds[-2] and tree.third is not None:
            third = tree.third
            level = third.decided and third.winner is None and None not in {third.a, third.b}
            vacant += [len(blocks)] if level else []
            both: list[Someone] = [third.a, third.b] if level else [third.loser]
            alone = [one for one in losers if one not in {third.a, third.b}]
            blocks += [[third.winner], [*both, *alone]]
        else:
            blocks.append(losers)
    order = {one: n for n, one in enumerate(book.entries)}
    return [sorted({one for one in block if isinstance(one, str)}, key=order.__getitem__) for block in blocks], vacant


def losers_of(box: Box) -> list[str]:
    """Who is out by this box: one, or both when neither went on."""
    if not box.decided:
        return []
    return [one for one in (box.a, box.b) if isinstance(one, str) and one != box.winner]


def _known(tree: Tree) -> list[int]:
    """The rank of each block, counted by the meetings of its round, as long as not all is known."""
    ranks = [1, 2]
    for column in tree.rounds[-2::-1]:
        if column is tree.rounds[-2] and tree.third is not None:
            ranks += [3, 4]
        else:
            ranks.append(len(column) + 1)
    return ranks


def _one(column: Sequence[Box | None]) -> Box:
    (box,) = column
    return box or Box(phase_name(1), 1, None, None, None, None)


def _figures(one: str, tree: Tree) -> dict[str, Figure]:
    mine = [box for box in tree.boxes() if one in {box.a, box.b} and box.decided and box.fought]
    won = sum(box.winner == one for box in mine)
    return {"played": len(mine), "won": won, "lost": len(mine) - won}


# --------------------------------------------------------------------------- groups, then the bracket


@dataclass(frozen=True)
class GroupTable:
    """One group as its league ranks it: who is in it as drawn, the table, who still has to meet."""

    name: str
    members: tuple[str, ...]
    ranking: Ranking
    gone: frozenset[str] = field(default_factory=frozenset)

    @property
    def decided(self) -> bool:
        """Whether every place in it is known."""
        return not self.ranking.due

    def order(self) -> list[str]:
        """Those who stand in the table, the first first. Raises `lots_needed` where some share a place."""
        ranked = [one for one in self.ranking.placings if one.rank is not None]
        ranks = [one.rank for one in ranked]
        if len(ranks) > len(set(ranks)):
            raise DomainError("lots_needed", N_("%(group)s 组有队并列，请先填抽签号。"), group=self.name)
        return [one.id for one in ranked]


def qualifiers(groups: int, advance: int) -> list[tuple[int, int] | None]:
    """The first round by groups and places in them, both from 0: (0, 0) is the first of group A.

    The firsts are seeded in the order of the groups. Those of one group stand in different halves, the first four
    in different quarters, as far as that can be. Nothing in it is chance.
    """
    if groups < 1 or advance < 1 or not 2 <= groups * advance <= MOST:
        raise DomainError("no_groups", N_("组数和每组出线名额不相符。"))
    entrants = [
        Entrant(f"{group} {place}", group + 1 if place == 0 else None, str(group))
        for place in range(advance)
        for group in range(groups)
    ]
    drawn = draw_bracket(entrants, f"groups {groups} {advance}")
    return [None if one is None else _pair(one) for one in drawn.places]


def _pair(text: str) -> tuple[int, int]:
    group, place = text.split()
    return int(group), int(place)


def places_from(tables: Sequence[GroupTable], rules: KnockoutRules) -> list[Someone]:
    """The first round of the bracket. While a group is being played its places are OPEN; a place that no team
    is left for is a bye.
    """
    orders = [table.order()[: rules.advance] if table.decided else None for table in tables]
    places: list[Someone] = []
    for slot in qualifiers(len(tables), rules.advance):
        order = None if slot is None else orders[slot[0]]
        if slot is None:
            places.append(None)
        elif order is None:
            places.append(OPEN)
        else:
            places.append(order[slot[1]] if slot[1] < len(order) else None)
    return places


def after_groups(tables: Sequence[GroupTable], bracket: Played) -> Ranking:
    """The ranking of the whole: the bracket, then those who stayed in their groups, equal places sharing a rank."""
    through = {one.id for one in bracket.ranking.placings}
    due = (*(pair for table in tables for pair in table.ranking.due), *bracket.ranking.due)
    rest: dict[int, list[Placing]] = {}
    out: list[Placing] = []
    for table in tables:
        for one in table.ranking.placings:
            if one.id in through:
                continue
            if one.rank is None:
                out.append(one)
            else:
                rest.setdefault(one.rank, []).append(one)
    ahead = len([one for one in bracket.ranking.placings if one.irm is None])
    placings = list(bracket.ranking.placings)
    ranks: Mapping[str, int] = {one.id: rank + ahead for one, rank in ranks_of([rest[rank] for rank in sorted(rest)])}
    decided = all(table.decided for table in tables)
    for rank in sorted(rest):
        placings += [Placing(one.id, ranks[one.id] if decided else None, None, one.figures) for one in rest[rank]]
    placings.sort(key=lambda one: (one.rank is None, one.irm is not None))  # stable: the ranked first
    return Ranking((*placings, *out), due)

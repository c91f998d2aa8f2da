"""Leagues and groups: everyone meets everyone, points for games, ties by a list of criteria.

FIBA Official Basketball Rules, Articles 20 and 21 (forfeit, default) and Appendix D (classification).
Which points a game gives and what parts a tie are data: other sports are other `LeagueRules`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from app.core.errors import DomainError
from app.core.text import N_
from app.games.constants import Among, Irm, Measure
from app.games.rules.ranking import Figure, Placing, Ranking, blocks_by


@dataclass(frozen=True)
class Criterion:
    """One step that may part teams: a measure over the games among the tied, or over all."""

    measure: Measure
    among: Among


@dataclass(frozen=True)
class LeagueRules:
    """The numbers of one league.

    `order` ranks at any time; `ties` are used when all games are played. `restart`: as soon as a
    criterion parts some teams, those still level begin again at the first (FIBA D.1.4); else they go on down the
    list, and only when it is at its end the games between those who are left are looked at. A loser who
    scored `narrow_loss_at` (two sets of three) brings the points of `narrow`. `nullify_at` forfeits
    wipe out a team's games. `legs` = None takes the number of meetings from the games themselves.
    """

    name: str
    win: Fraction = Fraction(2)
    draw: Fraction | None = None
    loss: Fraction = Fraction(1)
    default_loss: Fraction = Fraction(1)
    forfeit_loss: Fraction = Fraction(0)
    forfeit_score: int = 20
    default_score: int = 2
    nullify_at: int | None = 2
    narrow_loss_at: int | None = None
    narrow: tuple[Fraction, Fraction] = (Fraction(2), Fraction(1))
    order: tuple[Criterion, ...] = (Criterion(Measure.POINTS, Among.ALL),)
    ties: tuple[Criterion, ...] = (
        Criterion(Measure.POINTS, Among.TIED),
        Criterion(Measure.DIFFERENCE, Among.TIED),
        Criterion(Measure.SCORED, Among.TIED),
        Criterion(Measure.DIFFERENCE, Among.ALL),
        Criterion(Measure.SCORED, Among.ALL),
    )
    restart: bool = True
    legs: int | None = None
    keep_results_of_withdrawn: bool = False


@dataclass(frozen=True)
class Team:
    """`draw` is the lot that decides when nothing else does, the lower first."""

    id: str
    draw: int | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class Game:
    """A game, played when it has a score, a forfeit or a default.

    `forfeit`: who did not play (both ids: neither did). `default`: who ran out of players.
    `sets` are the rally points inside the sets, (a, b) each. `row` names it in messages.
    """

    a: str
    b: str
    score_a: int | None = None
    score_b: int | None = None
    forfeit: frozenset[str] = frozenset()
    default: str | None = None
    sets: tuple[tuple[int, int], ...] = ()
    row: str = ""

    @property
    def played(self) -> bool:
        """Whether it counts."""
        return bool(self.forfeit) or self.default is not None or self.score_a is not None


@dataclass(frozen=True)
class _Side:
    """A game as one team saw it."""

    team: str
    other: str
    points: Fraction
    won: int
    lost: int
    scored: int
    conceded: int
    rally: tuple[int, int]


def rank(teams: Sequence[Team], games: Sequence[Game], rules: LeagueRules) -> Ranking:
    """The table of a league. Raises DomainError `unknown_team`, `game_of_itself`, `score_level`, …."""
    known = {team.id for team in teams}
    for game in games:
        _check(game, known, rules)
    forfeits = Counter(team for game in games for team in game.forfeit)
    nullified = {team for team, n in forfeits.items() if rules.nullify_at is not None and n >= rules.nullify_at}
    withdrawn = {team.id for team in teams if team.withdrawn}
    erased = nullified if rules.keep_results_of_withdrawn else nullified | withdrawn
    counting = [game for game in games if game.played and not {game.a, game.b} & erased]
    sides = [side for game in counting for side in _sides(game, rules)]
    standing = [team for team in teams if team.id not in nullified | withdrawn]
    due = _due([team.id for team in standing], games, rules)
    table = _Table(sides, rules)
    placings: list[Placing] = []
    for block in table.blocks(standing, finished=not due):
        more = {"lots_needed": True} if len(block) > 1 and not due else {}
        place = len(placings) + 1
        placings += [Placing(team.id, place, None, table.figures(team.id) | more) for team in block]
    out = sorted(nullified) + sorted(withdrawn - nullified)
    placings += [
        Placing(one, None, Irm.DSQ if one in nullified else Irm.WDR, table.figures(one) | {"forfeits": forfeits[one]})
        for one in out
    ]
    return Ranking(tuple(placings), due)


# --------------------------------------------------------------------------- games


def _check(game: Game, known: set[str], rules: LeagueRules) -> None:
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
    level = game.score_a is not None and game.score_a == game.score_b
    if level and rules.draw is None and not game.forfeit and game.default is None:
        raise DomainError("score_level", N_("%(where)s：这个项目没有平局，比分却相同。"), where=where)


def _sides(game: Game, rules: LeagueRules) -> Iterable[_Side]:
    score_a, score_b = game.score_a or 0, game.score_b or 0
    if len(game.forfeit) == 2:
        loss = rules.forfeit_loss
        return _pair(game, (0, 0), (loss, loss), (0, 0))
    if game.forfeit:
        a_wins = game.a not in game.forfeit
        score = (rules.forfeit_score, 0) if a_wins else (0, rules.forfeit_score)
        return _decided(game, score, rules.win, rules.forfeit_loss, a_wins=a_wins)
    if game.default is not None:
        a_wins = game.default != game.a
        ahead = score_a > score_b if a_wins else score_b > score_a
        score = (rules.default_score, 0) if a_wins else (0, rules.default_score)
        return _decided(game, (score_a, score_b) if ahead else score, rules.win, rules.default_loss, a_wins=a_wins)
    if score_a == score_b:
        half = rules.draw or Fraction(0)
        return _pair(game, (score_a, score_b), (half, half), None)
    narrow = rules.narrow_loss_at is not None and min(score_a, score_b) >= rules.narrow_loss_at
    win, loss = rules.narrow if narrow else (rules.win, rules.loss)
    return _decided(game, (score_a, score_b), win, loss, a_wins=score_a > score_b)


def _decided(game: Game, score: tuple[int, int], win: Fraction, loss: Fraction, *, a_wins: bool) -> Iterable[_Side]:
    return _pair(game, score, (win, loss) if a_wins else (loss, win), (1, 0) if a_wins else (0, 1))


def _pair(
    game: Game, score: tuple[int, int], points: tuple[Fraction, Fraction], wins: tuple[int, int] | None
) -> Iterable[_Side]:
    """Both sides; `wins` = None is a drawn game, (0, 0) one that both lost."""
    counted = not game.forfeit and game.default is None
    rally = (sum(a for a, _ in game.sets), sum(b for _, b in game.sets)) if counted else (0, 0)
    lost = (0, 0) if wins is None else (1 - wins[0], 1 - wins[1])
    won = wins or (0, 0)
    return (
        _Side(game.a, game.b, points[0], won[0], lost[0], score[0], score[1], rally),
        _Side(game.b, game.a, points[1], won[1], lost[1], score[1], score[0], (rally[1], rally[0])),
    )


def _due(standing: Sequence[str], games: Sequence[Game], rules: LeagueRules) -> tuple[tuple[str, str], ...]:
    """The meetings that are missing, in the order of the teams."""
    listed = Counter(frozenset((game.a, game.b)) for game in games)
    played = Counter(frozenset((game.a, game.b)) for game in games if game.played)
    pairs = [(a, b) for a, b in combinations(standing, 2)]
    legs = rules.legs or max([listed[frozenset(pair)] for pair in pairs], default=1) or 1
    due: list[tuple[str, str]] = []
    for pair in pairs:
        missing = legs - played[frozenset(pair)]
        if missing < 0:
            raise DomainError(
                "met_too_often", N_("%(a)s 与 %(b)s 的比赛多于 %(legs)s 场。"), a=pair[0], b=pair[1], legs=legs
            )
        due += [pair] * missing
    return tuple(due)


# --------------------------------------------------------------------------- table


class _Table:
    """The sides of all games, and what a criterion makes of them."""

    def __init__(self, sides: Iterable[_Side], rules: LeagueRules) -> None:
        self.rules = rules
        self.of: dict[str, list[_Side]] = {}
        for side in sides:
            self.of.setdefault(side.team, []).append(side)

    def blocks(self, teams: Sequence[Team], *, finished: bool) -> list[list[Team]]:
        """`teams` parted as far as the rules part them; within a part by id."""
        ordered = sorted(teams, key=lambda team: team.id)
        level = self._part(ordered, ordered, self.rules.order, restart=False)
        if not finished:
            return level
        parted = [
            part for block in level for part in self._part(block, block, self.rules.ties, restart=self.rules.restart)
        ]
        return [part for block in parted for part in _by_lot(block)]

    def _part(
        self, teams: list[Team], scope: list[Team], criteria: tuple[Criterion, ...], *, restart: bool, at: int = 0
    ) -> list[list[Team]]:
        if len(teams) < 2:
            return [teams] if teams else []
        among = {team.id for team in scope}
        for step in range(at, len(criteria)):
            criterion = criteria[step]
            parts = blocks_by(teams, lambda team: self._key(team.id, criterion, among))  # noqa: B023 - used at once
            if len(parts) > 1:
                first = 0 if restart else step + 1
                deeper = (self._part(p, p if restart else scope, criteria, restart=restart, at=first) for p in parts)
                return [block for blocks in deeper for block in blocks]
        if not restart and len(teams) < len(scope):
            return self._part(teams, teams, criteria, restart=restart)  # the games between those who are left
        return [teams]

    def _key(self, team: str, criterion: Criterion, among: set[str]) -> tuple[Fraction, Fraction]:
        """Smaller is better."""
        sides = [side for side in self.of.get(team, []) if criterion.among is Among.ALL or side.other in among]
        scored, conceded = sum(side.scored for side in sides), sum(side.conceded for side in sides)
        match criterion.measure:
            case Measure.POINTS:
                return (-sum((side.points for side in sides), Fraction(0)), Fraction(0))
            case Measure.WINS:
                return (Fraction(-sum(side.won for side in sides)), Fraction(0))
            case Measure.DIFFERENCE:
                return (Fraction(conceded - scored), Fraction(0))
            case Measure.SCORED:
                return (Fraction(-scored), Fraction(0))
            case Measure.RATIO:
                return _ratio(scored, conceded)
            case Measure.RALLY_RATIO:
                return _ratio(sum(side.rally[0] for side in sides), sum(side.rally[1] for side in sides))
            case Measure.RALLY_DIFFERENCE:
                return (Fraction(sum(side.rally[1] - side.rally[0] for side in sides)), Fraction(0))

    def figures(self, team: str) -> dict[str, Figure]:
        """What a printed table shows."""
        sides = self.of.get(team, [])
        won, lost = sum(side.won for side in sides), sum(side.lost for side in sides)
        scored, conceded = sum(side.scored for side in sides), sum(side.conceded for side in sides)
        return {
            "points": sum((side.points for side in sides), Fraction(0)),
            "played": len(sides),
            "won": won,
            "drawn": len(sides) - won - lost,
            "lost": lost,
            "scored": scored,
            "conceded": conceded,
            "difference": scored - conceded,
        }


def _ratio(won: int, lost: int) -> tuple[Fraction, Fraction]:
    """Won to lost, more first: nothing lost is beyond every ratio, nothing at all is 0."""
    if not lost:
        return (Fraction(-1 if won else 0), Fraction(0))
    return (Fraction(0), -Fraction(won, lost))


def _by_lot(block: list[Team]) -> list[list[Team]]:
    """A tie that nothing parted goes by lots, once every team in it has drawn a different one."""
    lots = {team.draw for team in block}
    if len(block) < 2 or None in lots or len(lots) < len(block):
        return [block]
    return [[team] for team in sorted(block, key=lambda team: team.draw or 0)]

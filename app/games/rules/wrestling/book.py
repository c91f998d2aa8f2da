"""The bouts as recorded: each is checked by itself, then taken by the meeting that it belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.core.errors import DomainError
from app.core.text import N_
from app.games.constants import NO_WINNER, Leaving, Victory
from app.games.rules.tree import OPEN, Someone
from app.games.rules.wrestling.entries import GROUP, SEMI, Bout, Entry, Withdrawal, WrestlingRules, phase_of

EXPELLING: Final = frozenset({Victory.VFO, Victory.DSQ, Victory.DSQ2, Victory.VFO2})
"""Who loses so is last, without a rank."""


@dataclass
class Record:
    """What somebody has fought for, by all criteria of the list."""

    wins: int = 0
    points: int = 0
    falls: int = 0
    superiorities: int = 0
    scored: int = 0
    given: int = 0


@dataclass(frozen=True)
class Meeting:
    """Two who should meet, and what came of it. `fought` is false for a walk-over."""

    a: Someone
    b: Someone
    winner: Someone
    loser: Someone
    fought: bool = True

    @property
    def decided(self) -> bool:
        """Whether nothing more is to come."""
        return self.winner is not OPEN


@dataclass
class Book:
    """All records of one weight class. Meetings are asked for in the order of the tournament."""

    rules: WrestlingRules
    entries: Sequence[Entry]
    bouts: Sequence[Bout]
    withdrawn: Sequence[Withdrawal]
    due: list[tuple[str, str]] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.records = {entry.id: Record() for entry in self.entries}
        self.reasons = {one.id: one.reason for one in self.withdrawn}
        self.disqualified: set[str] = set()
        self.expelled: set[str] = set()
        """Who lost the right to go on in a bout that a meeting has taken."""
        self.waiting: dict[frozenset[str], list[Bout]] = {}
        self.to_come = Counter(one for bout in self.bouts for one in (bout.a, bout.b))
        self.fought = {one for bout in self.bouts for one in (bout.a, bout.b)}
        self.out: set[str] = {
            one.id for one in self.withdrawn if one.reason is not Leaving.INJURY or one.id not in self.fought
        }
        """Who stands last without a rank. Who is hurt keeps the rank that the bouts give, if there were any."""
        for bout in sorted(self.bouts, key=lambda bout: phase_of(bout.phase) or 0):  # stable: else as written
            victory = victory_of(bout, self.rules, self.records.keys())
            self.waiting.setdefault(frozenset((bout.a, bout.b)), []).append(bout)
            if victory in {Victory.DSQ, Victory.DSQ2}:
                self.disqualified |= {bout.a, bout.b} - {bout.winner}
            if victory in EXPELLING:
                self.out |= {bout.a, bout.b} - {bout.winner}

    def meet(self, a: Someone, b: Someone, *, late: bool = False, counts: bool = True) -> Meeting:
        """The meeting of `a` and `b`: fought, a walk-over, or due. Each bout is taken once.

        `late`: after the groups, where the same two may meet again. `counts`: whether a walk-over
        brings classification points (in the repechage no bout takes place).
        """
        if a is OPEN or b is OPEN:
            return Meeting(a, b, OPEN, OPEN)
        if not isinstance(a, str) or not isinstance(b, str):
            return Meeting(a, b, a if b is None else b, None, fought=False)
        bout = self._take(frozenset((a, b)), late=late)
        if bout is not None:
            self._count(bout)
            winner = bout.winner
            return Meeting(a, b, winner, None if winner is None else b if winner == a else a)
        gone = {one for one in (a, b) if self.absent(one)}
        if not gone:
            self.due.append((a, b))
            return Meeting(a, b, OPEN, OPEN)
        if len(gone) == 2:
            return Meeting(a, b, None, None, fought=False)
        winner, loser = (b, a) if a in gone else (a, b)
        if counts:
            victory = Victory.VIN if self.reasons.get(loser) is Leaving.INJURY else Victory.VFO
            self.records[winner].wins += 1
            self.records[winner].points += self.rules.points_of(victory)[0]
        return Meeting(a, b, winner, loser, fought=False)

    def absent(self, one: str) -> bool:
        """Whether `one` has left by now: a bout that is still to be taken says that it was later."""
        return (one in self.reasons or one in self.expelled) and not self.to_come[one]

    def has_bout(self, a: Someone, b: Someone) -> bool:
        """Whether a bout of these two waits to be taken."""
        return isinstance(a, str) and isinstance(b, str) and bool(self.waiting.get(frozenset((a, b))))

    def close(self) -> None:
        """Refuse what no meeting took. Raises DomainError `bout_not_in_bracket`."""
        for bout in self.bouts:
            if any(one is bout for one in self.waiting.get(frozenset((bout.a, bout.b)), [])):
                raise DomainError(
                    "bout_not_in_bracket",
                    N_("%(where)s：%(a)s 与 %(b)s 这场不在对阵里，或前面还有场次没有填。"),
                    where=bout.row,
                    a=bout.a,
                    b=bout.b,
                )

    def _take(self, pair: frozenset[str], *, late: bool) -> Bout | None:
        some = self.waiting.get(pair, [])
        for bout in some:
            phase = phase_of(bout.phase)
            if phase is None or (phase != GROUP if late else phase < SEMI or not self._groups):
                some.remove(bout)
                self.to_come.subtract(pair)
                return bout
        return None

    @property
    def _groups(self) -> bool:
        return self.rules.nordic_up_to < len(self.entries) <= self.rules.groups_up_to

    def _count(self, bout: Bout) -> None:
        victory = victory_of(bout, self.rules, self.records.keys())
        won, lost = self.rules.points_of(victory)
        if victory in EXPELLING:
            self.expelled |= {bout.a, bout.b} - {bout.winner}
        for one, scored, given in (
            (bout.a, bout.points_a or 0, bout.points_b or 0),
            (bout.b, bout.points_b or 0, bout.points_a or 0),
        ):
            record = self.records[one]
            record.scored += scored
            record.given += given
            record.points += won if one == bout.winner else lost
            if one == bout.winner:
                record.wins += 1
                record.falls += victory is Victory.VFA
                record.superiorities += victory in {Victory.VSU, Victory.VSU1}


def victory_of(bout: Bout, rules: WrestlingRules, known: Iterable[str]) -> Victory:
    """How the bout was won, made sure of against its technical points.

    Raises DomainError `unknown_wrestler`, `bout_of_itself`, `winner_not_in_bout`, `winner_missing`,
    `winner_behind`, `lead_too_small`, `loser_did_not_score`.
    """
    where = bout.row
    for one in (bout.a, bout.b):
        if one not in known:
            raise DomainError("unknown_wrestler", N_("%(where)s：名单里没有 %(name)s。"), where=where, name=one)
    if bout.a == bout.b:
        raise DomainError("bout_of_itself", N_("%(where)s：%(name)s 与自己相遇。"), where=where, name=bout.a)
    if bout.winner not in {None, bout.a, bout.b}:
        raise DomainError(
            "winner_not_in_bout", N_("%(where)s：胜者 %(name)s 不在这场里。"), where=where, name=bout.winner
        )
    if (bout.winner is None) != (bout.victory in NO_WINNER):
        raise DomainError("winner_missing", N_("%(where)s：胜者与取胜方式不相符。"), where=where)
    if bout.victory in NO_WINNER:
        return bout.victory or Victory.VIN2
    if bout.points_a is None and bout.points_b is None:
        return bout.victory or Victory.VPO
    ahead, behind = bout.points_a or 0, bout.points_b or 0
    if bout.winner == bout.b:
        ahead, behind = behind, ahead
    return _by_points(bout, rules, ahead, behind)


def _by_points(bout: Bout, rules: WrestlingRules, ahead: int, behind: int) -> Victory:
    victory = bout.victory
    if victory not in {None, Victory.VSU, Victory.VSU1, Victory.VPO, Victory.VPO1}:
        return victory or Victory.VPO
    if ahead < behind:
        raise DomainError("winner_behind", N_("%(where)s：胜者的技术分比负者少。"), where=bout.row)
    superior = victory in {Victory.VSU, Victory.VSU1}
    if superior and ahead - behind < rules.lead:
        raise DomainError(
            "lead_too_small", N_("%(where)s：技术优势取胜应领先 %(lead)s 分。"), where=bout.row, lead=rules.lead
        )
    if victory in {Victory.VSU1, Victory.VPO1} and not behind:
        raise DomainError(
            "loser_did_not_score",
            N_("%(where)s：负者没有得分，应为 %(word)s。"),
            where=bout.row,
            word=victory.value[:3],
        )
    if victory is None:
        superior = ahead - behind >= rules.lead
    if superior:
        return Victory.VSU1 if behind else Victory.VSU
    return Victory.VPO1 if behind else Victory.VPO

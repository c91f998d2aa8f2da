"""What a set of facts means: verdicts, check-ins and attendance of one person.

The answer depends on the facts alone, never on the order in which they
arrived: the same scans, registration and revocations give the same verdicts
on any server, in any order (docs/algorithms/checkin.md).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import datetime, timedelta

from app.activities.constants import CheckpointKind, FinishRule
from app.checkins.constants import Verdict

TOLERANCE = timedelta(hours=2)
"""Around a checkpoint's hours: outside it a scan is flagged, kept, ranked behind everything inside."""

OLD_CODE, LET_IN, KEPT, OFF_ROUTE = "old_code", "let_in", "kept", "off_route"
"""Flags of check-ins: let in with a code that had just been revoked; let in after a cancellation that the
phone did not know; checked in before a cancellation; at a checkpoint that is not on the category's way."""
STANDING = frozenset({LET_IN, KEPT})
"""Flags of check-ins that stand though the registration is not confirmed any more."""

Hours = tuple[datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Way:
    """One category's checkpoints in order, with hours and the rule for finishing."""

    checkpoint_ids: tuple[uuid.UUID, ...]
    hours: Mapping[uuid.UUID, Hours]
    finish_rule: FinishRule
    finish_k: int | None
    #: those of `checkpoint_ids` that are no pickups, and those that are finishes: made once
    stations: tuple[uuid.UUID, ...] = field(init=False, default=())
    lines: frozenset[uuid.UUID] = field(init=False, default=frozenset())
    kinds: InitVar[Mapping[uuid.UUID, CheckpointKind]] = field(kw_only=True)

    def __post_init__(self, kinds: Mapping[uuid.UUID, CheckpointKind]) -> None:
        """Split the way by the kinds of its checkpoints."""
        stations = tuple(point for point in self.checkpoint_ids if kinds.get(point) is not CheckpointKind.PICKUP)
        object.__setattr__(self, "stations", stations)
        finish = frozenset(point for point in stations if kinds.get(point) is CheckpointKind.FINISH)
        object.__setattr__(self, "lines", finish)


@dataclass(frozen=True, slots=True)
class Course:
    """An activity as the judgement sees it. `window`: when it takes place at all."""

    kinds: Mapping[uuid.UUID, CheckpointKind]
    ways: Mapping[uuid.UUID, Way]
    window: tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's registration: `left_at` is when it last ceased to be confirmed, if it ever was."""

    category_id: uuid.UUID
    confirmed: bool
    waitlisted: bool = False
    cancelled: bool = False
    left_at: datetime | None = None


@dataclass(slots=True)
class ScanFacts:
    """What judging reads of a scan. `fixed`: decided by the code itself (forged, quarantined, …).

    `bundle`: the list that the phone held, numbered by the second it was made (Unix time).
    """

    id: uuid.UUID
    checkpoint_id: uuid.UUID | None
    effective_at: datetime
    fixed: Verdict | None = None
    revoked_at: datetime | None = None
    shown: str | None = None
    bundle: int | None = None
    undoes: uuid.UUID | None = None
    device_id: uuid.UUID | None = None
    by_office: bool = False


@dataclass(frozen=True, slots=True)
class CheckInFacts:
    """The scan that counts at one checkpoint."""

    scan_id: uuid.UUID
    effective_at: datetime
    inside: bool
    flag: str = ""


@dataclass(frozen=True, slots=True)
class AttendanceFacts:
    """One person at one activity: 1 人次."""

    first_at: datetime
    points: int
    finished_at: datetime | None
    incomplete: bool


@dataclass(slots=True)
class Judgement:
    """Verdict by scan, check-in by checkpoint, attendance or None."""

    verdicts: dict[uuid.UUID, Verdict] = field(default_factory=dict)
    check_ins: dict[uuid.UUID, CheckInFacts] = field(default_factory=dict)
    attendance: AttendanceFacts | None = None


def foreign_undos(scans: Sequence[ScanFacts]) -> set[uuid.UUID]:
    """Undos of what another device read: only the same device or the office takes a scan back."""
    reader = {scan.id: scan.device_id for scan in scans}
    return {
        scan.id
        for scan in scans
        if scan.undoes in reader and not scan.by_office and reader[scan.undoes] != scan.device_id
    }


def undone_ids(scans: Iterable[ScanFacts], void: Collection[uuid.UUID] = ()) -> set[uuid.UUID]:
    """Scans taken back by an undo that is not itself taken back. Cycles count as not undone."""
    by_target: dict[uuid.UUID, list[uuid.UUID]] = {}
    for scan in scans:
        if scan.undoes is not None and scan.fixed is None and scan.id not in void:
            by_target.setdefault(scan.undoes, []).append(scan.id)
    known: dict[uuid.UUID, bool] = {}

    def undone(scan_id: uuid.UUID, path: frozenset[uuid.UUID]) -> bool:
        if scan_id in path:
            return False
        if scan_id not in known:
            known[scan_id] = any(not undone(one, path | {scan_id}) for one in by_target.get(scan_id, ()))
        return known[scan_id]

    return {target for target in by_target if undone(target, frozenset())}


def judge(scans: Sequence[ScanFacts], standing: Standing | None, course: Course) -> Judgement:
    """Judge all scans of one person in one activity (or scans without a person: `standing` None)."""
    result = Judgement()
    undos = any(scan.undoes for scan in scans)
    void = foreign_undos(scans) if undos else frozenset()
    taken_back = undone_ids(scans, void) if undos else frozenset()
    way = course.ways.get(standing.category_id) if standing else None
    best: dict[uuid.UUID, tuple[bool, datetime, uuid.UUID]] = {}
    flags: dict[uuid.UUID, str] = {}
    valid: list[tuple[ScanFacts, bool]] = []
    for scan in scans:
        verdict, flag = (Verdict.INVALID, "") if scan.id in void else _alone(scan, standing, taken_back)
        if verdict is not None or scan.checkpoint_id is None:
            result.verdicts[scan.id] = verdict or Verdict.UNKNOWN
            continue
        inside = is_inside(scan.effective_at, scan.checkpoint_id, way, course)
        flags[scan.id] = flag or ("" if way is None or scan.checkpoint_id in way.hours else OFF_ROUTE)
        valid.append((scan, inside))
        rank = (not inside, scan.effective_at, scan.id)
        held = best.get(scan.checkpoint_id)
        if held is None or rank < held:
            best[scan.checkpoint_id] = rank
    for scan, inside in valid:
        if not inside:
            result.verdicts[scan.id] = Verdict.OUTSIDE_HOURS
        elif scan.checkpoint_id is not None and best[scan.checkpoint_id][2] == scan.id:
            result.verdicts[scan.id] = Verdict.ACCEPTED
        else:
            result.verdicts[scan.id] = Verdict.REPEAT
    result.check_ins = {
        point: CheckInFacts(scan_id, at, not outside, flags[scan_id]) for point, (outside, at, scan_id) in best.items()
    }
    result.attendance = attendance_of(result.check_ins, way, course)
    return result


def _alone(scan: ScanFacts, standing: Standing | None, taken_back: Iterable[uuid.UUID]) -> tuple[Verdict | None, str]:
    """The verdict that a scan has by itself, or (None, flag) when it is valid."""
    if scan.fixed is not None:
        return scan.fixed, ""
    if scan.undoes is not None:
        return (Verdict.UNDONE if scan.id in taken_back else Verdict.UNDO), ""
    if scan.id in taken_back:
        return Verdict.UNDONE, ""
    flag = ""
    if scan.revoked_at is not None and scan.revoked_at <= scan.effective_at:
        if not _let_in(scan, scan.revoked_at):
            return Verdict.REVOKED, ""
        flag = OLD_CODE
    if standing is None:
        return Verdict.NOT_REGISTERED, ""
    if standing.confirmed:
        return None, flag
    if standing.left_at is not None:
        if scan.effective_at < standing.left_at:
            return None, KEPT
        if _let_in(scan, standing.left_at):
            return None, LET_IN
    if standing.waitlisted:
        return Verdict.WAITLISTED, ""
    return (Verdict.CANCELLED if standing.cancelled else Verdict.NOT_REGISTERED), ""


def _let_in(scan: ScanFacts, ended_at: datetime) -> bool:
    """A person let in stays let in: the phone showed green under a list older than the change."""
    return scan.shown == Verdict.ACCEPTED and scan.bundle is not None and scan.bundle < ended_at.timestamp()


def is_inside(at: datetime, checkpoint_id: uuid.UUID, way: Way | None, course: Course) -> bool:
    """Whether `at` lies within the checkpoint's hours ± TOLERANCE; no hours: the activity's own."""
    opens, cutoff = way.hours.get(checkpoint_id, (None, None)) if way else (None, None)
    return (opens or course.window[0]) - TOLERANCE <= at <= (cutoff or course.window[1]) + TOLERANCE


def attendance_of(
    check_ins: Mapping[uuid.UUID, CheckInFacts], way: Way | None, course: Course
) -> AttendanceFacts | None:
    """Attendance by the check-ins that are no pickups; finished by the category's rule, in time."""
    kinds, pickup = course.kinds, CheckpointKind.PICKUP
    counted = {point: one for point, one in check_ins.items() if kinds.get(point) is not pickup}
    if not counted:
        return None
    first = min((not one.inside, one.effective_at) for one in counted.values())[1]
    finished_at = _finished_at(counted, way) if way else None
    incomplete = finished_at is not None and way is not None and any(point not in counted for point in way.stations)
    return AttendanceFacts(first_at=first, points=len(counted), finished_at=finished_at, incomplete=incomplete)


def _finished_at(counted: Mapping[uuid.UUID, CheckInFacts], way: Way) -> datetime | None:
    needed = len(way.stations) if way.finish_rule is FinishRule.ALL else (way.finish_k or 1)
    by_line = way.finish_rule is FinishRule.FINISH_LINE
    if not way.stations or (not by_line and len(counted) < needed):
        return None
    in_time = [
        one.effective_at
        for point in (way.lines if by_line else way.stations)
        if (one := counted.get(point)) is not None and _in_time(one, point, way)
    ]
    if by_line:
        return min(in_time, default=None)
    return sorted(in_time)[needed - 1] if len(in_time) >= needed else None


def _in_time(one: CheckInFacts, point: uuid.UUID, way: Way) -> bool:
    cutoff = way.hours.get(point, (None, None))[1]
    return one.inside and (cutoff is None or one.effective_at <= cutoff)

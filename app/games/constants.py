"""Words of the games: why somebody has no rank, how a bout was won, what a rule set decides by."""

from __future__ import annotations

from enum import StrEnum

from app.core.text import N_


class Irm(StrEnum):
    """Invalid result mark: why there is no rank."""

    DNF = "DNF"
    DNS = "DNS"
    DSQ = "DSQ"
    OTL = "OTL"
    """Over the time limit."""
    WDR = "WDR"
    """Withdrawn."""
    FIN = "FIN"
    """Finished, not timed."""


class Victory(StrEnum):
    """How a bout was won, in UWW's abbreviations."""

    VFA = "VFA"
    VIN = "VIN"
    VCA = "VCA"
    VFO = "VFO"
    DSQ = "DSQ"
    VSU = "VSU"
    VSU1 = "VSU1"
    VPO = "VPO"
    VPO1 = "VPO1"
    DSQ2 = "2DSQ"
    VIN2 = "2VIN"
    VFO2 = "2VFO"


NO_WINNER = frozenset({Victory.DSQ2, Victory.VIN2, Victory.VFO2})
"""Victories that nobody has."""


class Leaving(StrEnum):
    """Why a wrestler takes no further part."""

    INJURY = "injury"
    """Keeps the rank that the bouts so far give."""
    FORFEIT = "forfeit"
    """Did not appear."""
    WEIGH_IN = "weigh_in"
    """Missed the weight at a weigh-in."""
    DISQUALIFIED = "disqualified"
    DOPING = "doping"
    """Found out later: what was fought stands, the others move up."""


class Few(StrEnum):
    """What happens to a weight class without enough entries."""

    AWARD = "award"
    MERGE = "merge"
    CANCEL = "cancel"


class Among(StrEnum):
    """Which games a criterion of a league looks at."""

    TIED = "tied"
    ALL = "all"


class Measure(StrEnum):
    """What a criterion of a league compares, more being better."""

    POINTS = "points"
    WINS = "wins"
    DIFFERENCE = "difference"
    SCORED = "scored"
    RATIO = "ratio"
    RALLY_RATIO = "rally_ratio"
    """The points inside the sets, won to lost."""
    RALLY_DIFFERENCE = "rally_difference"
    """The points inside the sets, won less lost."""


class TieBreak(StrEnum):
    """What parts two equal totals of judges."""

    NEAREST_DROPPED_MEAN = "nearest_dropped_mean"
    HIGHEST_DROPPED_MEAN = "highest_dropped_mean"
    HIGHEST_LOW_DROPPED = "highest_low_dropped"
    COMPONENTS = "components"
    """The components in the order in which the rule set names them."""


class Clock(StrEnum):
    """Which time ranks."""

    GUN = "gun"
    NET = "net"


class GamesStatus(StrEnum):
    """Where an edition stands; the public sees it from `entries` on."""

    DRAFT = "draft"
    ENTRIES = "entries"
    RUNNING = "running"
    FINISHED = "finished"

    @property
    def label(self) -> str:
        """As a msgid."""
        return _GAMES_LABELS[self]


_GAMES_LABELS = {
    GamesStatus.DRAFT: N_("筹备中"),
    GamesStatus.ENTRIES: N_("报项中"),
    GamesStatus.RUNNING: N_("进行中"),
    GamesStatus.FINISHED: N_("已闭幕"),
}


class EventSex(StrEnum):
    """Who may enter, and for mixed teams that both must be there."""

    MEN = "men"
    WOMEN = "women"
    MIXED = "mixed"
    OPEN = "open"

    @property
    def label(self) -> str:
        """As a msgid."""
        return _SEX_LABELS[self]


_SEX_LABELS = {
    EventSex.MEN: N_("男子"),
    EventSex.WOMEN: N_("女子"),
    EventSex.MIXED: N_("混合"),
    EventSex.OPEN: N_("不限"),
}


class EventForm(StrEnum):
    """What one entry is."""

    INDIVIDUAL = "individual"
    PAIR = "pair"
    TEAM = "team"

    @property
    def label(self) -> str:
        """As a msgid."""
        return _FORM_LABELS[self]


_FORM_LABELS = {EventForm.INDIVIDUAL: N_("个人"), EventForm.PAIR: N_("双人"), EventForm.TEAM: N_("集体")}


class AgeBasis(StrEnum):
    """On which day an age is counted: the first day of the games, or the year alone."""

    FIRST_DAY = "first_day"
    YEAR = "year"

    @property
    def label(self) -> str:
        """As a msgid."""
        return _BASIS_LABELS[self]


_BASIS_LABELS = {AgeBasis.FIRST_DAY: N_("开幕当日周岁"), AgeBasis.YEAR: N_("按出生年份")}


class EventFormat(StrEnum):
    """How an event is decided; the rule set's family follows from it."""

    WRESTLING = "wrestling"
    LEAGUE = "league"
    KNOCKOUT = "knockout"
    JUDGED = "judged"
    TIMED = "timed"
    PLACES = "places"
    """Places are typed in or come from elsewhere."""

    @property
    def label(self) -> str:
        """As a msgid."""
        return _FORMAT_LABELS[self]


_FORMAT_LABELS = {
    EventFormat.WRESTLING: N_("摔跤赛制"),
    EventFormat.LEAGUE: N_("循环赛"),
    EventFormat.KNOCKOUT: N_("淘汰赛"),
    EventFormat.JUDGED: N_("裁判打分"),
    EventFormat.TIMED: N_("计时"),
    EventFormat.PLACES: N_("直接填名次"),
}


class EventStatus(StrEnum):
    """Where an event's result stands (ODF result status in brackets)."""

    PLANNED = "planned"
    START_LIST = "start_list"
    """Drawn; the start list is public (START_LIST)."""
    LIVE = "live"
    """Results come in, nothing is published (LIVE)."""
    UNOFFICIAL = "unofficial"
    """Published, marked as not final (UNOFFICIAL)."""
    OFFICIAL = "official"
    """Counts for medals and points (OFFICIAL)."""
    PROTESTED = "protested"
    """Open again by a protest; counts until it is decided (PROTESTED)."""
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """As a msgid."""
        return _EVENT_LABELS[self]


_EVENT_LABELS = {
    EventStatus.PLANNED: N_("未开始"),
    EventStatus.START_LIST: N_("已出签表"),
    EventStatus.LIVE: N_("进行中"),
    EventStatus.UNOFFICIAL: N_("非正式成绩"),
    EventStatus.OFFICIAL: N_("正式成绩"),
    EventStatus.PROTESTED: N_("申诉中"),
    EventStatus.CANCELLED: N_("已取消"),
}
COUNTED = frozenset({EventStatus.OFFICIAL, EventStatus.PROTESTED})
"""Events whose medals and points are in the tables."""
SHOWN = COUNTED | {EventStatus.UNOFFICIAL}
"""Events whose places the public sees."""


class EntryState(StrEnum):
    """What has become of an entry."""

    ENTERED = "entered"
    WITHDRAWN = "withdrawn"
    """By the delegation, before the draw: it is in no start list."""
    SCRATCHED = "scratched"
    """By decision after the draw: opponents walk over."""

    @property
    def label(self) -> str:
        """As a msgid."""
        return _ENTRY_LABELS[self]


_ENTRY_LABELS = {
    EntryState.ENTERED: N_("已报项"),
    EntryState.WITHDRAWN: N_("已撤项"),
    EntryState.SCRATCHED: N_("已退赛"),
}


class DrawKind(StrEnum):
    """What a draw has given."""

    BRACKET = "bracket"
    """Places of a knockout from top to bottom, None for a bye."""
    GROUPS = "groups"
    NUMBERS = "numbers"
    """A number to each: wrestling's lots."""
    ORDER = "order"
    """A running order or lanes."""


class UnitKind(StrEnum):
    """What is played."""

    BOUT = "bout"
    MATCH = "match"
    HEAT = "heat"
    PERFORMANCES = "performances"
    PLACES = "places"
    """The whole event as a list of places."""


class UnitStatus(StrEnum):
    """Of one unit in the schedule."""

    SCHEDULED = "scheduled"
    RUNNING = "running"
    DRAFT = "draft"
    """Written, not confirmed."""
    CONFIRMED = "confirmed"
    """By the head referee."""
    POSTPONED = "postponed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """As a msgid."""
        return _UNIT_LABELS[self]


class SessionStatus(StrEnum):
    """Of a session as a whole; what is in it shares its fate unless it has been played."""

    SCHEDULED = "scheduled"
    POSTPONED = "postponed"
    """Put off, the new time is not known yet."""
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """As a msgid."""
        return {
            SessionStatus.SCHEDULED: N_("按时"),
            SessionStatus.POSTPONED: N_("推迟，时间另行通知"),
            SessionStatus.CANCELLED: N_("取消"),
        }[self]


UNIT_MINUTES = 20
"""How long a unit of unknown length takes its court."""

_UNIT_LABELS = {
    UnitStatus.SCHEDULED: N_("未开始"),
    UnitStatus.RUNNING: N_("进行中"),
    UnitStatus.DRAFT: N_("待确认"),
    UnitStatus.CONFIRMED: N_("已确认"),
    UnitStatus.POSTPONED: N_("推迟"),
    UnitStatus.CANCELLED: N_("取消"),
}


PHASES = {
    "group": N_("小组赛"),
    "qualification": N_("资格赛"),
    "1/2": N_("半决赛"),
    "final": N_("决赛"),
    "repechage": N_("复活赛"),
    "bronze": N_("铜牌赛"),
    "third": N_("三四名决赛"),
    "heat": N_("分组"),
}
"""What a phase is called, where it has a name of its own; the others are 1/4, 1/8, …."""
ROUND_OF = N_("1/%(n)s 决赛")
"""How those others are called."""


class ResultState(StrEnum):
    """Of one version of a result."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"


class ProtestOutcome(StrEnum):
    """How a protest was decided."""

    UPHELD = "upheld"
    REJECTED = "rejected"

    @property
    def label(self) -> str:
        """As a msgid."""
        return _OUTCOME_LABELS[self]


_OUTCOME_LABELS = {ProtestOutcome.UPHELD: N_("申诉成立"), ProtestOutcome.REJECTED: N_("申诉不成立")}


class HonourState(StrEnum):
    """Of an honour."""

    NOMINATED = "nominated"
    APPROVED = "approved"
    REFUSED = "refused"
    PUBLISHED = "published"

    @property
    def label(self) -> str:
        """As a msgid."""
        return _HONOUR_LABELS[self]


_HONOUR_LABELS = {
    HonourState.NOMINATED: N_("已提名"),
    HonourState.APPROVED: N_("已批准"),
    HonourState.REFUSED: N_("未批准"),
    HonourState.PUBLISHED: N_("已公布"),
}

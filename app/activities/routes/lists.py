"""The list of activities, the overview of one, and the steps of its life."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities import queries
from app.activities.constants import ActivityStatus
from app.activities.queries import ListFilter, Station
from app.activities.routes.desk import Link, blueprint, done, season_choices, station_or_404
from app.activities.rules.drafts import Problem
from app.activities.services import life
from app.core.clock import now
from app.core.errors import NotFound
from app.core.ids import parse_uuid
from app.core.permissions import Permission
from app.core.text import N_
from app.web.access import actor, requires, the_caller
from app.web.paging import page_number, pager

WHEN = (("", N_("全部")), ("upcoming", N_("未结束")), ("past", N_("已过")))
SECTION_OF = {"basics": "activities.edit"}
"""Where what is missing is mended; other parts bear the name of their section."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an activity's life as the office takes it, from one of `starts`.

    With a `question` a page of its own asks once more.
    """

    starts: frozenset[ActivityStatus]
    act: Callable[..., None]
    label: str
    told: str
    done: str
    question: str = ""
    #: a page of a higher room that asks and takes the step, since it knows more
    page: str = ""


DRAFT, LIVE = frozenset({ActivityStatus.DRAFT}), frozenset({ActivityStatus.PUBLISHED})
PAUSED, OVER = frozenset({ActivityStatus.PAUSED}), frozenset({ActivityStatus.FINISHED})
CANCELLED = frozenset({ActivityStatus.CANCELLED})

STEPS = {
    "publish": Step(DRAFT, life.publish, N_("发布"), N_("市民能看到，到时间就能报名。"), N_("已发布。")),
    "pause": Step(LIVE, life.pause, N_("暂停报名"), N_("市民还能看到，但不能报名。"), N_("已暂停报名。")),
    "resume": Step(PAUSED, life.publish, N_("恢复报名"), N_("又可以报名。"), N_("已恢复报名。")),
    "reopen": Step(OVER, life.publish, N_("重新打开"), N_("结束得早了，再收签到。"), N_("已重新打开。")),
    "withdraw": Step(
        LIVE,
        life.withdraw,
        N_("收回为草稿"),
        N_("市民看不到了，只在还没人报名时可以。"),
        N_("已收回为草稿。"),
        N_("收回%(name)s？发出去的链接会打不开。"),
    ),
    "finish": Step(
        LIVE | PAUSED,
        life.finish,
        N_("结束活动"),
        N_("不再收报名，到场人数照常看。"),
        N_("活动已结束。"),
        page="checkins_office.closing",
    ),
    "cancel": Step(
        LIVE | PAUSED,
        life.cancel,
        N_("取消活动"),
        N_("活动不办了，报名的人会看到“已取消”。"),
        N_("活动已取消。"),
        N_("取消%(name)s？报名的人会看到“已取消”，不能恢复。"),
    ),
    "archive": Step(
        DRAFT | OVER | CANCELLED,
        life.archive,
        N_("归档"),
        N_("收进档案，市民看不到，内容不再改。"),
        N_("已归档。"),
        N_("归档%(name)s？归档后不能恢复，也不能再改。"),
    ),
}
"""By the word that stands in the address; `rules.states` has the last word."""


@blueprint.get("/office/activities")
@requires(Permission.ACTIVITY_VIEW, anywhere=True)
def office_list() -> str:
    """Activities of the caller's scopes; the filters stand in the address."""
    scopes = the_caller().scopes_with(Permission.ACTIVITY_VIEW)
    asked = request.args
    status = asked.get("status", "")
    filters = ListFilter(
        season_id=parse_uuid(asked.get("season", "")),
        status=ActivityStatus(status) if status in set(ActivityStatus) else None,
        when=asked.get("when", "") if asked.get("when") in {"upcoming", "past"} else "",
        words="".join(sign for sign in asked.get("q", "").strip()[:60] if sign.isprintable()),
    )
    page = queries.office_list(scopes, filters, now=now(), number=page_number())
    return render_template(
        "activities/list.html",
        page=page,
        pager=pager(page.number, page.pages, page.total, lambda n: _address(filters, page=n)),
        filters=filters,
        seasons=queries.seasons(scopes),
        statuses=list(ActivityStatus),
        when=[Link(_(label), _address(filters, when=value), value == filters.when) for value, label in WHEN],
        at=now(),
        filtered=filters != ListFilter(),
        may_make=bool(season_choices()),
    )


def _address(filters: ListFilter, *, when: str | None = None, page: int | None = None) -> str:
    return url_for(
        "activities.office_list",
        season=filters.season_id,
        status=filters.status,
        when=(filters.when if when is None else when) or None,
        q=filters.words or None,
        page=page,
    )


@blueprint.get("/office/activities/<activity_ref>")
@requires(Permission.ACTIVITY_VIEW, of="activity_ref")
def overview(activity_ref: str) -> str:
    """What the station is, what is missing, and the steps that can be taken."""
    found = station_or_404(activity_ref)
    activity, at = found.activity, now()
    draft = activity.status is ActivityStatus.DRAFT
    return render_template(
        "activities/overview.html",
        station=found,
        activity=activity,
        missing=[(one.refusal(), _mend_at(one, activity.code)) for one in found.missing(at)] if draft else [],
        steps={name: step for name, step in STEPS.items() if _fits(name, step, found, at)},
        at=at,
    )


def _fits(name: str, step: Step, found: Station, at: datetime) -> bool:
    """Whether a step is worth offering: what would be refused anyway only asks to be tried."""
    if found.activity.status not in step.starts:
        return False
    if name == "withdraw":
        return not any(one.taken or one.waiting for one in found.categories)
    if name == "finish":
        return at >= found.activity.starts_at
    return name != "publish"  # stands in the head of the page


def _mend_at(problem: Problem, code: str) -> str:
    endpoint = SECTION_OF.get(problem.field, f"activities.{problem.field}")
    return url_for(endpoint, activity_ref=code)


@blueprint.route("/office/activities/<activity_ref>/steps/<name>", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def take_step(activity_ref: str, name: str) -> str | Response:
    """Ask once more (GET), or take the step (POST)."""
    found = station_or_404(activity_ref)
    activity = found.activity
    step = STEPS.get(name)
    if step is None:
        raise NotFound("not_found", N_("没有找到这一页。"))
    if step.page:
        return redirect(url_for(step.page, activity_ref=activity.code))
    if request.method == "GET":
        return render_template("activities/confirm_step.html", station=found, activity=activity, step=step, name=name)
    version = request.form.get("version", type=int)
    done(
        lambda: step.act(activity_id=activity.id, version=-1 if version is None else version, actor=actor()),
        step.done,
    )
    return redirect(url_for("activities.overview", activity_ref=activity.code))

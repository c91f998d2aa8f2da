"""What the worker makes for honours: the certificates of everybody, a stretch at a time."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from flask import current_app

from app.activities.queries import ActivityFacts, activity_by_ref
from app.core import wishes
from app.core.clock import local, now
from app.core.errors import NotFound
from app.core.text import N_
from app.core.transactions import end_read
from app.games.tasks import FONTS, plainly
from app.honours.documents.certificate import BODY, FOOT, Sheet, Wording, body_of, certificates_pdf
from app.honours.queries.certificates import Finisher, counts, every_finisher
from app.honours.queries.milestones import crossed_at, ended
from app.honours.services.certificates import issue_stretch
from app.honours.services.telling import KEY, note_told, tell_crossed
from app.notices.queries import begun
from app.settings.constants import Key
from app.settings.queries import wording
from app.web.texts import seal_line

log = logging.getLogger(__name__)
SETTLED, LOOKED_FOR, CHUNK = timedelta(hours=12), timedelta(days=7), 200
"""[P] How long after its end an activity is looked at for milestones, how long at most, people in one transaction."""


def folder() -> Path:
    """Where wishes and files lie."""
    return Path(current_app.config["INSTANCE_PATH"]) / "certificates"


def fonts() -> Path:
    """The fonts of the set-up."""
    return Path(current_app.root_path).parent / FONTS


def make_certificates() -> int:
    """Make one file that somebody wishes for; returns how many were made. Safe to run in several workers."""
    wishes.forget(folder(), before=now() - wishes.KEPT)
    job = wishes.take(folder())
    if job is None:
        return 0
    try:
        job.finish(_made(job), at=now())
    except Exception:
        log.exception("certificates failed", extra={"activity_id": str(job.owner)})
        job.fail()
        return 0
    return 1


def tell_milestones() -> int:
    """Tell who passed a milestone, half a day after an activity: phones that were offline have sent by then.

    Returns how many people were told of. What is more than a week old is left alone.
    """
    at = now()
    due = ended(at - LOOKED_FOR, at - SETTLED)
    due = [one for one in due if one not in begun(due, KEY)] if due else []
    crossed = crossed_at(due, until=at - SETTLED)
    end_read()
    for first in range(0, len(crossed), CHUNK):
        tell_crossed(crossed=crossed[first : first + CHUNK], at=at)
    if due:
        note_told(activity_ids=due, at=at)
    return len(crossed)


def _made(job: wishes.Job) -> bytes:
    """A ZIP of PDFs of at most 500 pages: printers and viewers take them, and the worker's memory stays flat."""
    activity = activity_by_ref(job.owner)
    if activity is None:
        raise NotFound("activity_not_found", N_("没有找到这次活动。"))
    base, at = str(job.wished().get("base", "")), now()
    total, _issued = counts(activity.id)
    after: str | None = None
    while True:
        _new, after = issue_stretch(activity_id=activity.id, after=after, at=at)
        if after is None:
            break
    target, done = io.BytesIO(), 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as file:
        for part in every_finisher(activity.id):
            end_read()
            sheets = [sheet_of(activity, one, base) for one in part if one.number and one.withdrawn_at is None]
            if sheets:
                file.writestr(f"{activity.code}-{done + 1:05d}.pdf", pdf(activity, sheets))
            done += len(part)
            job.note(wishes.Stage.SETTING, done, max(total, done))
    return target.getvalue()


def sheet_of(activity: ActivityFacts, one: Finisher, base: str) -> Sheet:
    """The page of one who has finished."""
    day = local(activity.starts_at)
    words = plainly(N_("%(year)s年%(month)s月%(day)s日"), year=day.year, month=day.month, day=day.day)
    distance = f"{one.distance_m / 1000:g} km" if one.distance_m else ""
    body = body_of(
        activity=activity.name,
        day=words,
        place=activity.place,
        category=one.category,
        distance=distance,
        say=plainly,
        wording=own_wording(),
    )
    return Sheet(one.number or "", one.name, body, words, f"{base}{one.number}")


def pdf(activity: ActivityFacts, sheets: Sequence[Sheet]) -> bytes:
    """These pages."""
    title = f"{activity.name} {plainly(N_('完赛证书'))}"
    return certificates_pdf(
        sheets,
        title=title,
        office=seal_line(),
        fonts=fonts(),
        printed_at=now(),
        say=plainly,
        wording=own_wording(),
    )


def own_wording() -> Wording:
    """The sentences of this office's certificates."""
    return Wording(wording(Key.CERTIFICATE_BODY, BODY), wording(Key.CERTIFICATE_FOOT, FOOT))

"""What the worker does between requests. Each step is safe to repeat and to run in several workers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from app.accounts.services.codes import forget_codes
from app.activities.models import TallyDelta
from app.activities.services.tally import roll_up
from app.audit.queries import last_links, scopes_with_unsealed
from app.audit.services import seal
from app.audit.witness import note
from app.core import outbox
from app.core.clock import now
from app.core.db import ACROSS, db, fold_log
from app.core.transactions import end_read
from app.games.tasks import make_books
from app.honours.tasks import make_certificates, tell_milestones
from app.notices.constants import KEPT
from app.notices.services.again import wipe_given_up
from app.notices.services.inbox import forget_notices
from app.notices.services.queue import send_texts
from app.privacy.services.retention import run as run_retention
from app.registrations.services.drafts import forget_old_drafts
from app.registrations.services.idempotent import forget_old_keys
from app.registrations.services.teams import forget_old_uploads
from app.registrations.tasks import remind
from app.volunteers.tasks import remind as remind_volunteers
from app.web.journal import forget_journal

log = logging.getLogger(__name__)
DRAIN_LIMIT = 200


def drain_outbox() -> int:
    """Deliver what acts have left for higher rooms."""
    return outbox.drain(limit=DRAIN_LIMIT)


def roll_up_counts() -> int:
    """Move deltas of every activity that has any into its rollups."""
    waiting = list(
        db.session.execute(
            select(TallyDelta.activity_id).distinct(),
            execution_options={ACROSS: "the worker rolls up every activity"},
        ).scalars()
    )
    return sum(roll_up(activity_id=activity_id) for activity_id in waiting)


def seal_audit() -> int:
    """Chain what the trail has grown by, and keep beside the database how far it has come."""
    waiting = scopes_with_unsealed()
    sealed = sum(seal(scope_id=scope_id) for scope_id in waiting)
    note(last_links(waiting))
    return sealed


def cut_the_log() -> int:
    """Keep SQLite's write-ahead log short, whatever long readers let it grow to."""
    end_read()
    return fold_log()


def forget() -> int:
    """Drop what is past its time: one-time codes, answers kept for repeats, drafts, teams' files, notices."""
    at = now()
    gone = forget_codes(before=at - timedelta(days=2)) + forget_old_keys(at=at) + forget_notices(before=at - KEPT)
    gone += wipe_given_up(at=at)
    return gone + forget_old_drafts(at=at) + forget_old_uploads(at=at)


def keep_the_terms() -> int:
    """Wipe what is past its term; see `app/privacy/rules/terms.py`."""
    return sum(run_retention(at=now()).values())


STEPS: tuple[tuple[Callable[[], int], timedelta], ...] = (
    (drain_outbox, timedelta(seconds=1)),
    (roll_up_counts, timedelta(seconds=5)),
    (seal_audit, timedelta(seconds=60)),
    (cut_the_log, timedelta(seconds=30)),
    (remind, timedelta(minutes=5)),
    (remind_volunteers, timedelta(minutes=5)),
    (forget, timedelta(hours=1)),
    (forget_journal, timedelta(hours=1)),
)
"""Each step and how often it runs."""
BESIDE: tuple[tuple[Callable[[], int], timedelta], ...] = ((send_texts, timedelta(seconds=2)),)
"""Steps that wait for somebody else's machine: they run in a thread of their own, so that a slow one
holds up none of the others."""
SLOW: tuple[tuple[Callable[[], int], timedelta], ...] = (
    (make_books, timedelta(seconds=2)),
    (make_certificates, timedelta(seconds=2)),
    (tell_milestones, timedelta(hours=1)),
    (keep_the_terms, timedelta(hours=24)),
)
"""Steps that take many seconds of this machine's own time: in a thread of their own too, or texts with codes
would wait for them.
"""


def run_step(step: Callable[[], int]) -> int:
    """Run a step; its failure is logged and never ends the worker."""
    try:
        return step()
    except Exception:
        log.exception("a worker step failed", extra={"step": step.__name__})
        return 0
    finally:
        end_read()

"""One group: its people, what is decided of them, trials and guardians' consents."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.routes.desk import done, tried
from app.core.clock import now, today
from app.core.permissions import Permission
from app.core.text import N_
from app.squads.constants import MarkOrder, MarkRule, MemberState
from app.squads.forms import DecideForm, MarksForm, TrialForm
from app.squads.queries.squads import came_to, group, members, rehearsals, squad
from app.squads.queries.trials import trials_by_member
from app.squads.routes.frame import GROUP, blueprint, shown_name
from app.squads.rules.selection import OF_AGE
from app.squads.services.selection import decide
from app.squads.services.trials import note_member as note
from app.squads.services.trials import remove_trial, rule_marks, withdraw_consent
from app.web.access import actor, requires


@blueprint.get(GROUP)
@requires(Permission.SQUAD_VIEW)
def show_group(squad_id: uuid.UUID, group_id: uuid.UUID) -> str:
    """The people of a group, and what can be decided of them."""
    return _group_page(squad_id, group_id, None)


@blueprint.post(GROUP)
@requires(Permission.SQUAD_EDIT)
def decide_group(squad_id: uuid.UUID, group_id: uuid.UUID) -> Any:
    """Propose, approve, refuse, let go those ticked."""
    group(squad_id, group_id)
    form = DecideForm(ids=[str(one.member.id) for one in members(squad_id, group_id)])
    if form.validate() and tried(
        lambda: flash(
            _(
                "已改 %(n)s 人。",
                n=decide(
                    squad_id=squad_id,
                    member_ids=form.chosen,
                    to=MemberState(form.to.data),
                    reason=form.reason.data or "",
                    actor=actor(),
                ),
            )
        ),
        form,
    ):
        return redirect(url_for("squads.show_group", squad_id=squad_id, group_id=group_id))
    return _group_page(squad_id, group_id, form), 422


@blueprint.post(f"{GROUP}/<uuid:member_id>")
@requires(Permission.SQUAD_EDIT)
def note_member(squad_id: uuid.UUID, group_id: uuid.UUID, member_id: uuid.UUID) -> Response:
    """Write down a trial's mark, a guardian's consent, or both, of one of them."""
    form = TrialForm(prefix=f"m{member_id.hex}")
    if form.validate():
        done(
            lambda: note(
                squad_id=squad_id,
                member_id=member_id,
                on=form.on.data,
                mark=form.mark.data or "",
                guardian=form.guardian.data or "",
                actor=actor(),
            ),
            N_("已记下。"),
        )
    else:
        flash(_("日期没有填好，请再填一次。"), "error")
    return redirect(url_for("squads.show_group", squad_id=squad_id, group_id=group_id))


@blueprint.post(f"{GROUP}/<uuid:member_id>/consent/withdraw")
@requires(Permission.SQUAD_EDIT)
def withdraw_member_consent(squad_id: uuid.UUID, group_id: uuid.UUID, member_id: uuid.UUID) -> Response:
    """A guardian takes the consent back."""
    done(
        lambda: withdraw_consent(squad_id=squad_id, member_id=member_id, actor=actor()),
        N_("已撤回监护人同意。"),
    )
    return redirect(url_for("squads.show_group", squad_id=squad_id, group_id=group_id))


@blueprint.post(f"{GROUP}/<uuid:member_id>/trials/<uuid:trial_id>/remove")
@requires(Permission.SQUAD_EDIT)
def remove_member_trial(
    squad_id: uuid.UUID, group_id: uuid.UUID, member_id: uuid.UUID, trial_id: uuid.UUID
) -> Response:
    """Take back a trial that was written down wrongly."""
    done(
        lambda: remove_trial(squad_id=squad_id, member_id=member_id, trial_id=trial_id, actor=actor()),
        N_("已删除这次成绩。"),
    )
    return redirect(url_for("squads.show_group", squad_id=squad_id, group_id=group_id))


@blueprint.post(f"{GROUP}/marks")
@requires(Permission.SQUAD_EDIT)
def rule_group_marks(squad_id: uuid.UUID, group_id: uuid.UUID) -> Any:
    """Say which mark is the better one and which of several counts."""
    group(squad_id, group_id)
    form = MarksForm(prefix="marks")
    if form.validate():
        better, counts = MarkOrder(form.better.data), MarkRule(form.counts.data)
        done(
            lambda: rule_marks(squad_id=squad_id, group_id=group_id, better=better, counts=counts, actor=actor()),
            N_("已保存。"),
        )
        return redirect(url_for("squads.show_group", squad_id=squad_id, group_id=group_id))
    return _group_page(squad_id, group_id, None, marks=form), 422


def _group_page(
    squad_id: uuid.UUID, group_id: uuid.UUID, form: DecideForm | None, *, marks: MarksForm | None = None
) -> str:
    found, people = group(squad_id, group_id), members(squad_id, group_id)
    return render_template(
        "squads/group.html",
        squad=squad(squad_id),
        group=found,
        people=[
            (one, TrialForm(formdata=None, prefix=f"m{one.member.id.hex}", data={"on": today()})) for one in people
        ],
        came=came_to(squad_id),
        trials=trials_by_member(squad_id, group_id),
        marks=marks or MarksForm(formdata=None, prefix="marks", obj=found),
        planned=len(rehearsals(squad_id)),
        form=form or DecideForm(formdata=None, ids=[str(one.member.id) for one in people]),
        of_age=OF_AGE,
        at=now(),
        shown=shown_name,
    )

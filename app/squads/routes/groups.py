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
from app.squads.constants import MemberState
from app.squads.forms import DecideForm, TrialForm
from app.squads.queries.squads import came_to, group, members, rehearsals, squad
from app.squads.routes.frame import GROUP, blueprint, shown_name
from app.squads.rules.selection import OF_AGE
from app.squads.services.selection import decide, note_consent, note_trial, withdraw_consent
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
    """Write down a trial's mark, or a guardian's consent, of one of them."""
    form = TrialForm(prefix=f"m{member_id.hex}")
    facts: dict[str, Any] = {"squad_id": squad_id, "member_id": member_id, "actor": actor()}

    def note() -> None:
        if form.guardian.data:
            note_consent(guardian=form.guardian.data, on=form.on.data, **facts)
        if form.mark.data:
            note_trial(mark=form.mark.data, on=form.on.data, **facts)

    if form.validate():
        done(note, N_("已记下。"))
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


def _group_page(squad_id: uuid.UUID, group_id: uuid.UUID, form: DecideForm | None) -> str:
    people = members(squad_id, group_id)
    return render_template(
        "squads/group.html",
        squad=squad(squad_id),
        group=group(squad_id, group_id),
        people=[
            (one, TrialForm(formdata=None, prefix=f"m{one.member.id.hex}", data={"on": today()})) for one in people
        ],
        came=came_to(squad_id),
        planned=len(rehearsals(squad_id)),
        form=form or DecideForm(formdata=None, ids=[str(one.member.id) for one in people]),
        of_age=OF_AGE,
        at=now(),
        shown=shown_name,
    )

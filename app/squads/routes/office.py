"""The office's pages of squads and troupes."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app.activities.queries.refs import activity_id_of
from app.activities.routes.desk import tried
from app.core.errors import DomainError
from app.core.permissions import Permission
from app.core.text import mask_name
from app.squads.constants import SquadKind
from app.squads.forms import GroupForm, RehearsalForm, SheetForm, SquadForm
from app.squads.queries.squads import groups_of, line_of, rehearsals, result_count, results, squad, squads
from app.squads.routes.frame import AREA, ONE, blueprint
from app.squads.services.squads import add_group, link_rehearsal, save_squad
from app.web.access import actor, requires
from app.web.paging import page_number, pager, pages_of

RESULTS_PAGE = 50


@blueprint.get(AREA)
@requires(Permission.SQUAD_VIEW)
def office_list() -> str:
    """Every squad and troupe."""
    return render_template("squads/list.html", squads=squads(), form=SquadForm(formdata=None))


@blueprint.post(AREA)
@requires(Permission.SQUAD_EDIT)
def create_squad() -> Any:
    """Make one."""
    form = SquadForm()
    made: list[uuid.UUID] = []
    if form.validate() and tried(lambda: made.append(_save(None, form)), form):
        return redirect(url_for("squads.show", squad_id=made[0]))
    return render_template("squads/list.html", squads=squads(), form=form), 422


def _save(squad_id: uuid.UUID | None, form: SquadForm) -> uuid.UUID:
    return save_squad(
        squad_id=squad_id,
        kind=SquadKind(form.kind.data),
        name=form.name.data or "",
        event=form.event.data or "",
        year=form.year.data,
        award=form.award.data or "",
        version=form.seen_version if squad_id is not None else None,
        actor=actor(),
    )


@blueprint.get(ONE)
@requires(Permission.SQUAD_VIEW)
def show(squad_id: uuid.UUID) -> str:
    """One squad: its groups, sheets, medals, rehearsals."""
    return squad_page(squad_id)


@blueprint.post(ONE)
@requires(Permission.SQUAD_EDIT)
def change_squad(squad_id: uuid.UUID) -> Any:
    """Change its facts."""
    squad(squad_id)
    form = SquadForm(prefix="facts")
    if form.validate() and tried(lambda: _save(squad_id, form), form):
        flash(_("已保存。"))
        return redirect(url_for("squads.show", squad_id=squad_id))
    return squad_page(squad_id, facts=form), 422


@blueprint.post(f"{ONE}/groups")
@requires(Permission.SQUAD_EDIT)
def create_group(squad_id: uuid.UUID) -> Any:
    """Add a 大项 or a section."""
    squad(squad_id)
    form = GroupForm(prefix="group")
    if form.validate() and tried(
        lambda: add_group(squad_id=squad_id, name=form.name.data or "", quota=form.quota.data, actor=actor()), form
    ):
        return redirect(url_for("squads.show", squad_id=squad_id))
    return squad_page(squad_id, group_form=form), 422


@blueprint.post(f"{ONE}/rehearsals")
@requires(Permission.SQUAD_EDIT)
def rehearse(squad_id: uuid.UUID) -> Any:
    """Let an activity be a rehearsal and register everybody; again: whoever has joined since."""
    squad(squad_id)
    form = RehearsalForm(prefix="rehearsal")

    def link() -> None:
        new = link_rehearsal(squad_id=squad_id, activity_id=activity_id_of(form.activity.data or ""), actor=actor())
        flash(_("已登记 %(n)s 人。", n=new))

    def known() -> None:
        try:
            link()
        except DomainError as error:
            if error.code == "activity_not_found":
                raise DomainError(error.code, error.message, field="activity") from error
            raise

    if form.validate() and tried(known, form):
        return redirect(url_for("squads.show", squad_id=squad_id))
    return squad_page(squad_id, rehearsal=form), 422


def squad_page(squad_id: uuid.UUID, **forms: Any) -> str:
    """The page of a squad, with forms that were refused in the place of empty ones."""
    line, total = line_of(squad_id), result_count(squad_id)
    pages = pages_of(total, RESULTS_PAGE)
    number = min(page_number(), pages)
    facts = forms.get("facts") or SquadForm(formdata=None, prefix="facts", obj=line.squad)
    if not facts.version.data or facts.conflicts:
        facts.use_version(line.squad.version)
    return render_template(
        "squads/squad.html",
        line=line,
        squad=line.squad,
        groups=groups_of(squad_id),
        results=results(squad_id, part=((number - 1) * RESULTS_PAGE, RESULTS_PAGE)),
        pager=pager(number, pages, total, lambda n: url_for("squads.show", squad_id=squad_id, page=n) + "#results"),
        rehearsals=rehearsals(squad_id),
        facts=facts,
        group_form=forms.get("group_form") or GroupForm(formdata=None, prefix="group"),
        people_form=forms.get("people_form") or SheetForm(formdata=None, prefix="people"),
        results_form=forms.get("results_form") or SheetForm(formdata=None, prefix="results"),
        rehearsal=forms.get("rehearsal") or RehearsalForm(formdata=None, prefix="rehearsal"),
        mask=mask_name,
    )

"""The office's pages of squads and troupes."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.queries.refs import activity_id_of
from app.activities.routes.desk import done, tried
from app.core.clock import now, today
from app.core.errors import DomainError
from app.core.permissions import Permission
from app.core.spreadsheets import read_table
from app.core.text import N_, mask_name
from app.people.constants import Sex
from app.people.models import Person
from app.people.queries.organisations import units
from app.registrations.rules.team_file import MAX_ROWS, CellError
from app.squads.constants import MemberState, SquadKind
from app.squads.documents import entry_list, sheet_template
from app.squads.forms import DecideForm, GroupForm, RehearsalForm, SheetForm, SquadForm, TrialForm
from app.squads.queries.people import persons_of
from app.squads.queries.squads import (
    MemberLine,
    came_to,
    group,
    groups_of,
    line_of,
    members,
    rehearsals,
    results,
    squad,
    squads,
)
from app.squads.rules.selection import OF_AGE
from app.squads.rules.sheet import PEOPLE, RESULTS, read_people, read_results
from app.squads.services.export import note_export
from app.squads.services.selection import Taken, add_people, add_results, decide, note_consent, note_trial
from app.squads.services.squads import add_group, link_rehearsal, save_squad
from app.web.access import actor, requires
from app.web.texts import fill, say

blueprint = Blueprint("squads", __name__, template_folder="templates")
AREA = "/office/squads"
ONE = f"{AREA}/<uuid:squad_id>"
GROUP = f"{ONE}/groups/<uuid:group_id>"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    return _page(squad_id)


@blueprint.post(ONE)
@requires(Permission.SQUAD_EDIT)
def change_squad(squad_id: uuid.UUID) -> Any:
    """Change its facts."""
    squad(squad_id)
    form = SquadForm(prefix="facts")
    if form.validate() and tried(lambda: _save(squad_id, form), form):
        flash(_("已保存。"))
        return redirect(url_for("squads.show", squad_id=squad_id))
    return _page(squad_id, facts=form), 422


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
    return _page(squad_id, group_form=form), 422


@blueprint.post(f"{ONE}/people")
@requires(Permission.SQUAD_EDIT)
def upload_people(squad_id: uuid.UUID) -> Any:
    """Take a sheet of candidates or members; what cannot be read is listed row by row."""
    form = SheetForm(prefix="people")
    names = [line.group.name for line in groups_of(squad_id)]
    organisations = {one.name: one.id for one in units()}
    wrong: list[tuple[int, str]] = []

    def take() -> None:
        with closing(form.file.data) as file:
            rows = read_people(read_table(file.read(), max_rows=MAX_ROWS), names, today())
        wrong.extend((row.number, _words(row.errors)) for row in rows if row.errors)
        _tell(add_people(squad_id=squad_id, rows=rows, organisations=organisations, actor=actor()), wrong)

    return _sheet(squad_id, form, take, wrong, people_form=form)


@blueprint.post(f"{ONE}/results")
@requires(Permission.SQUAD_EDIT)
def upload_results(squad_id: uuid.UUID) -> Any:
    """Take a sheet of places; the same row again is no second medal."""
    form = SheetForm(prefix="results")
    names = [line.group.name for line in groups_of(squad_id)]
    wrong: list[tuple[int, str]] = []

    def take() -> None:
        with closing(form.file.data) as file:
            rows = read_results(read_table(file.read(), max_rows=MAX_ROWS), names)
        wrong.extend((row.number, _words(row.errors)) for row in rows if row.errors)
        _tell(add_results(squad_id=squad_id, rows=rows, actor=actor()), wrong)

    return _sheet(squad_id, form, take, wrong, results_form=form)


def _sheet(
    squad_id: uuid.UUID, form: SheetForm, take: Callable[[], None], wrong: list[tuple[int, str]], **forms: Any
) -> Any:
    def beside_the_file() -> None:
        try:
            take()
        except DomainError as error:  # whatever is wrong with a sheet stands beside it
            error.field = "file"
            raise

    if form.validate() and tried(beside_the_file, form):
        if not wrong:
            return redirect(url_for("squads.show", squad_id=squad_id))
        return _page(squad_id, wrong=wrong)
    return _page(squad_id, **forms), 422


def _words(errors: Sequence[CellError]) -> str:
    joined: str = _("；")
    return joined.join(f"{one.column} {fill(one.message, one.params)}" for one in errors)


def _tell(taken: Taken, wrong: list[tuple[int, str]]) -> None:
    wrong.extend((number, say(error)) for number, error in taken.refused)
    flash(
        _("新增 %(new)s 行，原有 %(there)s 行，%(wrong)s 行要改。", new=taken.new, there=taken.there, wrong=len(wrong))
    )


@blueprint.get(f"{AREA}/<any(people, results):sheet>.xlsx")
@requires(Permission.SQUAD_VIEW)
def template(sheet: str) -> Response:
    """The sheet to fill in."""
    title, columns = (_("名单"), PEOPLE) if sheet == "people" else (_("成绩"), RESULTS)
    return _file(sheet_template(title, columns), f"{title}.xlsx")


@blueprint.get(f"{ONE}/entry-list.xlsx")
@requires(Permission.PERSON_UNMASK)
def entry_file(squad_id: uuid.UUID) -> Response:
    """The entry list for the organiser, with whole names and documents: each export is in the trail."""
    found = squad(squad_id)
    lines = members(squad_id, chosen=True)
    persons = persons_of([line.member.person_id for line in lines])
    rows = [_entry(line.group, persons[line.member.person_id], line.organisation, line) for line in lines]
    note_export(squad_id=squad_id, rows=len(rows), actor=actor())
    return _file(entry_list(found.name, rows, say=say), f"{found.name}.xlsx")


def _entry(part: str, person: Person, organisation: str, line: Any) -> list[str]:
    return [
        part,
        person.name,
        say(Sex(person.sex).label) if person.sex else "",
        person.birth_date.isoformat() if person.birth_date else "",
        person.document_number or "",
        organisation,
        line.member.mark,
        say(line.state.label),
    ]


def _file(content: bytes, name: str) -> Response:
    answer = send_file(io.BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


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
    return _page(squad_id, rehearsal=form), 422


def _page(squad_id: uuid.UUID, **forms: Any) -> str:
    line = line_of(squad_id)
    facts = forms.get("facts") or SquadForm(formdata=None, prefix="facts", obj=line.squad)
    if not facts.version.data or facts.conflicts:
        facts.use_version(line.squad.version)
    return render_template(
        "squads/squad.html",
        line=line,
        squad=line.squad,
        groups=groups_of(squad_id),
        results=results(squad_id),
        rehearsals=rehearsals(squad_id),
        facts=facts,
        group_form=forms.get("group_form") or GroupForm(formdata=None, prefix="group"),
        people_form=forms.get("people_form") or SheetForm(formdata=None, prefix="people"),
        results_form=forms.get("results_form") or SheetForm(formdata=None, prefix="results"),
        rehearsal=forms.get("rehearsal") or RehearsalForm(formdata=None, prefix="rehearsal"),
        wrong=forms.get("wrong") or [],
        mask=mask_name,
    )


# --------------------------------------------------------------------------- one group


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
        shown=_shown,
    )


def _shown(line: MemberLine) -> str:
    """A minor by the surname only, as on every list."""
    return mask_name(line.name) if line.is_minor(today()) else line.name

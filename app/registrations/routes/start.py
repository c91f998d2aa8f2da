"""Page one of signing up: who, which group."""

from __future__ import annotations

import uuid
from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.accounts.queries import account
from app.activities.constants import AskField
from app.activities.queries import Station
from app.core.clock import now, today
from app.core.errors import DomainError
from app.core.permissions import Permission
from app.core.text import N_
from app.people.constants import DocumentType, Relation
from app.people.forms import sentences, unit_choices
from app.people.queries.family import Relative, relatives
from app.people.queries.notices import notice_version
from app.people.queries.organisations import towns, units
from app.people.rules.ages import age_on, check_age_limits, office_day
from app.people.rules.intake import PersonInput, read_person
from app.registrations.constants import ACTIVE_STATES
from app.registrations.forms.citizen import StartForm
from app.registrations.queries.drafts import draft_of
from app.registrations.queries.mine import MyRegistration, my_registrations
from app.registrations.routes.desk import (
    STASH,
    blueprint,
    category_cards,
    category_label,
    open_station,
    stash_typed,
    stashed,
)
from app.registrations.rules.drafts import DraftBody, Typed, check_number_of_people
from app.registrations.services.drafts import save_draft
from app.web.access import caller, requires, the_account


@blueprint.before_request
def _keep_across_login() -> Response | None:
    """A form sent after the session has ended: to the login, and what was typed comes back after it."""
    if request.endpoint != "registrations.start" or request.method != "POST" or caller() is not None:
        return None
    ref = str((request.view_args or {}).get("activity_ref"))
    back = url_for("registrations.start", activity_ref=ref)
    flash(_("离开太久了，请重新登录，已填的都留着。"), "warning")
    return stash_typed(redirect(url_for("accounts.login", next=back)), ref)


@blueprint.route("/activities/<activity_ref>/register", methods=["GET", "POST"])
@requires(Permission.OWN)
def start(activity_ref: str) -> Response | tuple[str, int]:
    """Choose from the family, or type; one group; the two agreements."""
    found = open_station(activity_ref)
    page = _Page(found)
    if not found.standing(now()).takes_entries:
        return _shut(found, page), 200
    if request.method == "GET":
        response = Response(page.show(), 200, content_type="text/html; charset=utf-8")
        if request.cookies.get(STASH):
            response.delete_cookie(STASH, path=f"/activities/{activity_ref}/register")
        return response
    return page.take()


def _shut(found: Station, page: _Page) -> str:
    return render_template(
        "registrations/shut.html",
        station=found,
        activity=found.activity,
        standing=found.standing(now()),
        registered=page.registered,
    )


class _Page:
    """One visit: the form, the draft, the people who can be tapped."""

    def __init__(self, found: Station) -> None:
        self.station = found
        self.account_id = the_account()
        self.activity_id = found.activity.id
        self.version = notice_version()
        self.draft = draft_of(self.account_id, self.activity_id, at=now()) or DraftBody()
        rows = my_registrations(self.account_id, [self.activity_id])
        self.registered: list[tuple[Relative, MyRegistration]] = []
        self.people: list[Relative] = []
        for one in relatives(self.account_id):
            row = next((r for r in rows if r.person_id == one.id and r.state in ACTIVE_STATES), None)
            if row is not None:
                self.registered.append((one, row))
            elif one.proven:
                self.people.append(one)
        kept = stashed() if request.method == "GET" else {}
        sent = MultiDict([(name, value) for name, values in kept.items() for value in values])
        self.form = StartForm(sent) if sent else StartForm()
        self.restored = bool(sent)
        self._offer()

    def _offer(self) -> None:
        form = self.form
        form.people.choices = [SelectChoice(str(one.id), one.name) for one in self.people]
        form.category.choices = [SelectChoice(str(one.id), category_label(one)) for one in self.station.categories]
        form.show_places(towns())
        if not self.people and not self.draft.typed:
            form.relation.label.text = _("给谁报名")
        if AskField.ORGANISATION in self.station.activity.asks:
            form.organisation.choices = unit_choices(units())

    # ------------------------------------------------------------------ showing

    def show(self) -> str:
        """The form as it was left."""
        if not self.restored:
            self._fill()
        return self.render()

    def _fill(self) -> None:
        form, draft = self.form, self.draft
        form.category.data = draft.category or self._usual_category()
        form.people.data = list(draft.chosen)
        form.consent_notice.data = draft.notice is not None and draft.notice == self.version
        form.consent_document.data = draft.document_consent
        form.typing.data = draft.open is not None or "more" in request.args
        if draft.open is not None:
            form.fill(draft.open)
            self.restored = True
        elif not self.people and not draft.typed and not self.registered:
            mine = account(self.account_id)
            form.fill(Typed(phone=(mine.phone or "").removeprefix("+86") if mine else ""))
        else:
            form.fill(Typed(relation=Relation.PARENT.value))

    def _usual_category(self) -> str:
        cards = category_cards(self.station)
        return next((key for key, card in cards.items() if not card.get("disabled")), "")

    def render(self) -> str:
        """The page."""
        return render_template(
            "registrations/start.html",
            form=self.form,
            station=self.station,
            activity=self.station.activity,
            cards=category_cards(self.station),
            people=self.people,
            typed=self.draft.typed,
            registered=self.registered,
            asks_unit=AskField.ORGANISATION in self.station.activity.asks,
            restored=self.restored,
            fresh="more" in request.args,
        )

    # ------------------------------------------------------------------ taking

    def take(self) -> Response | tuple[str, int]:
        """Read the form; on to page two, or back with what has to be changed."""
        form = self.form
        dropped = request.form.get("drop", type=int)
        if dropped is not None:
            typed = [one for place, one in enumerate(self.draft.typed) if place != dropped]
            self._keep(replace(self.draft, typed=tuple(typed), ready=False))
            return redirect(url_for("registrations.start", activity_ref=self.station.activity.code))
        offered = {str(one.id) for one in self.people}
        self.draft = replace(
            self.draft,
            category=form.category.data or "",
            chosen=tuple(one for one in form.people.data or () if one in offered),
            notice=self.version if form.consent_notice.data else None,
            document_consent=bool(form.consent_document.data),
            ready=False,
        )
        typed_now, more = form.typed(), request.form.get("act") == "more"
        valid = form.validate()
        errors = self._problems(typed_now, more=more)
        if errors or not valid:
            form.put(sentences(errors))
            self._keep(replace(self.draft, open=None if typed_now.is_empty else typed_now))
            return self.render(), 422
        if not typed_now.is_empty:
            self.draft = replace(self.draft, typed=(*self.draft.typed, typed_now), open=None)
        self._keep(replace(self.draft, open=None, ready=not more))
        if more:
            flash(_("已加上%(name)s，再填一位。", name=typed_now.name))
            return redirect(url_for("registrations.start", activity_ref=self.station.activity.code, more=1))
        return redirect(url_for("registrations.confirm", activity_ref=self.station.activity.code))

    def _keep(self, body: DraftBody) -> None:
        save_draft(account_id=self.account_id, activity_id=self.activity_id, body=body)

    def _problems(self, typed: Typed, *, more: bool) -> list[DomainError]:
        errors: list[DomainError] = []
        person: PersonInput | None = None
        alone = not self.draft.chosen and not self.draft.typed
        if not typed.is_empty or alone or more:
            person, errors = read_person(typed.raw(), today())
        if not any(str(one.id) == self.draft.category for one in self.station.categories):
            errors.append(DomainError("category_unknown", N_("请选择一个组别。"), field="category"))
        if self.version is not None and self.draft.notice is None:
            errors.append(DomainError("consent_notice", N_("请先阅读并同意隐私告知。"), field="consent_notice"))
        if not self.draft.document_consent and self._names_a_document(typed):
            message = N_("请勾选同意使用证件号，或选择没有证件。")
            errors.append(DomainError("consent_document", message, field="consent_document"))
        if not errors:
            errors += self._crowd_and_age(person, 0 if typed.is_empty else 1)
        return errors

    def _names_a_document(self, typed: Typed) -> bool:
        none = DocumentType.NONE.value
        chosen = set(self.draft.chosen)
        return (
            (not typed.is_empty and typed.document_type != none)
            or any(one.document_type != none for one in self.draft.typed)
            or any(str(one.id) in chosen and one.document_type is not DocumentType.NONE for one in self.people)
        )

    def _crowd_and_age(self, person: PersonInput | None, more: int) -> list[DomainError]:
        """With one person alone the group is checked here already: the answer is one tap away."""
        try:
            check_number_of_people(self.draft.people + more)
            if person is not None and person.birth_date is not None and self.draft.people == 0:
                category = next(one for one in self.station.categories if str(one.id) == self.draft.category)
                age = age_on(person.birth_date, office_day(self.station.activity.starts_at))
                check_age_limits(age, category=category.name, minimum=category.min_age, maximum=category.max_age)
        except DomainError as error:
            return [error]
        return []


@blueprint.post("/activities/<activity_ref>/register/draft")
@requires(Permission.OWN)
def keep(activity_ref: str) -> Response:
    """What the page sends by itself while somebody types."""
    found = open_station(activity_ref)
    account_id: uuid.UUID = the_account()
    kept = draft_of(account_id, found.activity.id, at=now()) or DraftBody()
    if request.args.get("page") == "2":
        body = replace(kept, more={k: v for k, v in request.form.items() if k != "csrf_token"})
    else:
        form = StartForm()
        typed = form.typed()
        body = replace(
            kept,
            category=form.category.data or "",
            chosen=tuple(form.people.data or ()),
            notice=notice_version() if form.consent_notice.data else None,
            document_consent=bool(form.consent_document.data),
            open=None if typed.is_empty else typed,
        )
    save_draft(account_id=account_id, activity_id=found.activity.id, body=body)
    return Response(status=204, mimetype="text/plain")

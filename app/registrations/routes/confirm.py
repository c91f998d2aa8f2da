"""Page two of signing up: guardians, what the activity asks, its rules; and what came of it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.accounts.rules.phones import parse_phone
from app.activities.constants import AskField
from app.activities.queries import Station
from app.core.clock import now, today
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_uuid
from app.core.permissions import Permission
from app.core.text import mask_document, mask_phone
from app.core.transactions import end_read
from app.people.constants import GuardianNeed, Relation
from app.people.queries.family import inputs_of
from app.people.rules.ages import age_on, check_guardian, guardian_need, office_day
from app.people.rules.intake import PersonInput
from app.people.rules.names import clean_name
from app.registrations.forms.citizen import ConfirmForm, confirm_form
from app.registrations.queries.drafts import draft_of
from app.registrations.queries.mine import positions
from app.registrations.routes.desk import Told, blueprint, category_label, keep_told, open_station, told
from app.registrations.rules.admission import Consents, Entry
from app.registrations.rules.drafts import Candidate, DraftBody, candidates, with_guardian
from app.registrations.services.drafts import save_draft, send_draft
from app.registrations.services.register import Outcome
from app.web.access import actor, requires, the_account
from app.web.errors import note_refusal
from app.web.texts import say

PAGE_ONE = {"name", "document_number", "document_type", "birth_date", "consent_notice", "consent_document"}
"""What a refusal on page two can only be mended on page one."""


@blueprint.route("/activities/<activity_ref>/register/confirm", methods=["GET", "POST"])
@requires(Permission.OWN)
def confirm(activity_ref: str) -> Response | tuple[str, int]:
    """Look once more, answer what is asked, send."""
    found = open_station(activity_ref)
    draft = draft_of(the_account(), found.activity.id, at=now())
    first = redirect(url_for("registrations.start", activity_ref=found.activity.code))
    if draft is None or not draft.ready or not found.standing(now()).takes_entries:
        return first
    page = _Confirm(found, draft)
    if len(page.people) != draft.people:  # somebody was taken off the list meanwhile
        return first
    return page.take() if request.method == "POST" else (page.render(), 200)


def _guardian_problems(need: GuardianNeed, person: PersonInput, *, consent: bool) -> list[DomainError]:
    """Whatever is missing of a guardian, both at once."""
    has_contact = bool(person.guardian_name and person.guardian_phone)
    found = []
    for contact, agreed in ((has_contact, True), (True, consent)):
        try:
            check_guardian(need, has_contact=contact, has_consent=bool(agreed))
        except DomainError as error:
            found.append(error)
    return found


class _Confirm:
    """One visit to page two."""

    def __init__(self, found: Station, draft: DraftBody) -> None:
        self.station, self.draft = found, draft
        self.account_id = the_account()
        chosen = [parse_uuid(one) for one in draft.chosen]
        listed = inputs_of(self.account_id, [one for one in chosen if one is not None])
        self.people = candidates(draft, listed, today())
        self.form: ConfirmForm = confirm_form(len(self.people))
        labels = [SelectChoice(str(one.id), category_label(one)) for one in found.categories]
        for place, one in enumerate(self.people):
            part = self.form.part(place)
            part.category.choices = labels
            if request.method == "GET":
                self._fill(place, one)

    def _fill(self, place: int, one: Candidate) -> None:
        """What was typed before; else what is known."""
        part, more = self.form.part(place), self.draft.more
        part.category.data = more.get(f"p{place}-category") or self.draft.category
        adult = next((p for p in self.people if p.relation == Relation.SELF.value), None)
        guess = adult.person if adult is not None and adult is not one else None
        known = {
            "guardian_name": one.person.guardian_name or (guess.name if guess else ""),
            "guardian_phone": one.person.guardian_phone or (guess.phone if guess else "") or "",
            "guardian_relation": one.person.guardian_relation or Relation.PARENT.value,
            "shirt": "",
            "health": "",
        }
        for name, usual in known.items():
            part[name].data = more.get(f"p{place}-{name}", usual).removeprefix("+86")
        for name in ("emergency_name", "emergency_phone"):
            self.form[name].data = more.get(name, "")

    def need(self, one: Candidate) -> GuardianNeed:
        """What this person's age asks of a guardian."""
        if one.person.birth_date is None:
            return GuardianNeed.NONE
        activity = self.station.activity
        age = age_on(one.person.birth_date, office_day(activity.starts_at))
        return guardian_need(age, contact_to_18=activity.guardian_to_18)

    def render(self, link: str | None = None) -> str:
        """The page."""
        shown = [
            {
                "name": one.person.name,
                "document": mask_document(one.person.document_number or ""),
                "phone": mask_phone(one.person.phone) if one.person.phone else "",
                "need": self.need(one),
                "part": self.form.part(place),
            }
            for place, one in enumerate(self.people)
        ]
        return render_template(
            "registrations/confirm.html",
            form=self.form,
            people=shown,
            station=self.station,
            activity=self.station.activity,
            category=self.station.category(parse_uuid(self.draft.category) or uuid.UUID(int=0)),
            asks={ask.value for ask in self.station.activity.asks},
            known_link=link,
        )

    # ------------------------------------------------------------------ sending

    def take(self) -> Response | tuple[str, int]:
        """Register everybody, or say what has to be changed."""
        entries = self._entries() if self.form.validate() else None
        if entries is None:
            self._keep()
            return self.render(), 422
        try:
            outcomes = send_draft(
                account_id=self.account_id,
                activity_id=self.station.activity.id,
                entries=entries,
                actor=actor(),
            )
        except DomainError as error:
            end_read()
            note_refusal(error)
            if isinstance(error, NotFound):
                raise
            self._keep()
            return self._refused(error)
        self._tell(entries, outcomes)
        return redirect(url_for("registrations.done", activity_ref=self.station.activity.code))

    def _keep(self) -> None:
        more = {name: value for name, value in request.form.items() if name != "csrf_token"}
        body = DraftBody.from_json(self.draft.to_json())
        body.more.clear()
        body.more.update(more)
        save_draft(account_id=self.account_id, activity_id=self.station.activity.id, body=body)

    def _entries(self) -> list[Entry] | None:
        """What is sent, or None after putting every problem beside its field."""
        answers, wrong = self._emergency()
        wrong = self._terms_missing() or wrong
        entries = []
        activity, terms = self.station.activity, self.station.terms
        for place, one in enumerate(self.people):
            part = self.form.part(place)
            person, needed = one.person, self.need(one) is not GuardianNeed.NONE
            if needed:
                person, errors = with_guardian(
                    person,
                    part.guardian_name.data or "",
                    part.guardian_phone.data or "",
                    part.guardian_relation.data or "",
                )
                errors = errors or _guardian_problems(self.need(one), person, consent=part.guardian_consent.data)
                for error in errors:
                    part[error.field or "guardian_name"].errors = [say(error)]
                    wrong = True
            own = dict(answers)
            if AskField.SHIRT in activity.asks and part.shirt.data:
                own["shirt"] = part.shirt.data
            if AskField.HEALTH in activity.asks and (part.health.data or "").strip():
                own["health"] = part.health.data.strip()
            chosen = parse_uuid(part.category.data) if len(self.people) > 1 else parse_uuid(self.draft.category)
            entries.append(
                Entry(
                    person=person,
                    category_id=chosen or uuid.UUID(int=0),
                    consents=Consents(
                        notice=self.draft.notice,
                        document_number=self.draft.document_consent,
                        health=bool(part.consent_health.data),
                        guardian=needed and bool(part.guardian_consent.data),
                        terms=terms.version if terms and self.form.consent_terms.data else None,
                    ),
                    answers=own,
                    relation=one.relation or Relation.OTHER.value,
                )
            )
        return None if wrong else entries

    def _terms_missing(self) -> bool:
        if self.station.terms is None or self.form.consent_terms.data:
            return False
        self.form.consent_terms.errors = [_("请先阅读并同意参加须知。")]
        return True

    def _emergency(self) -> tuple[dict[str, str], bool]:
        if AskField.EMERGENCY not in self.station.activity.asks:
            return {}, False
        found, wrong = {}, False
        readers: dict[str, Any] = {"emergency_name": clean_name, "emergency_phone": parse_phone}
        for name, read in readers.items():
            field = self.form[name]
            if not (field.data or "").strip():
                field.errors, wrong = [_("请填紧急联系人的姓名和手机。")], True
                continue
            try:
                found[name] = read(field.data, field=name)
            except DomainError as error:
                field.errors, wrong = [say(error)], True
        return found, wrong

    def _refused(self, error: DomainError) -> Response | tuple[str, int]:
        place = error.params.get("index")
        place = place if isinstance(place, int) and place < len(self.people) else 0
        field = error.field or ""
        if error.code != "already_registered" and field in PAGE_ONE:
            return self._back_to_page_one(error, place)
        part = self.form.part(place)
        if field in self.form._fields:
            self.form[field].errors = [say(error)]
        elif field in part._fields and (field != "category" or len(self.people) > 1):
            part[field].errors = [say(error)]
        else:
            self.form.form_errors.append(say(error))
        link = None
        if error.code == "already_registered" and error.params.get("registration_id"):
            link = url_for("portal.registration", registration_id=error.params["registration_id"])
        return self.render(link), error.status

    def _back_to_page_one(self, error: DomainError, place: int) -> Response:
        """Open the person again whom the refusal is about, with the sentence on top."""
        typed, at = list(self.draft.typed), self.people[place].typed
        opened = typed.pop(at) if at is not None else None
        body = DraftBody(
            category=self.draft.category,
            chosen=self.draft.chosen,
            typed=tuple(typed),
            open=opened,
            notice=self.draft.notice,
            document_consent=self.draft.document_consent,
        )
        save_draft(account_id=self.account_id, activity_id=self.station.activity.id, body=body)
        flash(say(error), "error")
        return redirect(url_for("registrations.start", activity_ref=self.station.activity.code))

    def _tell(self, entries: list[Entry], outcomes: list[Outcome]) -> None:
        places = positions(self.station.activity.id, [one.registration_id for one in outcomes if one.registration_id])
        rows = []
        for entry, outcome in zip(entries, outcomes, strict=True):
            category = self.station.category(entry.category_id)
            rows.append(
                Told(
                    name=entry.person.name,
                    category=category_label(category) if category else "",
                    state=outcome.state.value if outcome.state else "",
                    position=places.get(outcome.registration_id) if outcome.registration_id else None,
                )
            )
        keep_told(self.station.activity.id, rows)


@blueprint.get("/activities/<activity_ref>/register/done")
@requires(Permission.OWN)
def done(activity_ref: str) -> Response | str:
    """What came of it: the same page for whoever was known before and whoever was not."""
    found = open_station(activity_ref)
    rows = told(found.activity.id)
    if not rows:
        return redirect(url_for("portal.station", activity_ref=found.activity.code))
    return render_template("registrations/done.html", rows=rows, station=found, activity=found.activity)

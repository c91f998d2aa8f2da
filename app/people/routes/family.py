"""My family: the people whom an account looks after. Anybody else's are not found."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.rules.phones import parse_phone
from app.core.clock import now, today
from app.core.errors import DomainError
from app.core.ids import parse_uuid
from app.core.permissions import Permission
from app.core.transactions import end_read
from app.people.constants import Relation
from app.people.forms import ContactForm, ProofForm, RelativeForm, place_choices, sentences, unit_choices
from app.people.queries.family import Relative, may_claim, other_keepers, relative, relatives
from app.people.queries.notices import notice_version
from app.people.queries.organisations import towns, units
from app.people.rules.intake import RawPerson, read_person
from app.people.services.family import add_person, not_on_list, prove_by_code, send_proof
from app.people.services.persons import change_contact, dismiss_keeper, unlink
from app.web.access import actor, requires, the_account
from app.web.errors import note_refusal
from app.web.texts import say

blueprint = Blueprint("people", __name__, template_folder="../templates")


def _mine(person_id: uuid.UUID, *, proven: bool = False) -> Relative:
    """One person of this account's list; the same refusal for everybody else."""
    found = relative(the_account(), person_id)
    if found is None or (proven and not found.proven):
        raise not_on_list()
    return found


def _refused(error: DomainError) -> dict[str, str]:
    end_read()
    note_refusal(error)
    return sentences([error])


@blueprint.get("/my/family")
@requires(Permission.OWN)
def family() -> str:
    """Everybody on the list, masked while nothing is proven."""
    return render_template("people/family.html", people=relatives(the_account()), may_claim=may_claim(the_account()))


@blueprint.route("/my/family/add", methods=["GET", "POST"])
@requires(Permission.OWN)
def add() -> Response | tuple[str, int]:
    """Put somebody on the list."""
    form, status = RelativeForm(), 200
    form.show_places(towns())
    version = notice_version()
    if request.method == "GET" and any(one.relation is Relation.SELF for one in relatives(the_account())):
        form.relation.data = Relation.PARENT.value
    if form.validate_on_submit():
        person, errors = read_person(
            RawPerson(
                name=form.name.data or "",
                document_type=form.document_type.data or "",
                document_number=form.document_number.data or None,
                sex=form.sex.data or None,
                birth_date=form.birth_date.data or None,
                phone=form.phone.data or None,
                town_id=parse_uuid(form.town.data),
            ),
            today(),
        )
        if person is not None:
            try:
                person_id = add_person(
                    account_id=the_account(),
                    person=person,
                    relation=form.chosen_relation(),
                    notice=version if form.consent_notice.data else None,
                    document_consent=bool(form.consent_document.data),
                    guardian_consent=bool(form.guardian_consent.data),
                    actor=actor(),
                )
                flash(_("已登记。"))
                return redirect(url_for("people.person", person_id=person_id))
            except DomainError as error:
                form.put(_refused(error))
                status = error.status
        else:
            form.put(sentences(errors))
            status = 422
    elif form.errors:
        status = 422
    return render_template("people/add.html", form=form), status


@blueprint.get("/my/family/<uuid:person_id>")
@requires(Permission.OWN)
def person(person_id: uuid.UUID) -> str:
    """One person: what is known (masked), and what can be done."""
    return render_template("people/person.html", one=_mine(person_id), others=other_keepers(the_account(), person_id))


@blueprint.route("/my/family/<uuid:person_id>/contact", methods=["GET", "POST"])
@requires(Permission.OWN)
def contact(person_id: uuid.UUID) -> Response | tuple[str, int]:
    """Correct phone, 镇街 and unit of somebody proven."""
    one = _mine(person_id, proven=True)
    form, status = ContactForm(), 200
    form.town.choices, form.organisation.choices = place_choices(towns()), unit_choices(units())
    if request.method == "GET":
        form.town.data = str(one.town_id or "")
        form.organisation.data = str(one.organisation_id or "")
    if form.validate_on_submit():
        try:
            change_contact(
                person_id=person_id,
                phone=parse_phone(form.phone.data) if form.phone.data else None,
                town_id=parse_uuid(form.town.data),
                organisation_id=parse_uuid(form.organisation.data),
                actor=actor(),
            )
            flash(_("已保存"))
            return redirect(url_for("people.person", person_id=person_id))
        except DomainError as error:
            for name, sentence in _refused(error).items():
                form._fields[name or "phone"].errors = [sentence]
        status = 422
    elif form.errors:
        status = 422
    return render_template("people/contact.html", form=form, one=one), status


@blueprint.route("/my/family/<uuid:person_id>/prove", methods=["GET", "POST"])
@requires(Permission.OWN)
def prove(person_id: uuid.UUID) -> Response | tuple[str, int]:
    """Step one: a code to the phone that this person left with us."""
    one = _mine(person_id)
    if one.proven:
        return redirect(url_for("people.person", person_id=person_id))
    reveal, sent, status = None, False, 200
    if request.method == "POST":
        try:
            answer = send_proof(
                account_id=the_account(),
                person_id=person_id,
                address=request.remote_addr or "",
                actor=actor(),
                at=now(),
            )
            if answer.proven:
                flash(_("已验证：登记的就是您登录用的手机。"))
                return redirect(url_for("people.person", person_id=person_id))
            sent, reveal = True, answer.reveal
        except DomainError as error:
            end_read()
            note_refusal(error)
            flash(say(error), "warning")
            status = error.status
    return render_template("people/prove.html", one=one, form=ProofForm(None), sent=sent, reveal=reveal), status


@blueprint.post("/my/family/<uuid:person_id>/prove/code")
@requires(Permission.OWN)
def prove_code(person_id: uuid.UUID) -> Response | tuple[str, int]:
    """Step two: the code."""
    one = _mine(person_id)
    form = ProofForm()
    if form.validate_on_submit():
        try:
            prove_by_code(
                account_id=the_account(),
                person_id=person_id,
                code=form.code.data or "",
                actor=actor(),
                at=now(),
            )
            flash(_("已验证，可以看到码和报名了。"))
            return redirect(url_for("people.person", person_id=person_id))
        except DomainError as error:
            form.code.errors = [*form.code.errors, *_refused(error).values()]
    return render_template("people/prove.html", one=one, form=form, sent=True, reveal=None), 422


@blueprint.route("/my/family/<uuid:person_id>/remove", methods=["GET", "POST"])
@requires(Permission.OWN)
def remove(person_id: uuid.UUID) -> Response | str:
    """Take somebody off the list: asks once, then does it."""
    one = _mine(person_id)
    if request.method == "POST":
        unlink(account_id=the_account(), person_id=person_id, actor=actor())
        flash(_("已从名单移除，报名都还在。"))
        return redirect(url_for("people.family"))
    return render_template("people/remove.html", one=one)


@blueprint.route("/my/family/<uuid:person_id>/keepers/<uuid:keeper_id>/remove", methods=["GET", "POST"])
@requires(Permission.OWN)
def dismiss(person_id: uuid.UUID, keeper_id: uuid.UUID) -> Response | str:
    """Oneself grown up: another account ceases to look after me. Asks once, then does it."""
    one = _mine(person_id, proven=True)
    keeper = next((other for other in other_keepers(the_account(), person_id) if other.account_id == keeper_id), None)
    if keeper is None:
        raise not_on_list()
    if request.method == "POST":
        dismiss_keeper(account_id=the_account(), person_id=person_id, keeper_id=keeper_id, actor=actor())
        flash(_("%(name)s看不到您的码和报名了。", name=keeper.name))
        return redirect(url_for("people.person", person_id=person_id))
    return render_template("people/dismiss.html", one=one, keeper=keeper)

"""Who an account looks after: added, proven by a code to that person's own phone, taken off the list."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts.constants import CodePurpose
from app.accounts.models import Account
from app.accounts.services import check_code, request_login_code, use_code
from app.audit.services import Actor, record
from app.core.clock import local, now
from app.core.crypto import sha256
from app.core.db import db
from app.core.errors import DomainError, NotFound
from app.core.text import N_
from app.core.transactions import act, end_read
from app.people.constants import ConsentKind, DocumentType, ProofLevel, Relation
from app.people.models import AccountPerson, Person, PrivacyNotice
from app.people.rules.ages import CHILD_UNTIL, age_on, check_child
from app.people.rules.intake import PersonInput
from app.people.services.consents import Agreement, agree
from app.people.services.guessing import check_guesses
from app.people.services.persons import ensure_persons, link, prove_link


@dataclass(frozen=True, slots=True)
class Sent:
    """What asking for a code came to. `proven`: the phone is the one that the account signs in with.

    `reveal`: the code itself, where texts reach nobody (demo and tests). Without a phone nothing is
    sent and the answer looks the same.
    """

    proven: bool
    reveal: str | None = None


def not_on_list() -> NotFound:
    """The one answer for a person that is not there, or not on this account's list."""
    return NotFound("person_not_found", N_("没有找到这位家人。"))


@act
def add_person(
    *,
    account_id: uuid.UUID,
    person: PersonInput,
    relation: Relation,
    notice: int | None,
    document_consent: bool,
    guardian_consent: bool = False,
    actor: Actor,
    at: datetime | None = None,
) -> uuid.UUID:
    """Put somebody on an account's list, found or made; returns the id.

    Of somebody known already nothing is shown until the link is proven. Raises DomainError
    `consent_notice`, `consent_document`, `person_mismatch`, `birth_date_required`, for a child under 14
    `guardian_relation`, `guardian_consent_missing`; TooMany `too_many_mismatches`.
    """
    at = at or now()
    check_guesses(account_id, at=at)
    newest = db.session.execute(
        select(PrivacyNotice).order_by(PrivacyNotice.version.desc()).limit(1)
    ).scalar_one_or_none()
    if newest is not None and notice != newest.version:
        raise DomainError("consent_notice", N_("请先阅读并同意隐私告知。"), field="consent_notice")
    has_number = person.document_type is not DocumentType.NONE
    if has_number and not document_consent:
        raise DomainError("consent_document", N_("请勾选同意使用证件号，或选择没有证件。"), field="consent_document")
    child = False
    if person.birth_date is not None:
        age = age_on(person.birth_date, local(at).date())
        check_child(age, relation, has_consent=guardian_consent)
        child = age < CHILD_UNTIL
    found = ensure_persons([person], at=at)[0]
    if found.person_id is None:
        raise found.error or not_on_list()
    proof = ProofLevel.CREATED if found.created else ProofLevel.TYPED
    link(account_id=account_id, person_id=found.person_id, relation=relation, proof=proof, at=at)
    given = [Agreement(ConsentKind.DOCUMENT_NUMBER, 0, sha256(""))] if has_number else []
    if child:
        given.append(Agreement(ConsentKind.GUARDIAN, 0, sha256("")))
    if newest is not None:
        given.append(Agreement(ConsentKind.PRIVACY, newest.version, newest.sha256, newest.id))
    agree([(found.person_id, one) for one in given], given_by=account_id, at=at)
    record(actor, "person.linked", subject_kind="person", subject_id=found.person_id, relation=relation.value)
    return found.person_id


def _phone_of(account_id: uuid.UUID, person_id: uuid.UUID) -> tuple[str | None, bool]:
    """The phone behind a link, and whether it is the account's own."""
    row = db.session.execute(
        select(Person.phone, Person.phone_index, Account.phone_index.label("own"))
        .join(AccountPerson, AccountPerson.person_id == Person.id)
        .join(Account, Account.id == AccountPerson.account_id)
        .where(AccountPerson.account_id == account_id, AccountPerson.person_id == person_id)
    ).one_or_none()
    if row is None:
        raise not_on_list()
    return row.phone, row.phone_index is not None and row.phone_index == row.own


def send_proof(*, account_id: uuid.UUID, person_id: uuid.UUID, address: str, actor: Actor, at: datetime) -> Sent:
    """Send a code to the phone that this person left. Raises NotFound, TooMany."""
    phone, own = _phone_of(account_id, person_id)
    end_read()
    if own:  # signing in with that phone was the proof
        prove_link(account_id=account_id, person_id=person_id, proof=ProofLevel.PHONE_CODE, actor=actor)
        return Sent(proven=True)
    if phone is None:
        return Sent(proven=False)
    sent = request_login_code(phone=phone, address=address, purpose=CodePurpose.PROOF, at=at, actor=actor)
    return Sent(proven=False, reveal=sent.reveal)


def prove_by_code(*, account_id: uuid.UUID, person_id: uuid.UUID, code: str, actor: Actor, at: datetime) -> None:
    """Accept the code. Raises NotFound, and what `check_code` raises (without a phone `code_expired`)."""
    phone, _own = _phone_of(account_id, person_id)
    end_read()
    if phone is None:
        raise DomainError("code_expired", N_("验证码已过期，请重新获取。"), field="code")
    code_id = check_code(phone=phone, code=code, purpose=CodePurpose.PROOF, at=at, actor=actor)
    _prove(account_id=account_id, person_id=person_id, code_id=code_id, actor=actor, at=at)


@act
def _prove(*, account_id: uuid.UUID, person_id: uuid.UUID, code_id: uuid.UUID, actor: Actor, at: datetime) -> None:
    use_code(code_id=code_id, at=at)
    prove_link(account_id=account_id, person_id=person_id, proof=ProofLevel.PHONE_CODE, actor=actor)

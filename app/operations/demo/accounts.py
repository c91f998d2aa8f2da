"""People who can sign in to the demo: staff of each kind with made-up passwords, and one family."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from app.accounts.constants import CodePurpose
from app.accounts.services.codes import request_login_code, sign_in_with_code
from app.accounts.services.staff import create_staff
from app.activities.queries.plans import checkin_plan
from app.activities.queries.refs import activity_id_of
from app.audit.services import SYSTEM
from app.checkins.services.devices import issue_device
from app.core.clock import now
from app.core.permissions import Role
from app.operations.demo.crowd import Walker
from app.operations.demo.family import CITIZEN_PHONE, RELATIONS
from app.operations.demo.games_open import games_accounts
from app.people.queries.family import relatives
from app.people.queries.notices import notice_version
from app.people.services.family import send_proof
from app.registrations.constants import Source
from app.registrations.rules.admission import Consents, Entry
from app.registrations.services.facts import load_facts
from app.registrations.services.register import register_many

STAFF = (
    ("limin", "李敏", Role.EVENT_MANAGER, "events, registrations, attendance"),
    ("zhangwei", "张伟", Role.VOLUNTEER_COORDINATOR, "devices and check-in"),
    ("wangfang", "王芳", Role.SYSTEM_ADMIN, "accounts and keys"),
    ("zhaolei", "赵磊", Role.SECURITY_ADMIN, "roles"),
    ("sunjing", "孙静", Role.AUDITOR, "the audit trail"),
)


def make_accounts(family: Sequence[Walker], *, instance: Path, live: str, coming: str) -> Path:
    """Make the accounts and write `demo-accounts.txt` (0600); returns its path."""
    lines = ["Office: /office (name, password)"]
    for login, shown, role, does in STAFF:
        made = create_staff(actor=SYSTEM, at=now(), login_name=login, display_name=shown, role=role, own_password=True)
        lines.append(f"  {login:10} {made.password:20} {does}")
    lines += games_accounts()
    account_id = _citizen()
    _family(account_id, family, live, coming)
    token = issue_device(activity_id=activity_id_of(live), name="演示手机", actor=SYSTEM).token
    lines += [
        "Citizen: /login",
        f"  phone {CITIZEN_PHONE}, a family of {len(family)}; the code is shown on the page",
        "Volunteer:",
        f"  /scan#token={token}",
        "",
    ]
    path = instance / "demo-accounts.txt"
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))
    return path


def _citizen() -> uuid.UUID:
    at = now() - timedelta(hours=1)  # a code a minute and phone: whoever loads the demo signs in at once
    sent = request_login_code(
        phone=f"+86{CITIZEN_PHONE}", address="demo", purpose=CodePurpose.LOGIN, at=at, actor=SYSTEM
    )
    return sign_in_with_code(phone=f"+86{CITIZEN_PHONE}", code=sent.reveal or "", at=at, actor=SYSTEM)


def _family(account_id: uuid.UUID, family: Sequence[Walker], live: str, coming: str) -> None:
    """The family walks today; the first two are registered for next Saturday as well."""
    notice = notice_version()
    for code, walkers in ((live, family), (coming, family[:2])):
        activity_id = activity_id_of(code)
        facts = load_facts(activity_id)
        short = next(one.id for one in checkin_plan(activity_id).categories.values() if one.code == "TY")
        consents = Consents(
            notice=notice,
            document_number=True,
            guardian=True,
            terms=facts.activity.terms_version,
        )
        entries = [
            Entry(
                person=walker.person,
                category_id=short,
                consents=consents,
                relation=relation,
            )
            for relation, walker in zip(RELATIONS, walkers, strict=False)
        ]
        register_many(
            activity_id=activity_id,
            entries=entries,
            source=Source.WEB,
            actor=SYSTEM,
            account_id=account_id,
            at=now(),
        )
    for one in relatives(account_id):
        if not one.proven:  # known since 2021; the phone on record is the one that signs in
            send_proof(account_id=account_id, person_id=one.id, address="demo", actor=SYSTEM, at=now())

"""One-time codes: how many are sent, what opens, what is counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update

from app.accounts import services
from app.accounts.constants import AccountKind, AccountState, CodePurpose
from app.accounts.models import Account, LoginCode
from app.audit.services import ANONYMOUS
from app.core.clock import now, office_time
from app.core.db import db
from app.core.errors import Conflict, DomainError, Forbidden, TooMany
from app.core.transactions import act
from tests.factories.accounts import account

pytestmark = pytest.mark.usefixtures("ctx", "clock")
PHONE, OTHER = "+8613812345678", "+8613987654321"
HOME = "192.0.2.7"
LOGIN, PROOF = CodePurpose.LOGIN, CodePurpose.PROOF


def ask(phone=PHONE, *, address=HOME, purpose=LOGIN):
    return services.request_login_code(phone=phone, address=address, purpose=purpose, at=now())


def refusal(call):
    with pytest.raises(DomainError) as caught:
        call()
    return caught.value


def sign_in(code, phone=PHONE):
    return services.sign_in_with_code(phone=phone, code=code, at=now())


def wrong(code):
    return "000000" if code != "000000" else "111111"


# --------------------------------------------------------------------------- sending


def test_a_code_is_sent_and_only_a_keyed_hash_is_kept(sent):
    answer = ask()
    code = sent.code(PHONE)
    row = db.session.execute(select(LoginCode)).scalar_one()
    assert len(code) == 6
    assert answer.expires_at == row.expires_at == now() + timedelta(minutes=5)
    assert sent.texts == [(PHONE, f"【相约】验证码 {code}，5 分钟内有效。工作人员不会向您要验证码。")]
    assert code.encode() not in row.code_hash
    stored = db.session.execute(text("SELECT * FROM login_code")).mappings().one()
    shown = repr(dict(stored))
    assert PHONE.removeprefix("+86") not in shown
    assert HOME not in shown
    assert code not in shown


def test_the_code_is_revealed_only_where_texts_reach_nobody(sent):
    assert ask().reveal is None
    sent.reveals = True
    shown = ask(OTHER).reveal
    assert shown == sent.code(OTHER)


def test_codes_differ(sent, set_limits):
    set_limits(per_phone=((timedelta(minutes=1), 100),))
    for _ in range(20):
        ask()
    assert len({body for _, body in sent.texts}) > 15


def test_one_a_minute(sent, clock):
    ask()
    clock.shift(seconds=59)
    refused = refusal(ask)
    assert (refused.code, refused.retry_after, refused.field) == ("code_too_soon", 1, "phone")
    assert str(refused) == "刚发过一条，请 1 秒后再试。"
    clock.shift(seconds=1)
    ask()
    assert len(sent.texts) == 2


def test_five_an_hour(sent, clock):
    for _ in range(5):
        ask()
        clock.shift(minutes=2)
    refused = refusal(ask)
    assert (refused.code, refused.retry_after) == ("code_too_many", 50 * 60)
    clock.shift(minutes=50)
    ask()
    assert len(sent.texts) == 6


def test_ten_a_day(sent, clock):
    for _ in range(10):
        ask()
        clock.shift(minutes=31)
    assert refusal(ask).code == "code_too_many_today"
    clock.shift(hours=24, minutes=-311)
    assert refusal(ask).code == "code_too_many_today"
    clock.shift(minutes=1)
    ask()
    assert len(sent.texts) == 11


def test_the_limits_of_a_phone_span_purposes_and_no_other_phone(sent):
    ask()
    assert refusal(lambda: ask(purpose=PROOF)).code == "code_too_soon"
    ask(OTHER)
    assert [phone for phone, _ in sent.texts] == [PHONE, OTHER]


def test_thirty_an_hour_from_one_address(sent, clock):
    for number in range(30):
        ask(f"+8613800000{number:03d}")
        clock.shift(seconds=10)
    refused = refusal(ask)
    assert (refused.code, refused.retry_after) == ("code_address", 3300)
    ask(address="192.0.2.8")
    clock.shift(seconds=3300)
    ask(OTHER)
    assert len(sent.texts) == 32


def test_the_day_has_a_budget_and_the_next_one_a_new_one(sent, clock, set_limits):
    set_limits(daily_budget=3)
    clock.at(2030, 6, 1, 23, 50)
    for number in range(3):
        ask(f"+8613800000{number:03d}")
    refused = refusal(ask)
    assert (refused.code, refused.status) == ("code_budget", 429)
    assert 600 <= refused.retry_after <= 601
    clock.move_to(office_time(2030, 6, 2))
    ask()
    assert len(sent.texts) == 4


def test_a_refused_request_sends_nothing_and_leaves_no_row(sent):
    ask()
    refusal(ask)
    assert len(sent.texts) == 1
    assert db.session.execute(select(func.count()).select_from(LoginCode)).scalar_one() == 1


def test_a_clock_set_back_opens_no_limit(sent, clock):
    ask()
    clock.shift(minutes=-10)
    refused = refusal(ask)
    assert refused.code == "code_too_soon"
    assert refused.retry_after == 660


# --------------------------------------------------------------------------- opening


def test_the_first_sign_in_makes_the_account_and_the_next_finds_it(sent, clock, trail):
    ask()
    first = sign_in(sent.code(PHONE))
    clock.shift(minutes=2)
    ask()
    assert sign_in(sent.code(PHONE)) == first
    found = db.session.get(Account, first)
    assert found is not None
    assert (found.kind, found.phone, found.last_login_at) == (AccountKind.CITIZEN, PHONE, now())
    assert [row for row in trail() if row[0] == "accounts.sign_in_with_code"] == [
        ("accounts.sign_in_with_code", "done")
    ] * 2


def test_the_phone_of_an_account_is_sealed(sent):
    ask()
    sign_in(sent.code(PHONE))
    row = db.session.execute(text("SELECT phone, phone_index FROM account")).one()
    assert b"13812345678" not in bytes(row.phone)
    assert len(row.phone_index) == 16


@pytest.mark.parametrize("typed", ["{} ", "{:.3} {:.0}", "full"])
def test_spaces_and_full_width_digits_are_accepted(sent, typed):
    ask()
    code = sent.code(PHONE)
    forms = {
        "{} ": f" {code} ",
        "{:.3} {:.0}": f"{code[:3]} {code[3:]}",
        "full": "".join(chr(ord(digit) + 0xFEE0) for digit in code),
    }
    assert sign_in(forms[typed]) is not None


def test_a_code_opens_once(sent):
    ask()
    code = sent.code(PHONE)
    sign_in(code)
    assert refusal(lambda: sign_in(code)).code == "code_expired"


def test_a_code_lives_five_minutes(sent, clock):
    ask()
    clock.shift(minutes=5)
    assert refusal(lambda: sign_in(sent.code(PHONE))).code == "code_expired"
    clock.shift(microseconds=-1)
    assert sign_in(sent.code(PHONE)) is not None


def test_a_code_from_the_future_opens_nothing(sent, clock):
    ask()
    clock.shift(minutes=-1)
    assert refusal(lambda: sign_in(sent.code(PHONE))).code == "code_expired"


def test_a_phone_that_asked_for_nothing_gets_the_answer_of_an_expired_code(sent, trail):
    refused = refusal(lambda: sign_in("123456"))
    assert (refused.code, refused.field, refused.status) == ("code_expired", "code", 422)
    assert trail() == [("accounts.check_code", "code_expired")]


def test_five_tries_then_even_the_right_one_is_refused(sent, trail):
    ask()
    code = sent.code(PHONE)
    answers = [refusal(lambda: sign_in(wrong(code))) for _ in range(5)]
    assert [answer.code for answer in answers] == ["code_wrong"] * 4 + ["code_tries"]
    assert [answer.params.get("left") for answer in answers] == [4, 3, 2, 1, None]
    assert refusal(lambda: sign_in(code)).code == "code_tries"
    assert [outcome for action, outcome in trail() if action == "accounts.check_code"] == (
        ["code_wrong"] * 4 + ["code_tries"] * 2
    )
    assert db.session.execute(select(func.count()).select_from(Account)).scalar_one() == 0


def test_the_fifth_try_may_be_the_right_one(sent):
    ask()
    code = sent.code(PHONE)
    for _ in range(4):
        refusal(lambda: sign_in(wrong(code)))
    assert sign_in(code) is not None


def test_a_new_code_voids_the_one_before_and_has_tries_of_its_own(sent, clock):
    ask()
    old = sent.code(PHONE)
    for _ in range(5):
        refusal(lambda: sign_in(wrong(old)))
    clock.shift(minutes=1)
    ask()
    new = sent.code(PHONE)
    if new != old:
        assert refusal(lambda: sign_in(old)).code == "code_wrong"
    assert sign_in(new) is not None


def test_a_code_opens_for_its_phone_and_its_purpose_alone(sent):
    ask(purpose=PROOF)
    code = sent.code(PHONE)
    assert refusal(lambda: sign_in(code)).code == "code_expired"
    ask(OTHER)
    if sent.code(OTHER) != code:
        assert refusal(lambda: sign_in(code, OTHER)).code == "code_wrong"
    services.verify_code(phone=PHONE, code=code, purpose=PROOF, at=now())
    again = refusal(lambda: services.verify_code(phone=PHONE, code=code, purpose=PROOF, at=now()))
    assert again.code == "code_expired"


def test_a_proof_that_an_act_rests_on_is_checked_before_and_used_inside(sent):
    ask(purpose=PROOF)
    code_id = services.check_code(phone=PHONE, code=sent.code(PHONE), purpose=PROOF, at=now())

    @act
    def link(*, fail: bool) -> str:
        services.use_code(code_id=code_id, at=now())
        if fail:
            raise Conflict("no", "no")
        return "linked"

    assert refusal(lambda: link(fail=True)).code == "no"
    assert link(fail=False) == "linked"  # the act that failed has not used it up
    assert refusal(lambda: link(fail=False)).code == "code_used"


def test_a_try_inside_an_act_is_a_mistake_since_its_count_could_be_undone(sent):
    ask()

    @act
    def inside() -> None:
        services.verify_code(phone=PHONE, code="123456", purpose=LOGIN, at=now())

    with pytest.raises(RuntimeError):
        inside()
    assert db.session.execute(select(LoginCode.tries)).scalar_one() == 0


def test_a_disabled_account_is_told_so_only_with_the_right_code(sent):
    holder = account(phone=PHONE, phone_index=services.codes.phone_index(PHONE))

    @act
    def disable() -> None:
        db.session.execute(update(Account).values(state=AccountState.DISABLED))

    disable()
    ask()
    code = sent.code(PHONE)
    assert refusal(lambda: sign_in(wrong(code))).code == "code_wrong"
    refused = refusal(lambda: sign_in(code))
    assert isinstance(refused, Forbidden)
    assert refused.code == "account_disabled"
    assert holder.last_login_at is None


def test_the_trail_names_no_phone_no_address_and_no_code(sent):
    ask()
    code = sent.code(PHONE)
    refusal(lambda: sign_in(wrong(code)))
    sign_in(code)
    rows = db.session.execute(text("SELECT * FROM audit_entry")).mappings().all()
    shown = repr([dict(row) for row in rows])
    assert len(rows) == 3
    for secret in ("13812345678", HOME, code):
        assert secret not in shown


def test_old_codes_are_forgotten_and_the_limits_still_hold(sent, clock):
    ask()
    clock.shift(hours=12)
    ask()
    assert services.forget_codes(before=now() - timedelta(hours=6)) == 1
    assert services.forget_codes(before=now() - timedelta(hours=6)) == 0
    assert db.session.execute(select(LoginCode.created_at)).scalars().all() == [now()]
    assert isinstance(refusal(ask), TooMany)


def test_who_asks_is_nobody_unless_the_caller_says(sent):
    ask()
    row = db.session.execute(text("SELECT actor_kind, actor_id FROM audit_entry")).one()
    assert tuple(row) == (ANONYMOUS.kind, None)


def test_a_day_is_the_office_s_day(sent, clock, set_limits):
    set_limits(daily_budget=1)
    clock.move_to(datetime(2030, 6, 1, 15, 59, tzinfo=UTC))  # 23:59 in the office
    ask()
    assert refusal(lambda: ask(OTHER)).code == "code_budget"
    clock.shift(minutes=1)
    ask(OTHER)
    assert len(sent.texts) == 2

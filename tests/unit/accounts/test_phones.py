import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.rules.phones import parse_phone
from app.core.errors import DomainError


def outcome(text):
    try:
        return parse_phone(text, mobile=False)
    except DomainError as refused:
        return refused


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("13812345678", "+8613812345678"),
        ("138 1234 5678", "+8613812345678"),
        ("138-1234-5678", "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("＋86 138 1234 5678", "+8613812345678"),
        ("8613812345678", "+8613812345678"),
        ("008613812345678", "+8613812345678"),
        (" 19912345678 ", "+8619912345678"),
        ("+1 650-253-0000", "+16502530000"),
        ("+85291234567", "+85291234567"),
    ],
)
def test_a_phone_is_stored_as_e164(typed, stored):
    assert parse_phone(typed) == stored


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        ("", "phone_missing", "请填手机号。"),
        ("　", "phone_missing", "请填手机号。"),
        ("1381234567", "phone_length", "手机号应有11位，现在是10位。"),
        ("138123456789", "phone_length", "手机号应有11位，现在是12位。"),
        ("12345678901", "phone_invalid", "手机号不对，请核对。"),
        ("abc", "phone_invalid", "手机号不对，请核对。"),
        ("=cmd|'/c calc'!A1", "phone_invalid", "手机号不对，请核对。"),
        ("+999123", "phone_invalid", "手机号不对，请核对。"),
        ("13812345678 ext 5", "phone_invalid", "手机号不对，请核对。"),
        ("0632-8811234", "phone_landline", "这是固定电话，请填手机号。"),
    ],
)
def test_what_is_no_mobile_phone_is_refused_with_a_reason(typed, code, says):
    with pytest.raises(DomainError) as refused:
        parse_phone(typed)
    assert refused.value.code == code
    assert str(refused.value) == says
    assert refused.value.field == "phone"


def test_a_landline_will_do_where_no_code_is_sent():
    assert parse_phone("0632-8811234", mobile=False) == "+866328811234"


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_refused(text):
    stored = outcome(text)
    if isinstance(stored, DomainError):
        assert stored.code.startswith("phone_")
    else:
        assert stored.startswith("+")
        assert parse_phone(stored, mobile=False) == stored


@given(st.integers(min_value=0, max_value=99_999_999))
def test_every_number_of_a_mobile_prefix_is_read_back(tail):
    assert parse_phone(f"138{tail:08d}") == f"+86138{tail:08d}"

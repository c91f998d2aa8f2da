"""Phone numbers, stored as E.164."""

from __future__ import annotations

from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from app.core.errors import DomainError
from app.core.text import N_, fold_width

HOME_REGION: Final = "CN"
_MOBILE: Final = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def parse_phone(text: str, *, field: str = "phone", mobile: bool = True) -> str:
    """`text` as E.164: 138 1234 5678 → +8613812345678; spaces, hyphens and full-width digits are fine.

    A number without a country is Chinese. With `mobile` (codes are sent to it) a landline is
    refused. Raises DomainError `phone_missing`, `phone_length`, `phone_landline` or `phone_invalid`.
    """
    folded = fold_width(text).strip()
    if not folded:
        raise DomainError("phone_missing", N_("请填手机号。"), field=field)
    try:
        number = phonenumbers.parse(folded, HOME_REGION)
    except NumberParseException:
        raise DomainError("phone_invalid", N_("手机号不对，请核对。"), field=field) from None
    if number.extension or not phonenumbers.is_valid_number(number):
        national = str(number.national_number)
        if number.country_code == 86 and national.startswith("1") and len(national) != 11:
            raise DomainError(
                "phone_length",
                N_("手机号应有11位，现在是%(length)d位。"),
                field=field,
                length=len(national),
            )
        raise DomainError("phone_invalid", N_("手机号不对，请核对。"), field=field)
    if mobile and phonenumbers.number_type(number) not in _MOBILE:
        raise DomainError("phone_landline", N_("这是固定电话，请填手机号。"), field=field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

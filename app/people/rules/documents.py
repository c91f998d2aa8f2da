"""Document numbers: what is one, and what it tells.

Sources: GB 11643-1999 (citizen identification number, check character by ISO 7064 MOD 11-2) for
the resident ID and the residence permits with the same number; the National Immigration
Administration's notices for the permits and the 2023 foreigner's card. Area codes are not looked
up: a person keeps the code of a county that was dissolved long ago.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.core.errors import DomainError
from app.core.text import N_, fold_width
from app.people.constants import DocumentType, Sex
from app.people.rules.ages import check_birth, real_date

FIELD: Final = "document_number"

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS: Final = "10X98765432"

_PROVINCES: Final = frozenset(
    map(
        str,
        (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71),
    )
)
_HMT_AREAS: Final = frozenset({"810000", "820000", "830000"})


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document that can be right: its number as it is stored, and what the number tells.

    `sex` and `birth_date` are None where the number does not tell; `warnings` are msgids.
    """

    type: DocumentType
    number: str
    sex: Sex | None = None
    birth_date: date | None = None
    warnings: tuple[str, ...] = ()


def check_character(first_17: str) -> str:
    """The check character to 17 digits (ISO 7064 MOD 11-2): 11010519491231002 → X."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11]


def valid_resident_id(area: str, birth: date, sequence: int) -> str:
    """A resident ID number that passes every check: six digits of area, birth, sequence 0–999 (odd = male).

    The demo uses an area that was never allotted (370499), so that no number belongs to anyone.
    """
    if not re.fullmatch(r"[0-9]{6}", area) or not 0 <= sequence <= 999:
        raise ValueError("an area has six digits, a sequence lies in 0..999")
    first_17 = f"{area}{birth:%Y%m%d}{sequence:03d}"
    return first_17 + check_character(first_17)


_FILLERS: Final = re.compile(r"[\s\-‐‑–—()]+")


def normalise_number(number: str) -> str:
    """`number` half-width, upper case, without the spaces, hyphens and brackets that people put in."""
    return _FILLERS.sub("", fold_width(number)).upper()


def parse_document(type_: DocumentType, number: str, today: date) -> ParsedDocument:
    """Read `number` as a document of `type_`.

    Raises DomainError with a sentence for the person and a code of `document_missing`,
    `document_unexpected`, `document_15_digits`, `document_length`, `document_characters`,
    `document_wrong_type`, `document_form`, `document_check`, `date_unreal`, `birth_future` or
    `birth_past`, all at the field `document_number`.
    """
    type_ = DocumentType(type_)
    packed = normalise_number(number)
    if type_ is DocumentType.NONE:
        if packed:
            raise DomainError("document_unexpected", N_("没有证件就把证件号留空。"), field=FIELD)
        return ParsedDocument(type_, "")
    if not packed:
        raise DomainError("document_missing", N_("请填证件号。"), field=FIELD)
    return _PARSERS[type_](packed, today)


def check_contradiction(parsed: ParsedDocument, *, sex: Sex | None = None, birth_date: date | None = None) -> None:
    """Refuse a typed sex or birth date that the document's number contradicts.

    Nothing typed, or nothing derived, is no contradiction. Codes: `sex_contradiction`,
    `birth_contradiction`.
    """
    if sex is not None and parsed.sex is not None and Sex(sex) is not parsed.sex:
        raise DomainError("sex_contradiction", N_("性别和证件号不一致，请核对。"), field="sex")
    if birth_date is not None and parsed.birth_date is not None and birth_date != parsed.birth_date:
        raise DomainError("birth_contradiction", N_("出生日期和证件号不一致，请核对。"), field="birth_date")


# --------------------------------------------------------------------------- one function a type


def _citizen_number(number: str, today: date) -> tuple[Sex, date]:
    """Sex and birth date out of 18 characters with date, sequence and check where GB 11643 has them."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise DomainError("document_characters", N_("只能是数字，末位可以是X，请核对。"), field=FIELD)
    birth = real_date(int(number[6:10]), int(number[10:12]), int(number[12:14]), field=FIELD)
    check_birth(birth, today, field=FIELD)
    if check_character(number[:17]) != number[17]:
        raise DomainError("document_check", N_("最后一位对不上，请核对身份证。"), field=FIELD)
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE, birth


def _resident_id(number: str, today: date) -> ParsedDocument:
    if re.fullmatch(r"[0-9]{15}", number):
        raise DomainError("document_15_digits", N_("15位旧号不能用了，请填18位身份证号。"), field=FIELD)
    if len(number) != 18:
        raise DomainError(
            "document_length",
            N_("身份证号应有18位，现在是%(length)d位。"),
            field=FIELD,
            length=len(number),
        )
    if number[:6] in _HMT_AREAS:
        raise DomainError("document_wrong_type", N_("这是港澳台居民居住证，请改证件类型。"), field=FIELD)
    if number[0] == "9":
        raise DomainError("document_wrong_type", N_("这是外国人永久居留身份证，请改证件类型。"), field=FIELD)
    sex, birth = _citizen_number(number, today)
    warnings = () if number[:2] in _PROVINCES else (N_("前两位不是现有的省份，请再核对一遍。"),)
    return ParsedDocument(DocumentType.RESIDENT_ID, number, sex, birth, warnings)


def _hmt_residence(number: str, today: date) -> ParsedDocument:
    if len(number) != 18:
        raise DomainError(
            "document_length", N_("居住证号应有18位，现在是%(length)d位。"), field=FIELD, length=len(number)
        )
    if number[:6] not in _HMT_AREAS:
        raise DomainError("document_form", N_("居住证号以810000、820000或830000开头。"), field=FIELD)
    sex, birth = _citizen_number(number, today)
    return ParsedDocument(DocumentType.HMT_RESIDENCE, number, sex, birth)


def _permanent_residence(number: str, today: date) -> ParsedDocument:
    """The card of 2023 (18 digits from 9: place, nationality, birth, sequence, check) or the old one."""
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        return ParsedDocument(DocumentType.PERMANENT_RESIDENCE, number)
    if len(number) != 18 or number[0] != "9":
        raise DomainError("document_form", N_("应是9开头的18位，或3个字母加12位数字。"), field=FIELD)
    sex, birth = _citizen_number(number, today)
    return ParsedDocument(DocumentType.PERMANENT_RESIDENCE, number, sex, birth)


def _plain(type_: DocumentType, form: str, message: str) -> Callable[[str, date], ParsedDocument]:
    """A parser for a number that has a form and tells nothing."""
    pattern = re.compile(form)

    def parse(number: str, _today: date) -> ParsedDocument:
        if not pattern.fullmatch(number):
            raise DomainError("document_form", message, field=FIELD)
        return ParsedDocument(type_, number)

    return parse


_PARSERS: Final[dict[DocumentType, Callable[[str, date], ParsedDocument]]] = {
    DocumentType.RESIDENT_ID: _resident_id,
    DocumentType.HMT_RESIDENCE: _hmt_residence,
    DocumentType.PERMANENT_RESIDENCE: _permanent_residence,
    DocumentType.HK_MACAU_PERMIT: _plain(
        DocumentType.HK_MACAU_PERMIT, r"[HM][0-9]{8}(?:[0-9]{2})?", N_("通行证号是H或M加8位数字，请核对。")
    ),
    DocumentType.TAIWAN_PERMIT: _plain(
        DocumentType.TAIWAN_PERMIT, r"[0-9]{8}|[0-9]{10}[A-Z]", N_("台胞证号是8位数字，请核对。")
    ),
    # CN [EG] + 8 digits and E + letter + 7 digits are inside the general form, so nothing stricter holds.
    DocumentType.PASSPORT: _plain(DocumentType.PASSPORT, r"[A-Z0-9]{5,17}", N_("护照号是5—17位字母和数字，请核对。")),
}

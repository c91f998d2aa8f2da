from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.people.constants import ConsentKind, DocumentType, ProofLevel, Relation, Sex
from app.people.rules.documents import (
    check_character,
    check_contradiction,
    normalise_number,
    parse_document,
    valid_resident_id,
)

TODAY = date(2021, 9, 18)
ID = DocumentType.RESIDENT_ID


def outcome(rule, *arguments):
    try:
        return rule(*arguments)
    except DomainError as refused:
        return refused


def refusal(type_, number):
    with pytest.raises(DomainError) as refused:
        parse_document(type_, number, TODAY)
    assert refused.value.field == "document_number"
    return refused.value.code, str(refused.value)


@pytest.mark.parametrize("enum", [DocumentType, Sex, Relation, ProofLevel, ConsentKind])
def test_every_constant_has_a_label_of_its_own(enum):
    labels = [member.label for member in enum]
    assert all(labels)
    assert len(set(labels)) == len(labels)


class TestResidentId:
    @pytest.mark.parametrize(
        ("number", "sex", "birth"),
        [
            ("11010519491231002X", Sex.FEMALE, date(1949, 12, 31)),  # the example of GB 11643-1999
            ("370406199003070018", Sex.MALE, date(1990, 3, 7)),
        ],
    )
    def test_the_number_tells_sex_and_birth(self, number, sex, birth):
        parsed = parse_document(ID, number, TODAY)
        assert (parsed.type, parsed.number, parsed.sex, parsed.birth_date) == (ID, number, sex, birth)
        assert parsed.warnings == ()

    @pytest.mark.parametrize(
        "typed",
        [
            "11010519491231002x",
            " 110105 19491231 002X ",
            "１１０１０５１９４９１２３１００２Ｘ",
            "110105-19491231-002x",
        ],
    )
    def test_groups_width_and_case_are_folded(self, typed):
        assert parse_document(ID, typed, TODAY).number == "11010519491231002X"

    @pytest.mark.parametrize(
        ("number", "code", "says"),
        [
            ("", "document_missing", "请填证件号。"),
            ("370406199003070019", "document_check", "最后一位对不上，请核对身份证。"),
            ("110105194912310020", "document_check", "最后一位对不上，请核对身份证。"),
            ("370406900307001", "document_15_digits", "15位旧号不能用了，请填18位身份证号。"),
            ("37040619900307001", "document_length", "身份证号应有18位，现在是17位。"),
            ("3704061990030700188", "document_length", "身份证号应有18位，现在是19位。"),
            ("37040619900307X018", "document_characters", "只能是数字，末位可以是X，请核对。"),
            ("37040619900307００Y8", "document_characters", "只能是数字，末位可以是X，请核对。"),
            ("٣٧٠٤٠٦١٩٩٠٠٣٠٧٠٠١٨", "document_characters", "只能是数字，末位可以是X，请核对。"),
            ("370406199002300012", "date_unreal", "2月没有30日，请改日期。"),
            ("370406202102290012", "date_unreal", "2021年2月没有29日，请改日期。"),
            ("370406199013010012", "date_unreal", "没有13月，请改日期。"),
            ("370406202109190010", "birth_future", "出生日期在今天之后，请核对。"),
            ("370406185001010010", "birth_past", "出生年份太早，请核对。"),
            ("830000198501010030", "document_wrong_type", "这是港澳台居民居住证，请改证件类型。"),
            ("911124198108030024", "document_wrong_type", "这是外国人永久居留身份证，请改证件类型。"),
        ],
    )
    def test_each_mistake_has_its_own_sentence(self, number, code, says):
        assert refusal(ID, number) == (code, says)

    def test_the_leap_day_of_a_leap_year_is_a_birthday(self):
        number = valid_resident_id("370406", date(2000, 2, 29), 1)
        assert parse_document(ID, number, TODAY).birth_date == date(2000, 2, 29)

    def test_born_today_is_not_in_the_future(self):
        assert parse_document(ID, valid_resident_id("370406", TODAY, 2), TODAY).birth_date == TODAY

    def test_an_old_county_is_fine_and_an_unknown_province_is_warned_about(self):
        assert parse_document(ID, valid_resident_id("370499", date(1955, 1, 1), 7), TODAY).warnings == ()
        unknown = valid_resident_id("000101", date(1955, 1, 1), 7)
        (warning,) = parse_document(ID, unknown, TODAY).warnings
        assert warning == "前两位不是现有的省份，请再核对一遍。"

    @given(
        st.from_regex(r"[1-6][0-9]{5}", fullmatch=True),
        st.dates(date(1900, 1, 1), TODAY),
        st.integers(0, 999),
    )
    def test_a_generated_number_is_read_back(self, area, birth, sequence):
        parsed = parse_document(ID, valid_resident_id(area, birth, sequence), TODAY)
        assert parsed.birth_date == birth
        assert parsed.sex is (Sex.MALE if sequence % 2 else Sex.FEMALE)

    @given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
    def test_one_wrong_digit_is_always_noticed(self, birth, sequence, place, shift):
        number = valid_resident_id("370406", birth, sequence)
        digits = "0123456789X" if place == 17 else "0123456789"
        wrong = digits[(digits.index(number[place]) + shift) % len(digits)]
        with pytest.raises(DomainError):
            parse_document(ID, number[:place] + wrong + number[place + 1 :], TODAY)

    @given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 15))
    def test_two_swapped_neighbours_are_always_noticed(self, birth, sequence, place):
        number = valid_resident_id("370406", birth, sequence)
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        if swapped != number:
            with pytest.raises(DomainError):
                parse_document(ID, swapped, TODAY)

    @pytest.mark.parametrize(("area", "sequence"), [("37040", 1), ("37040a", 1), ("370406", 1000), ("370406", -1)])
    def test_the_generator_refuses_what_is_no_area_or_sequence(self, area, sequence):
        with pytest.raises(ValueError, match="area"):
            valid_resident_id(area, date(1990, 1, 1), sequence)


class TestOtherDocuments:
    @pytest.mark.parametrize(
        ("type_", "typed", "stored", "sex", "birth"),
        [
            (
                DocumentType.HMT_RESIDENCE,
                "830000198501010030",
                "830000198501010030",
                Sex.MALE,
                date(1985, 1, 1),
            ),
            (
                DocumentType.PERMANENT_RESIDENCE,
                "911124198108030024",
                "911124198108030024",
                Sex.FEMALE,
                date(1981, 8, 3),
            ),
            (DocumentType.PERMANENT_RESIDENCE, "usa110081080301", "USA110081080301", None, None),
            (DocumentType.HK_MACAU_PERMIT, "h12345678", "H12345678", None, None),
            (DocumentType.HK_MACAU_PERMIT, "M1234567801", "M1234567801", None, None),
            (DocumentType.TAIWAN_PERMIT, "01234567", "01234567", None, None),
            (DocumentType.TAIWAN_PERMIT, "0123456789（B）", "0123456789B", None, None),
            (DocumentType.PASSPORT, "E12345678", "E12345678", None, None),
            (DocumentType.PASSPORT, "G12345678", "G12345678", None, None),
            (DocumentType.PASSPORT, "ea1234567", "EA1234567", None, None),
            (DocumentType.PASSPORT, "L01X00T47", "L01X00T47", None, None),
            (DocumentType.NONE, " ", "", None, None),
        ],
    )
    def test_what_is_accepted(self, type_, typed, stored, sex, birth):
        parsed = parse_document(type_, typed, TODAY)
        assert (parsed.number, parsed.sex, parsed.birth_date) == (stored, sex, birth)

    @pytest.mark.parametrize(
        ("type_", "number", "code"),
        [
            (DocumentType.HMT_RESIDENCE, "830000198501010031", "document_check"),
            (DocumentType.HMT_RESIDENCE, "370406199003070018", "document_form"),
            (DocumentType.HMT_RESIDENCE, "8300001985010100", "document_length"),
            (DocumentType.HMT_RESIDENCE, "830000198502300031", "date_unreal"),
            (DocumentType.PERMANENT_RESIDENCE, "911124198108030025", "document_check"),
            (DocumentType.PERMANENT_RESIDENCE, "811124198108030024", "document_form"),
            (DocumentType.PERMANENT_RESIDENCE, "USA11008108030", "document_form"),
            (DocumentType.HK_MACAU_PERMIT, "A12345678", "document_form"),
            (DocumentType.HK_MACAU_PERMIT, "H123456789", "document_form"),
            (DocumentType.TAIWAN_PERMIT, "123456789", "document_form"),
            (DocumentType.TAIWAN_PERMIT, "0123456789", "document_form"),
            (DocumentType.PASSPORT, "E123", "document_form"),
            (DocumentType.PASSPORT, "E1234567890123456X", "document_form"),
            (DocumentType.PASSPORT, "E1234567é", "document_form"),
            (DocumentType.NONE, "123", "document_unexpected"),
        ],
    )
    def test_what_is_refused(self, type_, number, code):
        found, says = refusal(type_, number)
        assert found == code
        assert says.endswith("。")

    @given(st.sampled_from(DocumentType), st.text(max_size=30))
    def test_any_text_is_a_document_or_refused_at_its_field(self, type_, text):
        parsed = outcome(parse_document, type_, text, TODAY)
        if isinstance(parsed, DomainError):
            assert parsed.field == "document_number"
        else:
            assert parsed.number == normalise_number(parsed.number)
            assert parse_document(type_, parsed.number, TODAY) == parsed


class TestContradiction:
    PARSED = parse_document(ID, "370406199003070018", TODAY)

    @pytest.mark.parametrize(
        ("typed", "code", "field", "says"),
        [
            ({"sex": Sex.FEMALE}, "sex_contradiction", "sex", "性别和证件号不一致，请核对。"),
            (
                {"birth_date": date(1990, 3, 8)},
                "birth_contradiction",
                "birth_date",
                "出生日期和证件号不一致，请核对。",
            ),
        ],
    )
    def test_a_typed_fact_against_the_number_is_refused(self, typed, code, field, says):
        with pytest.raises(DomainError) as refused:
            check_contradiction(self.PARSED, **typed)
        assert (refused.value.code, refused.value.field, str(refused.value)) == (code, field, says)

    @pytest.mark.parametrize("typed", [{}, {"sex": Sex.MALE}, {"birth_date": date(1990, 3, 7)}])
    def test_agreement_and_silence_pass(self, typed):
        assert check_contradiction(self.PARSED, **typed) is None

    def test_a_passport_contradicts_nothing(self):
        passport = parse_document(DocumentType.PASSPORT, "E12345678", TODAY)
        assert check_contradiction(passport, sex=Sex.FEMALE, birth_date=date(1990, 3, 7)) is None


def test_the_check_character_of_the_standard():
    assert check_character("11010519491231002") == "X"

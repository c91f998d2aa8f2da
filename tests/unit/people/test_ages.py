from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.people.constants import GuardianNeed, Relation
from app.people.rules.ages import (
    AGE_BANDS,
    age_band,
    age_on,
    check_age_limits,
    check_birth,
    check_child,
    check_guardian,
    guardian_need,
    office_day,
    parse_date,
    real_date,
)


class TestAge:
    @pytest.mark.parametrize(
        ("birth", "day", "age"),
        [
            ("2007-09-18", "2021-09-17", 13),
            ("2007-09-18", "2021-09-18", 14),
            ("2007-09-18", "2021-09-19", 14),
            ("2004-02-29", "2018-02-28", 13),
            ("2004-02-29", "2018-03-01", 14),
            ("2004-02-29", "2020-02-28", 15),
            ("2004-02-29", "2020-02-29", 16),
            ("2021-09-18", "2021-09-18", 0),
            ("1921-01-01", "2021-12-31", 100),
        ],
    )
    def test_an_age_is_whole_years_and_the_leap_day_counts_from_march(self, birth, day, age):
        assert age_on(date.fromisoformat(birth), date.fromisoformat(day)) == age

    @given(st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.dates(date(2020, 1, 2), date(2099, 1, 1)))
    def test_a_day_later_nobody_is_younger(self, birth, day):
        assert 0 <= age_on(birth, day + timedelta(days=1)) - age_on(birth, day) <= 1

    def test_the_day_is_the_offices(self):
        assert office_day(datetime(2021, 9, 17, 16, 0, tzinfo=UTC)) == date(2021, 9, 18)
        assert office_day(datetime(2021, 9, 17, 15, 59, tzinfo=UTC)) == date(2021, 9, 17)


class TestBands:
    @pytest.mark.parametrize(
        ("age", "band"),
        [
            (0, "0-13"),
            (13, "0-13"),
            (14, "14-17"),
            (17, "14-17"),
            (18, "18-34"),
            (34, "18-34"),
            (35, "35-44"),
            (44, "35-44"),
            (45, "45-59"),
            (59, "45-59"),
            (60, "60-69"),
            (69, "60-69"),
            (70, "70+"),
            (105, "70+"),
        ],
    )
    def test_bands_meet_without_gaps(self, age, band):
        assert age_band(age) == band

    def test_the_list_of_bands_is_in_order_and_complete(self):
        assert list(dict.fromkeys(age_band(age) for age in range(120))) == list(AGE_BANDS)


class TestDates:
    @pytest.mark.parametrize(
        "text",
        [
            "1990-03-07",
            "1990/3/7",
            "1990.3.7",
            "1990年3月7日",
            "1990 年 3 月 7 日",
            "19900307",
            "１９９０－０３－０７",
            "1990-03-07 00:00:00",
            "1990-03-07T00:00:00",
        ],
    )
    def test_the_ways_people_write_a_day(self, text):
        assert parse_date(text) == date(1990, 3, 7)

    @pytest.mark.parametrize("text", ["", "昨天", "90-3-7", "1990-03", "07.03.1990", "1990-3-7-1", "33000", "²⁰²¹-1-1"])
    def test_what_is_no_date(self, text):
        with pytest.raises(DomainError) as refused:
            parse_date(text)
        assert refused.value.code == "date_form"
        assert str(refused.value) == "日期请写成 1990-03-07 这样。"

    @pytest.mark.parametrize(
        ("parts", "says"),
        [
            ((2021, 2, 30), "2月没有30日，请改日期。"),
            ((2021, 2, 29), "2021年2月没有29日，请改日期。"),
            ((1900, 2, 29), "1900年2月没有29日，请改日期。"),
            ((2021, 4, 31), "4月没有31日，请改日期。"),
            ((2021, 1, 0), "1月没有0日，请改日期。"),
            ((2021, 13, 1), "没有13月，请改日期。"),
            ((2021, 0, 1), "没有0月，请改日期。"),
        ],
    )
    def test_a_day_that_the_calendar_lacks_is_named(self, parts, says):
        with pytest.raises(DomainError) as refused:
            real_date(*parts)
        assert refused.value.code == "date_unreal"
        assert str(refused.value) == says

    def test_the_leap_day_of_a_leap_year_is_real(self):
        assert parse_date("2000-02-29") == date(2000, 2, 29)

    @given(st.dates(date(1000, 1, 1)))
    def test_every_date_is_read_back(self, day):
        assert parse_date(day.isoformat()) == day
        assert parse_date(f"{day.year}年{day.month}月{day.day}日") == day


class TestBirth:
    TODAY = date(2021, 9, 18)

    def test_today_is_a_birth_date(self):
        assert check_birth(self.TODAY, self.TODAY) == self.TODAY

    def test_tomorrow_is_not(self):
        with pytest.raises(DomainError) as refused:
            check_birth(date(2021, 9, 19), self.TODAY)
        assert (refused.value.code, str(refused.value)) == ("birth_future", "出生日期在今天之后，请核对。")

    def test_nobody_is_131(self):
        assert check_birth(date(1891, 9, 18), self.TODAY)
        with pytest.raises(DomainError) as refused:
            check_birth(date(1890, 9, 18), self.TODAY)
        assert (refused.value.code, str(refused.value)) == ("birth_past", "出生年份太早，请核对。")


class TestGuardian:
    @pytest.mark.parametrize(
        ("birth", "need"),
        [
            (date(2007, 9, 19), GuardianNeed.CONSENT),  # the day before the 14th birthday
            (date(2007, 9, 18), GuardianNeed.CONTACT),  # the birthday itself
            (date(2003, 9, 19), GuardianNeed.CONTACT),
            (date(2003, 9, 18), GuardianNeed.NONE),
        ],
    )
    def test_the_need_follows_the_age_on_the_first_day(self, birth, need):
        assert guardian_need(age_on(birth, date(2021, 9, 18))) is need

    def test_an_activity_may_waive_the_contact_but_not_the_consent(self):
        assert guardian_need(14, contact_to_18=False) is GuardianNeed.NONE
        assert guardian_need(13, contact_to_18=False) is GuardianNeed.CONSENT

    @pytest.mark.parametrize(
        ("need", "contact", "consent", "code", "says"),
        [
            (GuardianNeed.CONSENT, False, True, "guardian_missing", "未满14岁，请填监护人姓名和手机。"),
            (GuardianNeed.CONSENT, True, False, "guardian_consent_missing", "未满14岁，请监护人勾选同意。"),
            (GuardianNeed.CONTACT, False, True, "guardian_missing", "未满18岁，请填监护人姓名和手机。"),
            (GuardianNeed.CONTACT, True, False, "guardian_consent_missing", "未满18岁，请监护人勾选声明。"),
        ],
    )
    def test_a_minor_without_guardian_is_refused(self, need, contact, consent, code, says):
        with pytest.raises(DomainError) as refused:
            check_guardian(need, has_contact=contact, has_consent=consent)
        assert (refused.value.code, str(refused.value)) == (code, says)

    @pytest.mark.parametrize("need", list(GuardianNeed))
    def test_with_all_of_it_nobody_is_refused(self, need):
        assert check_guardian(need, has_contact=True, has_consent=True) is None

    def test_an_adult_needs_nobody(self):
        assert check_guardian(GuardianNeed.NONE, has_contact=False, has_consent=False) is None


class TestLimits:
    @pytest.mark.parametrize(
        ("age", "code", "says"), [(15, "too_young", "挑战组要满16岁。"), (71, "too_old", "挑战组最大70岁。")]
    )
    def test_outside_the_limits(self, age, code, says):
        with pytest.raises(DomainError) as refused:
            check_age_limits(age, category="挑战组", minimum=16, maximum=70)
        assert (refused.value.code, str(refused.value)) == (code, says)

    @pytest.mark.parametrize("age", [16, 70])
    def test_the_limits_themselves_are_inside(self, age):
        assert check_age_limits(age, category="挑战组", minimum=16, maximum=70) is None

    def test_no_limit_lets_all_in(self):
        assert check_age_limits(3, category="体验组", minimum=None, maximum=None) is None


class TestOnAList:
    @pytest.mark.parametrize("relation", [Relation.CHILD, Relation.OTHER])
    def test_whoever_looks_after_a_child_agrees(self, relation):
        with pytest.raises(DomainError) as refused:
            check_child(13, relation, has_consent=False)
        assert (refused.value.code, refused.value.field) == ("guardian_consent_missing", "guardian_consent")
        assert check_child(13, relation, has_consent=True) is None

    @pytest.mark.parametrize("relation", [Relation.SELF, Relation.SPOUSE, Relation.PARENT, Relation.GRANDPARENT])
    def test_nobody_else_can(self, relation):
        with pytest.raises(DomainError) as refused:
            check_child(13, relation, has_consent=True)
        assert (refused.value.code, refused.value.field) == ("guardian_relation", "relation")

    @pytest.mark.parametrize("relation", Relation)
    def test_from_fourteen_on_nobody_is_asked(self, relation):
        assert check_child(14, relation, has_consent=False) is None

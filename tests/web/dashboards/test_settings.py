"""What an office sets by page: it shows on every page at once, and empty is the environment's again."""

from __future__ import annotations

import pytest

from app.activities.queries import activity_by_ref
from app.audit.queries import history
from app.audit.services import SYSTEM
from app.core.clock import local
from app.core.ids import NIL
from app.core.permissions import Role
from app.honours.services.certificates import issue_own
from app.honours.tasks import own_wording, sheet_of
from app.notices.services import queue
from app.registrations.rules.words import SENTENCES
from app.settings.constants import Key
from app.settings.queries import setting
from app.settings.rules.wording import shown_wording, worded
from app.web.texts import seal_line
from tests.factories import accounts, honours, tellings, walks

pytestmark = pytest.mark.usefixtures("ctx", "clock")
URL = "/office/settings"


@pytest.fixture
def admin(client):
    return client.login_as(accounts.staff(Role.SYSTEM_ADMIN))


def test_the_name_and_the_phone_stand_on_every_page(admin, client):
    admin.get(URL)
    page = admin.submit({"office_name": "滕州市体育局", "office_phone": "0632-5500000"})
    assert page.flash == ["已保存。"]
    assert "滕州市体育局" in client.another().get("/games").text
    assert "0632-5500000" in client.another().get("/help").text
    assert "settings.changed" in [one.action for one in history(NIL)]


def test_empty_is_what_the_environment_says(admin, client, app):
    admin.get(URL)
    admin.submit({"office_name": "滕州市体育局", "speed_limit_kmh": "30"})
    assert setting(Key.SPEED_LIMIT_KMH) == 30
    admin.get(URL)
    admin.submit({"office_name": "", "speed_limit_kmh": ""})
    assert app.config["OFFICE_NAME"] in client.another().get("/games").text
    assert setting(Key.SPEED_LIMIT_KMH) is None


def test_a_key_for_the_ground_of_maps_is_kept_and_taken_away(admin):
    admin.get(URL)
    admin.submit({"map_key": " 0123456789ABCDEF0123456789abcdef "})
    assert setting(Key.MAP_KEY) == "0123456789abcdef" * 2
    admin.get(URL)
    admin.submit({"map_key": ""})
    assert setting(Key.MAP_KEY) is None


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"speed_limit_kmh": "4"}, "速度应在 5 到 200 之间。"),
        ({"speed_limit_kmh": "快"}, "请填整数。"),
        ({"office_name": "长" * 41}, "40"),
        ({"seal_line": "长" * 41}, "40"),
        ({"sms_daily_budget": "99"}, "应在 100 到 1,000,000 之间。"),
        ({"certificate_body": "参加了活动"}, "这句话里要有{活动}。"),
        ({"certificate_body": "{活动}{成绩}"}, "没有“成绩”这一项，请用括号里列出的。"),
        ({"map_key": "0123456789abcdef"}, "密钥是 32 位字母和数字，请从天地图网站复制。"),
        ({"map_key": "0123456789abcdef0123456789abcde&"}, "密钥是 32 位字母和数字，请从天地图网站复制。"),
        ({"certificate_foot": "特发{活动}"}, "没有“活动”这一项，请用括号里列出的。"),
    ],
)
def test_what_is_wrong_is_said_and_stays(admin, sent, words):
    admin.get(URL)
    page = admin.submit(sent, status=422)
    assert words in page.errors[0]
    ((name, typed),) = sent.items()
    assert page.soup.select_one(f"[name={name}]")["value"] == typed
    assert setting(Key.OFFICE_NAME) is None


def test_the_trail_says_what_it_was_and_what_it_is(admin):
    admin.get(URL)
    admin.submit({"office_name": "滕州市体育局"})
    (entry,) = [one for one in history(NIL) if one.action == "settings.changed"]
    assert entry.details["before"] == {"office_name": None}
    assert entry.details["after"] == {"office_name": "滕州市体育局"}


def test_who_signs_what_is_printed(admin, app):
    with app.test_request_context():
        assert seal_line() == app.config["OFFICE_NAME"]
    admin.get(URL)
    admin.submit({"seal_line": "山亭区全民健身办公室"})
    with app.test_request_context():
        assert seal_line() == "山亭区全民健身办公室"


def test_certificates_say_what_the_office_says(admin):
    where = walks.make_walk(ways=honours.WAY)
    (one,) = honours.finished(where, walks.person())
    admin.get(URL)
    admin.submit({"certificate_body": "{日期}走完{活动}，超过 100% 的自己。", "certificate_foot": "继续走！"})
    row = issue_own(activity_id=where.id, person_id=one.person_id, actor=SYSTEM)
    sheet = sheet_of(activity_by_ref(where.id), row, "https://example.org/")
    assert sheet.body.endswith(f"走完{activity_by_ref(where.id).name}，超过 100% 的自己。")
    assert own_wording().foot == "继续走！"
    assert admin.get(URL).soup.select_one("[name=certificate_body]")["value"] == "{日期}走完{活动}，超过 100% 的自己。"


def test_the_forms_of_new_activities_ask_what_is_usual_here(admin, client):
    admin.get(URL)
    admin.submit({"usual_asks": ["emergency"]})
    walks.make_walk()
    office = client.another().login_as(accounts.staff(Role.EVENT_MANAGER))
    office.get("/office/activities/new")
    office.submit({"name": "水泉站", "code": "shuiquan", "place": "水泉镇"}, form="form.x-form")
    assert [ask.value for ask in activity_by_ref("shuiquan").asks] == ["emergency"]


def test_the_days_texts_are_as_many_as_the_office_allows(admin):
    admin.get(URL)
    admin.submit({"sms_daily_budget": "500"})
    assert queue.limits().daily_budget == 500
    assert queue.limits().for_notices == 400


class TestTexts:
    def test_a_sentence_is_sent_as_the_office_words_it(self, admin):
        admin.get(f"{URL}/texts")
        page = admin.submit({"promoted": "喜报：{谁}可以来了！{活动}，{时间}，{地点}。"})
        assert page.flash == ["已保存。"]
        assert "喜报：王德福可以来了！" in admin.get(f"{URL}/texts").main
        where, first, second = tellings.walk(capacity=1), tellings.citizen(), tellings.citizen()
        (out,) = tellings.signed_up(where, first, "王德福")
        tellings.signed_up(where, second, "李秀英")
        tellings.cancelled(where, out)
        tellings.work()
        assert tellings.told(second) == ["喜报：李秀英可以来了！徐庄站，6月6日 8:00，文化广场。"]

    def test_the_other_sentences_stay(self, admin):
        admin.get(f"{URL}/texts")
        admin.submit({"promoted": "{谁}：{活动}"})
        assert setting(Key.NOTICE_TEXTS) == {"promoted": "%(who)s：%(activity)s"}
        admin.get(f"{URL}/texts")
        admin.submit({"promoted": ""})
        assert setting(Key.NOTICE_TEXTS) is None

    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            ({"promoted": "{活动}有名额了"}, "这句话里要有{谁}。"),
            ({"reminder": "{活动}快到了"}, "这句话里要有{时间}。"),
            ({"called_off": "{谁}的{活动}取消"}, "没有“谁”这一项"),
            ({"called_off": "{活动}" + "长" * 70}, "最多 70 个字"),
            ({"called_off": "{活动"}, "花括号要成对。"),
        ],
    )
    def test_what_is_wrong_is_said_and_stays(self, admin, sent, words):
        admin.get(f"{URL}/texts")
        page = admin.submit(sent, status=422)
        assert words in page.errors[0]
        ((name, typed),) = sent.items()
        assert page.soup.select_one(f"[name={name}]")["value"] == typed
        assert setting(Key.NOTICE_TEXTS) is None

    def test_every_usual_sentence_is_one_that_would_be_taken(self):
        for one in SENTENCES:
            typed = shown_wording(one.usual, one.places)
            assert worded(typed, one.places, needed=one.needed, longest=70, field=one.name) == one.usual


class TestHolidays:
    LIST = "2026-10-01 2026-10-07 休 国庆节\n2026-10-10 班 国庆节调休"

    def test_they_stand_in_the_year(self, admin, client):
        admin.get(f"{URL}/holidays")
        assert admin.submit({"holidays": self.LIST}).flash == ["已保存。"]
        assert "国庆节调休" in admin.get(f"{URL}/holidays").main
        year = client.another().login_as(accounts.staff(Role.EVENT_MANAGER)).get("/office/year/2026").main
        assert "国庆节" in year
        assert "国庆节调休" in year

    def test_a_line_that_is_wrong_is_named_and_all_lines_stay(self, admin):
        admin.get(f"{URL}/holidays")
        page = admin.submit({"holidays": self.LIST + "\n国庆"}, status=422)
        assert "第 3 行看不懂" in page.errors[0]
        assert page.soup.select_one("[name=holidays]").text.strip() == self.LIST + "\n国庆"
        assert setting(Key.HOLIDAYS) is None

    def test_an_activity_on_such_a_day_is_told_so(self, admin, client):
        admin.get(f"{URL}/holidays")
        day = activity_by_ref(walks.make_walk().id)
        admin.submit({"holidays": f"{local(day.starts_at):%Y-%m-%d} 班 国庆节调休"})
        office = client.another().login_as(accounts.staff(Role.EVENT_MANAGER))
        office.get(f"/office/activities/{day.code}/edit")
        page = office.submit({}, form="form.x-form")
        assert any("国庆节调休（要上班）" in one for one in page.flash)


@pytest.mark.parametrize("url", [URL, f"{URL}/texts", f"{URL}/holidays"])
@pytest.mark.parametrize("role", [Role.EVENT_MANAGER, Role.SECURITY_ADMIN, Role.AUDITOR])
def test_it_is_for_the_system_administrator(client, role, url):
    client.login_as(accounts.staff(role)).get(url, status=403)

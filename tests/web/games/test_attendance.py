"""The office's page of activities of the games."""

from app.core.permissions import Role, Scope, ScopeKind
from app.games.constants import EventFormat
from tests.factories import games as made
from tests.factories import people

PAGE = "/office/games/twelfth/attendance"
FORM = "form.x-form"


def climb():
    games_id = made.make_games(code="twelfth", name="第十二届", place="区体育场")
    event_id = made.add_event_to(games_id, code="CLI", name="登山男子组", format=EventFormat.TIMED)
    made.enter(games_id, event_id, person_id=people.person())
    return games_id, event_id


def test_from_an_event_to_its_activity_and_a_late_entry(office):
    games_id, event_id = climb()
    page = office.get(PAGE)
    assert "没有" in page.main
    office.get(f"{PAGE}/events/CLI")
    page = office.submit({}, form=FORM)
    assert page.flash == ["已登记 1 人，原来已有 0 人。"]
    made.enter(games_id, event_id, person_id=people.person())
    page = office.submit(form="form[action$='/late']")
    assert page.flash == ["已登记 1 人，原来已有 1 人。"]
    cells = [cell.get_text(strip=True) for cell in page.soup.select("tbody tr")[0].select("td")]
    assert cells[1:3] == ["2", "0"]
    (link,) = [link for link in page.links if link.endswith("/TWELFTH-CLI")]
    assert "登山男子组" in office.get(link).h1


def test_what_is_wrong_stands_beside_its_input(office):
    climb()
    office.get(f"{PAGE}/events/CLI")
    page = office.submit(
        {"place": "", "starts_at": "2030-09-20T08:00", "ends_at": "2030-09-20T07:00"}, form=FORM, status=422
    )
    assert page.errors
    page = office.submit({"place": "区体育场"}, form=FORM, status=422)
    assert "结束时间要晚于开始时间。" in page.errors[0]
    assert page.soup.select_one("[name=place]")["value"] == "区体育场"


def test_a_late_entry_without_an_activity_is_refused_in_words(office):
    climb()
    page = office.get(PAGE)
    page = office.post(f"{PAGE}/events/CLI/late")
    assert "这个小项没有关联活动。" in page.text
    office.post(f"{PAGE}/events/nothing/late", status=404)


def test_a_referee_reads_and_another_edition_s_manager_sees_nothing(somebody, office):
    climb()
    page = somebody(Role.REFEREE).get(PAGE)
    assert not page.soup.select("main form")
    other = made.make_games()
    somebody(Role.EVENT_MANAGER, Scope(ScopeKind.GAMES, other)).get(PAGE, status=404)

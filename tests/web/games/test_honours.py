"""The office's page of honours, and the public's."""

from app.core.permissions import Role
from tests.factories import games as made

FORM = "form.x-form"


def nominated(office, **typed):
    office.get("/office/games/twelfth/honours/new")
    return office.submit({"usual": "优秀组织奖", **typed}, form=FORM)


def test_two_people_bring_an_honour_to_the_public(office, somebody):
    games_id = made.make_games(code="twelfth")
    delegation = made.add_delegation_to(games_id, name="西集镇")
    assert "还没有公布荣誉" in office.get("/games/twelfth/honours").main
    page = nominated(office, delegation_id=str(delegation), reason="组织周到")
    assert "西集镇" in page.main
    assert "自己提名，由别人批准" in page.main
    other = somebody(Role.EVENT_MANAGER)
    other.get("/office/games/twelfth/honours")
    page = other.submit(form="form[action$='/approve']")
    assert page.flash == ["已批准。"]
    assert "西集镇" not in office.get("/games/twelfth/honours").main
    assert other.submit(form="form[action$='/publish']").flash == ["已公布。"]
    public = office.logout().get("/games/twelfth/honours")
    assert "西集镇" in public.main
    assert "组织周到" in public.main
    other.submit(form="form[action$='/refuse']")
    assert "西集镇" not in other.get("/games/twelfth/honours").main


def test_the_own_nomination_is_refused_by_the_server_too(office, somebody):
    games_id = made.make_games(code="twelfth")
    nominated(office, name="王德福")
    other = somebody(Role.EVENT_MANAGER)
    address = next(
        form["action"] for form in other.get("/office/games/twelfth/honours").soup.select("form[action$='/approve']")
    )
    page = office.post(address)
    assert "提名的人不能自己批准，请换一位。" in page.text
    assert "已提名" in office.get(f"/office/games/{games_id}/honours").main


def test_what_is_missing_stands_beside_its_input(office):
    made.make_games(code="twelfth")
    office.get("/office/games/twelfth/honours/new")
    page = office.submit({"usual": "", "title": "", "name": "王"}, form=FORM, status=422)
    assert "这里要填。" in page.errors[0]
    page = office.submit({"usual": "优秀奖", "name": ""}, form=FORM, status=422)
    assert "请选代表团，或写出姓名。" in page.errors[0]
    assert page.soup.select_one("[name=usual] option[selected]")["value"] == "优秀奖"


def test_a_referee_sees_but_does_not_decide(office, somebody):
    made.make_games(code="twelfth")
    nominated(office, name="王德福")
    referee = somebody(Role.REFEREE)
    page = referee.get("/office/games/twelfth/honours")
    assert "王德福" in page.main
    assert not page.soup.select("main form")
    referee.get("/office/games/twelfth/honours/new", status=403)


def test_a_step_that_does_not_exist(office):
    made.make_games(code="twelfth")
    office.post("/office/games/twelfth/honours/f47ac10b-58cc-4372-a567-0e02b2c3d479/praise", {}, status=404)

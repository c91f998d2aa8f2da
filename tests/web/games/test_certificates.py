"""Certificates and the list for the ceremony, as files and as a page."""

import pytest

from app.audit.models import AuditEntry
from app.audit.services import SYSTEM
from app.core.db import db
from app.core.permissions import Role
from app.games.documents import ceremony, certificates
from app.games.queries.games import event_by_ref
from app.games.rules.programme import ResultRow
from app.games.services.imports import import_results
from app.games.services.publishing import reopen_result
from tests.factories import games as made

AWARDS = "/office/games/twelfth/awards"


@pytest.fixture
def games_id(ctx):
    """Two events with results: a hill climb of single athletes, a tug of war of teams."""
    games_id = made.make_games(code="twelfth", name="第十二届全民健身运动会")
    for code, name in (("xj", "西集镇"), ("ct", "城头镇"), ("xz", "徐庄镇")):
        made.add_delegation_to(games_id, code=code, name=name)
    rows = [
        ResultRow(2, "登山", "男子组", 1, "西集镇", "王德福", "1:02:03"),
        ResultRow(3, "登山", "男子组", 2, "城头镇", "李建国"),
        ResultRow(4, "登山", "男子组", 9, "徐庄镇", "张志强"),
        ResultRow(5, "拔河", "混合组", 1, "城头镇"),
    ]
    import_results(games_id=games_id, rows=rows, create_missing=True, actor=SYSTEM)
    return games_id


@pytest.fixture
def printed(monkeypatch):
    """What the typesetter was given, file by file; the file itself is made too."""
    seen = []

    def watched(real):
        def typeset(template, data, **more):
            seen.append(data)
            return real(template, data, **more)

        return typeset

    for module in (certificates, ceremony):
        monkeypatch.setattr(module, "pdf_of", watched(module.pdf_of))
    return seen


def test_all_certificates_of_an_edition(office, games_id, printed):
    page = office.get(AWARDS)
    assert [cell.get_text(strip=True) for cell in page.soup.select("tfoot td")][:2] == ["3", "3"]
    page = office.get(f"{AWARDS}/certificates.pdf")
    assert page.headers["Content-Type"] == "application/pdf"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.data.startswith(b"%PDF")
    first, second, third = printed[0]["pages"]
    assert (first["who"], first["prize"], first["medal"]) == ("西集镇 王德福", "第一名", "金牌")
    assert "第十二届全民健身运动会登山男子组" in first["body"]
    assert first["office"] == "区教体局"
    assert first["number"] == "编号 twelfth-X-1-001"
    assert second["medal"] == "银牌"
    assert third["who"] == "城头镇"


def test_only_those_of_a_delegation_or_an_event_and_down_to_a_place(office, games_id, printed):
    for asked in ("delegation=ct", "event=X-1", "event=X-1&up_to=9", "event=X-1&up_to=1"):
        office.get(f"{AWARDS}/certificates.pdf?{asked}")
    assert [len(one["pages"]) for one in printed] == [2, 2, 3, 2]  # medals always
    office.get(f"{AWARDS}/certificates.pdf?delegation=nobody", status=404)
    office.get(f"{AWARDS}/certificates.pdf?event=nothing", status=404)


def test_a_name_is_never_markup(office, games_id, printed):
    rows = [ResultRow(2, "登山", "女子组", 1, "西集镇", '#panic("x") *王* $a$ \\')]
    import_results(games_id=games_id, rows=rows, create_missing=True, actor=SYSTEM)
    page = office.get(f"{AWARDS}/certificates.pdf")
    assert page.data.startswith(b"%PDF")


def test_a_result_under_protest_gives_no_certificate(office, games_id):
    event = event_by_ref(games_id, "X-1")
    reopen_result(games_id=games_id, event_id=event.id, reason="串道", actor=SYSTEM, protest=True)
    page = office.get(f"{AWARDS}/certificates.pdf?event=X-1", status=302, follow=False)
    assert page.location.endswith("/awards")
    assert "还没有正式成绩" in office.get(AWARDS).text


def test_the_ceremony_is_called_gold_first(office, games_id, printed):
    page = office.get(f"{AWARDS}/ceremony")
    rows = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in page.soup.select("tbody tr")]
    assert rows == [
        ["金", "王德福", "西集镇", "1"],
        ["银", "李建国", "城头镇", "1"],
        ["金", "城头镇", "城头镇", "1"],
    ]
    assert "张志强" not in page.main
    office.get(f"{AWARDS}/ceremony.pdf")
    assert [event["name"] for event in printed[0]["events"]] == ["登山 男子组", "拔河 混合组"]
    one = office.get(f"{AWARDS}/ceremony?discipline=X-2")
    assert [h2.get_text() for h2 in one.soup.select("main h2")] == ["拔河 混合组"]


def test_each_file_stands_in_the_trail(office, games_id):
    office.get(f"{AWARDS}/certificates.pdf")
    office.get(f"{AWARDS}/ceremony.pdf")
    rows = db.session.query(AuditEntry).filter_by(action="games.printed", scope_id=games_id).order_by(AuditEntry.id)
    assert [row.details for row in rows] == [{"what": "certificates", "count": 3}, {"what": "ceremony", "count": 3}]


def test_without_a_result_there_is_nothing_to_print(office):
    made.make_games(code="twelfth")
    assert "还没有正式成绩" in office.get(AWARDS).main
    office.get(f"{AWARDS}/ceremony.pdf", status=302)
    assert "还没有正式成绩" in office.get(f"{AWARDS}/ceremony").main


def test_a_leader_does_not_print(somebody, games_id):
    somebody(Role.DELEGATION_LEADER).get(AWARDS, status=403)

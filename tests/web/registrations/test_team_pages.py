"""A leader's pages: the file, the preview, the report, the team with its code and cards."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.activities.constants import AskField
from app.core.clock import now
from app.core.db import db
from app.core.spreadsheets import Column, Sheet, read_table, xlsx_bytes
from app.registrations.models import Registration, TeamUpload
from app.registrations.routes import team as pages
from tests.factories import devices, people, sessions

BORN = date(1979, 5, 4)
HEAD = ("姓名", "证件号", "组别")
BOXES = {"notice": "y", "document_number": "y", "terms": "y"}


def line(n, group="体验组"):
    return (people.name(n), people.document(BORN, n=n), group)


def sheet(*rows, head=HEAD):
    return xlsx_bytes([Sheet("名单", [Column(title) for title in head], rows)])


def send(client, station, data, name="山亭区第一中学", file_name="名单.xlsx", follow=True):
    client.get(f"/activities/{station.code}/team")
    return client.submit({"name": name, "file": (io.BytesIO(data), file_name)}, follow=follow)


def confirmed(client, station, *rows):
    """Upload and confirm; the page of the report."""
    send(client, station, sheet(*rows))
    return client.submit(BOXES)


def team_page(client, station, *rows):
    page = confirmed(client, station, *rows)
    (link,) = [link for link in page.links if "/team/" in link and "/uploads/" not in link]
    return client.get(link)


def stored(model):
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def bomb():
    """A spreadsheet of some kilobytes that unpacks to hundreds of megabytes."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sheet(line(1)))) as whole,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed,
    ):
        for name in whole.namelist():
            packed.writestr(name, whole.read(name))
        with packed.open("xl/media/zeros.bin", "w", force_zip64=True) as target:
            for _ in range(100):
                target.write(bytes(1024 * 1024))
    return file.getvalue()


class TestTemplate:
    def test_it_has_the_columns_that_the_activity_asks_for(self, open_station, visitor):
        station = open_station(window={"asks": (AskField.EMERGENCY,)})
        page = visitor.get(f"/activities/{station.code}/team/template.xlsx")
        assert page.headers["Content-Disposition"].endswith(f"{station.code}-team.xlsx")
        titles = read_table(page.data, max_rows=10).rows[0].cells
        assert titles[0] == "姓名"
        assert "紧急联系人" in titles
        assert "T恤尺码" not in titles

    def test_its_example_is_nobody(self, open_station, visitor):
        station = open_station()
        data = visitor.get(f"/activities/{station.code}/team/template.xlsx").data
        page = send(visitor, station, data)
        assert page.status == 422
        assert "名单是空的" in page.errors[0]


class TestUpload:
    def test_a_file_is_shown_row_by_row(self, open_station, visitor):
        station = open_station()
        page = send(visitor, station, sheet(line(1), line(2, "没有的组")))
        assert page.h1 == "山亭区第一中学"
        assert "读入 2 行：可报名 1，已报过 0，要改 1。" in page.main
        assert "组别：组别请填：" in page.main.replace(" ", "")
        assert stored(Registration) == 0

    def test_csv_from_a_chinese_excel_is_read(self, open_station, visitor):
        station = open_station()
        data = "\n".join(",".join(row) for row in (HEAD, line(1))).encode("gb18030")
        assert "可报名 1" in send(visitor, station, data, file_name="名单.csv").main

    @pytest.mark.parametrize(
        ("data", "says", "status"),
        [
            (lambda: sheet(line(1), head=("甲", "乙", "丙")), "没找到表头，请用模板填写。", 422),
            (lambda: sheet(line(1)[:2], head=HEAD[:2]), "表头缺“组别”", 422),
            (sheet, "名单是空的，请填好再上传。", 422),
            (lambda: b" ", "表格是空的，请填好再上传。", 422),
            (lambda: sheet(*[("王德福", "1", "体验组")] * 20_000), "最多 2,000 行", 413),
            (lambda: bytes(range(256)) * 40, "这不是表格文件，请上传 XLSX 或 CSV。", 422),
            (bomb, "太大", 413),
        ],
        ids=["head", "column", "empty", "blank", "long", "noise", "bomb"],
    )
    def test_what_is_no_list_is_refused_with_a_sentence_and_nothing_is_kept(
        self, open_station, visitor, data, says, status
    ):
        page = send(visitor, open_station(), data())
        assert page.status == status
        assert page.h1 == "团体报名"
        assert says in " ".join(page.errors)
        assert stored(TeamUpload) == 0

    def test_name_and_file_are_asked_for(self, open_station, visitor):
        station = open_station()
        visitor.get(f"/activities/{station.code}/team")
        page = visitor.submit({"name": ""}, status=422)
        assert len(page.errors) == 2
        assert stored(TeamUpload) == 0

    def test_an_activity_that_takes_nobody_offers_no_form(self, open_station, visitor):
        station = open_station(window={"closes_at": now() - timedelta(hours=1)})
        page = visitor.get(f"/activities/{station.code}/team")
        assert "现在不能报名。" in page.main
        assert not page.soup.select("main form")
        visitor.post(page.url, {"name": "队"}, status=422)


class TestConfirm:
    def test_who_can_be_is_registered_and_the_rest_comes_back_as_a_file(self, open_station, visitor):
        station = open_station()
        page = confirmed(visitor, station, line(1), line(2), line(3, "没有的组"))
        assert page.h1 == "2 人报上了。"
        assert stored(Registration) == 2
        (link,) = [link for link in page.links if link.endswith("wrong.xlsx")]
        head, row = read_table(visitor.get(link).data, max_rows=10).rows
        assert head.cells == (*HEAD, "原行号", "要改什么")
        assert row.cells[:4] == (*line(3, "没有的组"), "4")
        assert row.cells[4].startswith("组别：组别请填：")

    def test_without_the_boxes_nobody_is_registered(self, open_station, visitor):
        send(visitor, open_station(), sheet(line(1)))
        page = visitor.submit(BOXES | {"terms": None}, status=422)
        assert len(page.errors) == 1
        assert stored(Registration) == 0

    def test_the_same_file_again_offers_nothing_to_confirm(self, open_station, visitor):
        station = open_station()
        confirmed(visitor, station, line(1), line(2))
        page = send(visitor, station, sheet(line(1), line(2)))
        assert "可报名 0，已报过 2，要改 0。" in page.main
        assert "已报过，跳过" in page.main
        assert not page.soup.select("main form")
        assert "没有可以报名的人" in visitor.post(page.url, BOXES, status=422).main
        assert stored(Registration) == 2

    def test_another_leader_sees_nothing_of_it(self, open_station, visitor):
        station = open_station()
        upload = send(visitor, station, sheet(line(1)), follow=False).location
        visitor.get(upload)
        report = visitor.submit(BOXES)
        (team,) = [link for link in report.links if "/team/" in link and "/uploads/" not in link]
        other = visitor.another()
        sessions.citizen(other)
        for url in (upload, f"{upload}/wrong.xlsx", team, f"{team}/cards.pdf"):
            other.get(url, status=404)
        other.post(upload, BOXES, status=404)
        assert stored(Registration) == 1


class TestTeam:
    def test_its_page_has_the_code_and_the_members(self, open_station, visitor):
        page = team_page(visitor, open_station(), line(1), line(2))
        assert page.h1 == "山亭区第一中学"
        assert "已确认 2 人" in page.main
        assert people.name(1) in page.main
        assert page.soup.select_one(".x-pass__code svg[role=img]")["aria-label"] == "山亭区第一中学的团体码"

    def test_the_gate_reads_the_code_as_a_team_with_its_members(self, open_station, visitor):
        station = open_station(
            starts_at=now() + timedelta(minutes=61), window={"closes_at": now() + timedelta(hours=1)}
        )
        page = team_page(visitor, station, line(1), line(2))
        short = page.soup.select_one(".x-pass__short b").get_text().replace(" ", "")
        device = devices.device(station)
        item = {
            "id": "01910000-0000-7000-8000-000000000001",
            "code": short,
            "checkpoint": str(station.start),
            "scanned_at": now().isoformat(),
        }
        answer = visitor.another().api("POST", "/api/v1/scans", {"scans": [item]}, token=device.token)
        (result,) = answer.json["results"]
        assert result["verdict"] == "team_partial"
        assert result["team"]["name"] == "山亭区第一中学"
        assert len(result["team"]["members"]) == 2

    def test_cards_are_printed_or_the_missing_font_is_named(self, open_station, visitor, monkeypatch, tmp_path):
        page = team_page(visitor, open_station(), line(1))
        (link,) = [link for link in page.links if link.endswith("cards.pdf")]
        seen = []

        def typeset(cards, **facts):
            seen.extend(cards)
            return b"%PDF-1.7"

        with monkeypatch.context() as patch:
            patch.setattr(pages, "cards_pdf", typeset)
            assert visitor.get(link).data == b"%PDF-1.7"
        assert [(card.name, card.unit) for card in seen] == [(people.name(1), "山亭区第一中学")]
        monkeypatch.setattr(pages, "FONTS", str(tmp_path))
        assert "服务器缺少打印用的字体" in visitor.get(link, status=503).main

"""The page of the yearly report, its Word file, its template, its slides, and the command."""

from __future__ import annotations

import io

import docx
import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from app.audit.queries import history
from app.core.ids import NIL
from app.core.permissions import Role
from app.reports.documents import word
from app.reports.documents.word import default_template
from app.settings.constants import FileKey
from app.settings.queries import stored_file
from tests.factories import accounts, activities, walks

pytestmark = pytest.mark.usefixtures("ctx", "clock")
URL = "/office/reports/annual/2030"


@pytest.fixture
def manager(client):
    return client.login_as(accounts.staff(Role.EVENT_MANAGER))


@pytest.fixture
def station():
    """A station of this morning with two people."""
    walk = walks.make_walk(ways={"TY": ("S", "F")}, season_id=activities.season(year=2030), name="西集站")
    outcomes = walks.enrol(walk, walks.person(name="王德福"), walks.person(name="李秀英"))
    walks.read(walks.device(walk), *(walks.scan(one, "S", 0, walk=walk) for one in outcomes))
    return walk


def own(*lines: str) -> FileStorage:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    target = io.BytesIO()
    document.save(target)
    return FileStorage(io.BytesIO(target.getvalue()), "我们的模板.docx")


def text_of(answer) -> str:
    return "\n".join(one.text for one in docx.Document(io.BytesIO(answer.data)).paragraphs)


def test_the_menu_leads_to_the_latest_year(manager, station):
    assert manager.get("/office/reports").h1 == "2030年度报告"


def test_the_page_says_what_the_word_file_says(manager, station):
    page = manager.get(URL)
    sentence = "全年活动共 2 人次参加，共 2 人。"
    assert sentence in page.main
    assert sentence in text_of(manager.get(f"{URL}/report.docx"))


def test_every_figure_leads_to_its_list(manager, station):
    page = manager.get(URL)
    hrefs = [link["href"] for link in page.soup.select('section[aria-labelledby="figures"] tbody a')]
    assert len(hrefs) == len(page.soup.select('section[aria-labelledby="figures"] tbody tr'))
    for href in dict.fromkeys(hrefs):
        manager.get(href)


def test_what_is_summed_up_on_the_page_is_there_row_by_row(manager, station):
    page = manager.get(URL)
    rows = [row.get_text(" ", strip=True) for row in page.soup.select('section[aria-labelledby="held"] tr')]
    assert rows[-1] == "合计 2"
    assert len(rows) == 3, "a head, the one activity, the sum"
    anchors = {
        link["href"].partition("#")[2]
        for link in page.soup.select('section[aria-labelledby="figures"] tbody a')
        if link["href"].startswith(URL + "#")
    }
    assert anchors
    assert all(page.soup.find(id=one) for one in anchors), "each leads to a section that is there"


def test_a_year_without_records(manager):
    assert "这一年还没有记录" in manager.get("/office/reports/annual/2012").main


@pytest.mark.parametrize("year", [1999, 2101, 999999])
def test_a_year_that_no_report_is_of(manager, year):
    manager.get(f"/office/reports/annual/{year}", status=404)


@pytest.mark.parametrize("name", ["stations", "months", "years"])
def test_a_slide_is_a_picture_of_a_slide(manager, station, name):
    answer = manager.get(f"{URL}/slides/{name}.png")
    assert Image.open(io.BytesIO(answer.data)).size == (1920, 1080)


def test_another_slide_does_not_exist(manager):
    manager.get(f"{URL}/slides/other.png", status=404)


class TestTemplate:
    def test_the_office_uses_its_own(self, manager, station):
        page = manager.get("/office/reports/template")
        assert "{{ people }}" in page.main
        page = manager.submit({"file": own("本局全年 {{ people }} 人参加")})
        assert page.flash == ["已换成新模板，以后的报告都用它。"]
        assert "我们的模板.docx" in page.main
        assert text_of(manager.get(f"{URL}/report.docx")) == "本局全年 2 人参加"
        assert "本局全年 2 人参加" in manager.get(URL).main
        assert text_of(manager.get("/office/reports/template.docx")) == "本局全年 {{ people }} 人参加"
        assert "settings.file_kept" in [one.action for one in history(NIL)]

    def test_and_goes_back(self, manager, station):
        manager.get("/office/reports/template")
        manager.submit({"file": own("x")})
        manager.get("/office/reports/template")
        page = manager.submit(form="form[action$=drop]")
        assert page.flash == ["已恢复自带模板。"]
        assert stored_file(FileKey.ANNUAL_REPORT) is None
        assert "全民健身工作报告" in text_of(manager.get("/office/reports/template.docx"))

    @pytest.mark.parametrize(
        ("file", "words"),
        [
            (None, "请选一个文件。"),
            (lambda: own("{{ medails }}"), "模板里有不认识的字段"),
            (lambda: own("{{ year.upper() }}"), "模板有一处用不了"),
            (lambda: FileStorage(io.BytesIO(b"x"), "a.docx"), "这不是能用的 Word 文件"),
            (lambda: FileStorage(io.BytesIO(default_template() + bytes(200_000)), "a.docx"), "模板太大"),
        ],
    )
    def test_one_that_cannot_be_used_is_refused_and_the_old_one_stays(self, manager, monkeypatch, file, words):
        monkeypatch.setattr(word, "LARGEST", 150_000)
        manager.get("/office/reports/template")
        page = manager.submit({"file": file()} if file else {}, status=422)
        assert any(words in error for error in page.errors)
        assert stored_file(FileKey.ANNUAL_REPORT) is None

    def test_one_that_no_longer_fits_is_said_on_the_page(self, manager, station, monkeypatch):
        manager.get("/office/reports/template")
        manager.submit({"file": own("{{ people }}")})
        monkeypatch.setattr("app.reports.tasks.context", lambda *_args, **_more: {})
        page = manager.get(URL)
        assert "现在的模板不能用" in page.main
        assert not page.soup.select('a[href$="report.docx"]')
        manager.get(f"{URL}/report.docx", status=422)


@pytest.mark.parametrize("role", [Role.VOLUNTEER_COORDINATOR, Role.AUDITOR, Role.REFEREE])
def test_it_is_not_for_everybody(client, role):
    client.login_as(accounts.staff(role)).get(URL, status=403)


class TestCommand:
    def test_it_writes_the_file_and_prints_every_figure(self, runner, station, tmp_path):
        out = tmp_path / "report.docx"
        done = runner.invoke(args=["report", "annual", "--year", "2030", "--out", str(out)])
        assert done.exit_code == 0, done.output
        assert "attendances\t2\t全年参加人次\t人次" in done.output
        assert "共 2 人。" in "\n".join(one.text for one in docx.Document(str(out)).paragraphs)

    def test_a_year_of_which_nothing_is_known(self, runner, tmp_path):
        done = runner.invoke(args=["report", "annual", "--year", "2012", "--out", str(tmp_path / "x.docx")])
        assert done.exit_code == 1
        assert "nothing is known of 2012" in done.output
        assert not (tmp_path / "x.docx").exists()

    def test_a_place_that_cannot_be_written(self, runner, station, tmp_path):
        done = runner.invoke(args=["report", "annual", "--year", "2030", "--out", str(tmp_path / "no" / "x.docx")])
        assert done.exit_code == 1
        assert "No such file" in done.output

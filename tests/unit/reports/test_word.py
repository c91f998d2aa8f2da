"""The Word report: every sentence from its figures, names as names, and a template that may name fields only."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from app.core.errors import DomainError
from app.reports.documents.word import default_template, filled, paragraphs
from app.reports.rules.annual import AnnualReport, Held, SeriesPart, figures
from app.reports.rules.fields import context, signed, written
from tests.unit.reports.test_annual import DAY, SERIES, WHOLE


def say(message, **params):
    return message % params if params else message


def facts(report=WHOLE, before=None):
    return context(
        report,
        figures(report, before),
        office="区教体局",
        made_on="2021年12月31日",
        say=say,
        address=lambda one: f"/{one.key}",
    )


def template(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def text_of(document: bytes) -> str:
    return "\n".join(text for text, _ in paragraphs(document))


def refuse(code: str, content: bytes) -> str:
    with pytest.raises(DomainError) as error:
        filled(content, facts())
    assert error.value.code == code
    return str(error.value.params.get("detail", ""))


class TestTheProductsOwn:
    def test_it_says_the_year(self):
        text = text_of(filled(default_template(), facts()))
        for sentence in (
            "区教体局2021年全民健身工作报告",
            "“悦跑”全年举办 2 站（西集站、冯卯站），12,100 人次参加，共 11,000 人。",
            "全年活动共 12,400 人次参加，共 11,200 人。",
            "举办第十一届，设广场舞、太极拳等 2 个大项，共 84 项活动，10 个代表团参加。",
            "承办摔跤，共 30 个小项。",
            "选拔 400 名运动员参加市十运会 18 个大项的比赛，获得奖牌 103 枚，其中金牌 34 枚、银牌 31 枚、铜牌 38 枚。",
            "组织 300 人参加开幕式展演，获优秀奖。",
            "建成绿道环岩马湖、龙河，共 50 km。",
            "40 名志愿者服务 322.3 小时。",
        ):
            assert sentence in text
        assert "{" not in text

    def test_a_year_without_anything_says_so_and_invents_no_figure(self):
        text = text_of(filled(default_template(), facts(AnnualReport(2021))))
        assert text.count("本年没有记录。") == 4
        assert "万㎡" not in text

    def test_the_appendix_has_every_figure_with_its_source_and_the_year_before(self):
        before = AnnualReport(2020, series=(SERIES,), people=12_000)
        made = docx.Document(io.BytesIO(filled(default_template(), facts(before=before))))
        rows = [[cell.text for cell in row.cells] for row in made.tables[0].rows]
        assert len(rows) == 1 + len(figures(WHOLE))
        assert ["全年参加人数", "11,200 人", "12,000", "−800", "/people"] in rows

    def test_a_name_cannot_command_word_or_the_template(self):
        hostile = "</w:t><w:br/> & {{ year }} {%p if x %}"
        report = AnnualReport(
            2021, series=(SeriesPart(SERIES.season_id, hostile, "", (Held("a", "站", DAY, 1, 1),), 1),)
        )
        assert f"“{hostile}”全年举办 1 站" in text_of(filled(default_template(), facts(report)))


class TestTheOfficesOwn:
    def test_words_of_its_own_and_a_choice(self):
        own = template("{{ office }}：{{ people }} 人", "{%p if medals %}", "奖牌 {{ medals }}", "{%p endif %}")
        assert text_of(filled(own, facts())) == "区教体局：11,200 人\n奖牌 103"

    def test_an_unknown_field_is_named(self):
        assert "mdeals" in refuse("template_field", template("{{ mdeals }}"))

    @pytest.mark.parametrize(
        "line",
        [
            "{{ year.__class__ }}",
            "{{ ''.__class__.__mro__ }}",
            "{{ year.format(1) }}",
            "{{ range(10) }}",
            "{{ 'a' * 1000000000 }}",
            "{{ series | map('x') }}",
            "{% for a in series %}{% for b in series %}{% for c in series %}x{% endfor %}{% endfor %}{% endfor %}",
            "{% include 'x' %}",
            "{% macro m() %}x{% endmacro %}",
            "{% for one in series %}",
            "{{ year",
            "{% nonsense %}",
        ],
    )
    def test_it_names_fields_and_nothing_else(self, line):
        with pytest.raises(DomainError) as error:
            filled(template(line), facts())
        assert error.value.code in {"template_wrong", "template_field"}

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip at all", b"\xd0\xcf\x11\xe0" * 100])
    def test_what_is_no_word_file(self, content):
        refuse("template_no_word", content)

    def test_a_package_of_something_else(self):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as package:
            package.writestr("xl/workbook.xml", "<x/>")
        refuse("template_no_word", target.getvalue())

    def test_a_package_that_unpacks_without_end(self):
        target = io.BytesIO(default_template())
        with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as package:
            package.writestr("word/media/bomb.bin", bytes(41 * 1024 * 1024))
        refuse("template_large", target.getvalue())

    def test_macros(self):
        target = io.BytesIO(default_template())
        with zipfile.ZipFile(target, "a") as package:
            package.writestr("word/vbaProject.bin", b"x")
        refuse("template_no_word", target.getvalue())

    def test_a_cut_file(self):
        refuse("template_no_word", default_template()[:-2_000])


@pytest.mark.parametrize(
    ("value", "shown", "sign"),
    [(12_500, "12,500", "+12,500"), (0, "0", "0"), (-3, "-3", "−3"), (None, "—", "—")],
)
def test_how_a_figure_is_written(value, shown, sign):
    assert (written(value), signed(value)) == (shown, sign)

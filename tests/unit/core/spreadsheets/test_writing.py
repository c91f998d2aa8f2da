import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from app.core.spreadsheets import Column, Kind, Sheet, csv_chunks, read_table, xlsx_bytes
from app.core.spreadsheets.writing import CELL_MAX, is_guarded

ATTACKS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    " =1",
    "\u3000=1",
    "\n=1",
]
HARMLESS = ["王德福", "1=1", "a-b", "", " ", "A0001", "环翼云湖-1", "'=1"]


def sheet_xml(data, n=1):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(f"xl/worksheets/sheet{n}.xml").decode()


def styles_xml(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("xl/styles.xml").decode()


def cells(data, sheet=0):
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return workbook.get_sheet_by_index(sheet).to_python(skip_empty_area=False)


def one_column(values, kind=Kind.TEXT):
    return xlsx_bytes([Sheet("名单", [Column("姓名", 20, kind)], ([value] for value in values))])


def read_csv(columns, rows):
    data = b"".join(csv_chunks(columns, rows))
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


class TestGuard:
    @pytest.mark.parametrize("text", ATTACKS)
    def test_what_a_spreadsheet_would_compute(self, text):
        assert is_guarded(text)

    @pytest.mark.parametrize("text", HARMLESS)
    def test_what_it_would_not(self, text):
        assert not is_guarded(text)


class TestXlsx:
    @pytest.mark.parametrize("text", ATTACKS)
    def test_an_attack_is_a_text_cell_with_the_quote_prefix(self, text):
        data = one_column([text])
        xml = sheet_xml(data)
        assert "<f>" not in xml
        assert xml.count('t="inlineStr"') == 2
        assert 'quotePrefix="1"' in styles_xml(data)

    def test_no_address_becomes_a_link(self):
        assert "hyperlink" not in sheet_xml(one_column(["https://example.org/", "mailto:a@b.c"]))

    @settings(max_examples=30)
    @given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), max_size=5))
    def test_every_text_is_read_back_as_it_was(self, texts):
        kept = [text for text in texts if text.strip()]
        found = [row[0] for row in cells(one_column(kept))[1:]]
        assert found == kept

    def test_control_characters_do_not_break_the_file(self):
        data = one_column(["a\x00b\x0bc"])
        assert len(cells(data)) == 2

    def test_a_text_that_is_too_long_is_cut_and_says_so(self):
        (text,) = cells(one_column(["长" * (CELL_MAX + 5)]))[1]
        assert len(text) == CELL_MAX
        assert text.endswith("…")

    @pytest.mark.parametrize(
        ("kind", "value", "found"),
        [
            (Kind.INTEGER, 12500, 12500.0),
            (Kind.INTEGER, -3, -3.0),
            (Kind.DECIMAL, Decimal("8.85"), 8.85),
            (Kind.DECIMAL, Fraction(13, 2), 6.5),
            (Kind.SHARE, 0.25, 0.25),
            (Kind.DATE, date(2021, 9, 18), date(2021, 9, 18)),
            (
                Kind.DATETIME,
                datetime(2021, 9, 18, 0, 20, tzinfo=UTC),
                datetime.fromisoformat("2021-09-18 08:20"),
            ),
            (Kind.TEXT, 13812345678, "13812345678"),
            (Kind.TEXT, datetime(2021, 9, 18, 0, 20, tzinfo=UTC), "2021-09-18 08:20:00"),
            (Kind.INTEGER, "DNS", "DNS"),
            (Kind.INTEGER, True, "True"),
            (Kind.TEXT, None, ""),
            (Kind.INTEGER, None, ""),
        ],
    )
    def test_values_by_their_kind(self, kind, value, found):
        data = xlsx_bytes([Sheet("a", [Column("x", kind=kind), Column("y")], [(value, "end")])])
        assert cells(data)[1] == [found, "end"]

    def test_the_head_stays_in_view_is_repeated_and_filters(self):
        xml = sheet_xml(one_column(["王德福"]))
        assert 'state="frozen"' in xml
        assert "<autoFilter" in xml
        assert 'width="20.' in xml

    def test_sheets_get_names_that_excel_allows(self):
        column = [Column("x")]
        names = ["a/b[c]:*?", "", "x" * 40, "X" * 40, "x" * 40, "'quoted'"]
        data = xlsx_bytes([Sheet(name, column, []) for name in names])
        found = CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
        assert found == ["a b c", "Sheet", "x" * 31, "X" * 29 + " 2", "x" * 29 + " 3", "quoted"]

    def test_rows_are_taken_one_by_one(self):
        taken = []

        def rows():
            for n in range(3):
                taken.append(n)
                yield (n,)

        xlsx_bytes([Sheet("a", [Column("x", kind=Kind.INTEGER)], rows())])
        assert taken == [0, 1, 2]

    def test_a_row_of_another_length_is_an_error(self):
        with pytest.raises(ValueError, match="zip"):
            xlsx_bytes([Sheet("a", [Column("x")], [("1", "2")])])

    def test_what_is_written_can_be_read(self):
        table = read_table(one_column(["王德福", "+8613812345678", "=1"]), max_rows=10)
        assert [row.cells for row in table.rows] == [("姓名",), ("王德福",), ("+8613812345678",), ("=1",)]


class TestCsv:
    @pytest.mark.parametrize("text", ATTACKS)
    def test_an_attack_gets_an_apostrophe(self, text):
        assert read_csv([Column("姓名")], [(text,)]) == [["姓名"], ["'" + text]]

    @pytest.mark.parametrize("text", HARMLESS)
    def test_nothing_else_is_changed(self, text):
        assert read_csv([Column("姓名"), Column("x")], [(text, "x")])[1][0] == text

    @pytest.mark.parametrize(
        ("kind", "value", "found"),
        [
            (Kind.INTEGER, -3, "-3"),
            (Kind.DECIMAL, Decimal("8.850"), "8.850"),
            (Kind.DECIMAL, Fraction(13, 2), "6.5"),
            (Kind.DATE, date(2021, 9, 18), "2021-09-18"),
            (Kind.DATE, datetime(2021, 9, 17, 16, 0, tzinfo=UTC), "2021-09-18"),
            (Kind.DATETIME, datetime(2021, 9, 18, 0, 20, tzinfo=UTC), "2021-09-18 08:20:00"),
            (Kind.INTEGER, "-3", "'-3"),
            (Kind.TEXT, None, ""),
        ],
    )
    def test_values_by_their_kind(self, kind, value, found):
        assert read_csv([Column("x", kind=kind), Column("y")], [(value, "y")])[1][0] == found

    def test_a_long_table_comes_in_chunks_that_fit_together(self):
        chunks = list(csv_chunks([Column("n", kind=Kind.INTEGER)], ((n,) for n in range(1_201))))
        assert len(chunks) == 3
        rows = b"".join(chunks).decode("utf-8-sig").split("\r\n")
        assert rows == ["n", *map(str, range(1_201)), ""]

    def test_an_empty_table_still_has_its_head(self):
        assert read_csv([Column("姓名"), Column("=1")], []) == [["姓名", "'=1"]]

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.core.spreadsheets import MAX_BYTES, Row, read_table
from app.core.spreadsheets.archive import MAX_UNPACKED

ENTITY_SHEET = '<!DOCTYPE w [<!ENTITY a "b">]><worksheet><sheetData/></worksheet>'


def xlsx(write, **options):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, options) as workbook:
        write(workbook)
    return target.getvalue()


def simple(*rows):
    def write(workbook):
        page = workbook.add_worksheet("名单")
        for n, row in enumerate(rows):
            for i, value in enumerate(row):
                page.write(n, i, value)

    return xlsx(write)


def changed(data, parts):
    """The archive `data` with some parts replaced or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return target.getvalue()


def with_sheet(cells):
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    )
    return changed(simple(["x"]), {"xl/worksheets/sheet1.xml": sheet})


def refusal(data, max_rows=10):
    with pytest.raises(DomainError) as refused:
        read_table(data, max_rows=max_rows)
    return refused.value.code, str(refused.value)


def texts(data, max_rows=10):
    return [row.cells for row in read_table(data, max_rows=max_rows).rows]


class TestXlsx:
    def test_every_kind_of_cell_comes_back_as_text(self):
        def write(workbook):
            page = workbook.add_worksheet()
            day = workbook.add_format({"num_format": "yyyy-mm-dd"})
            page.write_row(0, 0, [" 王德福 ", 13812345678, 1.5, True])
            page.write_datetime(0, 4, date(1990, 3, 7), day)
            page.write_datetime(0, 5, datetime(2021, 9, 18, 8, 20, tzinfo=UTC), day)

        assert texts(xlsx(write, remove_timezone=True)) == [
            ("王德福", "13812345678", "1.5", "1", "1990-03-07", "2021-09-18 08:20:00")
        ]

    def test_empty_rows_are_left_out_and_numbers_stay_those_of_the_sheet(self):
        table = read_table(simple(["姓名"], [], [""], ["王德福"]), max_rows=10)
        assert [(row.number, row.cells) for row in table.rows] == [(1, ("姓名",)), (4, ("王德福",))]

    def test_a_formula_is_named_and_its_remembered_value_is_only_text(self):
        def write(workbook):
            page = workbook.add_worksheet()
            page.write_row(0, 0, ["姓名", "单位"])
            page.write_formula(1, 1, '="a"&"b"', None, "ab")
            page.write_formula(3, 0, "=1+1", None, "")

        rows = read_table(xlsx(write), max_rows=10).rows
        assert [(row.number, row.formulas) for row in rows] == [
            (1, frozenset()),
            (2, frozenset({1})),
            (4, frozenset({0})),
        ]
        assert rows[1].cells[1] == "ab"

    def test_a_number_too_long_to_be_exact_is_named(self):
        (row,) = read_table(simple([370406199003070018, 13812345678]), max_rows=10).rows
        assert row.rounded == {0}

    def test_an_id_typed_as_text_is_whole(self):
        (row,) = read_table(simple(["370406199003070018"]), max_rows=10).rows
        assert row == Row(1, ("370406199003070018",))

    def test_the_first_sheet_that_can_be_seen_is_read(self):
        def write(workbook):
            workbook.add_worksheet("隐藏").write(0, 0, "no")
            seen = workbook.add_worksheet("名单")
            seen.write(0, 0, "yes")
            seen.activate()
            workbook.get_worksheet_by_name("隐藏").hide()

        assert texts(xlsx(write)) == [("yes",)]

    def test_shared_strings_and_inline_strings_are_alike(self):
        rows = [["姓名"], ["王德福"]]

        def write(workbook):
            page = workbook.add_worksheet()
            for n, row in enumerate(rows):
                page.write_row(n, 0, row)

        assert texts(xlsx(write, constant_memory=True)) == texts(xlsx(write)) == [("姓名",), ("王德福",)]

    def test_styled_but_empty_cells_far_away_do_not_count(self):
        data = with_sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>')
        assert texts(data) == [("1",)]


class TestLimits:
    def test_as_many_rows_as_allowed(self):
        rows = [["姓名"]] + [[str(n)] for n in range(10)]
        assert len(read_table(simple(*rows), max_rows=10).rows) == 11

    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_twenty_thousand_rows(self, kind):
        rows = [["姓名"]] + [[f"某{n}"] for n in range(20_000)]
        data = simple(*rows) if kind == "xlsx" else "\n".join(row[0] for row in rows).encode()
        assert refusal(data, 2_000) == ("sheet_too_long", "最多 2,000 行，这份有 20,000 行，请分成几份。")

    def test_more_than_five_megabytes(self):
        code, says = refusal(b"PK\x03\x04" + bytes(MAX_BYTES))
        assert (code, says) == ("sheet_size", "文件超过 5 MB，请分成几份上传。")

    @pytest.mark.parametrize(
        "bomb",
        [
            {"xl/media/zero.bin": bytes(MAX_UNPACKED + 1)},
            {"xl/media/ratio.bin": bytes(3 * 1024 * 1024)},
            {f"xl/media/{n}": b"x" for n in range(1_001)},
        ],
        ids=["size", "ratio", "entries"],
    )
    def test_a_bomb(self, bomb):
        assert refusal(changed(simple(["x"]), bomb)) == ("sheet_bomb", "文件解开后太大，不能读取。")

    def test_a_bomb_that_lies_about_its_size(self):
        data = bytearray(changed(simple(["x"]), {"xl/media/zero.bin": bytes(MAX_UNPACKED + 1)}))
        size = (MAX_UNPACKED + 1).to_bytes(4, "little")
        while (at := data.find(size)) >= 0:
            data[at : at + 4] = (10).to_bytes(4, "little")
        assert refusal(bytes(data))[0] == "sheet_bomb"

    def test_an_entry_that_is_longer_than_it_says(self):
        data = bytearray(changed(simple(["x"]), {"xl/media/a.bin": bytes(12_345)}))
        size = (12_345).to_bytes(4, "little")
        while (at := data.find(size)) >= 0:
            data[at : at + 4] = (10).to_bytes(4, "little")
        assert refusal(bytes(data))[0] == "sheet_broken"

    @pytest.mark.parametrize(
        "cells",
        [
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="Z1048576"><v>1</v></c></row>',
            '<row r="1"><c r="XFD1"><v>1</v></c></row>',
            '<row r="9999999"><c r="A9999999"><v>1</v></c></row>',
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="&#90;1048576"><v>1</v></c></row>',
        ],
    )
    def test_a_cell_so_far_away_that_the_table_would_fill_the_memory(self, cells):
        assert refusal(with_sheet(cells)) == ("sheet_area", "表格太大，请删掉多余的行和列再上传。")

    def test_a_far_cell_in_a_sheet_that_is_not_listed(self):
        far = '<worksheet><sheetData><row><c r="Z1048576"><v>1</v></c></row></sheetData></worksheet>'
        assert refusal(changed(simple(["x"]), {"xl/worksheets/other.xml": far}))[0] == "sheet_area"

    def test_two_parts_whose_paths_differ_in_case_only(self):
        data = changed(simple(["x"]), {"xl/worksheets/SHEET1.XML": "<worksheet/>"})
        assert refusal(data)[0] == "sheet_broken"


class TestNoTable:
    @pytest.mark.parametrize("data", [b"", b"  \r\n", simple(), simple([""]), b",,\n,,", b"\xef\xbb\xbf"])
    def test_nothing_in_it(self, data):
        assert refusal(data) == ("sheet_empty", "表格是空的，请填好再上传。")

    def test_only_hidden_sheets_with_content(self):
        hidden = changed(
            simple(["x"]),
            {
                "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
                ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
                '<sheets><sheet name="a" sheetId="1" state="hidden" r:id="rId1"/></sheets></workbook>'
            },
        )
        assert refusal(hidden)[0] == "sheet_empty"

    @pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00\x00", b"%PDF-1.7\n\x00", b"MZ\x90\x00\x03", b"a\x00b"])
    def test_another_kind_of_file(self, data):
        assert refusal(data) == ("sheet_format", "这不是表格文件，请上传 XLSX 或 CSV。")

    def test_another_kind_of_archive(self):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("word/document.xml", "<document/>")
        assert refusal(target.getvalue())[0] == "sheet_format"

    def test_a_file_with_a_password(self):
        says = "文件有密码，请去掉密码再上传。"
        ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")
        assert refusal(ole) == ("sheet_password", says)
        data = bytearray(simple(["x"]))
        for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = data.find(mark)
            while at >= 0:
                data[at + offset] |= 1
                at = data.find(mark, at + 1)
        assert refusal(bytes(data)) == ("sheet_password", says)

    def test_the_format_of_1997(self):
        ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
        assert refusal(ole) == ("sheet_old", "旧格式读不了，请另存为 XLSX 再上传。")

    @pytest.mark.parametrize(
        "data",
        [
            b"PK\x03\x04 and no more",
            simple(["x"])[:-30],
            simple(["x"])[:200] + simple(["x"])[260:],
            with_sheet("<row><c"),
            changed(simple(["x"]), {"xl/workbook.xml": '<?xml version="1.0" encoding="UTF-9"?><workbook/>'}),
            with_sheet('<row r="x"><c r="A1"><v>1</v></c></row>'),
            with_sheet('<row><c r="a1"><v>1</v></c></row>'),
            with_sheet('<row><c r="A0"><v>1</v></c></row>'),
            changed(simple(["x"]), {"xl/workbook.xml": "<workbook"}),
            changed(simple(["x"]), {"xl/_rels/workbook.xml.rels": "<Relationships/>"}),
            changed(
                simple(["x"]),
                {"xl/worksheets/sheet1.xml": ENTITY_SHEET},
            ),
        ],
    )
    def test_a_broken_file(self, data):
        assert refusal(data) == ("sheet_broken", "文件打不开，请重新保存后再上传。")

    @given(st.integers(0, 5_000), st.integers(1, 255))
    def test_one_damaged_byte_never_makes_the_reader_fall(self, at, flip):
        data = bytearray(simple(["姓名", "单位"], ["王德福", "山城街道"]))
        data[at % len(data)] ^= flip
        try:
            rows = read_table(bytes(data), max_rows=10).rows
        except DomainError as refused:
            rows = refused.code
        assert rows

    @given(st.binary(max_size=300))
    def test_any_bytes_are_a_table_or_refused(self, data):
        try:
            rows = read_table(data, max_rows=10).rows
        except DomainError as refused:
            rows = refused.code
        assert rows


class TestCsv:
    TEXT = "姓名,手机\r\n王德福,13812345678\r\n"
    ROWS = (("姓名", "手机"), ("王德福", "13812345678"))

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_the_encodings_that_spreadsheets_write(self, encoding):
        assert texts(self.TEXT.encode(encoding)) == list(self.ROWS)

    @pytest.mark.parametrize("delimiter", [",", "\t", ";"])
    def test_the_separators_that_spreadsheets_write(self, delimiter):
        assert texts(self.TEXT.replace(",", delimiter).encode()) == list(self.ROWS)

    def test_quotes_hold_commas_and_new_lines(self):
        rows = read_table(b'a,b\n"x,y","1\n2"\nz,3\n', max_rows=10).rows
        assert [row.cells for row in rows] == [("a", "b"), ("x,y", "1\n2"), ("z", "3")]

    def test_a_formula_is_named(self):
        (row,) = read_table(b"=1+1,-1,+8613812345678,@x,=cmd|' /c calc'!A1", max_rows=10).rows
        assert row.formulas == {0, 4}

    def test_a_text_kept_by_an_equals_sign_is_that_text(self):
        (row,) = read_table(b'a,"=""370406199003070018"""', max_rows=10).rows
        assert row == Row(1, ("a", "370406199003070018"))

    def test_a_short_row_has_empty_cells_behind_it(self):
        (row,) = read_table(b"a", max_rows=10).rows
        assert (row.cell(0), row.cell(5)) == ("a", "")

    def test_a_line_without_an_end(self):
        assert refusal(b'a,"' + b"x" * 200_000)[0] == "sheet_broken"

    def test_too_many_columns(self):
        assert refusal(b"," * 300 + b"x")[0] == "sheet_format"

import uuid
from datetime import date

import pytest

from app.core.errors import DomainError, TooLarge
from app.core.spreadsheets import Row, Sheet, Table, read_table, xlsx_bytes
from app.people.constants import DocumentType
from app.people.rules.documents import valid_resident_id
from app.registrations.rules.admission import CategoryFacts
from app.registrations.rules.team_columns import COLUMNS, key_of_title, template
from app.registrations.rules.team_file import MAX_ROWS, RowStatus, TeamFacts, read_team

EASY = CategoryFacts(uuid.UUID(int=1), "t8", "体验组", None, None)
HARD = CategoryFacts(uuid.UUID(int=2), "t18", "挑战组", 16, 70)
TOWN, UNIT = uuid.UUID(int=11), uuid.UUID(int=12)
FACTS = TeamFacts(
    categories=[EASY, HARD],
    first_day=date(2021, 9, 18),
    today=date(2021, 9, 10),
    towns={"山城街道": TOWN},
    organisations={"山亭区第一中学": UNIT},
)
HEAD = ("姓名", "证件号", "组别")
WANG = valid_resident_id("370499", date(1990, 3, 7), 1)
LI = valid_resident_id("370499", date(1985, 1, 2), 2)
CHILD = valid_resident_id("370499", date(2010, 5, 6), 3)


def table(*rows):
    return Table(tuple(Row(n, tuple(cells)) for n, cells in enumerate(rows, start=1)))


def read(*rows, facts=FACTS, head=HEAD):
    return read_team(table(head, *rows), facts)


def only(*rows, **more):
    (row,) = read(*rows, **more).rows
    return row


def reasons(row):
    return [(error.column, str(error)) for error in row.errors]


def refusal(*rows, facts=FACTS):
    with pytest.raises(DomainError) as refused:
        read_team(table(*rows), facts)
    return refused.value.code, str(refused.value)


class TestHead:
    @pytest.mark.parametrize(
        "head",
        [
            ("姓名", "证件号", "组别"),
            (" 姓 名 *", "身份证号码", "参赛组别"),
            ("姓名（必填）", "证件号：", "组别"),
            ("＊姓名", "身份证", "项目"),
        ],
    )
    def test_titles_are_known_by_many_spellings(self, head):
        assert only(("王德福", WANG, "体验组"), head=head).status is RowStatus.OK

    def test_columns_may_stand_in_any_order(self):
        row = only(("体验组", WANG, "王德福"), head=("组别", "证件号", "姓名"))
        assert row.member.person.name == "王德福"

    def test_a_title_line_and_a_hint_may_stand_above(self):
        sheet = read_team(table(("徐庄站报名表",), ("请按身份证填写",), HEAD, ("王德福", WANG, "体验组")), FACTS)
        assert [row.number for row in sheet.rows] == [4]

    def test_columns_that_nobody_asked_for_are_named_and_passed_over(self):
        sheet = read(("王德福", WANG, "体验组", "x", ""), head=(*HEAD, "备注", ""))
        assert sheet.ignored == ("备注",)
        assert sheet.rows[0].status is RowStatus.OK

    @pytest.mark.parametrize(
        ("head", "says"),
        [
            (("张三", "李四"), "没找到表头，请用模板填写。"),
            (("姓名",), "没找到表头，请用模板填写。"),
            (("姓名", "组别"), "表头缺“证件号”，请用模板填写。"),
            (("姓名", "证件号"), "表头缺“组别”，请用模板填写。"),
            (("姓名", "证件号", "组别", "手机", "电话"), "表头有两列“手机”，请删去一列。"),
        ],
    )
    def test_wrong_columns_are_refused_by_name(self, head, says):
        assert refusal(head, ("王德福",)) == ("team_columns", says)

    def test_an_activity_with_one_group_needs_no_column_for_it(self):
        facts = TeamFacts([EASY], FACTS.first_day, FACTS.today)
        row = only(("王德福", WANG), head=("姓名", "证件号"), facts=facts)
        assert row.member.category_id == EASY.id

    def test_every_title_and_alias_means_one_column(self):
        for column in COLUMNS:
            assert {key_of_title(title) for title in (column.title, *column.aliases)} == {column.key}


class TestSize:
    def test_a_sheet_without_rows(self):
        assert refusal(HEAD) == ("sheet_empty", "名单是空的，请填好再上传。")

    def test_a_sheet_with_the_example_only(self):
        assert refusal(HEAD, ("示例（上传前可删）", "", "体验组"))[0] == "sheet_empty"

    def test_two_thousand_people_are_read_and_one_more_is_not(self):
        people = [(f"王{chr(0x4E00 + n)}", _id(n), "体验组") for n in range(MAX_ROWS)]
        assert read(*people).count(RowStatus.OK) == MAX_ROWS
        with pytest.raises(TooLarge) as refused:
            read(*people, ("李四", LI, "体验组"))
        assert str(refused.value) == "最多 2,000 行，这份有 2,001 行，请分成几份。"


def _id(n):
    return valid_resident_id("370499", date(1960 + n // 1000, 1, 1), n % 1000)


class TestRow:
    FULL = (
        "姓名",
        "证件类型",
        "证件号",
        "性别",
        "出生日期",
        "手机",
        "组别",
        "镇街",
        "单位",
        "监护人姓名",
        "监护人手机",
        "监护人关系",
    )

    def full(self, **cells):
        return tuple(cells.get(title, "") for title in self.FULL)

    def test_a_full_row_becomes_a_member(self):
        row = only(
            self.full(
                姓名="王小明",
                证件类型="身份证",
                证件号=CHILD,
                性别="男",
                出生日期="2010年5月6日",
                手机="138 1234 5678",
                组别="t8",
                镇街="山城 街道",
                单位="山亭区第一中学",
                监护人姓名="王德福",
                监护人手机="13912345678",
                监护人关系="父亲",
            ),
            head=self.FULL,
        )
        person = row.member.person
        assert row.status is RowStatus.OK
        assert (row.number, row.name, row.errors) == (2, "王小明", ())
        assert (person.document_type, person.document_number) == (DocumentType.RESIDENT_ID, CHILD)
        assert (person.sex, person.birth_date, person.phone) == ("male", date(2010, 5, 6), "+8613812345678")
        assert (person.town_id, person.organisation_id, row.member.organisation) == (
            TOWN,
            UNIT,
            "山亭区第一中学",
        )
        assert (person.guardian_name, person.guardian_phone) == ("王德福", "+8613912345678")
        assert person.guardian_relation == "parent"
        assert row.member.category_id == EASY.id

    def test_a_unit_that_is_not_on_record_is_kept_as_text(self):
        row = only(self.full(姓名="王德福", 证件号=WANG, 组别="体验组", 单位="红星超市"), head=self.FULL)
        assert (row.member.person.organisation_id, row.member.organisation) == (None, "红星超市")

    @pytest.mark.parametrize(
        ("typed", "number", "type_"),
        [
            ("", WANG, DocumentType.RESIDENT_ID),
            ("居民身份证", WANG, DocumentType.RESIDENT_ID),
            ("台胞证", "01234567", DocumentType.TAIWAN_PERMIT),
            ("护照", "E12345678", DocumentType.PASSPORT),
            ("无", "", DocumentType.NONE),
        ],
    )
    def test_documents_by_their_everyday_names(self, typed, number, type_):
        row = only(
            self.full(
                姓名="王德福",
                证件类型=typed,
                证件号=number,
                组别="体验组",
                出生日期="1990-03-07",
                手机="13812345678",
            ),
            head=self.FULL,
        )
        assert reasons(row) == []
        assert row.member.person.document_type is type_

    @pytest.mark.parametrize(
        ("cells", "column", "says"),
        [
            ({"姓名": ""}, "姓名", "请填姓名。"),
            ({"姓名": "王5"}, "姓名", "姓名里不能有“5”，请改。"),
            ({"证件类型": "驾驶证"}, "证件类型", "不认识这种证件，请重新选择。"),
            (
                {"证件号": WANG[:-1] + ("0" if WANG[-1] != "0" else "1")},
                "证件号",
                "最后一位对不上，请核对身份证。",
            ),
            ({"证件号": "370406900307001"}, "证件号", "15位旧号不能用了，请填18位身份证号。"),
            ({"证件号": ""}, "证件号", "请填证件号码。"),
            ({"性别": "女"}, "性别", "性别和证件号不一致，请核对。"),
            ({"性别": "?"}, "性别", "性别请填男或女。"),
            ({"出生日期": "1990-03-08"}, "出生日期", "出生日期和证件号不一致，请核对。"),
            ({"出生日期": "1990-02-30"}, "出生日期", "2月没有30日，请改日期。"),
            ({"手机": "1381234567"}, "手机", "手机号应有11位，现在是10位。"),
            ({"组别": ""}, "组别", "组别请填：体验组、挑战组。"),
            ({"组别": "马拉松"}, "组别", "组别请填：体验组、挑战组。"),
            ({"镇街": "枣庄"}, "镇街", "没有这个镇街，请照模板填。"),
            ({"单位": "=cmd|'/c calc'!A1"}, "单位", "开头或中间有不能用的字符，请改。"),
            ({"单位": "长" * 81}, "单位", "最多 80 个字，请改短。"),
            ({"监护人手机": "138"}, "监护人手机", "手机号应有11位，现在是3位。"),
            ({"监护人关系": "邻居"}, "监护人关系", "请选择监护人和孩子的关系。"),
        ],
    )
    def test_each_mistake_stands_at_its_column(self, cells, column, says):
        good = {"姓名": "王德福", "证件号": WANG, "组别": "体验组"}
        row = only(self.full(**good | cells), head=self.FULL)
        assert row.status is RowStatus.ERROR
        assert row.member is None
        assert reasons(row) == [(column, says)]

    def test_all_mistakes_of_a_row_are_told_at_once(self):
        row = only(self.full(姓名="", 证件号="1", 手机="1", 组别="x", 镇街="y"), head=self.FULL)
        assert {error.column for error in row.errors} == {"姓名", "证件号", "手机", "组别", "镇街"}

    @pytest.mark.parametrize(
        ("number", "group", "column", "says"),
        [
            (CHILD, "体验组", "监护人姓名", "未满14岁，请填监护人姓名和手机。"),
            (CHILD, "挑战组", "组别", "挑战组要满16岁。"),
            (
                valid_resident_id("370499", date(2004, 9, 18), 1),
                "挑战组",
                "监护人姓名",
                "未满18岁，请填监护人姓名和手机。",
            ),
            (valid_resident_id("370499", date(1950, 9, 18), 1), "挑战组", "组别", "挑战组最大70岁。"),
        ],
    )
    def test_ages_are_those_of_the_first_day(self, number, group, column, says):
        assert reasons(only(("王小明", number, group))) == [(column, says)]

    def test_an_activity_may_waive_the_contact_of_those_over_14(self):
        facts = TeamFacts([EASY], FACTS.first_day, FACTS.today, guardian_to_18=False)
        row = only(("王小明", valid_resident_id("370499", date(2004, 9, 18), 1), "体验组"), facts=facts)
        assert row.status is RowStatus.OK


class TestFormulas:
    def row(self, **marks):
        sheet = Table((Row(1, HEAD), Row(2, ("王德福", WANG, "体验组", "x"), **marks)))
        (row,) = read_team(sheet, FACTS).rows
        return row

    def test_a_formula_is_refused_at_its_cell(self):
        assert reasons(self.row(formulas=frozenset({0, 2}))) == [
            ("姓名", "这格是公式，请改成文字。"),
            ("组别", "这格是公式，请改成文字。"),
        ]

    def test_a_number_that_lost_its_end_is_refused_at_its_cell(self):
        assert reasons(self.row(rounded=frozenset({1}))) == [("证件号", "末几位丢了，请把这列设成文本再填。")]

    def test_a_formula_in_a_column_that_is_not_read_does_not_matter(self):
        assert self.row(formulas=frozenset({3})).status is RowStatus.OK


class TestDuplicates:
    def test_the_same_document_twice_is_one_person(self):
        rows = read(("王德福", WANG, "体验组"), ("李四", LI, "体验组"), ("王德富", WANG, "挑战组")).rows
        assert [row.status for row in rows] == [RowStatus.OK, RowStatus.OK, RowStatus.DUPLICATE]
        assert reasons(rows[2]) == [("证件号", "和第 2 行是同一个人。")]
        assert rows[2].member is None

    def test_people_without_document_are_told_apart_by_name_birth_and_phone(self):
        head = ("姓名", "证件类型", "证件号", "出生日期", "手机", "组别")
        one = ("王小", "无", "", "1990-01-01", "13812345678", "体验组")
        rows = read(one, (*one[:3], "1990-01-02", *one[4:]), one, head=head).rows
        assert [row.status for row in rows] == [RowStatus.OK, RowStatus.OK, RowStatus.DUPLICATE]

    def test_a_wrong_row_does_not_stand_in_the_way_of_a_right_one(self):
        rows = read(("王德福", WANG, "没有的组"), ("王德福", WANG, "体验组")).rows
        assert [row.status for row in rows] == [RowStatus.ERROR, RowStatus.OK]


class TestAsks:
    HEAD = (*HEAD, "紧急联系人", "紧急联系人手机", "T恤尺码")
    FACTS = TeamFacts([EASY, HARD], FACTS.first_day, FACTS.today, asks=["emergency", "shirt"])

    def test_what_the_activity_asks_is_read(self):
        row = only(("王德福", WANG, "体验组", "李四", "0632-8811234", "XL"), head=self.HEAD, facts=self.FACTS)
        assert row.member.answers == {
            "emergency_name": "李四",
            "emergency_phone": "+866328811234",
            "shirt": "XL",
        }

    def test_an_emergency_contact_that_is_asked_for_has_to_be_given(self):
        row = only(("王德福", WANG, "体验组", "", "", ""), head=self.HEAD, facts=self.FACTS)
        assert reasons(row) == [("紧急联系人", "请填姓名。")]

    def test_what_is_not_asked_is_not_kept(self):
        row = only(("王德福", WANG, "体验组", "李四", "13812345678", "XL"), head=self.HEAD)
        assert row.member.answers == {}


class TestTemplate:
    def test_the_template_is_read_back_and_its_example_is_passed_over(self):
        columns, rows = template(["emergency"])
        titles = [column.title for column in columns]
        assert "紧急联系人" in titles
        assert "T恤尺码" not in titles
        filled = dict.fromkeys(titles, "") | {
            "姓名": "王德福",
            "证件号": WANG,
            "组别": "体验组",
            "紧急联系人": "李四",
            "紧急联系人手机": "13812345678",
        }
        data = xlsx_bytes([Sheet("名单", columns, [*rows, list(filled.values())])])
        facts = TeamFacts([EASY], FACTS.first_day, FACTS.today, asks=["emergency"])
        sheet = read_team(read_table(data, max_rows=MAX_ROWS), facts)
        assert [(row.number, row.status) for row in sheet.rows] == [(3, RowStatus.OK)]

    @pytest.mark.parametrize("status", list(RowStatus))
    def test_every_status_has_words(self, status):
        assert status.label

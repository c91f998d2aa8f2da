"""The columns of a team sheet, the words its cells are known by, and its template."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.activities.constants import AskField
from app.core.spreadsheets import Column
from app.core.text import fold_width
from app.people.constants import DocumentType, Relation

EXAMPLE_MARK: Final = "示例"
"""A row whose name begins so is the template's own example and is passed over."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its key in the code, its title in the template, other titles it is known by."""

    key: str
    title: str
    aliases: tuple[str, ...] = ()
    width: float = 12
    example: str = ""
    ask: AskField | None = None


COLUMNS: Final = (
    SheetColumn("name", "姓名", ("名字",), 12, "示例（上传前可删）"),
    SheetColumn("document_type", "证件类型", ("证件种类",), 16, "居民身份证"),
    SheetColumn("document_number", "证件号", ("证件号码", "身份证号", "身份证号码", "身份证"), 24, ""),
    SheetColumn("sex", "性别", (), 6, "男"),
    SheetColumn("birth_date", "出生日期", ("生日", "出生年月日"), 14, "1990-03-07"),
    SheetColumn("phone", "手机", ("手机号", "手机号码", "电话", "联系电话", "联系方式"), 16, "138 0000 0000"),
    SheetColumn("category", "组别", ("参赛组别", "项目"), 12, "体验组"),
    SheetColumn("town", "镇街", ("镇", "街道", "乡镇", "所在镇街", "镇(街道)"), 12, "山城街道"),
    SheetColumn("organisation", "单位", ("工作单位", "学校", "队名", "单位名称"), 20, ""),
    SheetColumn("guardian_name", "监护人姓名", ("监护人",), 12, ""),
    SheetColumn("guardian_phone", "监护人手机", ("监护人电话", "监护人手机号"), 16, ""),
    SheetColumn("guardian_relation", "监护人关系", ("与监护人关系", "关系"), 12, ""),
    SheetColumn("emergency_name", "紧急联系人", ("紧急联系人姓名",), 12, "", AskField.EMERGENCY),
    SheetColumn("emergency_phone", "紧急联系人手机", ("紧急联系人电话", "紧急联系电话"), 16, "", AskField.EMERGENCY),
    SheetColumn("shirt", "T恤尺码", ("T恤", "衣服尺码", "尺码"), 10, "", AskField.SHIRT),
)
BY_KEY: Final = {column.key: column for column in COLUMNS}
DOCUMENT_TYPES: Final = {type_.label: type_ for type_ in DocumentType} | {
    "身份证": DocumentType.RESIDENT_ID,
    "二代身份证": DocumentType.RESIDENT_ID,
    "居住证": DocumentType.HMT_RESIDENCE,
    "港澳台居住证": DocumentType.HMT_RESIDENCE,
    "港澳通行证": DocumentType.HK_MACAU_PERMIT,
    "回乡证": DocumentType.HK_MACAU_PERMIT,
    "台胞证": DocumentType.TAIWAN_PERMIT,
    "永久居留证": DocumentType.PERMANENT_RESIDENCE,
    "永居证": DocumentType.PERMANENT_RESIDENCE,
    "无": DocumentType.NONE,
    "无证件": DocumentType.NONE,
}
RELATIONS: Final = {relation.label: relation for relation in Relation} | {
    **dict.fromkeys(("父亲", "母亲", "爸爸", "妈妈", "父子", "母子", "父女", "母女"), Relation.PARENT),
    **dict.fromkeys(("爷爷", "奶奶", "姥爷", "姥姥", "外公", "外婆", "外祖父母"), Relation.GRANDPARENT),
    **dict.fromkeys(("老师", "亲属", "亲戚", "其它"), Relation.OTHER),
}


def folded_title(title: str) -> str:
    """What is compared of a title: case, width, spaces, stars and brackets do not matter."""
    plain = re.sub(r"\(.*?\)|[*:#\s]", "", fold_width(title))
    return plain.casefold()


def title_keys(columns: Sequence[SheetColumn]) -> dict[str, str]:
    """Folded title → key of the column, for a sheet of these columns."""
    return {folded_title(title): column.key for column in columns for title in (column.title, *column.aliases)}


_KEYS: Final = title_keys(COLUMNS)


def key_of_title(title: str) -> str | None:
    """The key of the column with this title."""
    return _KEYS.get(folded_title(title))


def columns_for(asks: Sequence[str]) -> list[SheetColumn]:
    """The columns of the template of an activity that asks for `asks`."""
    return [column for column in COLUMNS if column.ask is None or column.ask in asks]


def template(asks: Sequence[str]) -> tuple[list[Column], list[list[str]]]:
    """Columns and rows of the template to be written: the titles and one example."""
    columns = columns_for(asks)
    return [Column(column.title, column.width) for column in columns], [[column.example for column in columns]]

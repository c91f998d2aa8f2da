"""Text: marks for translation, folding of what people type, masking, pinyin for search."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from app.core.readings import syllables as read_aloud


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """`message` itself: marks a msgid where no request is at hand to translate it."""
    return message


# --------------------------------------------------------------------------- width

_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def fold_width(text: str) -> str:
    """`text` with full-width ASCII (！ to ～, and the ideographic space) made half-width.

    Only that range: a whole NFKC would also rewrite rare characters of names, ligatures and
    fractions that nobody asked to change.
    """
    return text if text.isascii() else text.translate(_WIDTH)  # five texts of each scan come by here


# --------------------------------------------------------------------------- masks

_COMPOUND: Final = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 "
    "公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 "
    "壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 "
    "东门 西门 第五"
)
COMPOUND_SURNAMES: Final = frozenset(_COMPOUND.split())
"""Surnames of two characters, from the 百家姓 and those still common."""


def mask_name(name: str) -> str:
    """The surname and a star for each further letter: 王德福 → 王**, 欧阳娜娜 → 欧阳**.

    Spaces and the dots of long names stay, so that the form of the name can be recognised. A name
    of a single character is hidden altogether.
    """
    name = name.strip()
    if len(name) <= 1:
        return "*" * len(name)
    shown = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    return name[:shown] + "".join("*" if unicodedata.category(c)[0] in "LM" else c for c in name[shown:])


def mask_phone(phone: str) -> str:
    """`phone` (E.164 or national) with its middle hidden: +8613812345678 → 138****5678.

    A foreign number keeps its plus sign: +16502530000 → +16****0000.
    """
    digits = phone.removeprefix("+86")
    if len(digits) < 8:
        return "*" * len(digits)
    return f"{digits[:3]}****{digits[-4:]}"


def mask_document(number: str) -> str:
    """A document number with its middle hidden; neither the birth date nor the sequence shows.

    18 characters keep three and four (370***********0018), shorter ones one and two (E******78).
    """
    head, tail = (3, 4) if len(number) >= 15 else (1, 2)
    if len(number) <= head + tail:
        return "*" * len(number)
    return number[:head] + "*" * (len(number) - head - tail) + number[-tail:]


# --------------------------------------------------------------------------- pinyin

_SURNAME_READINGS: Final[dict[str, tuple[str, ...]]] = {
    # As a surname it is read in the first way; many type the everyday reading, so that finds the
    # person too. Surnames whose everyday reading is right already are not listed.
    "万俟": ("mo qi", "wan si"),
    "尉迟": ("yu chi", "wei chi"),
    "长孙": ("zhang sun", "chang sun"),
    "澹台": ("tan tai", "dan tai"),
    "单": ("shan", "dan"),
    "曾": ("zeng", "ceng"),
    "解": ("xie", "jie"),
    "仇": ("qiu", "chou"),
    "查": ("zha", "cha"),
    "朴": ("piao", "pu"),
    "区": ("ou", "qu"),
    "盖": ("ge", "gai"),
    "乐": ("yue", "le"),
    "覃": ("qin", "tan"),
    "翟": ("zhai", "di"),
    "缪": ("miao", "mou"),
    "召": ("shao", "zhao"),
    "种": ("chong", "zhong"),
    "员": ("yun", "yuan"),
    "车": ("che", "ju"),
    "冼": ("xian", "xi"),
    "洗": ("xian", "xi"),
    "繁": ("po", "fan"),
    "祭": ("zhai", "ji"),
    "折": ("she", "zhe"),
    "尉": ("wei", "yu"),
    "黑": ("he", "hei"),
    "郇": ("xun", "huan"),
    "谌": ("chen", "shen"),
    "隗": ("wei", "kui"),
    "盛": ("sheng", "cheng"),
    "晟": ("cheng", "sheng"),
    "柏": ("bai", "bo"),
    "秘": ("bi", "mi"),
    "薄": ("bo", "bao"),
    "牟": ("mu", "mou"),
    "都": ("du", "dou"),
    "行": ("xing", "hang"),
    "重": ("chong", "zhong"),
    "角": ("jue", "jiao"),
    "沈": ("shen", "chen"),
    "宿": ("su", "xiu"),
    "能": ("nai", "neng"),
    "宓": ("mi", "fu"),
    "适": ("kuo", "shi"),
    "炅": ("gui", "jiong"),
}
_NOT_PLAIN: Final = re.compile(r"[^a-z0-9]+")
_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")
_UMLAUT: Final = re.compile(r"^([nl])v")
INITIALS_MAX: Final = 20
"""Initials are cut here: nobody types more at a gate, and the column holds it."""


def _plain(syllable: str) -> str:
    """Latin letters without accents and case, everything else dropped."""
    return _NOT_PLAIN.sub("", unicodedata.normalize("NFD", syllable.casefold()))


def _syllables(text: str) -> list[str]:
    """The syllables of `text`, ü as v. What has no pinyin stays a word with one initial."""
    words = (word for run in read_aloud(text) for word in _BETWEEN_WORDS.split(run))
    return [plain for plain in map(_plain, words) if plain]


def _readings(name: str) -> list[list[str]]:
    """All readings of a name as lists of plain syllables, the most likely first; [] when unreadable."""
    name = unicodedata.normalize("NFC", fold_width(name).strip())
    length = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    surname, given = name[:length], name[length:]
    if surname in _SURNAME_READINGS:
        tail = _syllables(given)
        readings = [reading.split() + tail for reading in _SURNAME_READINGS[surname]]
    else:
        readings = [_syllables(name)]
    for reading in readings.copy():
        with_u = [_UMLAUT.sub(r"\1u", syllable) for syllable in reading]  # 吕 is typed lv, and lu by some
        if with_u != reading:
            readings.append(with_u)
    return [reading for reading in readings if reading]


def pinyin_initials(name: str) -> str:
    """The initials of the most likely reading, lower case: 王德福 → wdf, 单雄信 → sxx.

    Empty when nothing in the name can be read; at most INITIALS_MAX letters.
    """
    readings = _readings(name)
    return _initials(readings[0]) if readings else ""


def pinyin_keys(name: str) -> list[str]:
    """What a person at the gate may type for `name`, each once: 张三 → ["zs", "zhangsan"].

    A surname with several readings gives all of them, the right one first:
    单雄信 → ["sxx", "dxx", "shanxiongxin", "danxiongxin"].
    """
    readings = _readings(name)
    return list(dict.fromkeys([*map(_initials, readings), *map("".join, readings)]))


def _initials(reading: list[str]) -> str:
    return "".join(syllable[0] for syllable in reading)[:INITIALS_MAX]


# --------------------------------------------------------------------------- search

_DOTS: Final = {ord(c): "·" for c in "•・‧∙⋅･"}
_SPACES: Final = re.compile(r"\s+")


def unify_dots(text: str) -> str:
    """The dots that are typed between the parts of a name, all as the one ·."""
    return text.translate(_DOTS)


def normalise_search(text: str) -> str:
    """What is compared when something is searched: NFC, half-width, lower case, one dot, no spaces."""
    folded = unify_dots(fold_width(unicodedata.normalize("NFC", text)))
    return _SPACES.sub("", folded).casefold()

"""Text: marks for translation, folding of what people type, masking, pinyin for search."""

from __future__ import annotations

import re
import unicodedata
from itertools import product
from typing import Final

from pypinyin import lazy_pinyin


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
    return text.translate(_WIDTH)


# --------------------------------------------------------------------------- masks

COMPOUND_SURNAMES: Final = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 "
    "公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 "
    "壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 "
    "东门 西门 第五".split()
)
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
    return name[:shown] + "".join("*" if unicodedata.category(c)[0] == "L" else c for c in name[shown:])


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
    # Read in a name as the first; many type the everyday reading, so it finds the person too.
    "万俟": ("moqi", "wansi"),
    "尉迟": ("yuchi", "weichi"),
    "长孙": ("zhangsun", "changsun"),
    "澹台": ("tantai", "dantai"),
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
    "任": ("ren",),
    "华": ("hua",),
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
    "石": ("shi",),
    "柏": ("bai", "bo"),
    "秘": ("bi", "mi"),
    "薄": ("bo", "bao"),
    "牟": ("mu", "mou"),
    "纪": ("ji",),
    "葛": ("ge",),
    "相": ("xiang",),
    "都": ("du", "dou"),
    "訾": ("zi",),
    "行": ("xing", "hang"),
    "晟": ("cheng", "sheng"),
    "燕": ("yan",),
    "重": ("chong", "zhong"),
    "角": ("jue", "jiao"),
    "褚": ("chu",),
    "逄": ("pang",),
    "沈": ("shen", "chen"),
    "沉": ("shen", "chen"),
    "宿": ("su", "xiu"),
    "能": ("nai", "neng"),
    "那": ("na",),
    "宓": ("mi", "fu"),
    "适": ("kuo", "shi"),
    "炅": ("gui", "jiong"),
    "贾": ("jia",),
    "赵": ("zhao",),
}
_MAX_READINGS: Final = 4
_NOT_PLAIN: Final = re.compile(r"[^a-z0-9]+")


def _plain(syllable: str) -> str:
    """Latin letters without accents and case, everything else dropped; ü is typed as v."""
    syllable = syllable.casefold().replace("ü", "v")
    return _NOT_PLAIN.sub("", unicodedata.normalize("NFD", syllable))


def _split_surname(name: str) -> tuple[str, str]:
    length = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    return name[:length], name[length:]


def _latin_words(run: str) -> list[str]:
    """What pypinyin cannot read, as words: a Latin name gives one initial a word."""
    return [word for word in re.split(r"[^\w]+", run) if word]


def _syllables(text: str) -> list[str]:
    read = lazy_pinyin(text, errors=_latin_words)
    return [plain for plain in map(_plain, read) if plain]


def _readings(name: str) -> list[list[str]]:
    """All readings of a name, the most likely first: lists of plain syllables."""
    surname, given = _split_surname(unicodedata.normalize("NFC", name.strip()))
    rest = _syllables(given)
    if surname in _SURNAME_READINGS and (rest or len(surname) == 1):
        heads = [_compound(reading, surname) for reading in _SURNAME_READINGS[surname]]
    elif surname and not _is_han(surname[0]):
        return [_syllables(surname + given)]  # a Latin name is cut at its spaces, not after one letter
    else:
        heads = [_syllables(surname)]
    return [head + tail for head, tail in product(heads, _umlauts(rest))][:_MAX_READINGS]


def _compound(reading: str, surname: str) -> list[str]:
    """A reading of a two-character surname as its two syllables."""
    if len(surname) == 1:
        return [reading]
    for cut in range(1, len(reading)):
        if reading[cut:] in _SECOND_SYLLABLES:
            return [reading[:cut], reading[cut:]]
    return [reading]


_SECOND_SYLLABLES: Final = frozenset({"qi", "si", "chi", "sun", "tai"})


def _umlauts(syllables: list[str]) -> list[list[str]]:
    """ü is typed v by most and u by some: 吕 as lv, then lu."""
    plain = [re.sub(r"^([nl])v", r"\1u", s) for s in syllables]
    return [syllables] if plain == syllables else [syllables, plain]


def _is_han(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("CJK", "IDEOGRAPHIC"))


def pinyin_initials(name: str) -> str:
    """The initials of the most likely reading, lower case: 王德福 → wdf, 单雄信 → sxx.

    Empty when nothing in the name can be read.
    """
    readings = _readings(name)
    return "".join(s[0] for s in readings[0]) if readings and readings[0] else ""


def pinyin_keys(name: str) -> list[str]:
    """What a person at the gate may type for `name`, each once: 张三 → ["zs", "zhangsan"].

    A surname with several readings gives all of them, the right one first:
    单雄信 → ["sxx", "dxx", "shanxiongxin", "danxiongxin"].
    """
    readings = [r for r in _readings(name) if r]
    initials = ["".join(s[0] for s in r) for r in readings]
    full = ["".join(r) for r in readings]
    return list(dict.fromkeys(initials + full))


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

"""The English catalogue: whole, exact, and in the words of the field."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po

from tests.support.sources import named, text_of, tree_of, with_suffix
from tooling import translations

ENGLISH = translations.FOLDER / "en" / "LC_MESSAGES" / "messages.po"
TO_DO = "run `make translations`, fill in the empty msgstr of app/translations/en/LC_MESSAGES/messages.po, commit it"
PLACE = re.compile(r"%\(\w+\)[sd]")
TAG = re.compile(r"</?\w+>")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
NAMES = (
    "中文",  # a language is named in itself
    "2026-10-01 2026-10-07 休 国庆节",  # lines that are typed in Chinese
    "2026-10-10 班 国庆节调休",
    "相约星期六·悦跑新山亭",  # examples of what the office types, which is Chinese
    "悦跑新山亭 2021",
    "纪念奖牌",
    "徐庄站",
    "徐庄镇文化广场",
    "体验组",
    "一签 石桥",
    "山亭区第一中学",
    "“一等奖 2 名”, “三等奖 8.50 分”, “优秀奖 其余”",  # levels of award are typed in Chinese
    "“男” or “女”",  # what a cell of a team file has to say
)
"""Chinese that stays in an English text."""
MARKS = {"N_", "_", "gettext", "lazy_gettext", "lazy"}
UNMARKED = {
    "app/accounts/services/codes.py": "the text message: gateways send what they have approved, word for word",
    "app/activities/services/parts.py": "the letters of a seal, taken from a Chinese name",
    "app/core/spreadsheets/writing.py": "the ideographic space, which a formula may hide behind",
    "app/core/text.py": "surnames, their readings, dots of names",
    "app/operations/demo/": "the demo year: names, places and texts as a district has them",
    "app/games/rules/entry_file.py": "the delegation's file, whose titles and units are read back: always Chinese",
    "app/games/rules/library.py": "names of disciplines and events, which an edition copies as its data",
    "app/squads/rules/sheet.py": "the sheets, whose titles are read back: always Chinese",
    "app/games/rules/sources.py": "names of rules in pages for engineers",
    "app/games/rules/regulations.py": "Chinese numerals, which English pages do not show",
    "app/games/rules/settings.py": "levels of award as the office types them and reads them back",
    "app/games/rules/wrestling/entries.py": "how files write the phases of a tournament",
    "app/notices/constants.py": "the signature of the texts, which are Chinese",
    "app/notices/rules.py": "days in texts, which are Chinese",
    "app/registrations/rules/templates.py": "texts to begin with, which are Chinese",
    "app/passes/rules.py": "marks that a keyboard puts into a typed code",
    "app/people/rules/ages.py": "how people write a date",
    "app/people/rules/intake.py": "how files write the sexes",
    "app/people/rules/names.py": "apostrophes of names",
    "app/people/services/organisations.py": "names of the districts and townships",
    "app/reports/documents/word.py": "the work report, which is Chinese, and fonts by their names",
    "app/portal/queries/mine.py": "the letters of a seal, taken from a Chinese name",
    "app/portal/routes/frame.py": "Chinese numerals, which English pages do not show",
    "app/portal/routes/home.py": "how the parts of the privacy notice begin",
    "app/registrations/rules/team_columns.py": "the team file, whose titles are read back: always Chinese",
    "app/games/documents/entry_book_docx.py": "the names of the fonts that Word has",
    "app/games/forms/results.py": "marks that people type between scores",
    "app/games/rules/sheet_scores.py": "marks that people type between scores",
    "app/games/rules/times.py": "how files and people write that there is no time",
    "app/games/schemas/results_file.py": "the headings of a file of results may be Chinese",
    "app/registrations/rules/team_file.py": "the mark between names of categories",
    "app/settings/rules/holidays.py": "the signs of a line that is typed: always Chinese",
    "app/settings/rules/wording.py": "braces of either width",
    "app/web/texts.py": "days and times in Chinese, each beside its English",
}
"""Where Chinese stands in Python without a mark, and why that is right."""


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Catalog:
    """What the sources mark now."""
    template = tmp_path_factory.mktemp("texts") / "messages.pot"
    translations.extract(template)
    with template.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def english() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def texts(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def sides(message: Message) -> list[tuple[str, str]]:
    """(Chinese, English), for each form of the number."""
    if isinstance(message.id, tuple):
        return [(message.id[0], form) for form in message.string]
    return [(message.id, message.string)]


def keys(catalogue: Catalog) -> set[object]:
    return {(message.context, message.id) for message in texts(catalogue)}


def test_every_text_of_the_sources_is_in_the_catalogue(source, english):
    assert len(texts(source)) > 1000
    new = keys(source) - keys(english)
    assert not new, f"new texts, {TO_DO}: {sorted(map(str, new))}"


def test_no_text_stays_that_the_sources_no_longer_have(source, english):
    gone = keys(english) - keys(source)
    assert not gone, f"texts that are gone, run `make translations` and commit: {sorted(map(str, gone))}"
    assert not english.obsolete


def test_every_text_is_translated(english):
    empty = [message.id for message in texts(english) for _, said in sides(message) if not said.strip()]
    assert not empty, f"{len(empty)} texts wait for English, {TO_DO}: {empty}"


def test_nothing_is_a_guess(english):
    assert [message.id for message in texts(english) if message.fuzzy] == []


def test_places_and_tags_are_the_same_on_both_sides(english):
    for message in texts(english):
        for chinese, said in sides(message):
            assert Counter(PLACE.findall(chinese)) == Counter(PLACE.findall(said)), f"{chinese} | {said}"
            assert Counter(TAG.findall(chinese)) == Counter(TAG.findall(said)), f"{chinese} | {said}"
            assert "%" not in PLACE.sub("", said), f"a lone % breaks the text: {said}"


def test_english_has_no_chinese_but_names(english):
    for message in texts(english):
        for _, said in sides(message):
            rest = said
            for name in NAMES:
                rest = rest.replace(name, "")
            assert not CHINESE.search(rest), said


def test_english_is_set_as_english_is_set(english):
    """Typographic marks, no exclamation, and the end of a sentence where Chinese has one."""
    for message in texts(english):
        for chinese, said in sides(message):
            assert not re.search(r"[!\"']|\.\.\.|  |\s[,;:.?]", said), said
            assert chinese.endswith("？") == said.endswith("?"), f"{chinese} | {said}"
            assert not (chinese.endswith("。") and len(chinese) > 1 and said[-1] not in ".?"), f"{chinese} | {said}"


def unmarked(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Chinese in a source that no mark brings into the catalogue; docstrings and comments are prose."""
    quiet = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            quiet.add(node.value)
        elif isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in MARKS:
                quiet.update(arg for arg in node.args if isinstance(arg, ast.Constant))
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and node not in quiet else None
        if isinstance(text, str) and CHINESE.search(text):
            yield node.lineno, text


def allowed(where: str) -> str | None:
    """The line of UNMARKED that lets a file keep its Chinese."""
    return next((place for place in UNMARKED if where == place or (place[-1] == "/" and where.startswith(place))), None)


def test_chinese_in_python_is_marked():
    found = [
        f"{named(path)}:{line}: {text}"
        for path in with_suffix(".py", under="app/")
        if not allowed(named(path))
        for line, text in unmarked(tree_of(path))
    ]
    assert not found, f"mark with _('…') where a request is at hand, else with N_('…'): {found}"


def test_the_list_of_the_unmarked_is_needed():
    used = {
        allowed(named(path))
        for path in with_suffix(".py", under="app/")
        if allowed(named(path)) and any(True for _ in unmarked(tree_of(path)))
    }
    assert set(UNMARKED) == used


def test_an_unmarked_text_is_found():
    tree = ast.parse('"""说明。"""\nA = N_("标记过")\nB = "没标记"\nC = f"{A}没标记"\n')
    assert [line for line, _ in unmarked(tree)] == [3, 4]


def test_scripts_say_what_stands_in_their_dictionaries():
    """The scanner's words wait for theirs (docs/open.md)."""
    elsewhere = ("frontend/src/texts/", "frontend/src/scanner/")
    sources = [path for path in with_suffix(".ts", under="frontend/src/") if not named(path).startswith(elsewhere)]
    assert sources
    comment = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
    assert [named(path) for path in sources if re.search(r"[\u3400-\u9fff]", comment.sub("", text_of(path)))] == []

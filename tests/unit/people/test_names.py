import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.people.rules.names import NAME_MAX, clean_name, same_name


def outcome(rule, *arguments):
    try:
        return rule(*arguments)
    except DomainError as refused:
        return refused


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("王德福", "王德福"),
        ("  王德福 ", "王德福"),
        ("王　伟", "王伟"),
        ("王 伟", "王伟"),
        ("王\u00a0伟", "王伟"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("Maria  Silva", "Maria Silva"),
        ("Jean-Luc O’Neil Jr.", "Jean-Luc O'Neil Jr."),
        ("Jose\u0301", "José"),
        ("Ａｎｎ", "Ann"),
        ("𫖯㛃", "𫖯㛃"),
        ("नमस्ते", "नमस्ते"),
    ],
)
def test_a_name_is_stored_in_one_spelling(typed, stored):
    assert clean_name(typed) == stored


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        ("", "name_missing", "请填姓名。"),
        (" 　", "name_missing", "请填姓名。"),
        ("王" * 61, "name_too_long", "姓名最多60个字，请改短。"),
        ("王\x00五", "name_hidden", "姓名里有看不见的字符，请重新输入。"),
        ("王\n五", "name_hidden", "姓名里有看不见的字符，请重新输入。"),
        ("王\u200b五", "name_hidden", "姓名里有看不见的字符，请重新输入。"),
        ("王\u202e五", "name_hidden", "姓名里有看不见的字符，请重新输入。"),
        ("王\ue000", "name_private", "有个字电脑存不了，可用拼音代替。"),
        ("王5", "name_character", "姓名里不能有“5”，请改。"),
        ("<b>王</b>", "name_character", "姓名里不能有“<”，请改。"),
        ("=1+1", "name_character", "姓名里不能有“=”，请改。"),
        ("王＝五", "name_character", "姓名里不能有“=”，请改。"),
        ("王😀", "name_character", "姓名里不能有“😀”，请改。"),
        ("-王五", "name_start", "姓名要以文字开头，请改。"),
        ("\u0301a", "name_start", "姓名要以文字开头，请改。"),
    ],
)
def test_what_is_no_name_is_refused_with_a_reason(typed, code, says):
    with pytest.raises(DomainError) as refused:
        clean_name(typed)
    assert refused.value.code == code
    assert str(refused.value) == says
    assert refused.value.field == "name"


def test_the_reason_stands_at_the_field_that_was_asked():
    with pytest.raises(DomainError) as refused:
        clean_name("", field="guardian_name")
    assert refused.value.field == "guardian_name"


def test_sixty_characters_are_a_name():
    assert clean_name("王" * NAME_MAX) == "王" * NAME_MAX


@given(st.text(max_size=70))
def test_every_text_is_a_clean_name_or_refused(text):
    name = outcome(clean_name, text)
    if isinstance(name, DomainError):
        assert name.code.startswith("name_")
    else:
        assert 1 <= len(name) <= NAME_MAX
        assert clean_name(name) == name
        assert all(unicodedata.category(c)[0] in "LM" or c in " ·'.-" for c in name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王德福", "王 德福"),
        ("阿依古丽·买买提", "阿依古丽•买买提"),
        ("阿依古丽·买买提", "阿依古丽买买提"),
        ("MARIA SILVA", "Maria Silva"),
        ("O’Neil", "O'Neil"),
    ],
)
def test_the_same_name_in_another_spelling_is_the_same(one, other):
    assert same_name(one, other)


@pytest.mark.parametrize(("one", "other"), [("王德福", "王德富"), ("王德福", "德福王"), ("Ann", "Anne")])
def test_another_name_is_another(one, other):
    assert not same_name(one, other)

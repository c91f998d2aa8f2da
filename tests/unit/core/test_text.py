import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.text import (
    INITIALS_MAX,
    N_,
    fold_width,
    mask_document,
    mask_name,
    mask_phone,
    normalise_search,
    pinyin_initials,
    pinyin_keys,
)

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


def test_a_marked_message_is_the_message_itself():
    assert N_("报上了") == "报上了"


class TestFoldWidth:
    @pytest.mark.parametrize(
        ("typed", "folded"),
        [
            ("３７０４０６", "370406"),
            ("ＡＢｘ：％", "ABx:%"),
            ("王　伟", "王 伟"),
            ("王德福", "王德福"),
        ],
    )
    def test_full_width_ascii_becomes_half_width(self, typed, folded):
        assert fold_width(typed) == folded

    @pytest.mark.parametrize("text", ["½", "ﬁ", "①", "㎞", "𫖯㛃", "、。《》", "豈"])
    def test_nothing_else_is_rewritten(self, text):
        assert fold_width(text) == text

    @given(st.text())
    def test_the_length_stays_and_a_second_time_changes_nothing(self, text):
        once = fold_width(text)
        assert len(once) == len(text)
        assert fold_width(once) == once

    @given(st.characters(min_codepoint=0xFF01, max_codepoint=0xFF5E))
    def test_in_its_range_it_is_nfkc(self, character):
        assert fold_width(character) == unicodedata.normalize("NFKC", character)


class TestMasks:
    @pytest.mark.parametrize(
        ("name", "masked"),
        [
            ("王德福", "王**"),
            ("李四", "李*"),
            ("欧阳娜娜", "欧阳**"),
            ("欧阳", "欧*"),
            ("阿依古丽·买买提", "阿***·***"),
            ("Maria Silva", "M**** *****"),
            ("王𫖯", "王*"),
            ("王", "*"),
            ("", ""),
        ],
    )
    def test_a_name_keeps_its_surname(self, name, masked):
        assert mask_name(name) == masked

    @given(st.text(HAN, min_size=2, max_size=20))
    def test_a_masked_name_keeps_its_length_and_hides_its_end(self, name):
        masked = mask_name(name)
        assert len(masked) == len(name)
        assert masked.endswith("*")

    @pytest.mark.parametrize(
        ("phone", "masked"),
        [
            ("+8613812345678", "138****5678"),
            ("13812345678", "138****5678"),
            ("+16502530000", "+16****0000"),
            ("12345", "*****"),
            ("", ""),
        ],
    )
    def test_a_phone_keeps_three_and_four_digits(self, phone, masked):
        assert mask_phone(phone) == masked

    @pytest.mark.parametrize(
        ("number", "masked"),
        [
            ("370406199003070018", "370***********0018"),
            ("E12345678", "E******78"),
            ("H12345678", "H******78"),
            ("AB1", "***"),
            ("", ""),
        ],
    )
    def test_a_document_shows_neither_birth_date_nor_sequence(self, number, masked):
        assert mask_document(number) == masked


class TestPinyin:
    @pytest.mark.parametrize(
        ("name", "keys"),
        [
            ("张三", ["zs", "zhangsan"]),
            ("王德福", ["wdf", "wangdefu"]),
            ("单雄信", ["sxx", "dxx", "shanxiongxin", "danxiongxin"]),
            ("曾国藩", ["zgf", "cgf", "zengguofan", "cengguofan"]),
            ("解晓东", ["xxd", "jxd", "xiexiaodong", "jiexiaodong"]),
            ("仇英", ["qy", "cy", "qiuying", "chouying"]),
            ("尉迟恭", ["ycg", "wcg", "yuchigong", "weichigong"]),
            ("欧阳娜娜", ["oynn", "ouyangnana"]),
            ("吕布", ["lb", "lvbu", "lubu"]),
            ("单", ["s", "d", "shan", "dan"]),
            ("阿依古丽·买买提", ["ayglmmt", "ayigulimaimaiti"]),
            ("Maria José Silva", ["mjs", "mariajosesilva"]),
            ("Müller", ["m", "muller"]),
            ("Ａｎｎ Ｌｅｅ", ["al", "annlee"]),
            ("王𫖯", ["wf", "wangfu"]),
        ],
    )
    def test_a_name_is_found_by_initials_and_by_spelling(self, name, keys):
        assert pinyin_keys(name) == keys
        assert pinyin_initials(name) == keys[0]

    @pytest.mark.parametrize("name", ["", "   ", "·", "\U0001f600"])
    def test_what_cannot_be_read_gives_no_key(self, name):
        assert pinyin_keys(name) == []
        assert pinyin_initials(name) == ""

    @given(st.text(max_size=80))
    def test_any_text_gives_short_plain_initials(self, text):
        initials = pinyin_initials(text)
        assert len(initials) <= INITIALS_MAX
        assert initials == "" or (initials.isascii() and initials.isalnum())

    @given(st.text(HAN, min_size=1, max_size=4))
    def test_the_first_key_is_the_initials(self, name):
        keys = pinyin_keys(name)
        assert keys[:1] == ([pinyin_initials(name)] if keys else [])
        assert len(set(keys)) == len(keys)


class TestNormaliseSearch:
    @pytest.mark.parametrize(
        ("typed", "compared"),
        [
            (" 王 德福 ", "王德福"),
            ("ＺＳ", "zs"),
            ("Zhang San", "zhangsan"),
            ("阿依古丽•买买提", "阿依古丽·买买提"),
            ("阿依古丽・买买提", "阿依古丽·买买提"),
            ("a０012", "a0012"),
            ("é", "é"),
        ],
    )
    def test_spelling_variants_are_one(self, typed, compared):
        assert normalise_search(typed) == compared

    @given(st.text(max_size=40))
    def test_folding_twice_changes_nothing(self, text):
        assert normalise_search(normalise_search(text)) == normalise_search(text)

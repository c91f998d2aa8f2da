"""Chinese is read as the whole dictionary reads it, though most of it is not loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pypinyin.phrases_dict import phrases_dict

from app.core.readings import syllables
from tooling.paths import ROOT
from tooling.readings import LONGEST, plain


def test_the_file_is_what_the_installed_dictionary_gives():
    ran = subprocess.run([sys.executable, "-m", "tooling.readings", "--check"], cwd=ROOT, check=False)
    assert ran.returncode == 0, "python -m tooling.readings"


def test_the_dictionary_of_phrases_is_not_loaded():
    code = "import sys, app.core.text; sys.exit('pypinyin.phrases_dict' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_every_phrase_is_read_as_the_whole_dictionary_reads_it():
    wrong = [
        phrase
        for phrase, readings in phrases_dict.items()
        if len(phrase) <= LONGEST
        and len(readings) == len(phrase)
        and [plain(one) for one in syllables(phrase)] != [plain(reading[0]) for reading in readings]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("朝阳", "zhao yang"),
        ("长征", "chang zheng"),
        ("音乐", "yin yue"),
        ("王德福", "wang de fu"),
        ("重庆", "chong qing"),
        ("女", "nv"),
        ("Anna 王", "Anna  wang"),
    ],
)
def test_words_that_are_read_by_their_meaning(text, expected):
    assert " ".join(syllables(text)) == expected

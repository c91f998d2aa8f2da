"""How Chinese is read: pypinyin with the phrases that matter alone.

Its whole dictionary of phrases takes 45 MB of every process and says of 46,000 phrases what their characters say
already; readings.json holds the others (docs/decisions/0034, tooling/readings.py).
"""

from __future__ import annotations

import json
import os
from pathlib import Path

# pypinyin's own switches; they are read when it is imported
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")

from pypinyin import lazy_pinyin, load_phrases_dict


def _load() -> None:
    phrases = json.loads(Path(__file__).with_name("readings.json").read_text(encoding="utf-8"))
    load_phrases_dict({phrase: [[one] for one in read.split()] for phrase, read in phrases.items()})


_load()


def syllables(text: str) -> list[str]:
    """The syllables of a text without tones, ü as v; what is no Chinese stays as it is."""
    return lazy_pinyin(text)

"""The phrases whose reading does not follow from their characters, out of pypinyin's dictionary.

Runs inside .venv: `python -m tooling.readings` writes app/core/readings.json anew; after an update of pypinyin a
test says when that is due. Why not the whole dictionary: docs/decisions/0034.
"""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path

# pypinyin's own switch, read when it is imported: what is collected is compared with no phrase loaded
os.environ["PYPINYIN_NO_PHRASES"] = "1"

from pypinyin import lazy_pinyin, load_phrases_dict
from pypinyin.phrases_dict import phrases_dict

TARGET = Path(__file__).resolve().parent.parent / "app" / "core" / "readings.json"
LONGEST = 4
"""Characters: longer phrases are sayings, which nobody is called by."""


def plain(syllable: str) -> str:
    """A syllable without its tone, ü as v."""
    letters = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())


def collect() -> dict[str, str]:
    """Phrase → its syllables with tones, apart by spaces. In a process that has not loaded pypinyin before.

    First what differs from its characters; then, until nothing is left, longer phrases that a shorter one of
    these would make wrong (上行下效 by 行下).
    """
    wanted = {
        phrase: [reading[0] for reading in readings]
        for phrase, readings in phrases_dict.items()
        if len(phrase) <= LONGEST and len(readings) == len(phrase)
    }
    found: dict[str, str] = {}
    while True:
        wrong = {
            phrase: " ".join(syllables)
            for phrase, syllables in wanted.items()
            if phrase not in found and [plain(one) for one in lazy_pinyin(phrase)] != [plain(one) for one in syllables]
        }
        if not wrong:
            return dict(sorted(found.items()))
        found |= wrong
        load_phrases_dict({phrase: [[one] for one in read.split()] for phrase, read in wrong.items()})


def main(arguments: Sequence[str]) -> int:
    """Write the file; with --check only say (1) that it is no longer what the dictionary gives."""
    text = json.dumps(collect(), ensure_ascii=False, indent=0) + "\n"
    if "--check" in arguments:
        return int(text != TARGET.read_text(encoding="utf-8"))
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

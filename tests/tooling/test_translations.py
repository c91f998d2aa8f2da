"""The catalogue's tools: what is new comes in empty, what is gone leaves, what is compiled is whole."""

from __future__ import annotations

import os

import pytest
from babel.messages.mofile import read_mo

from tooling import translations
from tooling.paths import Trouble

HEAD = """# Kept as it is.
msgid ""
msgstr ""
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"""
GONE = '\nmsgid "没有这句话"\nmsgstr "Nobody says this"\n'
KNOWN = '\nmsgid "首页"\nmsgstr "Home"\n'


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    path = tmp_path / "en" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD + KNOWN + GONE, encoding="utf-8")
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    return path


def said(path) -> dict[str, str]:
    with path.with_suffix(".mo").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_mo(file) if message.id}


def test_compiling_is_done_once_and_again_after_a_change(catalogue):
    translations.compile_catalogues()
    compiled = catalogue.with_suffix(".mo")
    assert said(catalogue) == {"首页": "Home", "没有这句话": "Nobody says this"}
    first = compiled.stat().st_mtime_ns
    translations.compile_catalogues()
    assert compiled.stat().st_mtime_ns == first
    catalogue.write_text(HEAD + KNOWN, encoding="utf-8")
    later = compiled.stat().st_mtime + 2
    os.utime(catalogue, (later, later))
    translations.compile_catalogues()
    assert said(catalogue) == {"首页": "Home"}
    assert sorted(path.name for path in catalogue.parent.iterdir()) == ["messages.mo", "messages.po"]


def test_a_broken_catalogue_is_told_and_leaves_the_old_one(catalogue):
    translations.compile_catalogues()
    catalogue.write_bytes(HEAD.encode() + b'\nmsgid "\xff\xfe"\nmsgstr "x"\n')
    later = catalogue.with_suffix(".mo").stat().st_mtime + 2
    os.utime(catalogue, (later, later))
    with pytest.raises(Trouble, match="could not be compiled"):
        translations.compile_catalogues()
    assert said(catalogue)["首页"] == "Home"


def test_bringing_it_up_to_date(catalogue, capsys):
    translations.update()
    text = catalogue.read_text(encoding="utf-8")
    assert text.startswith(HEAD)
    assert KNOWN in text
    assert "没有这句话" not in text
    assert 'msgid "活动"\nmsgstr ""\n' in text
    assert "#:" not in text, "places would make every change touch every text"
    assert "fuzzy" not in text
    assert "texts to translate" in capsys.readouterr().out
    translations.update()
    assert catalogue.read_text(encoding="utf-8") == text

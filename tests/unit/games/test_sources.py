"""Each rule set has a page with its source and every number, and the page is as the code is."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.games.rules.registry import RULE_SETS
from app.games.rules.sources import SOURCES, rule_page

PAGES = Path(__file__).parents[3] / "docs/algorithms/rules"


def test_every_rule_set_names_its_source():
    assert set(SOURCES) == set(RULE_SETS)


@pytest.mark.parametrize("name", sorted(RULE_SETS))
def test_its_page_is_as_the_code_is(name):
    """Written by `flask games rules --out docs/algorithms/rules`."""
    assert (PAGES / f"{name}.md").read_text(encoding="utf-8") == rule_page(RULE_SETS[name])


def test_no_page_is_about_what_is_gone():
    assert {path.stem for path in PAGES.glob("*.md")} == set(RULE_SETS)


def test_the_command_prints_and_writes_them(runner, tmp_path):
    assert "# `fiba-d`" in runner.invoke(args=["games", "rules"]).output
    assert runner.invoke(args=["games", "rules", "--out", str(tmp_path / "pages")]).exit_code == 0
    assert len(list((tmp_path / "pages").iterdir())) == len(RULE_SETS)

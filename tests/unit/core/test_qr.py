import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import qr
from tests.support import readers

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
PASS = (
    "W625B0FNFOJ11$P9ME/0D000000QH1HB0+-J6ED%34ZS1LW3E*S-HG2NL$UTE597E98YQCRS9$D0$J2A4  C DQCBUAI"
    "1NMDHD7CBVB%US*91BDCL6MN37A3.PMWPU+QU"
)


def picture(rows, scale=8):
    """The code as a grey picture with its quiet zone."""
    dark = np.array([[int(cell) for cell in row] for row in rows], dtype=np.uint8)
    dark = np.pad(dark, qr.QUIET)
    return np.kron(255 * (1 - dark), np.ones((scale, scale), dtype=np.uint8))


def read(rows):
    return readers.code(picture(rows))


def painted(path, side):
    """The cells that a path of bars fills."""
    cells = [["0"] * side for _ in range(side)]
    for bar in re.finditer(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path):
        x, y, there, back = map(int, bar.groups())
        assert there == back
        for i in range(x, x + there):
            cells[y][i] = "1"
    return tuple("".join(row) for row in cells)


class TestModules:
    def test_a_pass_is_a_version_6_code_that_reads(self):
        rows = qr.modules(PASS)
        assert len(rows) == len(rows[0]) == 41
        assert read(rows) == PASS

    @settings(max_examples=60)
    @given(st.text(ALPHANUMERIC, min_size=0, max_size=153))
    def test_the_quick_way_draws_what_the_library_draws(self, text):
        text = "A" + text  # without a letter the library chooses the numeric mode
        assert qr.modules(text) == qr.by_library(text, 6)

    @pytest.mark.parametrize("length", [1, 2, 143, 150, 151, 152, 153, 154])
    def test_the_padding_is_that_of_the_library(self, length):
        assert qr.modules("A" * length) == qr.by_library("A" * length, 6)

    @pytest.mark.parametrize(
        ("text", "side"),
        [("https://example.org/c/7K3M9QX2", 29), ("A" * 155, 45), ("山亭", 21), ("0" * 154, 41), ("", 41)],
    )
    def test_other_texts_get_the_code_they_need(self, text, side):
        rows = qr.modules(text)
        assert {len(row) for row in rows} == {len(rows)} == {side}

    def test_a_web_address_reads(self):
        assert read(qr.modules("https://example.org/c/7K3M9QX2")) == "https://example.org/c/7K3M9QX2"

    def test_more_than_any_code_holds_is_an_error(self):
        with pytest.raises(ValueError, match="version"):
            qr.modules("a" * 3_000)


class TestPaths:
    @pytest.mark.parametrize("text", [PASS, "A", "https://example.org/"])
    def test_the_path_fills_every_dark_module_and_no_other(self, text):
        rows = qr.modules(text)
        assert painted(qr.svg_path(rows), len(rows)) == rows

    def test_the_quiet_zone_moves_it_both_ways(self):
        rows = qr.modules(PASS)
        moved = painted(qr.svg_path(rows, quiet=4), 49)
        assert [row[4:45] for row in moved[4:45]] == list(rows)
        assert {"1" in row for row in (*moved[:4], *moved[45:])} == {False}

    def test_each_run_is_one_bar(self):
        assert qr.svg_path(("1101", "0000", "0111")) == "M0 0h2v1h-2zM3 0h1v1h-1zM1 2h3v1h-3z"
        assert qr.stroke_path(("1101", "0000", "0111")) == "M0 0.5h2M3 0.5h1M1 2.5h3"

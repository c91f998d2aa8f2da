import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.activities.rules.bibs import (
    Block,
    bib_order,
    bib_spellings,
    format_bib,
    give,
    give_from,
    parse_bib,
    width_for,
)


@pytest.mark.parametrize(
    ("prefix", "number", "width", "bib"),
    [("A", 12, 4, "A0012"), ("", 7, 3, "007"), ("A", 12345, 4, "A12345"), ("XJ", 1, 1, "XJ1")],
)
def test_a_bib_is_a_prefix_and_a_number_of_fixed_width(prefix, number, width, bib):
    assert format_bib(prefix, number, width) == bib


@pytest.mark.parametrize(("last", "width"), [(1, 4), (9_999, 4), (10_000, 5), (120_000, 6)])
def test_the_width_fits_the_last_number(last, width):
    assert width_for(last) == width


class TestGiving:
    BLOCK = Block("A", 1, 5, 3)

    def test_the_next_after_the_last_given(self):
        given_, rest = give(self.BLOCK, 2)
        assert given_ == ["A0003", "A0004"]
        assert rest == Block("A", 1, 5, 5)

    def test_a_block_that_runs_out_gives_what_it_has(self):
        given_, rest = give(self.BLOCK, 9)
        assert given_ == ["A0003", "A0004", "A0005"]
        assert rest.left == 0
        assert give(rest, 1) == ([], rest)

    def test_the_next_block_goes_on(self):
        blocks = [self.BLOCK, Block("B", 10, 20, 10, 3)]
        assert list(give_from(blocks, 5)) == ["A0003", "A0004", "A0005", "B010", "B011"]

    @given(st.lists(st.integers(0, 40), max_size=10))
    def test_no_number_is_ever_given_twice(self, wanted):
        block, bibs = Block("A", 1, 100, 1), []
        for n in wanted:
            given_, block = give(block, n)
            bibs += given_
        assert len(bibs) == min(100, sum(wanted)) == len(set(bibs))
        assert bibs == sorted(bibs)


class TestTyped:
    @pytest.mark.parametrize(
        ("typed", "parsed"),
        [
            ("A0012", ("A", 12)),
            ("a12", ("A", 12)),
            (" Ａ－００１２ ", ("A", 12)),
            ("a 12", ("A", 12)),
            ("7", ("", 7)),
        ],
    )
    def test_a_bib_may_be_typed_as_one_likes(self, typed, parsed):
        assert parse_bib(typed) == parsed

    @pytest.mark.parametrize("typed", ["", "A", "王德福", "12A", "A-", "1234567890", "A１²"])
    def test_what_is_no_bib(self, typed):
        assert parse_bib(typed) is None
        assert bib_spellings(typed) == []

    def test_the_zeros_need_not_be_typed(self):
        spellings = bib_spellings("a12")
        assert spellings[0] == "A12"
        assert "A0012" in spellings
        assert len(spellings) == len(set(spellings)) == 7

    @given(st.sampled_from(["", "A", "XJ"]), st.integers(0, 99_999), st.integers(1, 8))
    def test_every_bib_is_among_the_spellings_of_its_short_form(self, prefix, number, width):
        assert format_bib(prefix, number, width) in bib_spellings(f"{prefix}{number}")


def test_bibs_are_handed_out_by_prefix_and_number():
    bibs = ["B0001", "A10000", "A0002", "A0001", "?", "0007"]
    assert sorted(bibs, key=bib_order) == ["0007", "A0001", "A0002", "A10000", "B0001", "?"]

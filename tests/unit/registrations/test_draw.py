import hashlib
import hmac
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.registrations.rules.draw import VERSION, below, commitment, draw, replays, split

SEED = "2021-09-18 徐庄站"
LETTERS = list("ABCDEFGHIJ")
GOLDEN = list("GAJBCHIEFD")


def as_written_in_the_manual(entries, seed):
    """The same algorithm in the words of its description, as somebody would check it."""
    drawn, counter = list(entries), 0
    for i in reversed(range(1, len(drawn))):
        while True:
            message = counter.to_bytes(8, "big")
            number = int.from_bytes(hmac.new(seed.encode(), message, hashlib.sha256).digest()[:8], "big")
            counter += 1
            if number < 2**64 // (i + 1) * (i + 1):
                break
        j = number % (i + 1)
        drawn[i], drawn[j] = drawn[j], drawn[i]
    return drawn


class TestDraw:
    def test_the_golden_draw(self):
        # Stored draws are replayed by this version for ever: a change of these letters is a new version.
        assert VERSION == "fisher-yates-hmac-sha256-1"
        assert draw(LETTERS, SEED) == GOLDEN

    @given(st.lists(st.integers(), max_size=60), st.text(min_size=1).filter(str.strip))
    def test_anyone_can_replay_it_from_its_description(self, entries, seed):
        assert draw(entries, seed) == as_written_in_the_manual(entries, seed)

    @given(st.lists(st.integers(), max_size=60), st.text(min_size=1).filter(str.strip))
    def test_nobody_is_lost_and_nobody_drawn_twice(self, entries, seed):
        assert Counter(draw(entries, seed)) == Counter(entries)

    def test_the_entries_are_not_touched(self):
        entries = LETTERS.copy()
        draw(entries, SEED)
        assert entries == LETTERS

    def test_another_seed_or_another_order_is_another_draw(self):
        assert draw(LETTERS, SEED + " ") != GOLDEN
        assert draw(LETTERS[::-1], SEED) != GOLDEN

    def test_every_order_is_as_likely(self):
        counts = Counter("".join(draw("ABC", str(seed))) for seed in range(6_000))
        assert len(counts) == 6
        assert all(850 < count < 1_150 for count in counts.values())  # 1,000 ± 5 standard deviations

    @pytest.mark.parametrize("seed", ["", "  "])
    def test_there_is_no_draw_without_a_seed(self, seed):
        with pytest.raises(DomainError) as refused:
            draw(LETTERS, seed)
        assert (refused.value.code, refused.value.field) == ("seed_missing", "seed")


class TestRejection:
    def test_a_number_in_the_last_broken_range_is_thrown_away(self):
        largest = 2**64 - 1  # 2^64 = 3 × 6148914691236517205 + 1: only the very last number is beyond
        assert below(3, iter([largest, 4])) == 1
        assert below(3, iter([largest - 1, 4])) == (largest - 1) % 3

    def test_a_range_that_divides_evenly_keeps_all(self):
        assert below(4, iter([2**64 - 1])) == 3


class TestReplay:
    def test_a_stored_draw_is_recognised(self):
        assert replays(LETTERS, SEED, GOLDEN)

    @pytest.mark.parametrize(
        ("entries", "seed", "result", "version"),
        [
            (LETTERS, "other", GOLDEN, VERSION),
            (LETTERS[::-1], SEED, GOLDEN, VERSION),
            (LETTERS, SEED, [GOLDEN[1], GOLDEN[0], *GOLDEN[2:]], VERSION),
            (LETTERS, SEED, GOLDEN, "fisher-yates-2"),
        ],
    )
    def test_anything_changed_is_noticed(self, entries, seed, result, version):
        assert not replays(entries, seed, result, version)


class TestCommitment:
    def test_it_is_the_digest_of_the_lines(self):
        assert commitment(["A", "B"]) == hashlib.sha256(b"A\nB\n").digest()

    @pytest.mark.parametrize("other", [["B", "A"], ["A"], ["AB"], ["A", "B", ""], []])
    def test_another_list_has_another(self, other):
        assert commitment(other) != commitment(["A", "B"])


class TestSplit:
    @pytest.mark.parametrize(
        ("places", "waiting", "sizes"),
        [
            (3, None, (3, 7, 0)),
            (3, 2, (3, 2, 5)),
            (0, 2, (0, 2, 8)),
            (20, None, (10, 0, 0)),
            (3, 0, (3, 0, 7)),
        ],
    )
    def test_places_then_the_queue_then_the_rest(self, places, waiting, sizes):
        parts = split(GOLDEN, places, waiting)
        assert tuple(map(len, parts)) == sizes
        assert [one for part in parts for one in part] == GOLDEN

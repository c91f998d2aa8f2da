from datetime import timedelta

import pytest

from app.activities.constants import ActivityStatus, Allocation
from app.activities.rules.states import TRANSITIONS, Places, SignUp, Window, check_transition, standing
from app.core.clock import office_time
from app.core.errors import DomainError

OPENS = office_time(2021, 9, 1, 8)
CLOSES = office_time(2021, 9, 17, 18)
STARTS = office_time(2021, 9, 18, 8)
ENDS = office_time(2021, 9, 18, 17)
WINDOW = Window(OPENS, CLOSES, ENDS)
ROOM = [Places(capacity=10, taken=3)]
FULL = [Places(capacity=10, taken=10, waiting=4)]
JUST = timedelta(microseconds=1)
S = ActivityStatus


class TestSignUp:
    @pytest.mark.parametrize(
        ("now", "state"),
        [
            (OPENS - JUST, SignUp.NOT_YET),
            (OPENS, SignUp.OPEN),
            (CLOSES - JUST, SignUp.OPEN),
            (CLOSES, SignUp.CLOSED),
            (STARTS, SignUp.CLOSED),
            (ENDS - JUST, SignUp.CLOSED),
            (ENDS, SignUp.OVER),
        ],
    )
    def test_the_clock_decides_over_a_published_activity(self, now, state):
        assert standing(S.PUBLISHED, WINDOW, ROOM, now).state is state

    @pytest.mark.parametrize(
        ("status", "state"),
        [
            (S.DRAFT, SignUp.HIDDEN),
            (S.PAUSED, SignUp.PAUSED),
            (S.FINISHED, SignUp.OVER),
            (S.ARCHIVED, SignUp.HIDDEN),
            (S.CANCELLED, SignUp.CANCELLED),
        ],
    )
    def test_any_other_status_decides_over_the_clock(self, status, state):
        found = standing(status, WINDOW, ROOM, OPENS)
        assert found.state is state
        assert not found.takes_entries

    def test_a_paused_activity_whose_window_is_past_is_closed(self):
        assert standing(S.PAUSED, WINDOW, ROOM, CLOSES).state is SignUp.CLOSED

    def test_the_stored_text_is_understood_too(self):
        assert standing("published", WINDOW, ROOM, OPENS).state is SignUp.OPEN

    @pytest.mark.parametrize("state", list(SignUp))
    def test_every_state_has_words(self, state):
        assert state.label


class TestPlaces:
    @pytest.mark.parametrize(
        ("capacity", "taken", "waiting", "left"),
        [(10, 0, 0, 10), (10, 9, 0, 1), (10, 10, 0, 0), (10, 8, 3, 0), (0, 0, 0, 0)],
    )
    def test_nobody_passes_those_who_wait(self, capacity, taken, waiting, left):
        assert Places(capacity, taken, waiting).left == left

    def test_full_when_no_category_has_a_place(self):
        found = standing(S.PUBLISHED, WINDOW, FULL, OPENS)
        assert (found.state, found.left, found.waiting) == (SignUp.FULL, 0, 4)
        assert found.may_queue
        assert found.takes_entries

    def test_one_category_with_a_place_keeps_it_open(self):
        found = standing(S.PUBLISHED, WINDOW, FULL + ROOM, OPENS)
        assert (found.state, found.left) == (SignUp.OPEN, 7)

    def test_without_a_waiting_list_full_is_the_end(self):
        found = standing(S.PUBLISHED, WINDOW, FULL, OPENS, waiting_list=False)
        assert (found.state, found.may_queue, found.takes_entries) == (SignUp.FULL, False, False)

    def test_a_draw_is_never_full(self):
        found = standing(S.PUBLISHED, WINDOW, FULL, OPENS, allocation=Allocation.DRAW)
        assert found.state is SignUp.OPEN

    def test_full_does_not_hide_that_it_is_closed(self):
        assert standing(S.PUBLISHED, WINDOW, FULL, CLOSES).state is SignUp.CLOSED

    def test_an_activity_without_categories_takes_nobody(self):
        found = standing(S.PUBLISHED, WINDOW, [], OPENS)
        assert (found.state, found.takes_entries) == (SignUp.FULL, False)


class TestTransitions:
    ALLOWED = frozenset(
        {
            (S.DRAFT, S.PUBLISHED),
            (S.DRAFT, S.ARCHIVED),
            (S.PUBLISHED, S.DRAFT),
            (S.PUBLISHED, S.PAUSED),
            (S.PUBLISHED, S.FINISHED),
            (S.PUBLISHED, S.CANCELLED),
            (S.PAUSED, S.PUBLISHED),
            (S.PAUSED, S.FINISHED),
            (S.PAUSED, S.CANCELLED),
            (S.FINISHED, S.PUBLISHED),
            (S.FINISHED, S.ARCHIVED),
            (S.CANCELLED, S.ARCHIVED),
        }
    )

    @pytest.mark.parametrize("old", list(S))
    @pytest.mark.parametrize("new", list(S))
    def test_these_steps_and_no_others(self, old, new):
        def step():
            check_transition(old, new, starts_at=STARTS, now=ENDS, registered=0)

        if (old, new) in self.ALLOWED:
            step()
            assert new in TRANSITIONS[old]
        else:
            with pytest.raises(DomainError) as refused:
                step()
            assert refused.value.code == "transition"
            assert str(refused.value) == f"现在是“{old.label}”，不能改为“{new.label}”。"

    def test_nothing_leaves_the_archive(self):
        assert TRANSITIONS[S.ARCHIVED] == frozenset()

    def test_a_published_activity_with_people_does_not_go_back_to_draft(self):
        with pytest.raises(DomainError) as refused:
            check_transition(S.PUBLISHED, S.DRAFT, starts_at=STARTS, now=OPENS, registered=12)
        assert (refused.value.code, str(refused.value)) == (
            "has_registrations",
            "已有 12 人报名，不能收回为草稿。",
        )

    def test_what_has_not_begun_cannot_be_finished(self):
        with pytest.raises(DomainError) as refused:
            check_transition(S.PUBLISHED, S.FINISHED, starts_at=STARTS, now=STARTS - JUST, registered=0)
        assert refused.value.code == "not_started"
        assert check_transition(S.PUBLISHED, S.FINISHED, starts_at=STARTS, now=STARTS, registered=0) is None

"""After an activity: certificates that can be checked, keepsakes once to each, milestones, a draw that anybody replays."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import delete, select, update

from app.activities.queries import activity_by_ref
from app.audit.queries import history
from app.audit.services import SYSTEM
from app.checkins.models import Attendance
from app.core import wishes
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.honours import tasks
from app.honours.documents.certificate import certificate_png
from app.honours.models import Certificate
from app.honours.queries.certificates import checked, counts, finisher
from app.honours.queries.keepsakes import handed
from app.honours.queries.milestones import passed_in, times_of
from app.honours.queries.news import news_of, photo, shown_after
from app.honours.queries.prizes import draws_of, prizes_of, replay_file
from app.honours.rules.certificates import LENGTH, SIGNS, new_number, tidy_number
from app.honours.rules.lots import check_draw, in_order, replayed, ticket_of
from app.honours.rules.milestones import next_milestone, passed, reached
from app.honours.services.certificates import NAME, ask_for_all, issue_own, withdraw
from app.honours.services.keepsakes import hand_out, take_back
from app.honours.services.news import add_photo, drop_news, drop_photo, publish_news, save_news
from app.honours.services.prizes import collect, draw_prizes, seal_pot
from app.registrations.models import Registration
from app.registrations.rules.draw import commitment
from tests.factories import activities, facilities, walks
from tests.factories import honours as made
from tests.support.readers import code

pytestmark = pytest.mark.usefixtures("ctx", "clock")
BASE = "https://yuepao.example/certificates/"


@pytest.fixture
def walk():
    return walks.make_walk(ways=made.WAY)


class TestNumbers:
    def test_nobody_finds_one_by_trying(self):
        numbers = {new_number(2030) for _ in range(2_000)}
        assert len(numbers) == 2_000
        assert len(SIGNS) ** LENGTH > 8 * 10**11
        assert not set(SIGNS) & set("01ILO")

    @pytest.mark.parametrize("typed", ["2030-K7Q4-9XDM", " 2030k7q49xdm ", "2030 K7Q4 9XDM", "２０３０"])
    def test_as_people_type_it(self, typed):
        assert tidy_number(typed) in {"2030-K7Q4-9XDM", None}
        assert (tidy_number(typed) is None) == (typed == "２０３０")

    @pytest.mark.parametrize("typed", ["", "2030", "ABCD-K7Q4-9XDM", "2030-K7Q4-9XD0", "2030-K7Q4-9XDMM", "x" * 400])
    def test_what_is_none(self, typed):
        assert tidy_number(typed) is None


class TestCertificates:
    def test_one_who_finished_gets_one_and_the_same_again(self, walk):
        (one,) = made.finished(walk, walks.person())
        first = issue_own(activity_id=walk.id, person_id=one.person_id, actor=SYSTEM)
        again = issue_own(activity_id=walk.id, person_id=one.person_id, actor=SYSTEM)
        assert first.number == again.number
        assert re.fullmatch(r"\d{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", first.number)
        assert counts(walk.id) == (1, 1)

    def test_who_did_not_finish_gets_none(self, walk):
        (one,) = made.came(walk, walks.person())
        for person_id in (one.person_id, uuid7()):
            with pytest.raises(NotFound):
                issue_own(activity_id=walk.id, person_id=person_id, actor=SYSTEM)

    def test_its_page_says_whether_it_holds(self, walk):
        (one,) = made.finished(walk, walks.person())
        number = issue_own(activity_id=walk.id, person_id=one.person_id, actor=SYSTEM).number
        found = checked(number)
        assert (found.holds, found.name, found.activity, found.category) == (True, "王德福", "西集站", "体验组")
        assert checked("2030-ABCD-2345") is None

    def test_withdrawn_with_a_reason_and_not_issued_again(self, walk):
        (one,) = made.finished(walk, walks.person())
        number = issue_own(activity_id=walk.id, person_id=one.person_id, actor=SYSTEM).number
        with pytest.raises(DomainError):
            withdraw(activity_id=walk.id, number=number, reason="because", actor=SYSTEM)
        for _ in range(2):
            withdraw(activity_id=walk.id, number=number, reason="mistaken", actor=SYSTEM)
        assert not checked(number).holds
        with pytest.raises(Conflict):
            issue_own(activity_id=walk.id, person_id=one.person_id, actor=SYSTEM)
        with pytest.raises(NotFound):
            withdraw(activity_id=walks.make_walk().id, number=number, reason="mistaken", actor=SYSTEM)
        assert [one.details["reason"] for one in history(walk.id) if one.action == "honours.withdrawn"] == ["mistaken"]

    def test_a_correction_of_the_attendance_takes_it_back_by_itself(self, walk):
        (outcome,) = walks.enrol(walk, walks.person())
        phone = walks.device(walk)
        last = walks.scan(outcome, "F", 50, walk=walk)
        walks.read(phone, walks.scan(outcome, "S", 1, walk=walk), last)
        number = issue_own(activity_id=walk.id, person_id=outcome.person_id, actor=SYSTEM).number
        assert checked(number).holds
        undo = {"id": str(uuid7()), "undoes": last["id"], "scanned_at": now().isoformat()}
        walks.read(phone, undo | {"checkpoint": "F"})
        assert finisher(walk.id, outcome.person_id) is None
        assert not checked(number).holds

    def test_the_picture_bears_the_name_and_a_code_that_leads_to_its_page(self, walk):
        (one,) = made.finished(walk, walks.person())
        row = issue_own(activity_id=walk.id, person_id=one.person_id, actor=SYSTEM)
        sheet = tasks.sheet_of(activity_by_ref(walk.id), row, BASE)
        assert "走完体验组" in sheet.body
        picture = certificate_png(sheet, title="x", office="区教体局", fonts=tasks.fonts(), say=tasks.plainly)
        assert code(Image.open(io.BytesIO(picture)).convert("RGB")) == f"{BASE}{row.number}"

    @pytest.mark.parametrize("name", ["#panic()", "@a $x$", "<b>_x_", "长" * 60])
    def test_what_a_name_holds_commands_nothing(self, walk, name):
        (one,) = made.finished(walk, walks.person())
        row = issue_own(activity_id=walk.id, person_id=one.person_id, actor=SYSTEM)
        activity = activity_by_ref(walk.id)
        from dataclasses import replace

        sheet = tasks.sheet_of(activity, replace(row, name=name), BASE)
        assert tasks.pdf(activity, [sheet]).startswith(b"%PDF-")


class TestAllOfThem:
    @pytest.fixture
    def folder(self, tmp_path, monkeypatch):
        folder = tmp_path / "certificates"
        monkeypatch.setattr(tasks, "folder", lambda: folder)
        return folder

    def test_from_the_wish_to_the_file(self, walk, folder, monkeypatch):
        people = [walks.person(name=f"王{n}") for n in "一二三四五"]
        made.finished(walk, *people)
        made.came(walk, walks.person(name="没走完"))
        monkeypatch.setattr("app.honours.queries.certificates.finishers.__kwdefaults__", {"limit": 2})
        ask_for_all(activity_id=walk.id, folder=folder, base=BASE, actor=SYSTEM)
        ask_for_all(activity_id=walk.id, folder=folder, base=BASE, actor=SYSTEM)
        assert tasks.make_certificates() == 1
        assert tasks.make_certificates() == 0
        state = wishes.state_of(folder, walk.id, NAME)
        assert (state.stage, counts(walk.id)) == (wishes.Stage.DONE, (5, 5))
        file = zipfile.ZipFile(io.BytesIO(wishes.read(folder, walk.id, NAME)))
        assert [name.rpartition("-")[2] for name in file.namelist()] == ["00001.pdf", "00003.pdf", "00005.pdf"]
        assert all(file.read(name).startswith(b"%PDF-") for name in file.namelist())
        (sealed,) = folder.glob("*.book")
        assert not sealed.read_bytes().startswith(b"PK")

    def test_a_withdrawn_one_is_not_printed_again(self, walk, folder):
        (one,) = made.finished(walk, walks.person())
        number = issue_own(activity_id=walk.id, person_id=one.person_id, actor=SYSTEM).number
        withdraw(activity_id=walk.id, number=number, reason="mistaken", actor=SYSTEM)
        ask_for_all(activity_id=walk.id, folder=folder, base=BASE, actor=SYSTEM)
        assert tasks.make_certificates() == 1
        assert zipfile.ZipFile(io.BytesIO(wishes.read(folder, walk.id, NAME))).namelist() == []

    def test_nobody_has_finished(self, walk, folder):
        with pytest.raises(Conflict):
            ask_for_all(activity_id=walk.id, folder=folder, base=BASE, actor=SYSTEM)

    def test_what_fails_says_so(self, walk, folder, monkeypatch):
        made.finished(walk, walks.person())
        monkeypatch.setattr(tasks, "FONTS", "nowhere")
        ask_for_all(activity_id=walk.id, folder=folder, base=BASE, actor=SYSTEM)
        assert tasks.make_certificates() == 0
        assert wishes.state_of(folder, walk.id, NAME).stage is wishes.Stage.FAILED


class TestKeepsakes:
    def test_once_to_whoever_has_finished_every_station(self):
        season = activities.season()
        first, second = (walks.make_walk(ways=made.WAY, season_id=season) for _ in range(2))
        who = walks.person()
        (one,) = made.finished(first, who)
        facts = {"season_id": season, "activity_ids": [first.id, second.id], "person_id": one.person_id}
        with pytest.raises(Conflict) as refused:
            hand_out(**facts, actor=SYSTEM)
        assert refused.value.code == "not_earned"
        made.finished(second, who)
        hand_out(**facts, actor=SYSTEM)
        with pytest.raises(Conflict) as refused:
            hand_out(**facts, actor=SYSTEM)
        assert refused.value.code == "handed_already"
        assert set(handed(season)) == {one.person_id}
        for _ in range(2):
            take_back(season_id=season, person_id=one.person_id, actor=SYSTEM)
        assert handed(season) == {}


class TestMilestones:
    @pytest.mark.parametrize(
        ("times", "last", "following"),
        [(0, None, 10), (9, None, 10), (10, 10, 25), (24, 10, 25), (99, 50, 100), (100, 100, None), (300, 100, None)],
    )
    def test_behind_and_ahead(self, times, last, following):
        assert (reached(times), next_milestone(times)) == (last, following)

    def test_what_lies_between_two_counts(self):
        assert passed(9, 26) == [10, 25]
        assert passed(10, 24) == []

    def test_the_tenth_time_over_all_activities(self):
        who = walks.person()
        for n in range(10):
            (one,) = made.came(walks.make_walk(ways=made.WAY, starts_at=now() - timedelta(hours=1, minutes=n)), who)
        assert times_of([one.person_id]) == {one.person_id: 10}
        (found,) = passed_in(now().year)
        assert (found.person_id, found.times, found.milestones) == (one.person_id, 10, (10,))
        assert passed_in(now().year + 1) == []


class TestPrizes:
    @pytest.fixture
    def sealed(self, walk):
        made.came(walk, *(walks.person(name=f"王{n}") for n in "一二三四五六"))
        facts = {"name": "水壶", "prizes": 2, "seed_from": "今晚双色球"}
        return seal_pot(activity_id=walk.id, **facts, actor=SYSTEM)

    def test_the_digest_is_there_before_the_seed(self, walk, sealed):
        (line,) = draws_of(walk.id)
        assert (line.draw.seed, line.winners) == (None, ())
        assert line.draw.commitment == commitment(line.draw.tickets)
        assert len(line.draw.tickets) == 6

    def test_whoever_comes_later_is_not_in_it(self, walk, sealed):
        made.came(walk, walks.person(name="来晚了"))
        draw_prizes(activity_id=walk.id, draw_id=sealed, seed="01 05", actor=SYSTEM)
        (line,) = draws_of(walk.id)
        assert len(line.draw.tickets) == 6

    def test_anybody_draws_the_same_from_the_file(self, walk, sealed):
        winners = draw_prizes(activity_id=walk.id, draw_id=sealed, seed=" 01 05 09 ", actor=SYSTEM)
        told = json.loads(json.dumps(replay_file(draws_of(walk.id)[0])))
        assert replayed(told) == winners == told["winners"]
        assert "王" not in json.dumps(told, ensure_ascii=False)

    @pytest.mark.parametrize(
        ("spoil", "code"),
        [
            (lambda told: told["tickets"].pop(), "replay_commitment"),
            (lambda told: told.update(version="2"), "replay_version"),
            (lambda told: told.pop("seed"), "replay_shape"),
            (lambda told: told.update(prizes="many"), "replay_shape"),
        ],
    )
    def test_a_file_that_was_changed_is_found_out(self, walk, sealed, spoil, code):
        draw_prizes(activity_id=walk.id, draw_id=sealed, seed="1", actor=SYSTEM)
        told = replay_file(draws_of(walk.id)[0])
        spoil(told)
        with pytest.raises(DomainError) as refused:
            replayed(told)
        assert refused.value.code == code

    def test_a_winner_whose_attendance_was_corrected_since_still_wins(self, walk, sealed):
        lots = list(draws_of(walk.id)[0].draw.tickets)
        db.session.execute(delete(Attendance).where(Attendance.activity_id == walk.id))
        db.session.commit()
        winners = draw_prizes(activity_id=walk.id, draw_id=sealed, seed="1", actor=SYSTEM)
        assert set(winners) <= set(lots)
        assert [one.ticket for one in draws_of(walk.id)[0].winners] == winners

    def test_a_lot_that_nobody_has_any_more_is_named_and_nothing_is_drawn(self, walk, sealed):
        db.session.execute(update(Registration).where(Registration.activity_id == walk.id).values(bib=None))
        db.session.commit()
        with pytest.raises(Conflict) as refused:
            draw_prizes(activity_id=walk.id, draw_id=sealed, seed="1", actor=SYSTEM)
        assert refused.value.code == "lot_unknown"
        assert draws_of(walk.id)[0].draw.seed is None

    def test_drawn_once_with_a_seed(self, walk, sealed):
        facts = {"activity_id": walk.id, "draw_id": sealed, "actor": SYSTEM}
        for seed in (" ", "长" * 201):
            with pytest.raises(DomainError):
                draw_prizes(**facts, seed=seed)
        draw_prizes(**facts, seed="1")
        with pytest.raises(Conflict):
            draw_prizes(**facts, seed="2")
        with pytest.raises(NotFound):
            draw_prizes(activity_id=walks.make_walk().id, draw_id=sealed, seed="1", actor=SYSTEM)

    def test_a_prize_is_collected_once(self, walk, sealed):
        draw_prizes(activity_id=walk.id, draw_id=sealed, seed="1", actor=SYSTEM)
        facts = {"activity_id": walk.id, "draw_id": sealed, "actor": SYSTEM}
        collect(**facts, place=1)
        with pytest.raises(Conflict):
            collect(**facts, place=1)
        with pytest.raises(NotFound):
            collect(**facts, place=9)
        winner = draws_of(walk.id)[0].winners[0]
        assert winner.collected_at == now()

    def test_the_winner_sees_it(self, walk, sealed):
        draw_prizes(activity_id=walk.id, draw_id=sealed, seed="1", actor=SYSTEM)
        from app.honours.models import Prize

        winner = db.session.execute(select(Prize.person_id).where(Prize.place == 1)).scalar_one()
        (own,) = prizes_of([winner])
        assert (own.prize, own.collected_at) == ("水壶", None)

    @pytest.mark.parametrize(
        ("name", "prizes", "seed_from", "field"),
        [("", 1, "x", "name"), ("x", 0, "x", "prizes"), ("x", 501, "x", "prizes"), ("x", 1, " ", "seed_from"),
         ("x", 9, "x", "prizes")],
    )  # fmt: skip
    def test_what_is_no_draw(self, name, prizes, seed_from, field):
        with pytest.raises(DomainError) as refused:
            check_draw(name, prizes, seed_from, 8)
        assert refused.value.field == field

    def test_lots_are_bibs_in_an_order_that_nobody_arranges(self):
        registration = uuid7()
        assert ticket_of("A 0001", registration) == "A 0001"
        assert ticket_of(None, registration) == f"R-{registration.hex[-12:]}"
        assert in_order(["B", "A", "B"]) == ["A", "B"]


class TestNews:
    def test_written_published_and_taken_down(self, walk):
        facts = {"activity_id": walk.id, "actor": SYSTEM}
        news_id = save_news(**facts, news_id=None, title="圆满结束", text="一千人走完全程。")
        assert news_of(walk.id, public=True) == []
        assert shown_after(walk.id) == (False, False)
        for _ in range(2):
            publish_news(**facts, news_id=news_id, public=True)
        assert [line.news.title for line in news_of(walk.id, public=True)] == ["圆满结束"]
        assert shown_after(walk.id) == (True, False)
        with pytest.raises(Conflict):
            drop_news(**facts, news_id=news_id)
        publish_news(**facts, news_id=news_id, public=False)
        drop_news(**facts, news_id=news_id)
        assert news_of(walk.id, public=False) == []

    @pytest.mark.parametrize(("title", "text"), [("", "x"), ("x", " "), ("长" * 61, "x"), ("x", "长" * 3_001)])
    def test_nothing_and_too_much(self, walk, title, text):
        with pytest.raises(DomainError):
            save_news(activity_id=walk.id, news_id=None, title=title, text=text, actor=SYSTEM)

    def test_an_editor_who_saw_an_older_one_is_told(self, walk):
        facts = {"activity_id": walk.id, "actor": SYSTEM, "title": "x", "text": "y"}
        news_id = save_news(**facts, news_id=None)
        save_news(**facts, news_id=news_id, version=1)
        with pytest.raises(Conflict):
            save_news(**facts, news_id=news_id, version=1)
        with pytest.raises(NotFound):
            save_news(**(facts | {"activity_id": walks.make_walk().id}), news_id=news_id)

    def test_photos_with_words_and_not_too_many(self, walk, monkeypatch):
        facts = {"activity_id": walk.id, "actor": SYSTEM}
        news_id = save_news(**facts, news_id=None, title="x", text="y")
        picture = {"news_id": news_id, "jpeg": facilities.picture()}
        with pytest.raises(DomainError):
            add_photo(**facts, **picture, words=" ")
        photo_id = add_photo(**facts, **picture, words="队伍")
        assert photo(photo_id)[1] is False
        monkeypatch.setattr("app.honours.services.news.MOST_PHOTOS", 1)
        with pytest.raises(Conflict):
            add_photo(**facts, **picture, words="再来")
        for _ in range(2):
            drop_photo(**facts, news_id=news_id, photo_id=photo_id)
        assert photo(photo_id) is None


def test_certificates_of_the_deleted_are_taken_back(walk):
    from app.core.transactions import act
    from app.honours.services.certificates import withdraw_of

    (one,) = made.finished(walk, walks.person())
    issue_own(activity_id=walk.id, person_id=one.person_id, actor=SYSTEM)
    act(lambda: withdraw_of([one.person_id], at=now()))()
    assert db.session.execute(select(Certificate.reason)).scalar_one() == "erased"

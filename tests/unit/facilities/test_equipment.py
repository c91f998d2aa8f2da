"""Equipment from the application to the village; what is reported and what becomes of it; photos."""

from __future__ import annotations

import base64
import io
from datetime import date, timedelta

import pytest
from PIL import Image
from sqlalchemy import text

from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.facilities import documents
from app.facilities.constants import GrantState, ReportKind, ReportState
from app.facilities.documents import MOST_SIGNATURE, kept_photo, kept_signature
from app.facilities.queries.equipment import (
    equipment_set,
    grants,
    last_inspected,
    reports,
    set_by_code,
    sets_of,
    waiting_reports,
)
from app.facilities.queries.year import facility_figures
from app.facilities.rules.equipment import CODE_LENGTH, SIGNS, new_code
from app.facilities.services.equipment import (
    A_DAY,
    A_SENDER,
    apply_for_sets,
    distribute,
    report_set,
    settle_report,
    step_grant,
)
from tests.factories import facilities as made
from tests.factories import people


class TestPhotos:
    def test_it_is_small_upright_and_without_its_own_data(self):
        source = Image.new("RGB", (4_000, 2_000), "green")
        source.getexif()[0x0112] = 6  # lies on its side
        source.getexif()[0x010F] = "camera"
        target = io.BytesIO()
        source.save(target, "JPEG", exif=source.getexif())
        kept = Image.open(io.BytesIO(kept_photo(target.getvalue())))
        assert (kept.size, kept.format, dict(kept.getexif())) == ((800, 1_600), "JPEG", {})

    @pytest.mark.parametrize("data", [b"", b"no picture", made.picture()[:200], b"<svg/>", b"GIF89a" + bytes(20)])
    def test_what_is_no_photo(self, data):
        with pytest.raises(DomainError) as refused:
            kept_photo(data)
        assert refused.value.code == "photo_unreadable"

    def test_an_image_bomb_is_refused_before_it_is_unpacked(self, monkeypatch):
        bomb = made.picture(9_000, 5_000, "PNG")
        assert len(bomb) < 300_000
        monkeypatch.setattr(documents.ImageOps, "exif_transpose", None)  # what unpacks is never reached
        with pytest.raises(DomainError) as refused:
            kept_photo(bomb)
        assert refused.value.code == "photo_large"


class TestSignature:
    @staticmethod
    def sent(picture):
        target = io.BytesIO()
        picture.save(target, "PNG")
        return "data:image/png;base64," + base64.b64encode(target.getvalue()).decode()

    def test_it_is_cut_to_its_ink_and_black_on_nothing(self):
        pad = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
        pad.paste((200, 30, 30, 255), (100, 50, 160, 90))
        kept = Image.open(io.BytesIO(kept_signature(self.sent(pad))))
        assert (kept.mode, kept.size) == ("LA", (60, 40))
        assert kept.getpixel((5, 5)) == (0, 255)

    @pytest.mark.parametrize("sent", ["", "  "])
    def test_nothing_sent_is_no_signature(self, sent):
        assert kept_signature(sent) is None

    def test_nothing_drawn_is_no_signature(self):
        assert kept_signature(self.sent(Image.new("RGBA", (600, 200), (0, 0, 0, 0)))) is None

    @pytest.mark.parametrize(
        "sent",
        [
            "x",
            "data:image/svg+xml;base64,PHN2Zz4=",
            "data:image/png;base64,%%%",
            "data:image/png;base64,bm8=",
            "data:image/png;base64," + "A" * MOST_SIGNATURE,
        ],
    )
    def test_what_is_no_drawing(self, sent):
        with pytest.raises(DomainError) as refused:
            kept_signature(sent)
        assert (refused.value.code, refused.value.field) == ("signature_unreadable", "signature")

    def test_a_bomb_is_refused_before_it_is_unpacked(self):
        with pytest.raises(DomainError):
            kept_signature(self.sent(Image.new("RGBA", (3_000, 3_000), (0, 0, 0, 0))))


def test_codes_have_no_sign_that_looks_like_another():
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {CODE_LENGTH}
    assert not set(SIGNS) & set("0O1IL")


@pytest.mark.usefixtures("ctx", "clock")
class TestGrants:
    def test_from_the_application_to_the_codes(self):
        grant_id = made.apply(sets=3)
        assert sets_of(grant_id) == []
        step_grant(grant_id=grant_id, to=GrantState.APPROVED, on=made.MAY, actor=SYSTEM)
        step_grant(grant_id=grant_id, to=GrantState.ARRIVED, on=made.MAY, actor=SYSTEM)
        step_grant(grant_id=grant_id, to=GrantState.ARRIVED, on=made.MAY, actor=SYSTEM)  # pressed twice
        assert [one.number for one in sets_of(grant_id)] == [1, 2, 3]
        assert set_by_code(sets_of(grant_id)[0].code).number == 1

    @pytest.mark.parametrize("to", [GrantState.ARRIVED])
    def test_no_step_is_left_out(self, to):
        with pytest.raises(Conflict):
            step_grant(grant_id=made.apply(), to=to, on=made.MAY, actor=SYSTEM)

    def test_what_has_arrived_goes_back_no_more(self):
        with pytest.raises(Conflict):
            step_grant(grant_id=made.arrived(), to=GrantState.APPROVED, on=made.MAY, actor=SYSTEM)

    def test_a_refusal_can_be_taken_back(self):
        grant_id = made.apply()
        for to in (GrantState.REFUSED, GrantState.APPLIED, GrantState.APPROVED):
            step_grant(grant_id=grant_id, to=to, on=made.MAY, actor=SYSTEM)
        assert grants()[0].state is GrantState.APPROVED

    def test_a_day_before_the_step_before(self):
        with pytest.raises(DomainError) as refused:
            step_grant(grant_id=made.apply(), to=GrantState.APPROVED, on=date(2030, 4, 30), actor=SYSTEM)
        assert refused.value.field == "on"

    @pytest.mark.parametrize("sets", [0, -1, 501])
    def test_a_number_that_nobody_distributes(self, sets):
        with pytest.raises(DomainError):
            apply_for_sets(name="x", sets=sets, applied_on=made.MAY, actor=SYSTEM)

    def test_the_year_counts_what_was_applied_for_came_and_stands(self):
        grant_id = made.arrived(sets=3)
        town = people.organisation()
        made.hand_over(grant_id, 0, town_id=town)
        made.hand_over(grant_id, 1, on=date(2031, 1, 1), town_id=town)
        found = facility_figures(2030)
        assert (found.sets_applied, found.sets_arrived, found.sets_distributed, found.towns_served) == (3, 3, 1, 1)
        assert (facility_figures(2031).sets_applied, facility_figures(2031).sets_distributed) == (None, 1)


@pytest.mark.usefixtures("ctx", "clock")
class TestSets:
    def test_who_has_signed_is_sealed(self):
        made.hand_over(made.arrived())
        stored = db.session.execute(text("SELECT receiver FROM equipment_set WHERE receiver IS NOT NULL")).scalar_one()
        assert "孙守义".encode() not in bytes(stored)

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"town_id": None}, "town"),
            ({"village": " "}, "village"),
            ({"receiver": ""}, "receiver"),
            ({"on": date(2030, 4, 30)}, "on"),
        ],
    )
    def test_a_hand_over_needs_town_village_signature_and_a_day_after_the_arrival(self, facts, field):
        set_id = sets_of(made.arrived())[0].id
        usual = {"town_id": people.organisation(), "village": "东村", "receiver": "孙", "on": made.MAY, "photo": None}
        with pytest.raises(DomainError) as refused:
            distribute(set_id=set_id, actor=SYSTEM, **(usual | facts))
        assert refused.value.field == field

    def test_it_may_be_corrected_but_not_over_somebody_else_s_change(self):
        set_id = made.hand_over(made.arrived())
        usual = {"town_id": people.organisation(), "village": "西村", "receiver": "孙", "on": made.MAY, "photo": None}
        distribute(set_id=set_id, actor=SYSTEM, version=2, **usual)
        with pytest.raises(Conflict):
            distribute(set_id=set_id, actor=SYSTEM, version=2, **usual)

    def test_a_signature_is_sealed_stays_when_corrected_and_goes_with_its_name(self):
        set_id = sets_of(made.arrived())[0].id
        usual = {"town_id": people.organisation(), "village": "西村", "receiver": "孙", "on": made.MAY, "photo": None}
        distribute(set_id=set_id, actor=SYSTEM, signature=b"\x89PNG ink", **usual)
        stored = db.session.execute(
            text("SELECT signature FROM equipment_set WHERE signature IS NOT NULL")
        ).scalar_one()
        assert b"PNG ink" not in bytes(stored)
        distribute(set_id=set_id, actor=SYSTEM, **(usual | {"village": "东村"}))
        assert equipment_set(set_id).signature == b"\x89PNG ink"
        distribute(set_id=set_id, actor=SYSTEM, **(usual | {"receiver": "李"}))
        assert equipment_set(set_id).signature is None

    def test_an_unknown_set(self):
        with pytest.raises(NotFound):
            report_set(set_id=uuid7(), kind=ReportKind.FAULT, text="坏", actor=SYSTEM)
        assert set_by_code("NOTHING1") is None


@pytest.mark.usefixtures("ctx", "clock")
class TestReports:
    @pytest.fixture
    def set_id(self):
        return made.hand_over(made.arrived())

    def test_from_a_fault_to_its_repair(self, set_id):
        report_id = report_set(
            set_id=set_id, kind=ReportKind.FAULT, text="脚踏松了", phone="+8613800138000", actor=SYSTEM
        )
        assert waiting_reports() == 1
        settle_report(report_id=report_id, to=ReportState.REPAIRING, answer="已派人", actor=SYSTEM)
        settle_report(report_id=report_id, to=ReportState.DONE, answer="", actor=SYSTEM)
        settle_report(report_id=report_id, to=ReportState.DONE, answer="", actor=SYSTEM)  # pressed twice
        (line,) = reports(set_id=set_id)
        assert (line.state, line.report.answer, waiting_reports()) == (ReportState.DONE, "已派人", 0)

    def test_a_step_that_does_not_follow(self, set_id):
        report_id = report_set(set_id=set_id, kind=ReportKind.FAULT, text="坏", actor=SYSTEM)
        settle_report(report_id=report_id, to=ReportState.DONE, answer="", actor=SYSTEM)
        with pytest.raises(Conflict):
            settle_report(report_id=report_id, to=ReportState.REPAIRING, answer="", actor=SYSTEM)

    def test_a_round_without_findings_waits_for_nobody(self, set_id):
        assert last_inspected(set_id) is None
        report_set(set_id=set_id, kind=ReportKind.INSPECTION, text="", fine=True, actor=SYSTEM)
        assert (waiting_reports(), last_inspected(set_id)) == (0, now())

    @pytest.mark.parametrize("words", ["", "  ", "长" * 301])
    def test_words_are_needed_and_not_too_many(self, set_id, words):
        with pytest.raises(DomainError) as refused:
            report_set(set_id=set_id, kind=ReportKind.FAULT, text=words, actor=SYSTEM)
        assert refused.value.field == "text"

    def test_nor_one_sender_with_all_sets_together(self, clock):
        sets = [one.id for one in sets_of(made.arrived(sets=5))]
        facts = {"kind": ReportKind.FAULT, "text": "坏", "actor": SYSTEM}
        for n in range(A_SENDER):
            report_set(set_id=sets[n % 5], address="10.0.0.1", **facts)
        with pytest.raises(Conflict) as refused:
            report_set(set_id=sets[0], address="10.0.0.1", **facts)
        assert refused.value.code == "sender_enough"
        report_set(set_id=sets[0], address="10.0.0.2", **facts)
        stored = db.session.execute(text("SELECT address_index FROM set_report")).scalars().all()
        assert not any(b"10.0.0" in bytes(one) for one in stored)
        clock.shift(days=1, seconds=1)
        report_set(set_id=sets[0], address="10.0.0.1", **facts)

    def test_nobody_fills_the_office_s_list(self, set_id):
        for n in range(A_DAY):
            report_set(set_id=set_id, kind=ReportKind.FAULT, text=f"坏 {n}", actor=SYSTEM)
        with pytest.raises(Conflict) as refused:
            report_set(set_id=set_id, kind=ReportKind.FAULT, text="再坏", actor=SYSTEM)
        assert refused.value.code == "reports_enough"
        tomorrow = now() + timedelta(days=1, seconds=1)
        report_set(set_id=set_id, kind=ReportKind.FAULT, text="还坏", actor=SYSTEM, at=tomorrow)
        report_set(set_id=set_id, kind=ReportKind.INSPECTION, text="看过", actor=SYSTEM)

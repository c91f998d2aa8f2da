"""A leader's file from its upload to its registrations, in the store."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.audit.services import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import DomainError, NotFound, TooLarge
from app.core.spreadsheets import Column, Sheet, xlsx_bytes
from app.passes.models import Pass
from app.people.constants import ConsentKind
from app.people.models import AccountPerson, Consent
from app.registrations.constants import RegistrationState, Source
from app.registrations.models import Registration, Team, TeamUpload
from app.registrations.queries.teams import members_of, team_name, team_of, teams_of
from app.registrations.services import teams
from app.registrations.services.team_rows import RowState
from app.registrations.services.teams import (
    Declared,
    confirm_upload,
    forget_old_uploads,
    keep_upload,
    read_upload,
    review,
)
from tests.factories import accounts, activities, people, registrations

pytestmark = pytest.mark.usefixtures("ctx")
HEAD = ("姓名", "证件号", "组别")


BORN = date(1979, 5, 4)
"""A birth date that the factory gives to nobody: its people and these never share a document."""


def line(n, group="体验组", birth=BORN):
    return (people.name(n), people.document(birth, n=n), group)


def xlsx(*rows, head=HEAD):
    return xlsx_bytes([Sheet("名单", [Column(title) for title in head], rows)])


@pytest.fixture
def leader():
    return accounts.account()


@pytest.fixture
def station():
    people.notice()
    return activities.station(capacity=2_500)


def upload(station, leader, data, name="山亭区第一中学"):
    return keep_upload(
        activity_id=station.id,
        account_id=leader.id,
        team_name=name,
        file_name="名单.xlsx",
        table=read_upload(station.id, data),
        actor=Actor("account", leader.id),
    )


def see(station, leader, upload_id):
    return review(upload_id=upload_id, activity_id=station.id, account_id=leader.id)


def confirm(station, leader, upload_id, **boxes):
    ticked = registrations.consents(station)
    given = {"notice": ticked.notice, "terms": ticked.terms, "document_number": True, "guardian": True}
    return confirm_upload(
        upload_id=upload_id,
        activity_id=station.id,
        account_id=leader.id,
        declared=Declared(**(given | boxes)),
        actor=Actor("account", leader.id),
    )


def count(model, **where):
    return db.session.execute(select(func.count()).select_from(model).filter_by(**where)).scalar_one()


def registered(station):
    return count(Registration, activity_id=station.id)


def states(found):
    return {state.value: found.count(state) for state in RowState if found.count(state)}


class TestPreview:
    def test_each_row_is_told_what_it_comes_to_and_nobody_is_registered(self, station, leader):
        known = people.raw_person()
        registrations.registered(station, known)
        upload_id = upload(
            station,
            leader,
            xlsx(line(1), (known.name, known.document_number, "体验组"), ("", "123", "体验组"), line(1)),
        )
        found = see(station, leader, upload_id)
        assert [(row.number, row.state.value) for row in found.rows] == [
            (2, "ready"),
            (3, "known"),
            (4, "wrong"),
            (5, "twice"),
        ]
        assert {reason.column for reason in found.rows[2].reasons} == {"姓名", "证件号"}
        assert registered(station) == 1

    def test_a_name_that_is_not_the_documents_is_wrong_and_tells_nothing_else(self, station, leader):
        known = people.raw_person()
        registrations.registered(station, known)
        found = see(station, leader, upload(station, leader, xlsx(("王某某", known.document_number, "体验组"))))
        assert [reason.code for reason in found.rows[0].reasons] == ["person_mismatch"]

    def test_somebody_without_a_document_is_found_again_too(self, station, leader):
        known = people.without_document()
        registrations.registered(station, known)
        head = (*HEAD, "证件类型", "出生日期", "性别", "手机")
        row = (known.name, "", "体验组", "无", people.ADULT.isoformat(), "男", known.phone)
        sex = registrations.registered(activities.station(), people.without_document(sex="male"))
        found = see(station, leader, upload(station, leader, xlsx(row, head=head)))
        assert sex.error is None
        assert states(found) == {"known": 1}

    def test_what_is_kept_is_sealed_and_for_the_leader_alone(self, station, leader):
        upload_id = upload(station, leader, xlsx(line(7)))
        raw = db.session.connection().exec_driver_sql("select body, file_name from team_upload").one()
        assert people.document(BORN, n=7).encode() not in bytes(raw.body)
        assert "名单".encode() not in bytes(raw.file_name)
        with pytest.raises(NotFound):
            see(station, accounts.account(), upload_id)
        with pytest.raises(NotFound):
            review(upload_id=upload_id, activity_id=activities.station().id, account_id=leader.id)

    def test_a_new_file_takes_the_place_of_the_last(self, station, leader):
        first = upload(station, leader, xlsx(line(1)))
        upload(station, leader, xlsx(line(2)))
        assert count(TeamUpload) == 1
        with pytest.raises(NotFound):
            see(station, leader, first)

    def test_it_is_gone_after_a_day(self, station, leader):
        upload_id = upload(station, leader, xlsx(line(1)))
        assert forget_old_uploads(at=now() + timedelta(hours=23)) == 0
        with pytest.raises(NotFound):
            review(
                upload_id=upload_id,
                activity_id=station.id,
                account_id=leader.id,
                at=now() + timedelta(hours=25),
            )
        assert forget_old_uploads(at=now() + timedelta(hours=25)) == 1
        assert count(TeamUpload) == 0

    @pytest.mark.parametrize("name", ["", " \u3000 ", "队" * 81])
    def test_a_team_has_a_name(self, station, leader, name):
        data = xlsx(line(1))
        with pytest.raises(DomainError) as refused:
            upload(station, leader, data, name=name)
        assert (refused.value.code, refused.value.field) == ("team_name", "name")

    def test_an_activity_that_takes_nobody_now_refuses_the_file(self, leader, clock):
        closed = activities.station(window={"closes_at": now() - timedelta(hours=1)})
        with pytest.raises(DomainError) as refused:
            read_upload(closed.id, xlsx(line(1)))
        assert refused.value.code == "registration_closed"


class TestConfirm:
    def test_who_can_be_registered_is_and_the_rest_is_told_why(self, station, leader):
        upload_id = upload(station, leader, xlsx(line(1), line(2, "没有的组"), line(3)))
        found = confirm(station, leader, upload_id)
        assert states(found) == {"registered": 2, "wrong": 1}
        assert [row.number for row in found.wrong] == [3]
        rows = db.session.execute(select(Registration).where(Registration.activity_id == station.id)).scalars().all()
        assert {(row.source, row.team_id, row.account_id) for row in rows} == {
            (Source.TEAM_FILE.value, found.team_id, leader.id)
        }
        assert all(row.bib for row in rows)

    def test_the_same_file_again_registers_nobody_twice(self, station, leader):
        data = xlsx(*(line(n) for n in range(60)))
        upload_id = upload(station, leader, data)
        assert states(confirm(station, leader, upload_id)) == {"registered": 60}
        assert states(confirm(station, leader, upload_id)) == {"registered": 60}
        again = upload(station, leader, data)
        assert states(see(station, leader, again)) == {"known": 60}
        with pytest.raises(DomainError) as refused:
            confirm(station, leader, again)
        assert refused.value.code == "nobody_ready"
        assert registered(station) == 60
        assert count(Team, activity_id=station.id) == 1

    def test_another_confirmation_that_ends_meanwhile_is_no_refusal(self, station, leader, monkeypatch):
        """It ends between the reading of the sheet and the look at who is registered."""
        upload_id = upload(station, leader, xlsx(*(line(n) for n in range(3))))
        judged, others = teams.check_rows, [lambda: confirm(station, leader, upload_id)]

        def late(*facts):
            if others:
                others.pop()()
            return judged(*facts)

        monkeypatch.setattr(teams, "check_rows", late)
        assert states(confirm(station, leader, upload_id)) == {"registered": 3}
        assert registered(station) == 3

    def test_a_corrected_file_joins_the_same_team(self, station, leader):
        first = confirm(station, leader, upload(station, leader, xlsx(line(1), line(2, "没有的组"))))
        second = confirm(station, leader, upload(station, leader, xlsx(line(1), line(2))))
        assert states(second) == {"known": 1, "registered": 1}
        assert second.team_id == first.team_id
        assert [(one.name, one.members) for one in teams_of(station.id, leader.id)] == [("山亭区第一中学", 2)]

    def test_batches_go_on_where_a_first_confirmation_was_cut_off(self, station, leader, monkeypatch):
        monkeypatch.setattr(teams, "BATCH", 4)
        upload_id = upload(station, leader, xlsx(*(line(n) for n in range(10))))
        whole, calls = teams.register_batch, []

        def cut_off(**facts):
            calls.append(len(facts["rows"]))
            if len(calls) == 2:
                raise ConnectionError
            return whole(**facts)

        monkeypatch.setattr(teams, "register_batch", cut_off)
        with pytest.raises(ConnectionError):
            confirm(station, leader, upload_id)
        assert registered(station) == 4
        found = confirm(station, leader, upload_id)
        assert calls == [4, 4, 4, 2]
        assert states(found) == {"registered": 10}
        assert count(Team, activity_id=station.id) == 1

    def test_a_full_group_refuses_who_came_last(self, leader):
        people.notice()
        station = activities.station(capacity=2, window={"waiting_list": False})
        found = confirm(station, leader, upload(station, leader, xlsx(line(1), line(2), line(3))))
        assert states(found) == {"registered": 2, "wrong": 1}
        assert [str(reason) for reason in found.wrong[0].reasons] == ["体验组已满。"]

    def test_a_file_of_whom_nobody_gets_a_place_makes_no_team(self, leader):
        people.notice()
        station = activities.station(capacity=1, window={"waiting_list": False})
        registrations.registered(station)
        found = confirm(station, leader, upload(station, leader, xlsx(line(1))))
        assert (states(found), found.team_id) == ({"wrong": 1}, None)
        assert count(Team) == 0

    def test_without_the_declaration_nobody_is_registered(self, station, leader):
        found = confirm(station, leader, upload(station, leader, xlsx(line(1))), notice=None)
        assert [row.reasons[0].code for row in found.wrong] == ["consent_notice"]
        assert registered(station) == 0

    def test_the_leader_declares_and_guardians_only_for_minors(self, station, leader):
        born = date(now().year - 10, 1, 2)
        head = (*HEAD, "监护人姓名", "监护人手机", "监护人关系")
        rows = [
            (*line(1), "", "", ""),
            (*line(2, birth=born), "王建国", people.phone(), "父亲"),
        ]
        found = confirm(station, leader, upload(station, leader, xlsx(*rows, head=head)))
        assert states(found) == {"registered": 2}
        given = db.session.execute(select(Consent.kind, Consent.given_by)).all()
        assert {row.given_by for row in given} == {leader.id}
        assert [row.kind for row in given].count(ConsentKind.GUARDIAN) == 1

    def test_the_leader_gets_nobody_on_the_family_list(self, station, leader):
        confirm(station, leader, upload(station, leader, xlsx(line(1), line(2))))
        assert count(AccountPerson, account_id=leader.id) == 0

    def test_the_trail_names_the_leader_and_counts(self, station, leader):
        upload_id = upload(station, leader, xlsx(line(1), line(2)))
        found = confirm(station, leader, upload_id)
        rows = db.session.execute(
            select(AuditEntry).where(AuditEntry.scope_id == station.id, AuditEntry.action.like("team.%"))
        ).scalars()
        told = {row.action: row for row in rows}
        assert {row.actor_id for row in told.values()} == {leader.id}
        assert told["team.uploaded"].subject_id == upload_id
        assert (told["team.registered"].subject_id, told["team.registered"].details["count"]) == (found.team_id, 2)


class TestLimits:
    def test_two_thousand_rows_are_taken_and_one_more_is_not(self, station, leader):
        csv = "姓名,证件号,组别\n" + "".join(f"王德福,{n},体验组\n" for n in range(2_000))
        found = see(station, leader, upload(station, leader, csv.encode()))
        assert states(found) == {"wrong": 2_000}
        with pytest.raises(TooLarge) as refused:
            read_upload(station.id, (csv + "王德福,1,体验组\n").encode())
        assert str(refused.value) == "最多 2,000 行，这份有 2,001 行，请分成几份。"

    def test_more_than_five_megabytes_are_not_opened(self, station):
        with pytest.raises(TooLarge) as refused:
            read_upload(station.id, b"a" * (5 * 1024 * 1024 + 1))
        assert str(refused.value) == "文件超过 5 MB，请分成几份上传。"

    def test_a_cell_that_is_a_formula_is_wrong_and_never_computed(self, station, leader):
        csv = "姓名,证件号,组别\n=1+1,2,体验组\n"
        found = see(station, leader, upload(station, leader, csv.encode()))
        assert [(reason.column, reason.code) for reason in found.rows[0].reasons] == [("姓名", "formula")]


class TestTeam:
    def test_it_is_the_leaders_alone_and_has_a_code(self, station, leader):
        team_id = confirm(station, leader, upload(station, leader, xlsx(line(1)))).team_id
        assert team_of(station.id, team_id, leader.id).members == 1
        assert team_of(station.id, team_id, accounts.account().id) is None
        assert team_name(station.id, team_id) == "山亭区第一中学"
        assert team_name(station.id, uuid.uuid4()) == ""
        assert count(Pass, subject_id=team_id, kind="team") == 1

    def test_the_code_of_whoever_was_known_before_is_not_the_leaders(self, station, leader):
        known = people.raw_person(name="欧阳若兰")  # nobody else of this run bears it
        registrations.registered(activities.station(), known)
        rows = [line(1), (known.name, known.document_number, "体验组")]
        found = confirm(station, leader, upload(station, leader, xlsx(*rows)))
        members = {one.name: one for one in members_of(station.id, found.team_id, leader.id)}
        assert {one.state for one in members.values()} == {RegistrationState.CONFIRMED}
        assert (members[people.name(1)].code_known, members[known.name].code_known) == (True, False)

"""Every failure is a sentence and a way on for people, a code for programs, and no secret for anybody."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.errors import Busy
from app.core.ids import NIL
from app.web import errors
from tests.web.web.conftest import REFUSALS

SAID = {
    "invalid": (422, "最后一位对不上，请核对身份证。"),
    "absent": (404, "没有找到这个人。"),
    "conflict": (409, "<b>王德福</b>已经报过。"),
    "forbidden": (403, "这页需要相应的权限。"),
    "unknown": (401, "请先登录。"),
    "large": (413, "最多 12,500 行。"),
    "often": (429, "请 30 秒后再试。"),
    "busy": (503, "现在人多。"),
    "later": (409, "9月25日 8:00开始报名。"),
    "year": (422, "2021年2月没有29日。"),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_person_reads_the_refusal_and_finds_the_way_home(visit, kind):
    status, sentence = SAID[kind]
    page = visit.get(f"/probe/refused/{kind}", status=status)
    assert sentence.rstrip("。") in page.main
    assert "/" in page.links
    assert page.title


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_program_reads_a_code(visit, kind):
    status, sentence = SAID[kind]
    answer = visit.get(f"/api/v1/probe/refused/{kind}", status=status)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["code"] == REFUSALS[kind]().code
    assert answer.json["status"] == status
    assert answer.json["detail"] == sentence
    assert answer.json.get("field") == REFUSALS[kind]().field


@pytest.mark.parametrize(("kind", "seconds"), [("often", "30"), ("busy", "7"), ("absent", None)])
def test_who_may_come_back_is_told_when(visit, kind, seconds):
    for where in ("/probe", "/api/v1/probe"):
        answer = visit.open(f"{where}/refused/{kind}")
        assert answer.headers.get("Retry-After") == seconds


def test_a_page_that_does_not_exist(visit):
    page = visit.get("/nowhere/<script>alert(1)</script>", status=404)
    assert "没有找到这一页" in page.main
    assert "<script>alert" not in page.html
    answer = visit.get("/api/v1/nowhere", status=404)
    assert (answer.json["code"], answer.json["title"]) == ("not_found", "Not Found")


def test_a_method_that_is_not_meant(visit):
    page = visit.open("/probe/page", method="DELETE", status=405)
    assert "GET" in page.headers["Allow"]
    answer = visit.open("/api/v1/probe/crash/x", method="PATCH", status=405)
    assert answer.json["code"] == "method_not_allowed"


def test_a_kind_of_content_that_is_not_known(visit):
    assert visit.get("/api/v1/probe/crash/media", status=415).json["code"] == "unsupported_media_type"
    assert "不认识这种格式" in visit.get("/probe/crash/media", status=415).main


def test_a_body_that_is_too_large(site, visit):
    body = {"name": "x" * (site.config["MAX_CONTENT_LENGTH"] + 1)}
    assert "内容太大了" in visit.post("/probe/form", body, status=413).main


@pytest.mark.parametrize("kind", ["value", "locked"])
def test_a_fault_of_ours_tells_nothing(visit, kind, caplog):
    with caplog.at_level(logging.CRITICAL, logger="app.web.errors"):
        answers = [visit.open(f"/probe/crash/{kind}"), visit.open(f"/api/v1/probe/crash/{kind}")]
    for answer in answers:
        assert "secret" not in answer.html
        assert "13800005678" not in answer.html
        assert "Traceback" not in answer.html


def test_a_fault_of_ours_is_said_to_be_ours_and_logged(visit, caplog):
    page = visit.get("/probe/crash/value", status=500)
    assert "我们这边出了问题，您填的都在" in page.main
    assert [record.name for record in caplog.records] == ["app.web.errors"]
    assert visit.get("/api/v1/probe/crash/value", status=500).json["code"] == "internal"


def test_a_busy_store_asks_to_come_back(visit):
    answer = visit.get("/api/v1/probe/crash/locked", status=503)
    assert (answer.json["code"], answer.headers["Retry-After"]) == ("busy", "2")
    assert visit.get("/probe/crash/locked", status=503).headers["Retry-After"] == "2"


# --------------------------------------------------------------------------- the trail


def refusals() -> list[AuditEntry]:
    statement = select(AuditEntry).where(AuditEntry.scope_id == NIL).order_by(AuditEntry.id)
    return list(errors_session().execute(statement).scalars())


def errors_session() -> Any:
    from app.core.db import db

    db.session.rollback()
    return db.session


@pytest.mark.usefixtures("ctx")
def test_a_refused_act_is_kept_in_the_trail(visit):
    visit.get("/probe/refused/conflict", status=409)
    (row,) = refusals()
    assert (row.outcome, row.subject_kind, row.actor_kind) == ("twice", "refusal", "anonymous")
    assert row.action.endswith("refuse")
    assert "王德福" not in str(row.details)


@pytest.mark.usefixtures("ctx")
def test_an_overload_and_what_was_no_act_are_not(visit):
    visit.get("/probe/refused/busy", status=503)
    visit.get("/probe/refused-at-the-door/conflict", status=409)
    assert refusals() == []


def test_a_trail_that_cannot_be_written_does_not_hide_the_answer(visit, monkeypatch, caplog):
    def full(**_facts: object) -> None:
        raise Busy("storage_full", "存储已满。")

    monkeypatch.setattr(errors, "record_refusal", full)
    assert "没有找到这个人" in visit.get("/probe/refused/absent", status=404).main
    assert "could not be recorded" in caplog.text


def test_every_sentence_has_a_status_that_can_happen():
    assert set(errors.CODES) <= set(errors.SENTENCES)
    assert all(400 <= status <= 599 for status in errors.SENTENCES)

"""What the office has set: seen at once in this process, by act and audited, the environment's otherwise."""

from __future__ import annotations

import pytest

from app.audit.queries import history
from app.audit.services import SYSTEM
from app.core.ids import NIL
from app.core.transactions import act
from app.settings import queries
from app.settings.constants import FileKey, Key
from app.settings.queries import setting, stored_file
from app.settings.services import drop_file, keep_file, save_settings

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def test_a_value_is_kept_changed_and_given_back():
    assert setting(Key.OFFICE_NAME) is None
    assert save_settings(values={Key.OFFICE_NAME: "滕州市体育局"}, actor=SYSTEM) == [Key.OFFICE_NAME]
    assert setting(Key.OFFICE_NAME) == "滕州市体育局"
    save_settings(values={Key.OFFICE_NAME: "薛城区体育局"}, actor=SYSTEM)
    assert setting(Key.OFFICE_NAME) == "薛城区体育局"
    save_settings(values={Key.OFFICE_NAME: None}, actor=SYSTEM)
    assert setting(Key.OFFICE_NAME) is None
    assert [one.action for one in history(NIL)].count("settings.changed") == 3


def test_the_same_again_is_no_change():
    save_settings(values={Key.OFFICE_PHONE: "1"}, actor=SYSTEM)
    assert save_settings(values={Key.OFFICE_PHONE: "1"}, actor=SYSTEM) == []
    assert [one.action for one in history(NIL)].count("settings.changed") == 1


def test_a_page_asks_the_store_once_in_some_seconds(statements):
    with statements() as seen:
        for _ in range(5):
            setting(Key.OFFICE_NAME)
    assert len(seen) == 1


def test_what_another_process_has_set_shows_after_some_seconds(monkeypatch):
    moment = [100.0]
    monkeypatch.setattr(queries.time, "monotonic", lambda: moment[0])
    assert setting(Key.OFFICE_NAME) is None
    save_settings(values={Key.OFFICE_NAME: "甲"}, actor=SYSTEM)
    queries._kept["all"] = (moment[0] + queries.KEPT_SECONDS, {})  # as the other process holds it
    assert setting(Key.OFFICE_NAME) is None
    moment[0] += queries.KEPT_SECONDS
    assert setting(Key.OFFICE_NAME) == "甲"


def test_an_act_that_fails_leaves_nothing():
    @act
    def fail():
        save_settings(values={Key.OFFICE_NAME: "甲"}, actor=SYSTEM)
        assert setting(Key.OFFICE_NAME) == "甲"
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert setting(Key.OFFICE_NAME) is None


def test_a_template_is_kept_replaced_and_dropped():
    assert stored_file(FileKey.ANNUAL_REPORT) is None
    for content in (b"one", b"two"):
        keep_file(key=FileKey.ANNUAL_REPORT, name="模板.docx", content=content, actor=SYSTEM)
    assert stored_file(FileKey.ANNUAL_REPORT).content == b"two"
    assert drop_file(key=FileKey.ANNUAL_REPORT, actor=SYSTEM) is True
    assert drop_file(key=FileKey.ANNUAL_REPORT, actor=SYSTEM) is False
    assert stored_file(FileKey.ANNUAL_REPORT) is None

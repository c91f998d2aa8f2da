"""Texts leave after the commit, and nothing of the phone stays behind."""

from __future__ import annotations

import logging
import stat

import pytest

from app.core.errors import DomainError
from app.core.transactions import act
from app.notices import services
from app.notices.senders import DEMO_LOG, ConsoleSender, choose_sender

PHONE = "+8613812345678"


class Recording:
    """Keeps what it is given."""

    reveals = True

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []

    def send(self, phone_e164: str, text: str) -> None:
        self.texts.append((phone_e164, text))


class Broken:
    """A gateway that is down, and says more than it should."""

    reveals = False

    def send(self, phone_e164: str, text: str) -> None:
        raise ConnectionError(f"could not reach {phone_e164} with {text}")


@pytest.fixture
def recording():
    before, sender = services.sender(), Recording()
    services.use(sender)
    yield sender
    services.use(before)


@pytest.fixture
def broken():
    before = services.sender()
    services.use(Broken())
    yield
    services.use(before)


def test_a_text_is_sent_once_the_act_is_committed(ctx, recording):
    @act
    def tell() -> int:
        services.queue_text(phone=PHONE, text="你好")
        return len(recording.texts)

    assert tell() == 0
    assert recording.texts == [(PHONE, "你好")]


def test_an_act_that_fails_sends_nothing(ctx, recording):
    @act
    def fail() -> None:
        services.queue_text(phone=PHONE, text="你好")
        raise DomainError("no", "no")

    with pytest.raises(DomainError):
        fail()
    assert recording.texts == []


def test_outside_an_act_there_is_nothing_to_wait_for(ctx, recording):
    with pytest.raises(RuntimeError):
        services.queue_text(phone=PHONE, text="你好")
    assert recording.texts == []


def test_a_gateway_that_is_down_does_not_undo_the_act_and_leaves_no_trace_of_the_phone(ctx, broken, caplog):
    @act
    def tell() -> str:
        services.queue_text(phone=PHONE, text="验证码 123456")
        return "done"

    with caplog.at_level(logging.ERROR):
        assert tell() == "done"
    assert "138****5678" in caplog.text
    assert "ConnectionError" in caplog.text
    assert "13812345678" not in caplog.text
    assert "123456" not in caplog.text


def test_the_demo_shows_the_text_on_the_console_and_in_its_log(tmp_path, capsys):
    sender = choose_sender({"MODE": "demo", "INSTANCE_PATH": str(tmp_path)})
    sender.send(PHONE, "验证码 123456")
    sender.send(PHONE, "验证码 654321")
    log = tmp_path / DEMO_LOG
    lines = log.read_text(encoding="utf-8").splitlines()
    ends = [line[-6:] for line in lines]
    assert sender.reveals is True
    assert ends == ["123456", "654321"]
    assert "138****5678" in lines[0]
    assert "13812345678" not in lines[0]
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert "验证码 123456" in capsys.readouterr().out


def test_the_same_words_to_hundreds_do_not_fill_the_console(tmp_path, capsys):
    sender = choose_sender({"MODE": "demo", "INSTANCE_PATH": str(tmp_path)})
    for n in range(100):
        sender.send(f"+86138000{n:05d}", "明天 8:00 见")
    sender.send(PHONE, "验证码 123456")
    shown = capsys.readouterr().out.splitlines()
    assert [line.endswith("明天 8:00 见") for line in shown] == [True, True, False, False]
    assert DEMO_LOG in shown[2]
    assert shown[3].endswith("验证码 123456")
    assert len((tmp_path / DEMO_LOG).read_text(encoding="utf-8").splitlines()) == 101


def test_in_production_the_console_keeps_the_code_to_itself(tmp_path, capsys):
    sender = choose_sender({"MODE": "production", "INSTANCE_PATH": str(tmp_path)})
    sender.send(PHONE, "验证码 123456")
    assert sender.reveals is False
    assert "SMS_SENDER" in (shown := capsys.readouterr().out)
    assert "123456" not in shown
    assert "13812345678" not in shown
    assert not (tmp_path / DEMO_LOG).exists()


def gateway(settings):
    """What SMS_SENDER names in the next test."""
    return ("gateway", settings["MODE"])


def test_a_vendor_s_sender_is_named_by_module_and_callable(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(tmp_path))
    code = "def make(settings):\n    return ('gateway', settings['MODE'])\n"
    (tmp_path / "some_vendor.py").write_text(code, encoding="utf-8")
    settings = {"MODE": "production", "INSTANCE_PATH": str(tmp_path), "SMS_SENDER": "some_vendor:make"}
    assert choose_sender(settings) == gateway(settings)


def test_a_sender_can_be_handed_over_as_it_is(tmp_path):
    sender = ConsoleSender(reveals=False)
    settings = {"MODE": "demo", "INSTANCE_PATH": str(tmp_path), "SMS_SENDER": sender}
    assert choose_sender(settings) is sender


def test_a_name_without_a_colon_is_refused_at_start_up(tmp_path):
    with pytest.raises(ValueError, match="SMS_SENDER"):
        choose_sender({"MODE": "production", "INSTANCE_PATH": str(tmp_path), "SMS_SENDER": "some_vendor"})

"""Settings: the demo makes its secrets, production refuses to start without them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

import config

SECRETS = {"SECRET_KEY": "s" * 32, "DATA_KEYS": "/keys/data.json", "PASS_KEYS": "/keys/pass.json"}


def load(tmp_path: Path, **env: str) -> dict[str, object]:
    return config.load({"INSTANCE_PATH": str(tmp_path / "instance"), **env})


def test_a_plain_clone_is_a_demo_with_secrets_of_its_own(tmp_path):
    settings = load(tmp_path)
    path = tmp_path / "instance" / "secret-key"
    assert (settings["MODE"], settings["TESTING"]) == ("demo", False)
    assert len(str(settings["SECRET_KEY"])) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o077 == 0
    assert load(tmp_path)["SECRET_KEY"] == settings["SECRET_KEY"], "it is kept"


def test_two_clones_have_different_secrets(tmp_path):
    assert load(tmp_path / "a")["SECRET_KEY"] != load(tmp_path / "b")["SECRET_KEY"]


@pytest.mark.parametrize("missing", SECRETS)
@pytest.mark.parametrize("value", [None, ""])
def test_production_needs_every_secret(tmp_path, missing, value):
    env = {"XIANGYUE_MODE": "production", **SECRETS}
    if value is None:
        del env[missing]
    else:
        env[missing] = value
    with pytest.raises(config.MissingSetting, match=missing):
        load(tmp_path, **env)
    assert not (tmp_path / "instance").exists(), "nothing is made by an attempt that fails"


def test_all_secrets_together_mean_production(tmp_path):
    settings = load(tmp_path, **SECRETS)
    assert settings["MODE"] == "production"
    assert settings["SECRET_KEY"] == "s" * 32
    assert not (tmp_path / "instance" / "secret-key").exists()


def test_an_unknown_mode_is_a_mistake(tmp_path):
    with pytest.raises(ValueError, match="'prod'"):
        load(tmp_path, XIANGYUE_MODE="prod")


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:////data/x.db", "sqlite:////data/x.db"),
    ],
)
def test_addresses_of_databases(tmp_path, given, used):
    assert load(tmp_path, DATABASE_URL=given)["SQLALCHEMY_DATABASE_URI"] == used


def test_the_default_database_stands_in_the_instance(tmp_path):
    found = str(load(tmp_path)["SQLALCHEMY_DATABASE_URI"])
    assert found == f"sqlite:///{(tmp_path / 'instance').resolve()}/xiangyue.db"


def test_staff_are_signed_out_when_idle_and_after_a_day_s_work(tmp_path):
    settings = load(tmp_path)
    assert settings["STAFF_IDLE"].total_seconds() <= 30 * 60
    assert settings["STAFF_ABSOLUTE"].total_seconds() <= 12 * 3600


def test_bodies_are_bounded(tmp_path):
    settings = load(tmp_path)
    assert settings["MAX_CONTENT_LENGTH"] <= 8 * 1024 * 1024
    assert settings["MAX_FORM_MEMORY_SIZE"] <= settings["MAX_CONTENT_LENGTH"]


def test_terms_of_retention_are_pairs_of_a_name_and_days(tmp_path):
    assert load(tmp_path, RETENTION_DAYS="answers=7, person=365")["RETENTION_DAYS"] == {"answers": 7, "person": 365}
    assert load(tmp_path)["RETENTION_DAYS"] == {}
    with pytest.raises(ValueError, match="invalid literal"):
        load(tmp_path, RETENTION_DAYS="answers=soon")


@pytest.mark.parametrize("days", ["183", "90", "0", "-1"])
def test_logs_are_kept_for_six_months_or_nothing_starts(tmp_path, days):
    """网络安全法: network logs of at least six months."""
    with pytest.raises(ValueError, match="six months"):
        load(tmp_path, LOG_KEEP_DAYS=days)


def test_logs_are_kept_longer_where_somebody_says_so(tmp_path):
    assert load(tmp_path)["LOG_KEEP_DAYS"] >= 184
    assert load(tmp_path, LOG_KEEP_DAYS="184")["LOG_KEEP_DAYS"] == 184
    with pytest.raises(ValueError, match="invalid literal"):
        load(tmp_path, LOG_KEEP_DAYS="half a year")


def test_requests_are_written_down_unless_somebody_else_does(tmp_path):
    assert load(tmp_path)["LOG_FOLDER"] == str(tmp_path / "instance" / "logs")
    assert load(tmp_path, LOG_FOLDER="/var/log/xiangyue")["LOG_FOLDER"] == "/var/log/xiangyue"
    assert load(tmp_path, LOG_FOLDER="off")["LOG_FOLDER"] == ""

"""What an installation may set."""

from __future__ import annotations

from datetime import timedelta

import pytest

import config
from app.accounts.constants import PasswordPolicy
from app.accounts.limits import Limits, limits, limits_from


def test_without_settings_the_numbers_are_the_promised_ones():
    usual = limits_from({})
    assert usual == Limits()
    assert usual.per_phone == (
        (timedelta(minutes=1), 1),
        (timedelta(hours=1), 5),
        (timedelta(days=1), 10),
    )
    assert (usual.per_address, usual.failures, usual.lock) == (30, 5, timedelta(minutes=15))
    assert (usual.policy, usual.password_age) == (PasswordPolicy.MLPS2, timedelta(days=90))


def test_each_chosen_number_can_be_set_from_the_environment(tmp_path):
    settings = config.load(
        {
            "XIANGYUE_MODE": "test",
            "INSTANCE_PATH": str(tmp_path),
            "CODES_PER_ADDRESS": "7",
            "SMS_DAILY_BUDGET": "8",
            "LOGIN_LOCK_MINUTES": "20",
            "PASSWORD_POLICY": "asvs5",
            "PASSWORD_MAX_DAYS": "30",
            "DORMANT_DAYS": "60",
        }
    )
    assert limits_from(settings) == Limits(
        per_address=7,
        daily_budget=8,
        lock=timedelta(minutes=20),
        policy=PasswordPolicy.ASVS5,
        password_age=timedelta(days=30),
        dormant=timedelta(days=60),
    )


def test_a_policy_that_does_not_exist_is_refused_at_start_up():
    with pytest.raises(ValueError, match="none"):
        limits_from({"PASSWORD_POLICY": "none"})


def test_the_application_uses_its_own(app):
    assert limits() == limits_from(app.config)

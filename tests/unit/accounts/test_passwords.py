"""What a password has to be, and how it is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.constants import PasswordPolicy
from app.accounts.hashing import hash_password, is_outdated, new_password, verify_password
from app.accounts.rules.passwords import check_password, is_common, kinds, must_change
from app.core.errors import DomainError

MLPS2, ASVS5 = PasswordPolicy.MLPS2, PasswordPolicy.ASVS5
NOW = datetime(2030, 6, 1, tzinfo=UTC)
AGE = timedelta(days=90)


def verdict(password: str, *, policy: PasswordPolicy = MLPS2, login_name: str = "limin") -> str:
    try:
        check_password(password, login_name=login_name, policy=policy)
    except DomainError as error:
        return error.code if error.field == "new" else f"{error.code} beside {error.field}"
    return "good"


@pytest.mark.parametrize(
    ("password", "mlps2", "asvs5"),
    [
        ("Dong-7x", "password_short", "password_short"),
        ("Dong-7xy", "good", "good"),
        ("D" + "ong-7x" * 30, "password_long", "password_long"),
        ("correcthorsebattery", "password_kinds", "good"),
        ("correcthorse77", "password_kinds", "good"),
        ("Correcthorse77", "good", "good"),
        ("correcthorse-77", "good", "good"),
        ("山亭健步走二零三零", "password_kinds", "good"),
        ("Walk-LiMin-88", "password_name", "password_name"),
        ("Passw0rd!2021", "password_common", "password_common"),
        ("P@ssw0rd", "password_common", "password_common"),
        ("Admin@123", "password_common", "password_common"),
        ("Xiangyue2021!", "password_common", "password_common"),
        ("Aa123456", "password_common", "password_common"),
        ("Aa123456!", "password_common", "password_common"),
        ("1qaz@WSX", "password_common", "password_common"),
        ("12345678", "password_kinds", "password_common"),
        ("abcdefgh", "password_kinds", "password_common"),
        ("20302030", "password_kinds", "password_common"),
    ],
)
def test_each_policy(password, mlps2, asvs5):
    assert (verdict(password), verdict(password, policy=ASVS5)) == (mlps2, asvs5)


def test_kinds_are_counted_once_each():
    assert [kinds(text) for text in ("aaaa", "aaAA", "aA11", "aA1-", "山亭")] == [1, 2, 3, 4, 1]


@pytest.mark.parametrize("password", ["Yu-han-4417", "k7Tr9wQx", "green-willow-boat", "3Xun-Ting"])
def test_what_nobody_tries_first_is_not_common(password):
    assert not is_common(password)


@pytest.mark.parametrize(
    ("policy", "changed_at", "due"),
    [
        (MLPS2, None, True),
        (ASVS5, None, True),
        (MLPS2, NOW - AGE, False),
        (MLPS2, NOW - AGE - timedelta(seconds=1), True),
        (ASVS5, NOW - AGE - timedelta(days=999), False),
    ],
)
def test_when_a_password_has_to_be_changed(policy, changed_at, due):
    assert must_change(changed_at, at=NOW, policy=policy, max_age=AGE) is due


def test_a_hash_has_the_parameters_of_owasp_and_opens_for_its_password_alone():
    stored = hash_password("Dong-7xy")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert verify_password(stored, "Dong-7xy") is True
    assert verify_password(stored, "Dong-7xz") is False
    assert hash_password("Dong-7xy") != stored
    assert is_outdated(stored) is False
    assert is_outdated(stored.replace("t=2", "t=1")) is True


def test_nobody_s_password_is_never_right_and_nonsense_opens_nothing():
    assert verify_password(None, "Dong-7xy") is False
    assert verify_password("no hash at all", "Dong-7xy") is False


def test_a_made_up_password_satisfies_both_policies_and_never_comes_twice():
    made = [new_password() for _ in range(200)]
    assert {verdict(one) for one in made} == {verdict(one, policy=ASVS5) for one in made} == {"good"}
    assert len(set(made)) == 200
    assert not set("".join(made)) & set("0O1lI")

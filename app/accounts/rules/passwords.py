"""What a password has to be, by two policies.

`mlps2`: what assessors of GB/T 22239-2019 level 2 ask for: at least 8 characters of three kinds, not
the name, changed every 90 days [P]. `asvs5`: OWASP ASVS 5, 6.2: at least 8 characters, no kinds
asked for, no change without a reason. Both refuse what everybody tries first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from app.accounts.constants import PasswordPolicy
from app.core.errors import DomainError
from app.core.text import N_

SHORTEST: Final = 8
LONGEST: Final = 128
KINDS: Final = 3

_WORDS: Final = """
    password passwd passcode admin administrator root superuser master manager system server test guest
    user default welcome letmein login secret hello iloveyou woaini woaiwojia monkey dragon sunshine
    princess football basketball baseball superman batman michael shadow trustno qwerty qwertyuiop asdfgh
    asdfghjkl zxcvbn zxcvbnm qazwsx qwe asd zxc abc abcd qweasd qweasdzxc wang zhang changeme security
    office shanting shantingqu zaozhuang xiangyue tiyuju jiaotiju jianshen
"""
_STEMS: Final = frozenset(_WORDS.split())
"""Words that a guesser begins with, the site's own and the district's among them."""

_WALKS: Final = """
    1qaz2wsx 1q2w3e4r 1q2w3e4r5t 1qaz@wsx 1qazxsw2 q1w2e3r4 zaq12wsx zaq1xsw2 qwer1234 asdf1234 zxcv1234
    a1b2c3d4 aa123456 a1234567 a12345678 a123456789 qq123456 p@ssw0rd 5201314 52013140 1314520 13145200
    147258369 159357 11223344 112233445566 12344321 87654321 123321123 123654789 0987654321 1234qwer
    1qaz!qaz 123qweasd 123qwe!@# !qaz2wsx !qaz@wsx
"""
_LISTED: Final = frozenset(_WALKS.split())
"""Walks over the keyboard and lucky numbers."""

_LEET: Final = str.maketrans("013457@$!", "oleastasi")


def check_password(password: str, *, login_name: str, policy: PasswordPolicy) -> None:
    """Refuse a new password that `policy` does not allow. Raises DomainError, field `new`."""
    if len(password) < SHORTEST:
        raise _refused("password_short", N_("密码至少要 8 位。"))
    if len(password) > LONGEST:
        raise _refused("password_long", N_("密码最多 128 位。"))
    if policy is PasswordPolicy.MLPS2 and kinds(password) < KINDS:
        raise _refused("password_kinds", N_("大写、小写、数字、符号，至少用三种。"))
    if login_name and login_name.casefold() in password.casefold():
        raise _refused("password_name", N_("密码里不能有登录名。"))
    if is_common(password):
        raise _refused("password_common", N_("这个密码太容易猜，请换一个。"))


def _refused(code: str, message: str) -> DomainError:
    return DomainError(code, message, field="new")


def kinds(password: str) -> int:
    """How many of upper case, lower case, digits and anything else are in it."""
    upper = any(sign.isupper() for sign in password)
    lower = any(sign.islower() for sign in password)
    digit = any(sign.isdigit() for sign in password)
    other = any(not (sign.isupper() or sign.islower() or sign.isdigit()) for sign in password)
    return upper + lower + digit + other


def is_common(password: str) -> bool:
    """Whether it is one of those that are tried first: a known word with figures, a run, a repetition."""
    folded = password.casefold()
    if folded in _LISTED or _is_run(folded) or _is_repeated(folded):
        return True
    stem = folded.strip("0123456789 !@#$%^&*()-_=+.,?~")
    digits = "".join(filter(str.isdigit, folded))
    if stem.translate(_LEET) in _STEMS or folded.translate(_LEET) in _STEMS:
        return True
    return len(set(stem)) <= 1 and (_is_run(digits) or _is_repeated(digits))


def _is_run(text: str) -> bool:
    """12345678, abcdefgh, and backwards."""
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return len(text) >= 4 and steps in ({1}, {-1})


def _is_repeated(text: str) -> bool:
    """One to four signs again and again: 88888888, abababab, 20212021."""
    return any(len(text) >= 2 * size and text == (text[:size] * len(text))[: len(text)] for size in (1, 2, 3, 4))


def must_change(changed_at: datetime | None, *, at: datetime, policy: PasswordPolicy, max_age: timedelta) -> bool:
    """Whether the owner has to choose a new one: the first one came from somebody else, or it is too old."""
    if changed_at is None:
        return True
    return policy is PasswordPolicy.MLPS2 and at - changed_at > max_age

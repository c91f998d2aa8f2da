"""Settings, all from the environment. See docs/manual/operations.md for the list.

Mode `production` refuses to start without its secrets. Mode `demo` (the
default of a plain clone) makes its own under INSTANCE_PATH, says so where one
signs in, and shows one-time codes instead of sending them.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
MODES = ("production", "demo", "test")
API = {
    "API_TITLE": "Xiangyue",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
}
LOGS_AT_LEAST = 184
"""The longest that six months can be, in days."""
SECRETS = ("SECRET_KEY", "DATA_KEYS", "PASS_KEYS")


class MissingSetting(RuntimeError):
    """Production lacks a secret: the message names it."""


def load(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Flask's configuration from `environ` (default: the process's).

    Raises MissingSetting in production when SECRET_KEY, DATA_KEYS or PASS_KEYS
    is not set, ValueError for a mode that does not exist.
    """
    env = os.environ if environ is None else environ
    mode = env.get("XIANGYUE_MODE") or ("production" if all(map(env.get, SECRETS)) else "demo")
    if mode not in MODES:
        raise ValueError(f"XIANGYUE_MODE is {mode!r}, expected one of {', '.join(MODES)}")
    instance = Path(env.get("INSTANCE_PATH") or ROOT / "instance").resolve()
    if mode == "production":
        for name in SECRETS:
            if not env.get(name):
                raise MissingSetting(f"production needs {name}; see docs/manual/operations.md")
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    https = env.get("HTTPS", "") in {"1", "true", "yes"}
    return {
        "MODE": mode,
        "INSTANCE_PATH": str(instance),
        "SECRET_KEY": env.get("SECRET_KEY") or _own_secret(instance / "secret-key"),
        "DATA_KEYS": env.get("DATA_KEYS") or str(instance / "data-keys.json"),
        "PASS_KEYS": env.get("PASS_KEYS") or str(instance / "pass-keys.json"),
        "SQLALCHEMY_DATABASE_URI": _database(env.get("DATABASE_URL"), instance),
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(env),
        "PG_BIN": env.get("PG_BIN") or "",
        "TESTING": mode == "test",
        "HTTPS": https,
        "TRUSTED_HOSTS": [host for host in env.get("TRUSTED_HOSTS", "").split(",") if host] or None,
        "TRUSTED_PROXIES": int(env.get("TRUSTED_PROXIES", "0")),
        "MAX_CONTENT_LENGTH": 6 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 600_000,
        "SESSION_COOKIE_NAME": "__Host-xiangyue" if https else "xiangyue",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "STAFF_IDLE": timedelta(minutes=30),
        "STAFF_ABSOLUTE": timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "OFFICE_NAME": env.get("OFFICE_NAME") or "山亭区教育和体育局",
        "OFFICE_PHONE": env.get("OFFICE_PHONE") or "0632-8811000",
        "PASSWORD_POLICY": env.get("PASSWORD_POLICY") or "mlps2",
        "PASSWORD_MAX_DAYS": int(env.get("PASSWORD_MAX_DAYS", "90")),
        "LOGIN_LOCK_MINUTES": int(env.get("LOGIN_LOCK_MINUTES", "15")),
        "SPEED_LIMIT_KMH": float(env.get("SPEED_LIMIT_KMH", "25")),
        "DORMANT_DAYS": int(env.get("DORMANT_DAYS", "180")),
        "SMS_SENDER": env.get("SMS_SENDER") or None,
        "SMS_QUIET": env.get("SMS_QUIET", "" if mode == "test" else "21:30-7:00"),
        "SMS_DAILY_BUDGET": int(env.get("SMS_DAILY_BUDGET", "20000")),
        "SMS_TIMEOUT": float(env.get("SMS_TIMEOUT", "8")),
        "RETENTION_DAYS": _days(env.get("RETENTION_DAYS", "")),
        "REMIND_AT_HOUR": _hour(env.get("REMIND_AT_HOUR", "18")),
        "CODES_PER_ADDRESS": int(env.get("CODES_PER_ADDRESS", "30")),
        **_logs(env, instance, mode),
        **API,
    }


def _logs(env: Mapping[str, str], instance: Path, mode: str) -> dict[str, Any]:
    """Where requests are written down ("" for nowhere: LOG_FOLDER=off, or a test) and for how many days.

    ValueError for less than six months: 网络安全法, network logs.
    """
    named, days = env.get("LOG_FOLDER") or ("off" if mode == "test" else ""), int(env.get("LOG_KEEP_DAYS") or "200")
    if days < LOGS_AT_LEAST:
        raise ValueError(f"LOG_KEEP_DAYS is {days}; the Cybersecurity Law asks for six months, {LOGS_AT_LEAST} days")
    return {"LOG_FOLDER": "" if named == "off" else named or str(instance / "logs"), "LOG_KEEP_DAYS": days}


def _hour(text: str) -> int | None:
    """An hour of the office's day; nothing means never. ValueError for anything else."""
    if not text.strip():
        return None
    hour = int(text)
    if not 0 <= hour <= 23:
        raise ValueError(f"an hour is {text!r}, expected 0 to 23 or nothing")
    return hour


def _days(text: str) -> dict[str, int]:
    """`answers=7,person=365` → {"answers": 7, "person": 365}; ValueError for anything else."""
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    return {name.strip(): int(days) for name, _equals, days in pairs}


def _own_secret(path: Path) -> str:
    """The demo's session key, made once and kept."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_hex(32)
        file.write(key)
    return key


def _database(url: str | None, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance / 'xiangyue.db'}"
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _engine_options(env: Mapping[str, str]) -> dict[str, Any]:
    # the connection used last is used next: its cache is warm, and quiet hours need one cache and not ten
    options: dict[str, Any] = {"pool_use_lifo": True}
    if "postgres" in env.get("DATABASE_URL", ""):
        options |= {"pool_size": int(env.get("DATABASE_POOL", "10")), "max_overflow": 10}
    return options

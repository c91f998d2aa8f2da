"""No test talks to another machine."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex
_getaddrinfo = socket.getaddrinfo
HERE = {"localhost", "", None}


class OtherMachine(RuntimeError):
    """A test tried to leave this machine."""


def is_here(host: Any) -> bool:
    """Whether `host` is this machine (by name or loopback address)."""
    if isinstance(host, bytes):
        host = host.decode()
    if host in HERE:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check(this: socket.socket, address: Any) -> None:
    if this.family in {socket.AF_INET, socket.AF_INET6} and not is_here(address[0]):
        raise OtherMachine(f"tests open no socket beyond this machine: {address[0]}")


def _guarded_connect(this: socket.socket, address: Any) -> None:
    _check(this, address)
    _connect(this, address)


def _guarded_connect_ex(this: socket.socket, address: Any) -> int:
    _check(this, address)
    return _connect_ex(this, address)


def _guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    if not is_here(host):
        raise OtherMachine(f"tests ask no name server: {host!r}")
    return _getaddrinfo(host, *args, **kwargs)


def guard() -> None:
    """Put the guard in place, for the whole run."""
    socket.socket.connect = _guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign]
    socket.getaddrinfo = _guarded_getaddrinfo

"""Ports, addresses, and asking a server whether it is there."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl

from tooling.paths import Trouble


def port_from(value: str | None) -> int:
    """PORT as a number; Trouble when it is none."""
    text = value or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Trouble(f"PORT is {text!r}; it has to be a number from 1 to 65535.")
    return int(text)


def require_free(host: str, port: int) -> None:
    """Trouble, in words, when something listens there already or the port is not ours to take."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:  # a port whose last connection is winding down is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Trouble(f"Port {port} is reserved for the system's own services: PORT=8000 make run") from error
            raise Trouble(
                f"Port {port} is taken, perhaps by a copy that still runs. Stop that one, or take another "
                f"port: PORT={port + 1} make run"
            ) from error


def free_port() -> int:
    """A port that nothing listens on just now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lan_addresses() -> list[str]:
    """This machine's IPv4 addresses in its networks, without the loopback; nothing is sent."""
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation: only the route is looked up
            found.append(str(probe.getsockname()[0]))
        except OSError:
            found.clear()  # no network at all
    try:
        found += socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:
        return found  # a host without a name has no further addresses to tell
    return [address for address in dict.fromkeys(found) if not address.startswith("127.")]


def answers(port: int, *, https: bool, path: str = "/healthz") -> bool:
    """Whether a server on this machine answers `path` with 200."""
    connection: http.client.HTTPConnection
    if https:
        trusting = ssl.create_default_context()
        trusting.check_hostname = False  # its certificate is our own
        trusting.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=trusting)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

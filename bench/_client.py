"""Eight clients on keep-alive connections that send prepared requests and time each answer."""

from __future__ import annotations

import socket
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Load:
    """What a run came to: answers a second, p50 and p99 in ms, answers that were not 2xx."""

    rate: float
    p50: float
    p99: float
    failed: int
    seconds: float


def best(loads: Sequence[Load]) -> Load:
    """The run that was disturbed least."""
    return max(loads, key=lambda load: load.rate)


def post(path: str, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    """A prepared POST request."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def get(path: str, headers: dict[str, str] | None = None) -> bytes:
    """A prepared GET request."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


class _Connection:
    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send, read one answer; (status, body)."""
        self.socket.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            got = self.socket.recv(65536)
            if not got:
                raise ConnectionError("closed")
            data += got
        head, body = data.split(b"\r\n\r\n", 1)
        low = head.lower()
        if b"content-length: " in low:
            length = int(low.split(b"content-length: ")[1].split(b"\r\n")[0])
            while len(body) < length:
                body += self.socket.recv(65536)
        if b"connection: close" in low:
            self.socket.close()
            self.__init__(self.port)  # type: ignore[misc]
        return int(head[9:12]), body


def ask(port: int, request: bytes) -> tuple[int, bytes]:
    """One request on a connection of its own."""
    return _Connection(port).ask(request)


def run(port: int, requests: Sequence[bytes], *, clients: int = CLIENTS) -> Load:
    """Send all `requests`, dealt out to `clients`; each client waits for its answer before the next."""
    times: list[list[float]] = [[] for _ in range(clients)]
    failed = [0] * clients
    ready = threading.Barrier(clients + 1)

    def work(place: int) -> None:
        connection = _Connection(port)
        mine = requests[place::clients]
        ready.wait()
        for request in mine:
            began = time.perf_counter()
            status, _ = connection.ask(request)
            times[place].append(time.perf_counter() - began)
            failed[place] += not 200 <= status < 300

    threads = [threading.Thread(target=work, args=(place,)) for place in range(clients)]
    for thread in threads:
        thread.start()
    ready.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    every = sorted(one for mine in times for one in mine)
    return Load(
        rate=len(every) / seconds,
        p50=statistics.median(every) * 1000,
        p99=every[int(len(every) * 0.99) - 1] * 1000,
        failed=sum(failed),
        seconds=seconds,
    )

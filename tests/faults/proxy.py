"""A small TCP proxy that loses things: answers after the server has spoken, requests half-way."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STEP = 0.1


class Proxy:
    """Listens on `port`, forwards to `target`. What it spoils is set for the connections to come.

    `drop_answers`: how many more answers are swallowed once the server has given them in full.
    `cut_after`: forward that many bytes of the next request, then cut both sides.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.drop_answers = 0
        self.cut_after: int | None = None
        self.dropped = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._listen)]
        self._threads[0].start()

    def _listen(self) -> None:
        self._server.settimeout(STEP)
        while not self._over.is_set():
            try:
                client, _ = self._server.accept()
            except TimeoutError:
                continue
            worker = threading.Thread(target=self._serve, args=(client,))
            self._threads.append(worker)
            worker.start()

    def _serve(self, client: socket.socket) -> None:
        cut, self.cut_after = self.cut_after, None
        swallow = self.drop_answers > 0
        if swallow:
            self.drop_answers -= 1
        with client, socket.create_connection(("127.0.0.1", self.target)) as server:
            try:
                self._pump(client, server, cut, swallow=swallow)
            except OSError:
                return

    def _pump(self, client: socket.socket, server: socket.socket, cut: int | None, *, swallow: bool) -> None:
        sent = 0
        while not self._over.is_set():
            ready, _, _ = select.select([client, server], [], [], STEP)
            if client in ready:
                data = client.recv(65536)
                if not data:
                    return
                if cut is not None and sent + len(data) >= cut:
                    server.sendall(data[: cut - sent])
                    return
                sent += len(data)
                server.sendall(data)
            if server in ready:
                data = server.recv(65536)
                if not data or swallow:  # the server has committed and spoken; nobody hears it
                    self.dropped += swallow
                    return
                client.sendall(data)

    def close(self) -> None:
        """Stop listening and wait for the connections to end."""
        self._over.set()
        for worker in self._threads:
            worker.join()
        self._server.close()


@contextmanager
def proxy(target: int) -> Iterator[Proxy]:
    """A proxy in front of the port `target`, until the block ends."""
    made = Proxy(target)
    try:
        yield made
    finally:
        made.close()

"""The provider of the bench: answers like the real ones, and costs next to nothing.

    python -m tests.bench.server PORT

A process of its own, so that its work is not counted as ours. Every gateway of the project finds its provider below
the path that its sandbox has; the bodies come from ``tests/providers/gateways/<vendor>/quick.py``. It only counts:
signatures and limits are the sandbox's business, and the tests'. ``/one`` is for the plain design.
"""

import asyncio
import contextlib
import importlib
import json
import selectors
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count

from providers.sandbox.mounts import rehearsals

Answer = Callable[[str, bytes], tuple[bytes, int]]
"""From path (below the provider's own) and body to the answer's body and the number of callees that were taken."""

HOST = "127.0.0.1"
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_serial = count(1)


@dataclass(slots=True)
class Book:
    """What arrived since the last reset. Times are Unix seconds, 0 while nothing has arrived."""

    delay: float = 0.0
    requests: int = 0
    callees: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    first_at: float = 0.0
    last_at: float = 0.0

    def arrived(self) -> None:
        self.last_at = time.time()
        self.first_at = self.first_at or self.last_at
        self.requests += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)

    def reset(self, delay: float) -> None:
        self.delay, self.requests, self.callees, self.most_in_flight = delay, 0, 0, 0
        self.first_at = self.last_at = 0.0

    def report(self) -> bytes:
        names = ("requests", "callees", "in_flight", "most_in_flight", "first_at", "last_at")
        return json.dumps({name: getattr(self, name) for name in names}).encode()


class Connection(asyncio.Protocol):
    """Just enough HTTP/1.1: kept connections, bodies of a told length, one request after the other."""

    def __init__(self, book: Book, answers: Mapping[str, Answer]) -> None:
        self.book, self.answers, self.read = book, answers, bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.read += data
        while (end := self.read.find(b"\r\n\r\n")) >= 0:
            size = _body_size(self.read[:end].lower())
            if len(self.read) < end + 4 + size:
                return
            target = bytes(self.read[: self.read.find(b"\r\n")]).split(b" ")[1].decode("latin-1")
            body = bytes(self.read[end + 4 : end + 4 + size])
            del self.read[: end + 4 + size]
            self._answer(target, body)

    def _answer(self, target: str, body: bytes) -> None:
        if target.startswith("/_bench/"):
            self._write(self._control(target, body))
            return
        self.book.arrived()
        provider, _, path = target[1:].partition("/")
        reply, callees = self.answers[provider](f"/{path}", body)
        self.book.callees += callees
        if self.book.delay:
            asyncio.get_running_loop().call_later(self.book.delay, self._finish, reply)
        else:
            self._finish(reply)

    def _finish(self, reply: bytes) -> None:
        self.book.in_flight -= 1
        self._write(reply)

    def _write(self, reply: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(_HEAD % len(reply) + reply)

    def _control(self, target: str, body: bytes) -> bytes:
        if target == "/_bench/reset":
            self.book.reset(float(body or b"0"))
        return self.book.report()


def _body_size(head: bytearray) -> int:
    at = head.find(b"content-length:")
    return int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


def answers() -> dict[str, Answer]:
    """How each provider that can be rehearsed answers, by the first part of its path; the plain design beside them."""
    found: dict[str, Answer] = {"one": _one}
    for slug, rehearsal in rehearsals().items():
        name = f"tests.providers.gateways.{slug}.quick"
        if find_spec(name):
            first, _, rest = rehearsal.base_path[1:].partition("/")
            found[first] = _below(f"/{rest}" if rest else "", importlib.import_module(name).answer)
    return found


def _below(prefix: str, answer: Answer) -> Answer:
    return lambda path, body: answer(path[len(prefix) :], body)


def _one(path: str, body: bytes) -> tuple[bytes, int]:
    return b'{"id":"%d"}' % next(_serial), 1


def _precise() -> asyncio.AbstractEventLoop:
    return asyncio.SelectorEventLoop(selectors.SelectSelector())


async def serve(port: int) -> None:
    """Answer until the process is stopped."""
    book, ways = Book(), answers()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(book, ways), HOST, port, backlog=1024)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    # epoll rounds every wait up to whole milliseconds, and a provider of 200 ms would take 201.
    with contextlib.suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=_precise) as runner:
        runner.run(serve(int(sys.argv[1])))

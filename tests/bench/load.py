"""A client that pushes over many connections at once, in one thread and with little of its own work."""

import contextlib
import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

BLOCK = 65536


@dataclass(slots=True)
class Seen:
    """What a client saw: seconds from the first to the last answer, how long each took, and the bad ones."""

    seconds: float = 0.0
    took: list[float] = field(default_factory=list)
    bad: list[bytes] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    """The serial numbers of the requests that were answered well."""

    @property
    def rate(self) -> float:
        """Good answers per second."""
        return len(self.took) / self.seconds

    def quantile(self, share: float) -> float:
        """Seconds within which this share of the answers came."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass(slots=True)
class _Line:
    place: socket.socket
    serial: int = 0
    sent_at: float = 0.0
    got: bytes = b""


def push(
    port: int,
    request: Callable[[int], bytes],
    *,
    seconds: float,
    connections: int,
    per_second: float = 0.0,
    good: bytes = b"success",
) -> Seen:
    """POST for so long, each connection as soon as it was answered, or all together *per_second*.

    *request* makes the bytes of a request from its serial number. Ends early when the server is gone.
    """
    seen, serial = Seen(), iter(range(1, 1 << 60))
    with selectors.DefaultSelector() as selector:
        lines = [_Line(socket.create_connection(("127.0.0.1", port))) for _ in range(connections)]
        for line in lines:
            line.place.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(line.place, selectors.EVENT_READ, line)
        begun = time.perf_counter()
        with contextlib.suppress(ConnectionError):
            _exchange(selector, lines, request, serial, seen, good, begun + seconds, per_second)
        seen.seconds = time.perf_counter() - begun
        for line in lines:
            line.place.close()
    return seen


def _exchange(
    selector: selectors.BaseSelector,
    lines: Sequence[_Line],
    request: Callable[[int], bytes],
    serial: Iterator[int],
    seen: Seen,
    good: bytes,
    until: float,
    per_second: float,
) -> None:
    free, pause = list(lines), 1 / per_second if per_second else 0.0
    due = time.perf_counter()
    while (now := time.perf_counter()) < until:
        while free and (not pause or now >= due):
            _send(free.pop(), request, serial)
            due += pause
        wait = until - now if not free else max(0.0, min(due, until) - now)
        for key, _events in selector.select(wait):
            line: _Line = key.data
            if _is_answered(line, seen, good):
                free.append(line)


def _send(line: _Line, request: Callable[[int], bytes], serial: Iterator[int]) -> None:
    line.serial, line.got = next(serial), b""
    line.sent_at = time.perf_counter()
    line.place.sendall(request(line.serial))


def _is_answered(line: _Line, seen: Seen, good: bytes) -> bool:
    block = line.place.recv(BLOCK)
    if not block:
        raise ConnectionResetError
    line.got += block
    head, end, body = line.got.partition(b"\r\n\r\n")
    if not end or len(body) < _length(head):
        return False
    if head.startswith(b"HTTP/1.1 200") and body == good:
        seen.took.append(time.perf_counter() - line.sent_at)
        seen.answered.append(line.serial)
    else:
        seen.bad.append(line.got)
    return True


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0] or 0)

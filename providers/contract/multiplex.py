"""Many requests in flight from one thread, with the promises of :mod:`providers.contract.http`.

One event loop that only runs inside :meth:`MultiplexClient.collect`: no thread switches between the network and the
database, and nothing happens behind the caller's back. libcurl, which is faster still, was not taken: it repeats by
itself a POST whose reused connection broke before the answer, and that rings a phone twice.
"""

import asyncio
import io
import ssl
import time
from functools import lru_cache

import aiohttp
import certifi
from yarl import URL

from .headers import HEADERS
from .http import (
    TOO_LARGE,
    HttpFailure,
    HttpRequest,
    HttpResponse,
    answered,
    broken,
    malformed,
    no_connection,
    not_verified,
    timed_out,
)
from .reading import MAX_ANSWER_BYTES, MAX_FIELD_BYTES, MAX_LINE_BYTES, is_foreign

Outcome = HttpResponse | HttpFailure

IDLE_SECONDS = 4.0
"""How long an unused connection is kept: less than gateways do, since one that closes under a request costs a person
who is then neither called nor not called."""

LOOK_SECONDS = 0.25
LARGE_BYTES = 512 * 1024
READ_ROUNDS = 5
"""How often the loop turns before a request counts as overdue: after a stall its answer may be there already."""


class MultiplexClient:
    """Start requests, collect answers. To be used by one thread, and closed by it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._session: aiohttp.ClientSession | None = None
        self._queued: list[tuple[int, HttpRequest, float]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._arrived: list[tuple[int, Outcome]] = []
        self._news = asyncio.Event()
        self._deadlines: dict[asyncio.Task[None], float] = {}
        self._looked = 0.0
        self._closing = False

    @property
    def in_flight(self) -> int:
        return len(self._tasks) + len(self._queued)

    def start(self, key: int, request: HttpRequest, delay: float = 0.0) -> None:
        """Make *request* once, *delay* seconds from now; its answer will be collected under *key*."""
        self._queued.append((key, request, delay))

    def collect(self, seconds: float) -> list[tuple[int, Outcome]]:
        """The answers that have come, in their order; waits up to *seconds* for the first if something is in flight."""
        if self.in_flight or self._arrived:
            self._loop.run_until_complete(self._turn(seconds))
        arrived, self._arrived = self._arrived, []
        return arrived

    def close(self) -> None:
        """Drop what is in flight and every connection."""
        self._closing = True
        for task in self._tasks:
            task.cancel()
        if self._session is not None:
            self._loop.run_until_complete(self._session.close())
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _turn(self, seconds: float) -> None:
        # One look at the sockets first: a connection that was closed meanwhile must not be chosen for a request.
        await asyncio.sleep(0)
        for key, request, delay in self._queued:
            task = self._loop.create_task(self._exchange(key, request, delay))
            self._tasks.add(task)
            task.add_done_callback(self._forget)
        self._queued.clear()
        if not self._arrived:
            await self._first(seconds)
        # Whatever lies in the sockets by now comes along with the first.
        await asyncio.sleep(0)
        await self._end_overdue()

    def _forget(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._deadlines.pop(task, None)

    async def _end_overdue(self) -> None:
        """Give up what has waited too long, after everything that has come meanwhile was read."""
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        for _ in range(READ_ROUNDS):
            await asyncio.sleep(0)
        for task in [task for task, deadline in self._deadlines.items() if deadline < now]:
            task.cancel()

    async def _first(self, seconds: float) -> None:
        self._news.clear()
        alarm = self._loop.call_later(seconds, self._news.set)
        await self._news.wait()
        alarm.cancel()

    async def _exchange(self, key: int, request: HttpRequest, delay: float) -> None:
        if delay > 0:
            await asyncio.sleep(delay)
        started = time.monotonic()
        task = asyncio.current_task()
        if task is not None:
            self._deadlines[task] = started + request.connect_seconds + request.read_seconds
        try:
            outcome = await self._send(request, started)
        except asyncio.CancelledError:
            if self._closing:
                raise
            outcome = timed_out(time.monotonic() - started, "TimeoutError")
        except Exception as error:  # noqa: BLE001 - a request without outcome would be waited for for ever
            outcome = _failure(error, time.monotonic() - started)
        self._arrived.append((key, outcome))
        self._news.set()

    async def _send(self, request: HttpRequest, started: float) -> Outcome:
        if not _has_host(request.url):
            return malformed(0.0, "InvalidURL")
        timeout = _timeout(request.connect_seconds)
        async with self._opened().request(
            request.method,
            request.url,
            data=_data(request.body),
            headers=request.headers,
            timeout=timeout,
            allow_redirects=False,
        ) as response:
            body = await _body(response)
            seconds = time.monotonic() - started
            if body is None:
                return HttpFailure(True, TOO_LARGE, seconds)
            if "Content-Encoding" in response.headers and is_foreign(response.headers.getall("Content-Encoding")):
                return broken(seconds, "ContentEncodingError")
            return answered(response.status, response.headers, body, seconds)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS, ssl=_tls())
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                headers=HEADERS,
                # What a request has no word for is not said in its name.
                skip_auto_headers=("Content-Type",),
                max_line_size=MAX_LINE_BYTES,
                max_field_size=MAX_FIELD_BYTES,
            )
            # It would repeat a request of an idempotent method whose connection broke; we never repeat anything.
            self._session._retry_connection = False
        return self._session


@lru_cache(maxsize=64)
def _timeout(connect_seconds: float) -> aiohttp.ClientTimeout:
    # Without a total: it would run out while this thread is busy elsewhere and the answer lies in the socket.
    return aiohttp.ClientTimeout(total=None, connect=2 * connect_seconds, sock_connect=connect_seconds)


@lru_cache(maxsize=64)
def _has_host(url: str) -> bool:
    # The resolver raises for a name with an empty or an overlong part, as it does for nothing else.
    try:
        return bool((URL(url).raw_host or "").encode("idna"))
    except ValueError:
        return False


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


def _data(body: bytes) -> bytes | io.BytesIO | None:
    # In pieces, so that a file on its way out does not stand in the way of the others.
    return io.BytesIO(body) if len(body) > LARGE_BYTES else body or None


async def _body(response: aiohttp.ClientResponse) -> bytes | None:
    """The whole body, or None when it is larger than anything a provider has to say."""
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > MAX_ANSWER_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


_NO_CONNECTION = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ServerFingerprintMismatch)
"""Raised only while a connection is made, before the first byte of a request."""


def _failure(error: Exception, seconds: float) -> HttpFailure:
    detail = type(error).__name__
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return not_verified(seconds, detail)
    if isinstance(error, _NO_CONNECTION):
        return no_connection(seconds, detail)
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        return malformed(seconds, detail)
    return timed_out(seconds, detail) if isinstance(error, TimeoutError) else broken(seconds, detail)

"""Many requests in flight from one thread, with the promises of :mod:`providers.contract.http`.

One event loop that only runs inside :meth:`MultiplexClient.collect`: no thread switches between the network and the
database, and nothing happens behind the caller's back. libcurl, which is faster still, was not taken: it repeats by
itself a POST whose reused connection broke before the answer, and that rings a phone twice.
"""

import asyncio
import ssl
import time
from functools import lru_cache

import aiohttp
import certifi

from .http import (
    MAX_ANSWER_BYTES,
    REDIRECTED,
    TOO_LARGE,
    HttpFailure,
    HttpRequest,
    HttpResponse,
    broken,
    malformed,
    no_connection,
    not_verified,
    timed_out,
)

Outcome = HttpResponse | HttpFailure

IDLE_SECONDS = 4.0
"""How long an unused connection is kept: less than gateways do, since one that closes under a request costs a person
who is then neither called nor not called."""

LINGER_SECONDS = 0.0005
"""How long :meth:`MultiplexClient.collect` waits for more answers after the first."""


class MultiplexClient:
    """Start requests, collect answers. To be used by one thread, and closed by it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._session: aiohttp.ClientSession | None = None
        self._queued: list[tuple[int, HttpRequest, float]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._arrived: list[tuple[int, Outcome]] = []
        self._news = asyncio.Event()

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
            task.add_done_callback(self._tasks.discard)
        self._queued.clear()
        if not self._arrived:
            await self._first(seconds)
        if self._arrived and self._tasks:
            await asyncio.sleep(LINGER_SECONDS)

    async def _first(self, seconds: float) -> None:
        self._news.clear()
        alarm = self._loop.call_later(seconds, self._news.set)
        await self._news.wait()
        alarm.cancel()

    async def _exchange(self, key: int, request: HttpRequest, delay: float) -> None:
        if delay > 0:
            await asyncio.sleep(delay)
        started = time.monotonic()
        try:
            outcome = await self._send(request, started)
        except (aiohttp.ClientError, OSError, ssl.SSLError, ValueError) as error:
            outcome = _failure(error, time.monotonic() - started)
        self._arrived.append((key, outcome))
        self._news.set()

    async def _send(self, request: HttpRequest, started: float) -> Outcome:
        timeout = _timeout(request.connect_seconds, request.read_seconds)
        async with self._opened().request(
            request.method,
            request.url,
            data=request.body or None,
            headers=request.headers,
            timeout=timeout,
            allow_redirects=False,
        ) as response:
            body = await _body(response)
            seconds = time.monotonic() - started
            if body is None:
                return HttpFailure(True, TOO_LARGE, seconds)
            if 300 <= response.status < 400:
                return HttpFailure(True, REDIRECTED, seconds, response.headers.get("Location", "")[:300])
            return HttpResponse(response.status, response.headers.get("Content-Type", ""), body, seconds)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS, ssl=_tls())
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                skip_auto_headers=("Accept-Encoding", "User-Agent"),
            )
            # It would repeat a request of an idempotent method whose connection broke; we never repeat anything.
            self._session._retry_connection = False
        return self._session


@lru_cache(maxsize=64)
def _timeout(connect_seconds: float, read_seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=connect_seconds + read_seconds, sock_connect=connect_seconds)


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


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
    if isinstance(error, aiohttp.InvalidURL):
        return malformed(seconds, detail)
    return timed_out(seconds, detail) if isinstance(error, TimeoutError) else broken(seconds, detail)

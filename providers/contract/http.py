"""Requests and answers as values, and a client over requests with one pooled session per thread.

What was sent and what came back matter more here than in most clients, because a wrong guess rings a phone twice:
only a connection that was never made counts as not sent. What goes to a provider takes :mod:`.multiplex`.
"""

import json
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Protocol

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, LocationParseError, NewConnectionError
from urllib3.util import Retry, Timeout

from .headers import HEADERS
from .reading import ParsedResponse, TooLarge
from .retryafter import seconds_to_wait
from .words import Words, gettext_noop

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request. ``body`` is sent as it is; the whole answer must have come after both times (seconds) together."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    connect_seconds: float = CONNECT_SECONDS
    read_seconds: float = READ_SECONDS


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A complete answer of at most :data:`~.reading.MAX_ANSWER_BYTES`.

    ``retry_after`` is how many seconds the header Retry-After (seconds or a date) asks to wait, None without a
    readable one.
    """

    status: int
    content_type: str
    body: bytes
    seconds: float
    retry_after: float | None = None

    def json(self) -> Any:
        """The body as JSON whatever its content type says.

        Raises ValueError when it is not JSON (also for bytes that are not text).
        """
        return json.loads(self.body.decode("utf-8-sig"))

    def text(self, limit: int = 2000) -> str:
        """The beginning of the body for people, never failing."""
        return self.body[: limit * 4].decode("utf-8", "replace")[:limit]


@dataclass(frozen=True, slots=True)
class HttpFailure:
    """No usable answer. ``sent`` is False only if no connection was made; ``certificate`` if TLS was not proven."""

    sent: bool
    words: Words
    seconds: float
    detail: str = ""
    certificate: bool = False


class HttpClient(Protocol):
    def send(self, request: HttpRequest) -> HttpResponse | HttpFailure:
        """Make the request once. Never raises for what a network does, never retries, never follows a redirect."""


class RequestsClient:
    """A client for what is no provider: TLS verified, redirects refused, connections kept, one session per thread."""

    def __init__(self, pool_size: int = 16) -> None:
        self._local = threading.local()
        self._pool_size = pool_size

    def send(self, request: HttpRequest) -> HttpResponse | HttpFailure:
        started, session = time.monotonic(), self._session()
        asked = requests.Request(request.method, request.url, dict(request.headers), data=request.body or None)
        try:
            prepared = session.prepare_request(asked)
        except (requests.RequestException, ValueError) as error:
            return malformed(0.0, type(error).__name__)
        seconds = request.connect_seconds
        timeout = Timeout(connect=seconds, total=seconds + request.read_seconds)
        try:
            with session.send(prepared, timeout=timeout, allow_redirects=False, stream=True) as response:  # type: ignore[arg-type]
                body = response.content
            return answered(response.status_code, response.headers, body, time.monotonic() - started)
        except TooLarge:
            return HttpFailure(True, TOO_LARGE, time.monotonic() - started)
        except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
            return _failure(error, time.monotonic() - started)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = _Session()
            session.trust_env = False
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            session.headers.clear()
            session.headers.update(HEADERS)
            adapter = _Adapter(pool_connections=4, pool_maxsize=self._pool_size, max_retries=Retry(0, read=False))
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            self._local.session = session
        return session


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere, whatever the answer says: not even for reading it, which fails for some bytes."""


class _Connection(HTTPConnection):
    response_class = ParsedResponse


class _SecureConnection(HTTPSConnection):
    response_class = ParsedResponse

    def connect(self) -> None:
        """As before, but what fails until TLS stands can be told from what fails later."""
        try:
            super().connect()
        except OSError as error:
            raise NewConnectionError(self, type(error).__name__) from error


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    """Reads answers as the transport of campaigns does."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


def answered(status: int, headers: Mapping[str, str], body: bytes, seconds: float) -> HttpResponse | HttpFailure:
    """What a complete answer comes to, for whichever client has read it."""
    if 300 <= status < 400:
        return HttpFailure(True, REDIRECTED, seconds, _readable(headers.get("Location", ""))[:300])
    if status < 200:
        return broken(seconds, f"HTTP {status}")
    asked = headers.get("Retry-After")
    wait = None if asked is None else seconds_to_wait(asked, headers.get("Date"), datetime.now(UTC))
    return HttpResponse(status, _readable(headers.get("Content-Type", "")), body, seconds, wait)


def _readable(header: str) -> str:
    # Bytes that are no UTF-8 come as half characters, which no database takes.
    return header if header.isascii() else header.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


TOO_LARGE = Words(gettext_noop("The answer was larger than 5 MB and was not read."))
REDIRECTED = Words(gettext_noop("The provider answered with a redirect, which is never followed."))


def not_verified(seconds: float, detail: str) -> HttpFailure:
    """TLS was not proven, so nothing was sent."""
    words = Words(gettext_noop("The certificate of the provider's address could not be verified; nothing was sent."))
    return HttpFailure(False, words, seconds, detail, certificate=True)


def malformed(seconds: float, detail: str) -> HttpFailure:
    """The request cannot be made at all."""
    words = Words(gettext_noop("The request could not be made as it was asked for; nothing was sent."))
    return HttpFailure(False, words, seconds, detail)


def no_connection(seconds: float, detail: str) -> HttpFailure:
    """No connection was made."""
    words = Words(gettext_noop("No connection to the provider could be made; nothing was sent."))
    return HttpFailure(False, words, seconds, detail)


def timed_out(seconds: float, detail: str) -> HttpFailure:
    """The request left and no answer came."""
    return HttpFailure(True, Words(gettext_noop("The request was sent and no answer came in time.")), seconds, detail)


def broken(seconds: float, detail: str) -> HttpFailure:
    """Something broke after the connection was made."""
    words = Words(gettext_noop("The connection broke after the request may have been sent."))
    return HttpFailure(True, words, seconds, detail)


def _failure(error: Exception, seconds: float) -> HttpFailure:
    detail = _without_address(error)
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return not_verified(seconds, detail)
    if isinstance(error, _NEVER_LEFT):
        return malformed(seconds, detail)
    # urllib3 raises these two only while it makes a connection, before the first byte of a request.
    if any(isinstance(cause, NewConnectionError | ConnectTimeoutError) for cause in causes):
        return no_connection(seconds, detail)
    return timed_out(seconds, detail) if isinstance(error, requests.Timeout) else broken(seconds, detail)


_NEVER_LEFT = (
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidHeader,
    LocationParseError,
)
"""Raised only before a connection is looked for."""


def _causes(error: BaseException | None) -> Any:
    seen: set[int] = set()
    queue: list[Any] = [error]
    while queue:
        cause = queue.pop()
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        queue.extend([cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args])


def _without_address(error: Exception) -> str:
    # Messages of requests quote the whole URL; a query may carry what must not be logged.
    return type(error).__name__

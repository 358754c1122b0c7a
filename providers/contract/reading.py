"""An answer as it comes out of a socket, read by the parser that also reads the answers of campaigns.

What is an answer and what is damaged must not depend on the client that asked, so there is one parser for both:
aiohttp's. :mod:`.multiplex` has it from aiohttp itself; for requests :class:`ParsedResponse` puts it in the place of
the one of ``http.client``, which takes almost anything for an answer.
"""

import asyncio
import http.client
import io
import socket
import time
from collections.abc import Iterable, Iterator
from typing import Any, cast

from aiohttp import ClientPayloadError
from aiohttp.http import HttpProcessingError, HttpResponseParser, RawResponseMessage
from aiohttp.streams import StreamReader

MAX_ANSWER_BYTES = 5 * 1024 * 1024
"""Of the body, decompressed."""

MAX_LINE_BYTES = 8 * 1024
"""Of the status line."""

MAX_FIELD_BYTES = 64 * 1024
"""Of each header, its name and its value together."""

READ_BYTES = 256 * 1024
"""As many as asyncio takes from a socket at once: what follows an answer is noticed if it came along with its end."""

_NOT_READ = ("br", "zstd")
"""Encodings that the parser reads or not, depending on what happens to be installed."""

_DONE_HERE = {b"content-encoding", b"transfer-encoding", b"content-length"}
_NO_LOOP = cast(asyncio.AbstractEventLoop, object())
"""The parser only hands it on for waiting, and nothing waits here."""


class TooLarge(Exception):
    """The body is larger than :data:`MAX_ANSWER_BYTES`."""


class Damaged(http.client.HTTPException):
    """What came is no answer, or not a whole one."""


class ParsedResponse(http.client.HTTPResponse):
    """The whole answer, decompressed, read within the timeout that the socket has at the beginning.

    Interim answers (1xx) are passed over. ``begin`` raises TimeoutError, TooLarge, Damaged and what a socket raises.
    """

    def __init__(
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self._sock, self._has_body = sock, method != "HEAD"

    def begin(self) -> None:
        reading = _Reading(self._has_body)
        try:
            for data in _pieces(self._sock):
                if reading.feed(data):
                    break
        except (HttpProcessingError, ClientPayloadError) as error:
            raise Damaged(type(error).__name__) from error
        self._take(reading)

    def _take(self, reading: "_Reading") -> None:
        message = reading.message
        if message is None or is_foreign(message.headers.getall("Content-Encoding", ())):
            raise Damaged
        self.version = 10 if message.version < (1, 1) else 11
        self.status = self.code = message.code
        self.reason = message.reason
        self.will_close = message.should_close or reading.has_more
        self.headers = self.msg = _headers(message)
        self.chunked, self.length = False, len(reading.body)
        self.fp.close()
        self.fp = io.BufferedReader(io.BytesIO(reading.body))


def is_foreign(encodings: Iterable[str]) -> bool:
    """Whether an answer came in an encoding that was not asked for and is not read; of its headers Content-Encoding."""
    return any(token.strip().lower() in _NOT_READ for encoding in encodings for token in encoding.split(","))


class _Reading:
    """Feeds the parser; stands where it expects the connection, which it wants to pause when much lies unread."""

    def __init__(self, with_body: bool) -> None:
        self.message: RawResponseMessage | None = None
        self.body = bytearray()
        self.has_more = False
        self._payload: StreamReader | None = None
        self._paused = False
        self._parser = HttpResponseParser(
            cast(Any, self),
            _NO_LOOP,
            READ_BYTES,
            payload_exception=ClientPayloadError,
            response_with_body=with_body,
            read_until_eof=True,
            max_line_size=MAX_LINE_BYTES,
            max_field_size=MAX_FIELD_BYTES,
        )

    def pause_reading(self) -> None:
        self._paused = True
        self._parser.pause_reading()

    def resume_reading(self, resume_parser: bool = True) -> None:
        """Nothing: :meth:`feed` goes on by itself after each pause."""

    def feed(self, data: bytes) -> bool:
        """Take *data*, or nothing for the end of the connection. Whether the answer is complete."""
        if data:
            self._sort(self._parser.feed_data(data)[0])
        else:
            self._parser.feed_eof()
        self._drain()
        while self._paused:
            self._paused = False
            self._parser.feed_data(b"")
            self._drain()
        return not data or (self._payload is not None and self._payload.is_eof())

    def _sort(self, messages: Any) -> None:
        for message, payload in messages:
            if self.message is not None:
                self.has_more = True
            elif message.code == http.client.SWITCHING_PROTOCOLS or not 100 <= message.code < 200:
                self.message, self._payload = message, payload

    def _drain(self) -> None:
        if self._payload is not None:
            self.body += self._payload.read_nowait()
        if len(self.body) > MAX_ANSWER_BYTES:
            raise TooLarge


def _pieces(sock: socket.socket) -> Iterator[bytes]:
    """What comes until the time is over, raising TimeoutError; an empty piece, the last, when the connection ends."""
    seconds = sock.gettimeout()
    deadline = None if seconds is None else time.monotonic() + seconds
    while True:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            sock.settimeout(left)
        try:
            data = sock.recv(READ_BYTES)
        except ConnectionError:
            data = b""
        yield data
        if not data:
            return


def _headers(message: RawResponseMessage) -> http.client.HTTPMessage:
    """The first header of each name, without those that speak of what is done already."""
    headers = http.client.HTTPMessage()
    for name, value in message.raw_headers:
        if name.lower() not in _DONE_HERE and name.decode("latin-1") not in headers:
            headers[name.decode("latin-1")] = value.decode("utf-8", "replace")
    return headers

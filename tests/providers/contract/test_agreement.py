"""The two clients find the same in the same bytes, over real sockets: what passes one passes the other."""

import gzip
import socket
import struct
import threading
import tomllib
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from providers.accounts import services
from providers.contract.blocking import BlockingClient
from providers.contract.headers import HEADERS
from providers.contract.http import HttpClient, HttpFailure, HttpRequest, HttpResponse, RequestsClient
from providers.contract.multiplex import MultiplexClient

PATIENCE = 10.0
CLIENTS: list[type[RequestsClient] | type[BlockingClient]] = [RequestsClient, BlockingClient]

BODY = b'{"status": "0", "reason": "success"}'
TYPE = b"Content-Type: application/json"
LENGTH = b"Content-Length: %d" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked"
LATER = b"later"
"""Among the parts of an answer: a moment in which nothing comes."""


def head(*lines: bytes, status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return b"\r\n".join([status, TYPE, *lines]) + b"\r\n\r\n"


def whole(*lines: bytes, body: bytes = BODY, status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return head(b"Content-Length: %d" % len(body), *lines, status=status) + body


def chunks(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def deflated(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@dataclass(frozen=True)
class Case:
    """What a server sends and how it ends (``close``, ``reset``, ``stay``), and what both clients make of it: a body
    with its status, or None for a request that was sent and whose outcome nobody knows."""

    sent: bytes | tuple[bytes, ...]
    body: bytes | None = None
    status: int = 200
    end: str = "stay"


def taken(*sent: bytes, body: bytes = BODY, status: int = 200, end: str = "stay") -> Case:
    return Case(sent, body, status, end)


def unknown(*sent: bytes, end: str = "stay") -> Case:
    return Case(sent, None, 0, end)


PAGE = b"<html><h1>blocked</h1></html>"
FINISHED = chunks(BODY) + b"0\r\n\r\n"
BOMB = gzip.compress(b" " * 6_000_000)

CASES = {
    # The answers of the findings.
    "plain": taken(whole()),
    "byte order mark": taken(whole(body=b"\xef\xbb\xbf" + BODY), body=b"\xef\xbb\xbf" + BODY),
    "GBK": taken(whole(body="成功".encode("gbk")), body="成功".encode("gbk")),
    "UTF-16": taken(whole(body="成功".encode("utf-16")), body="成功".encode("utf-16")),
    "gzip": taken(whole(b"Content-Encoding: gzip", body=gzip.compress(BODY))),
    "gzip that nobody names": taken(whole(body=gzip.compress(BODY, mtime=0)), body=gzip.compress(BODY, mtime=0)),
    "plain that is called gzip": unknown(whole(b"Content-Encoding: gzip")),
    "plain that is called br": unknown(whole(b"Content-Encoding: br")),
    "chunked": taken(head(CHUNKED) + chunks(BODY[:20], BODY[20:]) + b"0\r\n\r\n"),
    "chunked without its end": unknown(head(CHUNKED) + chunks(BODY), end="close"),
    "chunked and a length": unknown(head(CHUNKED, b"Content-Length: 5") + FINISHED),
    "204": taken(b"HTTP/1.1 204 No Content\r\n\r\n", body=b"", status=204),
    "nothing": taken(whole(body=b""), body=b""),
    "201": taken(whole(status=b"HTTP/1.1 201 Created"), status=201),
    "301": unknown(whole(b"Location: https://www.example.invalid/", status=b"HTTP/1.1 301 Moved")),
    "302 to itself": unknown(whole(b"Location: /path", status=b"HTTP/1.1 302 Found")),
    "307": unknown(whole(b"Location: /path", status=b"HTTP/1.1 307 Temporary Redirect")),
    **{
        f"a page with {status}": taken(whole(body=PAGE, status=b"HTTP/1.1 %d No" % status), body=PAGE, status=status)
        for status in (401, 403, 404, 405, 413, 429, 500, 502, 503, 504, 522)
    },
    "500 with a good answer": taken(whole(status=b"HTTP/1.1 500 Internal Server Error"), status=500),
    "a captcha with a cookie": taken(whole(b"Set-Cookie: acw_tc=1", body=PAGE), body=PAGE),
    "a body cut off by its sender": taken(whole(body=BODY[:-15]), body=BODY[:-15]),
    "a body cut off on the way": unknown(head(LENGTH) + BODY[:-15], end="close"),
    "cut off before the answer": unknown(end="close"),
    "reset": unknown(end="reset"),
    "a length too short": unknown(head(b"Content-Length: 10") + BODY),
    "two objects": taken(whole(body=BODY + b"\n" + BODY), body=BODY + b"\n" + BODY),
    "two answers": taken(whole() + whole(body=b'{"status": "-1"}')),
    "10 MB": unknown(whole(body=BODY + b" " * 10_000_000)),
    "a drip that does not end in time": unknown(
        head(LENGTH), *[part for byte in BODY for part in (bytes([byte]), LATER)]
    ),
    "a drip that ends in time": taken(head(LENGTH), LATER, BODY[:20], LATER, BODY[20:]),
    "silence": unknown(),
    "100": taken(b"HTTP/1.1 100 Continue\r\n\r\n" + whole()),
    "103": taken(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + whole()),
    "HTTP/1.0 until the end": taken(head(status=b"HTTP/1.0 200 OK") + BODY, end="close"),
    "no HTTP at all": unknown(BODY, end="close"),
    "a header of 20 KB": taken(whole(b"X-Trace: " + b"x" * 20_000)),
    "a line that is no header": unknown(whole(b"Bad Header Line")),
    "a type that is wrong": taken(whole(b"Content-Type: text/html")),
    # Status lines.
    "102, 103, then the answer": taken(
        b"HTTP/1.1 102 Processing\r\n\r\n", LATER, b"HTTP/1.1 103 Hints\r\n\r\n", LATER, whole()
    ),
    "an interim answer alone": unknown(b"HTTP/1.1 100 Continue\r\n\r\n", end="close"),
    "101": unknown(b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"),
    "a status of two digits": unknown(whole(status=b"HTTP/1.1 20 OK")),
    "a status of four digits": unknown(whole(status=b"HTTP/1.1 2000 OK")),
    "a status in words": unknown(whole(status=b"HTTP/1.1 OK 200")),
    "a status below 100": unknown(whole(status=b"HTTP/1.1 099 Odd")),
    "no reason": taken(whole(status=b"HTTP/1.1 200")),
    "HTTP/2 in words": unknown(whole(status=b"HTTP/7.3 200 OK")),
    "HTTP/0.9": unknown(PAGE, end="close"),
    "words before the answer": unknown(b"Warning: mysql_connect()\r\n" + whole()),
    "half a head": unknown(b"HTTP/1.1 200 OK\r\nContent-Le", end="close"),
    "the greeting of a mail server": unknown(b"220 mail.test ESMTP\r\n"),
    # Headers.
    "names in lower case": taken(
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 36\r\n\r\n" + BODY
    ),
    "a folded header": taken(whole(b"X-Note: one\r\n two")),
    "a blank before the colon": unknown(whole(b"X-Note : one")),
    "a header without a name": unknown(whole(b": one")),
    "two equal lengths": unknown(whole(LENGTH)),
    "two lengths": unknown(whole(b"Content-Length: 7")),
    "a negative length": unknown(head(b"Content-Length: -36") + BODY, end="close"),
    "a length in words": unknown(head(b"Content-Length: many") + BODY, end="close"),
    "a list of lengths": unknown(head(b"Content-Length: 36, 36") + BODY, end="close"),
    "NUL in a header": unknown(whole(b"X-Note: a\0b")),
    "NUL in the body": taken(whole(body=b"a\0b"), body=b"a\0b"),
    "bytes that are no text in a header": taken(whole(b"X-Note: \xff\xfe")),
    "a header of 100 KB": unknown(whole(b"X-Trace: " + b"x" * 100_000)),
    "200 headers": unknown(whole(*[b"X-%d: x" % number for number in range(200)])),
    "lines that end in LF": taken(whole().replace(b"\r\n", b"\n")),
    # Lengths, chunks and ends.
    "a length too long": unknown(head(b"Content-Length: 50") + BODY, end="close"),
    "a length too long and a reset": unknown(head(b"Content-Length: 50") + BODY, end="reset"),
    "until the end": taken(head() + BODY, end="close"),
    "until an end that does not come": unknown(head() + BODY),
    "kept open though it says that it closes": taken(whole(b"Connection: close")),
    "HTTP/1.0 that is kept open": taken(whole(b"Connection: keep-alive", status=b"HTTP/1.0 200 OK")),
    "line ends after the answer": taken(whole() + b"\r\n"),
    "bytes after the answer": unknown(whole() + b"<script src=x></script>"),
    "a chunk whose size is no number": unknown(head(CHUNKED) + b"zz\r\nab\r\n0\r\n\r\n"),
    "a chunk that is longer than it says": unknown(head(CHUNKED) + b"2\r\nabc\r\n0\r\n\r\n"),
    "a chunk with an extension": taken(head(CHUNKED) + b"24;x=1\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "a trailer": taken(head(CHUNKED) + chunks(BODY) + b"0\r\nX-Sum: 1\r\n\r\n"),
    "chunks larger than 5 MB": unknown(head(CHUNKED) + chunks(*[b" " * 1_000_000] * 6) + b"0\r\n\r\n"),
    "204 with a body": unknown(b"HTTP/1.1 204 No Content\r\nContent-Length: 36\r\n\r\n" + BODY),
    "304": unknown(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    # Encodings.
    "deflate": taken(whole(b"Content-Encoding: deflate", body=zlib.compress(BODY))),
    "deflate without its head": taken(whole(b"Content-Encoding: deflate", body=deflated(BODY))),
    "half of a deflate": unknown(whole(b"Content-Encoding: deflate", body=zlib.compress(BODY)[:-9])),
    "gzip in capitals": taken(whole(b"Content-Encoding: GZIP", body=gzip.compress(BODY))),
    "gzip in chunks": taken(
        head(CHUNKED, b"Content-Encoding: gzip")
        + chunks(gzip.compress(BODY)[:9], gzip.compress(BODY)[9:])
        + b"0\r\n\r\n"
    ),
    "gzip until the end": taken(head(b"Content-Encoding: gzip") + gzip.compress(BODY), end="close"),
    "two gzips in a row": taken(
        whole(b"Content-Encoding: gzip", body=gzip.compress(BODY[:9]) + gzip.compress(BODY[9:]))
    ),
    "a broken gzip": unknown(whole(b"Content-Encoding: gzip", body=b"\x1f\x8b\x08nonsense-nonsense")),
    "identity": taken(whole(b"Content-Encoding: identity")),
    "a character set for an encoding": taken(whole(b"Content-Encoding: UTF-8")),
    "zstd": unknown(whole(b"Content-Encoding: zstd", body=b"\x28\xb5\x2f\xfd")),
    "br after gzip": unknown(whole(b"Content-Encoding: gzip, br", body=gzip.compress(BODY))),
    "gzip and br in two headers": unknown(
        whole(b"Content-Encoding: br", b"Content-Encoding: gzip", body=gzip.compress(BODY))
    ),
    "a gzip that grows beyond 5 MB": unknown(whole(b"Content-Encoding: gzip", body=BOMB)),
}


class Server:
    """Sends the same parts to every connection once a request has come, until it is closed."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._over = threading.Event()
        self.requests: list[bytes] = []
        self.left = threading.Semaphore(0)
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/path"

    def close(self) -> None:
        self._over.set()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=[connection], daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(PATIENCE)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self.requests.append(_request(connection))
                for part in self._case.sent:
                    self._over.wait(0.1) if part == LATER else connection.sendall(part)
                if self._case.end == "stay" and not connection.recv(1):
                    self.left.release()
                if self._case.end == "reset":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            except OSError:
                return


def _request(connection: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\r\n\r\nx"):
        part = connection.recv(65536)
        if not part:
            return b""
        data += part
    return data


@pytest.fixture
def serve() -> Iterator[Callable[[Case], Server]]:
    servers: list[Server] = []

    def start(case: Case) -> Server:
        servers.append(Server(case))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def post(client: HttpClient, url: str, seconds: float = 0.5) -> HttpResponse | HttpFailure:
    return client.send(
        HttpRequest("POST", url, {"X-Sign": "abc"}, b"x", connect_seconds=seconds / 2, read_seconds=seconds)
    )


def found(outcome: HttpResponse | HttpFailure) -> tuple[object, ...]:
    if isinstance(outcome, HttpFailure):
        return ("failure", outcome.sent, outcome.words.text)
    return ("answer", outcome.status, outcome.content_type, outcome.retry_after, outcome.body)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_both_clients_find_the_same_in_an_answer(serve: Callable[[Case], Server], case: Case) -> None:
    server = serve(case)
    one, other = (post(client(), server.url) for client in CLIENTS)
    assert found(one) == found(other)
    if case.body is None:
        assert isinstance(one, HttpFailure)
        assert one.sent is True
    else:
        assert isinstance(one, HttpResponse)
        assert (one.status, one.body) == (case.status, case.body)
    assert len(server.requests) == len(CLIENTS), "it was asked for again"


WAITS = {
    "seconds": ((b"Retry-After: 600",), 600.0),
    "a date, by the clock of the server": (
        (b"Date: Mon, 30 Nov 2026 10:00:00 GMT", b"Retry-After: Mon, 30 Nov 2026 10:05:00 GMT"),
        300.0,
    ),
    "in lower case": ((b"retry-after: 7",), 7.0),
    "twice": ((b"Retry-After: 5", b"Retry-After: 9"), 5.0),
    "words": ((b"Retry-After: soon",), None),
    "bytes that are no text": ((b"Retry-After: \xff",), None),
    "nothing": ((), None),
}


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(("lines", "seconds"), WAITS.values(), ids=WAITS)
def test_how_long_to_wait_comes_with_the_answer(
    serve: Callable[[Case], Server], client: type[HttpClient], lines: tuple[bytes, ...], seconds: float | None
) -> None:
    outcome = post(client(), serve(taken(whole(*lines, status=b"HTTP/1.1 429 Too Many Requests"))).url)
    assert isinstance(outcome, HttpResponse)
    assert (outcome.status, outcome.retry_after) == (429, seconds)


@pytest.mark.parametrize("client", CLIENTS)
def test_bytes_that_are_no_text_can_be_stored(serve: Callable[[Case], Server], client: type[HttpClient]) -> None:
    kind = b"HTTP/1.1 200 OK\r\nContent-Type: text/\xff\xe4\xbd\xa0\r\nContent-Length: 0\r\n\r\n"
    outcome = post(client(), serve(taken(kind)).url)
    assert isinstance(outcome, HttpResponse)
    assert outcome.content_type == "text/\ufffd你"
    away = b"HTTP/1.1 302 Found\r\nLocation: /\xff\r\nContent-Length: 0\r\n\r\n"
    refused = post(client(), serve(taken(away)).url)
    assert isinstance(refused, HttpFailure)
    assert refused.detail == "/\ufffd"


def test_a_single_question_leaves_no_connection(serve: Callable[[Case], Server]) -> None:
    server = serve(taken(whole()))
    client = BlockingClient()
    for _ in range(3):
        assert isinstance(post(client, server.url), HttpResponse)
        assert server.left.acquire(timeout=PATIENCE), "the connection was left open"


def test_many_threads_may_ask_by_one_client(serve: Callable[[Case], Server]) -> None:
    server, client = serve(taken(head(LENGTH), LATER, BODY)), BlockingClient()
    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(lambda _: post(client, server.url, 5.0), range(36)))
    assert {found(outcome) for outcome in outcomes} == {("answer", 200, "application/json", None, BODY)}
    assert len(server.requests) == 36


def test_both_clients_send_the_same_headers(serve: Callable[[Case], Server]) -> None:
    server = serve(taken(whole()))
    for client in CLIENTS:
        post(client(), server.url)
    one, other = (sorted(request.lower().split(b"\r\n")) for request in server.requests)
    assert one == other
    assert b"accept-encoding: gzip, deflate" in one


def test_a_single_question_is_asked_byte_for_byte_as_a_campaign_asks(serve: Callable[[Case], Server]) -> None:
    server = serve(taken(whole()))
    request = HttpRequest("POST", server.url, {"Content-Type": "application/json", "X-Sign": "abc"}, b"x")
    services.http_client().send(request)
    line = MultiplexClient()
    line.start(1, request)
    while line.in_flight:
        line.collect(1.0)
    line.close()
    asked, sent = server.requests
    assert asked == sent
    for name, value in HEADERS.items():
        assert f"\r\n{name}: {value}\r\n".encode() in sent


@pytest.mark.parametrize("kind", CLIENTS)
def test_a_cookie_is_not_brought_back(serve: Callable[[Case], Server], kind: type[HttpClient]) -> None:
    server, client = serve(taken(whole(b"Connection: close", b"Set-Cookie: a=acw_tc; Path=/"))), kind()
    for _ in range(2):
        assert isinstance(post(client, server.url), HttpResponse)
    assert b"acw_tc" not in server.requests[1]


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    "address",
    [
        "no-scheme",
        "ftp://127.0.0.1/",
        "http://",
        "http://:80:80/",
        "http://[::1/",
        "http://127.0.0.1:99999/",
        "http://api..example.com/",
        f"http://{'a' * 70}.example.com/",
    ],
)
def test_an_address_that_is_none_was_not_sent(client: type[HttpClient], address: str) -> None:
    outcome = post(client(), address)
    assert isinstance(outcome, HttpFailure)
    assert (outcome.sent, outcome.certificate) == (False, False)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_request_may_set_a_header_itself(serve: Callable[[Case], Server], client: type[HttpClient]) -> None:
    server = serve(taken(whole()))
    client().send(HttpRequest("POST", server.url, {"accept": "application/json"}, b"x"))
    lines = [line for line in server.requests[0].lower().split(b"\r\n") if line.startswith(b"accept:")]
    assert lines == [b"accept: application/json"]


def test_the_version_that_is_told_is_the_one_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
    assert HEADERS["User-Agent"] == f"NotifyAdmin/{project['version']}"

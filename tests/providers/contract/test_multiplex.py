"""Many requests at once from one thread, over real sockets: what counts as sent, and that nothing is made twice."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from providers.contract import multiplex
from providers.contract.http import HttpFailure, HttpRequest, HttpResponse
from providers.contract.multiplex import MultiplexClient, Outcome

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
PATIENCE = 10.0

Answer = Callable[[int], bytes | None]
"""What to send for the request of this number, counted from 1; None closes the connection without a word."""


class Server:
    """Answers every request of every connection, each connection in a thread of its own; keeps connections open."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self.requests: list[tuple[float, bytes]] = []
        self.connections = self.now = self.most = 0
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/path"

    def close(self) -> None:
        for one in [self._listener, *self._open]:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
            finally:
                one.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._talk, args=[connection], daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            try:
                while request := _request(connection):
                    answer = self._answered(request)
                    if answer is None:
                        return
                    connection.sendall(answer)
            except OSError:
                return

    def _answered(self, request: bytes) -> bytes | None:
        with self._lock:
            self.requests.append((time.monotonic(), request))
            number = len(self.requests)
            self.now += 1
            self.most = max(self.most, self.now)
        answer = self._answer(number)
        with self._lock:
            self.now -= 1
        return answer


def _request(connection: socket.socket) -> bytes:
    """One whole request, or nothing when the other side has closed."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while lengths and len(body) < lengths[0]:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], Server]]:
    servers: list[Server] = []

    def start(answer: Answer = lambda number: OK) -> Server:
        servers.append(Server(answer))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def client() -> Iterator[MultiplexClient]:
    client = MultiplexClient()
    yield client
    client.close()


def post(url: str, *, method: str = "POST", read_seconds: float = 5.0, body: bytes = b'{"a": 1}') -> HttpRequest:
    return HttpRequest(method, url, {"X-Sign": "abc"}, body, connect_seconds=1.0, read_seconds=read_seconds)


def everything(client: MultiplexClient) -> dict[int, Outcome]:
    """All outcomes of what is in flight, each of which comes once."""
    found: list[tuple[int, Outcome]] = []
    end = time.monotonic() + PATIENCE
    while client.in_flight:
        assert time.monotonic() < end, "a request has no outcome"
        found += client.collect(1.0)
    assert len(dict(found)) == len(found)
    return dict(found)


def ask(client: MultiplexClient, request: HttpRequest) -> Outcome:
    client.start(1, request)
    return everything(client)[1]


def test_an_answer_comes_back_as_it_was(client: MultiplexClient, serve: Callable[..., Server]) -> None:
    server = serve()
    outcome = ask(client, post(server.url))
    assert isinstance(outcome, HttpResponse)
    assert (outcome.status, outcome.content_type, outcome.body) == (200, "application/json", b"{}")
    ((_, request),) = server.requests
    assert request.startswith(b"POST /path HTTP/1.1\r\n")
    assert b"X-Sign: abc" in request
    assert request.endswith(b'\r\n\r\n{"a": 1}')


def test_a_closed_port_was_not_sent(client: MultiplexClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    outcome = ask(client, post(f"http://127.0.0.1:{port}/"))
    assert isinstance(outcome, HttpFailure)
    assert outcome.sent is False


def test_an_address_that_is_none_was_not_sent(client: MultiplexClient) -> None:
    outcome = ask(client, post("http://:80:80/"))
    assert isinstance(outcome, HttpFailure)
    assert outcome.sent is False


@pytest.mark.parametrize("method", ["POST", "GET", "PUT"])
@pytest.mark.parametrize("before", [0, 1], ids=["new connection", "kept connection"])
def test_a_request_whose_connection_breaks_is_taken_for_sent_and_not_made_again(
    client: MultiplexClient, serve: Callable[..., Server], method: str, before: int
) -> None:
    server = serve(lambda number: OK if number <= before else None)
    for _ in range(before):
        assert isinstance(ask(client, post(server.url)), HttpResponse)
    outcome = ask(client, post(server.url, method=method, body=b"" if method == "GET" else b"x"))
    assert isinstance(outcome, HttpFailure)
    assert outcome.sent is True
    # What would be made again comes at once, or after a moment.
    assert client.collect(0.2) == []
    assert len(server.requests) == before + 1
    assert server.connections == 1


def test_connections_are_kept(client: MultiplexClient, serve: Callable[..., Server]) -> None:
    server = serve()
    for _ in range(3):
        ask(client, post(server.url))
    assert (server.connections, len(server.requests)) == (1, 3)


def test_an_answer_that_does_not_come_in_time_leaves_the_request_sent(
    client: MultiplexClient, serve: Callable[..., Server]
) -> None:
    over = threading.Event()
    server = serve(lambda number: OK if over.wait(PATIENCE) else None)
    started = time.monotonic()
    outcome = ask(client, post(server.url, read_seconds=0.3))
    over.set()
    assert isinstance(outcome, HttpFailure)
    assert (outcome.sent, outcome.words.text) == (True, "The request was sent and no answer came in time.")
    assert 0.3 <= time.monotonic() - started < 4
    assert len(server.requests) == 1


@pytest.mark.parametrize("left", [0.02, 0.5], ids=["before the answer came", "after the answer came"])
def test_an_answer_that_came_while_the_caller_was_busy_for_longer_is_read(
    client: MultiplexClient, serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch, left: float
) -> None:
    monkeypatch.setattr(multiplex, "LOOK_SECONDS", 0.0)
    server = serve(lambda number: time.sleep(0.2) or OK)
    requests = {key: HttpRequest("POST", server.url, {}, b"x", 0.3, 0.5) for key in range(1, 21)}
    for key, request in requests.items():
        client.start(key, request)
    found = client.collect(left if left < 0.2 else 0.05)
    assert found == []
    time.sleep(1.2)
    outcomes = everything(client)
    assert set(outcomes) == set(requests)
    assert {type(outcome) for outcome in outcomes.values()} == {HttpResponse}
    assert len(server.requests) == len(requests)


def test_a_redirect_is_not_followed(client: MultiplexClient, serve: Callable[..., Server]) -> None:
    elsewhere = serve()
    head = f"HTTP/1.1 307 Elsewhere\r\nLocation: {elsewhere.url}\r\nContent-Length: 0\r\n\r\n"
    outcome = ask(client, post(serve(lambda number: head.encode()).url))
    assert isinstance(outcome, HttpFailure)
    assert (outcome.sent, outcome.detail) == (True, elsewhere.url)
    assert elsewhere.requests == []


@pytest.mark.parametrize("length", [b"Content-Length: 6000000\r\n", b"Connection: close\r\n"], ids=["told", "untold"])
def test_an_answer_larger_than_five_megabytes_is_not_read(
    client: MultiplexClient, serve: Callable[..., Server], length: bytes
) -> None:
    server = serve(lambda number: b"HTTP/1.1 200 OK\r\n" + length + b"\r\n" + b"x" * 6_000_000)
    outcome = ask(client, post(server.url))
    assert isinstance(outcome, HttpFailure)
    assert (outcome.sent, outcome.words.text) == (True, "The answer was larger than 5 MB and was not read.")


def test_many_requests_are_in_flight_at_once(client: MultiplexClient, serve: Callable[..., Server]) -> None:
    server = serve(lambda number: time.sleep(0.5) or OK)
    for key in range(60):
        client.start(key, post(server.url))
    assert client.in_flight == 60
    outcomes = everything(client)
    assert {type(outcome) for outcome in outcomes.values()} == {HttpResponse}
    assert len(outcomes) == len(server.requests) == 60
    assert server.most > 30


def test_one_failure_leaves_the_answers_of_the_others(client: MultiplexClient, serve: Callable[..., Server]) -> None:
    server = serve(lambda number: None if number == 3 else OK)
    for key in range(8):
        client.start(key, post(server.url))
    outcomes = everything(client)
    assert sorted(type(outcome).__name__ for outcome in outcomes.values()) == ["HttpFailure"] + ["HttpResponse"] * 7


def test_a_request_leaves_when_it_was_told_to(client: MultiplexClient, serve: Callable[..., Server]) -> None:
    server = serve()
    started = time.monotonic()
    for key, delay in enumerate((0.0, 0.3, 0.6)):
        client.start(key, post(server.url, body=str(key).encode(), read_seconds=0.2), delay)
    outcomes = everything(client)
    assert {type(outcome) for outcome in outcomes.values()} == {HttpResponse}
    arrived = {int(request[-1:]): at - started for at, request in server.requests}
    assert arrived[0] < 0.25
    assert 0.3 <= arrived[1] < 0.55
    assert 0.6 <= arrived[2] < 0.9


def test_what_fails_unforeseen_still_has_an_outcome(client: MultiplexClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*args: object) -> Outcome:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(client, "_send", fails)
    outcome = ask(client, post("http://127.0.0.1:9/"))
    assert isinstance(outcome, HttpFailure)
    assert (outcome.sent, outcome.detail) == (True, "RuntimeError")

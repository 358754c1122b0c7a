"""The one way out, over real sockets: what counts as sent, and what is never followed, trusted or read."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from providers.contract import multiplex
from providers.contract.blocking import BlockingClient
from providers.contract.http import HttpFailure, HttpRequest, HttpResponse, RequestsClient

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
PATIENCE = 5.0
either_client = pytest.mark.parametrize("client", [RequestsClient, BlockingClient])


class Server:
    """Accepts connections one after another and does with each what its turn in *turns* says."""

    def __init__(self, *turns, context=None):
        self._turns = turns
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE)
        self.requests = []
        self.connections = 0
        self.over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self):
        scheme = "https" if self._context else "http"
        return f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}/path?secret=7bz1lzh9"

    def close(self):
        self.over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE)
        self._listener.close()

    def _serve(self):
        for turn in self._turns:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                connection.settimeout(PATIENCE)
                try:
                    turn(self, self._context.wrap_socket(connection, True) if self._context else connection)
                except OSError:
                    continue

    def read_request(self, connection):
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65536) or b"\r\n\r\n"
        head, _, body = data.partition(b"\r\n\r\n")
        [length] = [int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")] or [
            0
        ]
        while len(body) < length:
            body += connection.recv(65536)
        self.requests.append((head, body))


def answer(*parts):
    def turn(server, connection):
        server.read_request(connection)
        for part in parts:
            connection.sendall(part)

    return turn


def hang(server, connection):
    server.read_request(connection)
    server.over.wait(PATIENCE)


def hang_in_the_middle(server, connection):
    server.read_request(connection)
    connection.sendall(OK[:-1])
    server.over.wait(PATIENCE)


def hang_up(server, connection):
    pass


def reset(server, connection):
    server.read_request(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


@pytest.fixture
def serve():
    servers = []

    def start(*turns, **options):
        servers.append(Server(*turns, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def send(url, client=None, **changes):
    request = HttpRequest("POST", url, {"X-Sign": "abc"}, b'{"a": 1}', connect_seconds=2, read_seconds=0.4)
    values = {name: getattr(request, name) for name in request.__slots__} | changes
    return (client or RequestsClient()).send(HttpRequest(**values))


@either_client
def test_an_answer_comes_back_as_it_was(serve, client):
    server = serve(answer(OK))
    result = send(server.url, client())
    assert isinstance(result, HttpResponse)
    assert (result.status, result.content_type, result.body, result.json()) == (200, "application/json", b"{}", {})
    [(head, body)] = server.requests
    assert head.startswith(b"POST /path?secret=7bz1lzh9 HTTP/1.1\r\n")
    assert b"X-Sign: abc" in head
    assert body == b'{"a": 1}'


@either_client
def test_a_get_has_no_body(serve, client):
    server = serve(answer(OK))
    send(server.url, client(), method="GET", body=b"")
    [(head, body)] = server.requests
    assert b"content-length" not in head.lower()
    assert body == b""


@either_client
@pytest.mark.filterwarnings("error")
def test_a_file_arrives_as_it_was(serve, client):
    server, content = serve(answer(OK)), bytes(range(256)) * 20_000
    assert send(server.url, client(), body=content, read_seconds=5).status == 200
    [(head, body)] = server.requests
    assert b"Content-Length: 5120000" in head
    assert b"content-type" not in head.lower()
    assert body == content


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_an_error_status_is_an_answer_and_is_asked_for_once(serve, status):
    server = serve(answer(b"HTTP/1.1 %d Some\r\nContent-Length: 2\r\n\r\nno" % status), answer(OK))
    result = send(server.url)
    assert (result.status, result.body) == (status, b"no")
    assert server.connections == 1


@either_client
def test_a_closed_port_was_not_sent(client):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    result = send(f"http://127.0.0.1:{port}/", client())
    assert isinstance(result, HttpFailure)
    assert (result.sent, result.certificate) == (False, False)


@either_client
def test_a_name_that_nobody_knows_was_not_sent(client):
    assert send("http://nobody.invalid/", client()).sent is False


SENT = {
    "no answer": hang,
    "half an answer and silence": hang_in_the_middle,
    "half an answer and the end": answer(OK[:-1]),
    "half a chunk": answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"),
    "no chunk size": answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n"),
    "a broken encoding": answer(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
    "not http": answer(b"220 mail.test ESMTP\r\n"),
    "hung up after the request": answer(),
    "hung up at once": hang_up,
    "reset": reset,
}


@either_client
@pytest.mark.parametrize("turn", SENT.values(), ids=SENT)
def test_after_a_connection_was_made_everything_may_have_been_sent(serve, turn, client):
    server = serve(turn, answer(OK))
    result = send(server.url, client())
    assert isinstance(result, HttpFailure)
    assert (result.sent, result.certificate) == (True, False)
    assert server.connections == 1, "it was tried again"


def test_half_a_head_carries_nothing_that_could_be_taken_for_an_answer(serve):
    result = send(serve(answer(b"HTTP/1.1 200 OK\r\nContent-Le")).url)
    assert isinstance(result, HttpFailure) or result.body == b""


@either_client
def test_an_answer_that_drips_forever_ends_in_time(serve, client):
    def drip(server, connection):
        server.read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not server.over.wait(0.05):
            connection.sendall(b"1\r\nx\r\n")

    result = send(serve(drip).url, client(), connect_seconds=0.2)
    assert isinstance(result, HttpFailure)
    assert (result.sent, result.words.text) == (True, "The request was sent and no answer came in time.")
    assert result.seconds < 2


def test_an_answer_of_5_mb_is_read_and_a_larger_one_is_not(serve):
    size = 5 * 1024 * 1024
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
    server = serve(answer(head % size, b"x" * size), answer(head % (size + 1), b"x" * (size + 1)))
    client = RequestsClient()
    assert len(send(server.url, client, headers={"Connection": "close"}, read_seconds=5).body) == size
    result = send(server.url, client, read_seconds=5)
    assert isinstance(result, HttpFailure)
    assert result.sent is True


@either_client
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(serve, status, client):
    elsewhere = serve(answer(OK))
    head = b"HTTP/1.1 %d Elsewhere\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status, elsewhere.url.encode())
    result = send(serve(answer(head)).url, client())
    assert isinstance(result, HttpFailure)
    assert result.sent is True
    assert elsewhere.connections == 0


def test_a_connection_is_kept_and_a_stale_one_is_replaced(serve):
    def twice_then_close(server, connection):
        answer(OK)(server, connection)
        answer(OK)(server, connection)

    server = serve(twice_then_close, answer(OK))
    client = RequestsClient()
    assert send(server.url, client).status == 200
    assert send(server.url, client).status == 200
    assert server.connections == 1
    threading.Event().wait(0.1)
    assert send(server.url, client).status == 200
    assert server.connections == 2


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@either_client
def test_a_self_signed_certificate_is_refused_and_nothing_was_sent(serve, self_signed, monkeypatch, client):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent")
    server = serve(answer(OK), context=self_signed)
    result = send(server.url, client())
    assert isinstance(result, HttpFailure)
    assert (result.sent, result.certificate) == (False, True)
    assert server.requests == []


def trust_everybody(monkeypatch):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    monkeypatch.setattr(multiplex, "_tls", lambda: context)
    send_prepared = requests.Session.send
    monkeypatch.setattr(
        requests.Session, "send", lambda self, asked, **options: send_prepared(self, asked, verify=False, **options)
    )


def speak_without_tls(server, connection):
    connection.recv(65536)
    connection.sendall(OK)


def say_nothing(server, connection):
    server.over.wait(PATIENCE)


@either_client
@pytest.mark.parametrize("turn", [speak_without_tls, say_nothing, hang_up])
def test_without_tls_nothing_was_sent(serve, client, turn):
    server = serve(turn)
    result = send(server.url.replace("http:", "https:"), client(), connect_seconds=0.3)
    assert isinstance(result, HttpFailure)
    assert (result.sent, result.certificate) == (False, False)
    assert server.connections == 1


@either_client
@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_what_breaks_after_tls_stands_may_have_been_sent(serve, client, self_signed, monkeypatch):
    trust_everybody(monkeypatch)
    server = serve(answer(), answer(OK), context=self_signed)
    result = send(server.url, client())
    assert isinstance(result, HttpFailure)
    assert (result.sent, result.certificate) == (True, False)
    assert server.connections == 1


@either_client
def test_a_proxy_of_the_environment_is_not_used(serve, monkeypatch, client):
    proxy, server = serve(answer(OK)), serve(answer(OK))
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    assert send(server.url, client()).status == 200
    assert proxy.connections == 0


@either_client
@pytest.mark.parametrize("turn", [hang, answer(), answer(b"nonsense\r\n\r\n")])
def test_a_failure_does_not_repeat_the_address(serve, turn, client):
    result = send(serve(turn).url, client())
    assert "7bz1lzh9" not in repr(result)
    assert result.detail


@pytest.mark.parametrize(
    ("body", "text"),
    [(b"\xef\xbb\xbf{}", "\ufeff{}"), (b"\xff\xfe", "\ufffd\ufffd"), (b"x" * 9000, "x" * 2000), (b"", "")],
)
def test_the_text_for_people_is_bounded_and_never_fails(body, text):
    assert HttpResponse(200, "", body, 0.1).text() == text


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"{"])
def test_a_body_that_is_no_json_is_a_value_error(body):
    with pytest.raises(ValueError):
        HttpResponse(200, "application/json", body, 0.1).json()

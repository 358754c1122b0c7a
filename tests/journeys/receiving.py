"""The real web server beside the test's own database, for what only a real process can show."""

import contextlib
import http.client
import os
import signal
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from notifyadmin.running import services
from notifyadmin.running.ports import free_port
from notifyadmin.running.supervisor import Supervisor
from providers import registry
from providers.accounts import pushaddresses
from providers.contract.gateway import Gateway
from providers.contract.push import PushBody
from providers.models import Account
from tests.factories import make_account

HOST = "127.0.0.1"
GOOD = b"success"


class Receiver:
    """A web server of an installation in *folder* that can be killed and started again."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.port = free_port(HOST)
        self.folder = folder
        self._environment = {
            "NOTIFYADMIN_VAR": str(folder),
            "PUSH_FOLDER": str(folder / "pushes"),
            "DATABASE_URL": database_url(),
            "SECRET_KEY": settings.SECRET_KEY,
        } | environment
        self._supervisor = Supervisor(folder / "log", 10).__enter__()

    @property
    def log(self) -> str:
        return (self.folder / "log" / "web.log").read_text(errors="replace")

    def start(self, *, is_ready: bool = True) -> None:
        """Start it; with *is_ready* False only until its door answers, because the database is away."""
        service = services.web(HOST, self.port, self._environment)
        if not is_ready:
            service = replace(service, ready=lambda: is_open(self.port))
        self._supervisor.start(service)

    def kill(self) -> None:
        """kill -9 of everything that belongs to it, as a machine that is switched off."""
        process = self._supervisor.processes.pop("web")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def stop(self) -> None:
        self._supervisor.stop()


@contextlib.contextmanager
def receiver(folder: Path, **environment: str) -> Iterator[Receiver]:
    running = Receiver(folder, **environment)
    try:
        yield running
    finally:
        running.stop()


def account_that_wants_words() -> tuple[Account, str]:
    """An account whose provider wants to read GOOD, and the path of its push address."""
    gateway = next(gateway for gateway in registry.all_gateways() if _answer(gateway) == GOOD)
    account = make_account(gateway.slug)
    return account, urlsplit(pushaddresses.issue(account).doors[0].url).path


def _answer(gateway: Gateway) -> bytes:
    return gateway.acknowledge(PushBody(gateway.doors[0].name, "", b"")).body


def posts(path: str, mark: str) -> Callable[[int], bytes]:
    """Requests with bodies that are all different."""

    def request(serial: int) -> bytes:
        body = b"id=%s-%d" % (mark.encode(), serial)
        return b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%s" % (
            path.encode(),
            len(body),
            body,
        )

    return request


def database_url() -> str:
    """The database of this test run, for another process."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    return f"postgres://{values['USER']}@/{values['HOST']}/{values['NAME']}"


def is_open(port: int) -> bool:
    """Whether the door answers; what a stranger asks needs no database."""
    asked = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        asked.request("GET", "/push/nobody/nothing")
        return asked.getresponse().status == HTTPStatus.METHOD_NOT_ALLOWED
    except OSError:
        return False
    finally:
        asked.close()


class Relay:
    """A way to PostgreSQL that can be cut, so that it is away for one process, and mended."""

    def __init__(self) -> None:
        values = connection.settings_dict
        self.port = free_port(HOST)
        self.url = f"postgres://{values['USER']}@{HOST}:{self.port}/{values['NAME']}"
        self._socket = f"{values['HOST']}/.s.PGSQL.{values['PORT'] or 5432}"
        self._server: socketserver.ThreadingTCPServer | None = None
        self._ends: list[socket.socket] = []

    def mend(self) -> None:
        relay = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as there:
                    there.connect(relay._socket)
                    relay._ends += [self.request, there]
                    back = threading.Thread(target=_pump, args=(there, self.request), daemon=True)
                    back.start()
                    _pump(self.request, there)
                    back.join()

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

        self._server = Server((HOST, self.port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def cut(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._ends.clear()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while block := source.recv(65536):
            target.sendall(block)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)

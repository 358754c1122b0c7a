"""The bench's side of the stand-in provider: start it, set its delay, ask what arrived."""

import contextlib
import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

from notifyadmin.running.ports import free_port

from .server import HOST
from .stacks import PROJECT, PYTHON


@dataclass(frozen=True, slots=True)
class Report:
    """See ``server.Book``."""

    requests: int
    callees: int
    in_flight: int
    most_in_flight: int
    first_at: float
    last_at: float


@dataclass(frozen=True, slots=True)
class Provider:
    """A running stand-in for all providers."""

    url: str

    def reset(self, delay: float = 0.0) -> None:
        """Begin to count anew, and answer after *delay* seconds from now on."""
        self._ask("reset", str(delay).encode())

    def report(self) -> Report:
        return Report(**json.loads(self._ask("report")))

    def _ask(self, what: str, body: bytes | None = None) -> bytes:
        with urllib.request.urlopen(f"{self.url}/_bench/{what}", body, timeout=10) as response:  # noqa: S310
            return bytes(response.read())


@contextlib.contextmanager
def provider() -> Iterator[Provider]:
    """A stand-in provider that lives as long as the context."""
    port = free_port(HOST)
    process = subprocess.Popen([PYTHON, "-m", "tests.bench.server", str(port)], cwd=PROJECT, env=os.environ)
    running = Provider(f"http://{HOST}:{port}")
    try:
        _wait(running, process)
        yield running
    finally:
        process.terminate()
        process.wait(10)


def _wait(running: Provider, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            running.report()
            return
        time.sleep(0.05)
    raise RuntimeError("the bench's provider did not start")

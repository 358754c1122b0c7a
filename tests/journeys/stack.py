"""The whole application as a newcomer starts it: ``manage.py run`` in a throw-away folder on free ports."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from notifyadmin.running.ports import free_port
from tests import prepared

PROJECT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
START_SECONDS = 150.0
STOP_SECONDS = 60.0
FEWER = {"SEND_WORKERS": "2", "KEEP_WORKERS": "1"}
"""Where many stand beside each other on a small machine."""
UP = "Ctrl-C"
"""The last thing that is printed once everything answers."""

_OF_OTHERS = (
    *("NOTIFYADMIN_", "DJANGO_", "DATABASE_URL", "CELERY_", "CREDENTIAL_KEYS", "SECRET_KEY", "PUBLIC_URL"),
    *("ALLOW", "HOST", "PORT", "SANDBOX_PORT", "WEB_WORKERS", "HTTPS", "BEHIND_PROXY", "DEBUG"),
)


class NotUp(Exception):
    """``manage.py run`` did not come up; the message is what it printed."""


class Installation:
    """A var folder and two ports; ``manage.py run`` may be started there again and again."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port, self.sandbox_port = free_port(HOST), free_port(HOST)
        self._given = environment

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://{HOST}:{self.sandbox_port}"

    @property
    def database(self) -> Path:
        """The embedded database, for what no page can do."""
        return self.folder / "notifyadmin.sqlite3"

    def environment(self) -> dict[str, str]:
        """What a newcomer's shell holds, and nothing that this test run has set for itself."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OF_OTHERS)}
        own = {
            "NOTIFYADMIN_VAR": str(self.folder),
            "PORT": str(self.port),
            "SANDBOX_PORT": str(self.sandbox_port),
            "PUBLIC_URL": self.url,
            "ALLOW_PRIVATE_PROVIDERS": "1",
            # Into a pipe Python writes whole blocks, and the password would only be seen at the end.
        }
        return {**kept, **own, **self._given}

    def start(self) -> "Run":
        """Start it and wait until it says that it is up. Raises NotUp."""
        run = Run(self)
        if not run.wait_for(UP, START_SECONDS):
            run.stop()
            raise NotUp(run.output)
        return run

    def processes(self) -> list[int]:
        """Every living process that was started for this folder, whoever its parent is by now."""
        mark = f"NOTIFYADMIN_VAR={self.folder}".encode()
        return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if mark in _environment_of(pid)]

    def listening(self) -> list[int]:
        """Those of the two ports on which something listens."""
        return [port for port in (self.port, self.sandbox_port) if _answers(port)]

    def check_counts(self) -> None:
        """The states of every campaign sum to its total; every counter and every page agrees with the recipients."""
        command = [sys.executable, "-m", "tests.adding_up_apart"]
        audit = subprocess.run(
            command, cwd=PROJECT, env=self.environment(), capture_output=True, text=True, check=False
        )
        assert audit.returncode == 0, audit.stdout + audit.stderr

    def force(self) -> None:
        """End what a failed test has left behind."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


class Run:
    """One ``manage.py run``. What it prints is read all the time, as on a screen."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self._lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "run"],
            cwd=PROJECT,
            env=installation.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        return "".join(self._lines)

    @property
    def passwords(self) -> list[str]:
        """Every password that was printed."""
        return re.findall(r"^ +password +(\S+)$", self.output, re.MULTILINE)

    @property
    def login(self) -> tuple[str, str]:
        """Name and password as they were printed."""
        name = re.search(r"^ +name +(\S+)$", self.output, re.MULTILINE)
        assert name, self.output
        return name[1], self.passwords[0]

    def wait_for(self, words: str, seconds: float) -> bool:
        """Whether *words* were printed in time; False as soon as it has ended without them."""
        until(lambda: words in self.output or self.process.poll() is not None, seconds)
        return words in self.output

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send the signal and wait for the end. Returns the exit code; what does not end is forced."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.installation.force()
            code = self.process.wait()
        self._reader.join(5)
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.append(line)


@contextlib.contextmanager
def throw_away(**environment: str) -> Iterator[Installation]:
    """An installation whose folder and processes are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="na-journey-"))
    installation = Installation(folder, **environment)
    try:
        yield installation
    finally:
        installation.force()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running(**environment: str) -> Iterator[Run]:
    """Everything up, with examples and a printed login. What is thrown away needs no polite end."""
    with throw_away(**environment) as installation:
        prepared.put_into(installation.folder)
        yield installation.start()
        installation.check_counts()


def until(happened: Callable[[], bool], seconds: float) -> bool:
    """Ask again and again, at most so long."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _environment_of(pid: int) -> bytes:
    # Empty for those that have ended and were not fetched yet; unreadable for those of others.
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes()
    return b""


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0

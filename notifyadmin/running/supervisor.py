"""Starts processes together, watches them, and leaves none behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from . import forking

PROJECT = Path(__file__).resolve().parents[2]

STOP_SECONDS = 40.0
"""A clean stop lets requests in flight end (they have 30 seconds to answer); after that, force."""

MOST_DEATHS = 5
"""Deaths of one process within a minute after which it is not started again."""


Process = subprocess.Popen[bytes] | forking.Copy


class ServiceDied(Exception):
    """A process ended by itself. The message carries the end of its log."""


@dataclass(frozen=True)
class Service:
    """One process: its command, and ``ready``, which tells whether it does its work yet."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] = lambda: True
    last: bool = False
    """Whether the others lean on it, so that it is asked to end after they have."""
    loads: Sequence[str] = ()
    """Modules that it imports besides the application."""
    nice: int = 0
    """How far it gives way to others, as ``nice`` counts."""


class Supervisor:
    """Context manager: on leaving it, every process that was started is gone.

    Each process leads a group of its own, so that Ctrl-C reaches only the supervisor, which then stops the services
    in the reverse order of their start, and so that grandchildren are found.

    With ``copies`` they are copies of this process, which then must have the settings that they need.
    """

    def __init__(self, log_folder: Path, stop_seconds: float = STOP_SECONDS, *, copies: bool = False) -> None:
        self.log_folder = log_folder
        self.stop_seconds = stop_seconds
        self.copies = copies
        self.processes: dict[str, Process] = {}
        self._ready: set[str] = set()
        self._services: dict[str, Service] = {}
        self._deaths: dict[str, list[float]] = {}

    def __enter__(self) -> "Supervisor":
        self.log_folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, service: Service, wait_seconds: float = 60.0) -> None:
        """Start it and wait until it is ready. Raises ServiceDied, also when it is not ready in time."""
        self._services[service.name] = service
        self._log(service.name).unlink(missing_ok=True)
        self._spawn(service)
        deadline = time.monotonic() + wait_seconds
        while not service.ready():
            self.check()
            if time.monotonic() > deadline:
                raise ServiceDied(
                    f"{service.name} was not ready in {wait_seconds:.0f} seconds.\n{self.tail(service.name)}"
                )
            time.sleep(0.1)
        self._ready.add(service.name)
        self.check()

    def _spawn(self, service: Service) -> None:
        with self._log(service.name).open("ab") as log:
            is_ours = list(service.command[:2]) == [sys.executable, "-m"]
            start = _copy if self.copies and is_ours else _execute
            self.processes[service.name] = start(service, log)

    def check(self) -> None:
        """Raises ServiceDied when a process has ended."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise ServiceDied(f"{name} ended with status {process.returncode}.\n{self.tail(name)}")

    def watch(self) -> None:
        """Block until the caller is interrupted; a process that ends is started again.

        Raises ServiceDied for one that ends :data:`MOST_DEATHS` times within a minute, since it will not live.
        """
        while True:
            self.revive()
            time.sleep(0.2)

    def revive(self) -> None:
        """Start again what has ended. Raises ServiceDied, see :meth:`watch`."""
        for name, process in list(self.processes.items()):
            if process.poll() is None:
                continue
            now = time.monotonic()
            deaths = self._deaths.setdefault(name, [])
            deaths[:] = [*(at for at in deaths if now - at < 60), now]
            if len(deaths) >= MOST_DEATHS:
                self.check()
            _signal(process, signal.SIGKILL, group=True)
            self._spawn(self._services[name])

    def stop(self) -> None:
        """Ask politely, wait, then force; the first started is the last to go.

        A service that was never ready has nothing in flight, and some lose a signal that comes while they start.
        """
        deadline = time.monotonic() + self.stop_seconds
        for last in (False, True):
            names = [name for name in self.processes if self._services[name].last == last]
            for name in names:
                number = signal.SIGTERM if name in self._ready else signal.SIGKILL
                _signal(self.processes[name], number, group=name not in self._ready)
            for name in reversed(names):
                deadline = _see_off(self.processes[name], deadline)
        self.processes.clear()
        self._ready.clear()

    def tail(self, name: str, lines: int = 20) -> str:
        text = self._log(name).read_text(errors="replace") if self._log(name).exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def _log(self, name: str) -> Path:
        return self.log_folder / f"{name}.log"


def _execute(service: Service, log: BinaryIO) -> Process:
    return subprocess.Popen(  # noqa: S603
        [*(("nice", "-n", str(service.nice)) if service.nice else ()), *service.command],
        env=os.environ | service.environment,
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _copy(service: Service, log: BinaryIO) -> Process:
    forking.load(service.loads)
    if not forking.is_safe():
        return _execute(service, log)
    module, *arguments = service.command[2:]
    life = forking.Life(service.name, module, arguments, service.environment, PROJECT, service.nice)
    return forking.start(life, log)


def _see_off(process: Process, deadline: float) -> float:
    """Wait for the end until *deadline*, then force it. Whoever interrupts does not want to wait any longer."""
    try:
        process.wait(max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        pass
    except KeyboardInterrupt:
        deadline = 0.0
    _signal(process, signal.SIGKILL, group=True)
    process.wait()
    return deadline


def _signal(process: Process, number: int, *, group: bool) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)

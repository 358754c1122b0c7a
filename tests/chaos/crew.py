"""The processes of the installation, which may be killed at any time and are started again at once."""

import contextlib
import dataclasses
import os
import signal
from collections.abc import Sequence
from pathlib import Path

from notifyadmin.running.supervisor import Service, Supervisor


class Crew:
    """Keeps services running. ``falls`` are those that ended without being killed, with the end of their log."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._services: dict[str, Service] = {}
        self.falls: list[str] = []
        self._parent = os.getppid()

    @property
    def names(self) -> Sequence[str]:
        """All services, also those that are down at this moment."""
        return tuple(self._services)

    @property
    def running(self) -> Sequence[str]:
        """Those that were started and not killed."""
        return tuple(self._supervisor.processes)

    def add(self, service: Service) -> None:
        """Start it and wait until it is ready."""
        self._services[service.name] = service
        self._supervisor.start(service)

    def kill(self, name: str) -> None:
        """Kill the whole process group of a service with -9 and wait for its end."""
        process = self._supervisor.processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def restart(self, name: str) -> None:
        """Start it without waiting until it is ready: what comes next must bear that."""
        # The supervisor's own check would end everything for any other process that is down at this moment.
        others = self._supervisor.processes
        self._supervisor.processes = {}
        try:
            self._supervisor.start(dataclasses.replace(self._services[name], ready=lambda: True))
        finally:
            self._supervisor.processes = {**others, **self._supervisor.processes}

    def tend(self) -> None:
        """Start again whatever has ended by itself. Raises KeyboardInterrupt when whoever wanted all this is gone."""
        if os.getppid() != self._parent:
            raise KeyboardInterrupt
        for name, process in list(self._supervisor.processes.items()):
            if process.poll() is not None:
                self.falls.append(f"{name} ended with {process.returncode}: {self._supervisor.tail(name, 6)}")
                self._supervisor.processes.pop(name)
                # Its children may still live, and would work beside the new ones.
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                self.restart(name)

    def stop_politely(self, names: Sequence[str], seconds: float) -> None:
        """Ask services to end with SIGTERM and wait for them. Raises subprocess.TimeoutExpired."""
        processes = [self._supervisor.processes.pop(name) for name in names]
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(seconds)


def children_of(pid: int) -> Sequence[int]:
    """The direct children of a process."""
    return [
        int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _status(entry)[1] == str(pid)
    ]


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and was not fetched yet does not."""
    return _status(Path(f"/proc/{pid}"))[0] not in ("", "Z", "X")


def _status(process: Path) -> tuple[str, str]:
    """State and parent, empty when there is no such process."""
    with contextlib.suppress(OSError, ValueError):
        # The name in parentheses may hold blanks; after it come the state and the parent.
        state, parent, *_ = (process / "stat").read_text().rpartition(")")[2].split()
        return state, parent
    return "", ""

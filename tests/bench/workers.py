"""Real Celery worker processes, and campaigns that they send."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from campaigns.lifecycle import services as campaigns
from campaigns.models import Campaign
from notifyadmin.running import services
from notifyadmin.running.supervisor import Supervisor

from . import plain, stage
from .desk import Provider, Report

POLL_SECONDS = 0.02
LONGEST_SECONDS = 600.0
STOP_SECONDS = 15.0


class TooSlow(Exception):
    """What was to be measured did not end in time."""


@dataclass(frozen=True, slots=True)
class Run:
    """Campaigns from their start until the last outcome was in the database."""

    recipients: int
    seconds: float
    report: Report

    @property
    def rate(self) -> float:
        """Recipients a second, everything durable."""
        return self.recipients / self.seconds


@dataclass(frozen=True, slots=True)
class Team:
    """Running workers."""

    pids: dict[str, int]

    def sending_processes(self) -> list[int]:
        """The processes in which the tasks of the dispatch queue run."""
        return [pid for name, pid in self.pids.items() if name.startswith("worker-send")]


@contextlib.contextmanager
def team(gateway: Provider, processes: int, *, with_plain: bool = False) -> Iterator[Team]:
    """Workers as an installation has them: *processes* that send, one for everything else with its sweeps."""
    folder = plain.folder()
    with Supervisor(folder / "log", STOP_SECONDS) as supervisor:
        for number in range(1, processes + 1):
            supervisor.start(services.worker("send", number, {}))
        supervisor.start(services.worker("keep", 1, {}))
        supervisor.start(services.beat({}))
        if with_plain:
            supervisor.start(plain.worker(2))
        _warm_up(gateway, processes)
        yield Team({name: process.pid for name, process in supervisor.processes.items()})


def send(started: Sequence[Campaign], gateway: Provider, delay: float = 0.0) -> Run:
    """Start campaigns and wait until nobody in them waits any more. Raises TooSlow."""
    gateway.reset(delay)
    begun = time.perf_counter()
    for campaign in started:
        campaigns.start(campaign, None)
    until(lambda: stage.waiting(started) == 0)
    total = sum(campaign.total for campaign in started)
    return Run(total, time.perf_counter() - begun, gateway.report())


def until(happened: Callable[[], bool], seconds: float = LONGEST_SECONDS, pause: float = POLL_SECONDS) -> None:
    """Ask again and again, after a *pause* each time (seconds). Raises TooSlow."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise TooSlow(f"not done after {seconds:.0f} seconds")
        time.sleep(pause)


def memory(pid: int) -> float:
    """Resident memory in MB."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _warm_up(gateway: Provider, processes: int) -> None:
    """Every process has imported, connected and sent something before anything is measured."""
    shape = stage.batch()
    for _ in range(2):
        some = [stage.draft(shape, stage.account(shape, gateway.url), 1000) for _ in range(2 * processes)]
        send(some, gateway, delay=0.1)

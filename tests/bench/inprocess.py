"""Sending inside this process, for what only the process itself can tell: its CPU, its statements, its profile."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from campaigns import tasks
from campaigns.lifecycle import services
from campaigns.models import Campaign

from .meter import Meter, metered
from .stage import submitted, waiting

MOST_TASKS_IN_VAIN = 200


class Unfinished(Exception):
    """The engine stopped while there was more to send, or the provider's count differs."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one campaign from its start to its last answer: seconds by the clock, CPU seconds of this process, meter."""

    recipients: int
    wall: float
    cpu: float
    meter: Meter

    @property
    def cpu_micros(self) -> float:
        return self.cpu / self.recipients * 1e6

    @property
    def statements_per_thousand(self) -> float:
        return self.meter.statements / self.recipients * 1000

    @property
    def messages_per_thousand(self) -> float:
        return len(self.meter.messages) / self.recipients * 1000


def send(campaign: Campaign, run: Callable[[Callable[[], None]], None] | None = None) -> Cost:
    """Start *campaign* and do every dispatch task that is published, one after the other, until nothing waits.

    *run* may wrap the work, as a profiler does. Raises Unfinished.
    """
    with metered() as meter:
        wall, cpu = time.perf_counter(), time.process_time()
        services.start(campaign, None)
        if run:
            run(lambda: _work(campaign, meter))
        else:
            _work(campaign, meter)
        cost = Cost(campaign.total, time.perf_counter() - wall, time.process_time() - cpu, meter)
    if submitted(campaign) != campaign.total:
        raise Unfinished(f"{submitted(campaign)} of {campaign.total} were taken")
    return cost


def _work(campaign: Campaign, meter: Meter) -> None:
    done = 0
    while done < len(meter.messages):
        name, args = meter.messages[done]
        done += 1
        if name == "campaigns.dispatch":
            tasks.dispatch(*args)
        if done > MOST_TASKS_IN_VAIN and waiting([campaign]) == campaign.total:
            raise Unfinished("no recipient was sent to")

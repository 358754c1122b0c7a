"""One play on one stack: ``python -m tests.chaos.story '<json>'`` in a process whose settings are its own.

Prints progress, then one JSON object as its last line. Whatever it started is gone when it ends.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from types import FrameType
from typing import TYPE_CHECKING

import django

from .oracle import Judgement, judge
from .stacks import Stack, built

if TYPE_CHECKING:
    from .loss import Loss
    from .stage import Stage
    from .victims import Killer

LONGEST_STANDSTILL = 65.0
LATE_SECONDS = 300.0
QUIET_SECONDS = 8.0
"""Two turns of the sweeper and more: what changes nothing for so long has no next step of its own."""
STUCK_SECONDS = 150.0
PROGRESS_SECONDS = 10.0

OF_REQUESTS = {"hang_taken": 0.001, "hang": 0.0003, "cut_taken": 0.002, "cut": 0.0005, "cut_in_middle": 0.001}
OF_REQUESTS |= {"rubbish_taken": 0.002, "rubbish": 0.0005, "http_502": 0.0005, "http_504_taken": 0.001}
REST = {"http_429": 0.00005}
"""Each makes the whole account rest for a while."""
OF_CALLEES = {"late": 0.3, "no_receipt": 0.003, "twice": 0.02, "out_of_order": 0.01, "contradictory": 0.01}
"""Shares of requests and of callees; see the sandbox's documentation. Late receipts come only when they are let go."""


@dataclass(frozen=True)
class Plan:
    """What to play. Seconds: ``pace`` from kill to kill on average, ``answer_delay`` of every answer, and
    ``read_seconds`` after which an answer is no longer waited for: longer than the sandbox takes for an early push.

    After half of the kills the database is lost and put back from a backup, ``restores`` times. ``storm`` is a factor for the requests whose answer is spoilt: small plays need more of them to meet any. Only ``victims`` are
    killed; empty: everybody may be.
    """

    stack: str
    recipients: int
    kills: int
    seed: int
    pace: float
    answer_delay: float
    read_seconds: int = 12
    storm: float = 1.0
    victims: tuple[str, ...] = ()
    restores: int = 0

    @property
    def weather(self) -> dict[str, float]:
        return {name: share * self.storm for name, share in OF_REQUESTS.items()} | REST | OF_CALLEES


@dataclass
class Told:
    """What a play came to; it passed when ``failures`` is empty. ``cut_off`` people were in requests at the kills."""

    stack: str
    recipients: int
    victims: dict[str, int] = field(default_factory=dict)
    campaigns: list[dict[str, object]] = field(default_factory=list)
    standstill: float = 0.0
    recovery: float = 0.0
    seconds: float = 0.0
    kill_seconds: float = 0.0
    cut_off: int = 0
    falls: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def main(argument: str) -> int:
    plan = Plan(**json.loads(argument))
    signal.signal(signal.SIGTERM, _interrupted)
    with built(plan.stack) as stack:
        os.environ.update(stack.environment)
        django.setup()
        told = play(plan, stack)
    print(json.dumps(asdict(told)))
    return 1 if told.failures else 0


def play(plan: Plan, stack: Stack) -> Told:
    """Set the stage, disturb it, wait for the end, and judge."""
    from campaigns.demo import story

    from .loss import Loss
    from .records import Stranded
    from .stage import patiently, set_up
    from .victims import Killer

    sandbox = {"late_seconds": 36_000.0, "answer_delay": plan.answer_delay, "receipt_delay": [1.0, 6.0]}
    with set_up(stack, plan.recipients, plan.weather, plan.read_seconds, **sandbox) as stage:
        print(f"{plan.stack}: {len(stage.acts)} campaigns of {plan.recipients:,} recipients start", flush=True)
        began = time.monotonic()
        story.start_all(stage.acts)
        chance, stranded = random.Random(plan.seed), Stranded()
        killer = Killer(
            stage.crew, stack, chance, plan.kills, plan.pace, lambda: patiently(stranded.count), plan.victims
        )
        told = Told(plan.stack, plan.recipients)
        loss = Loss(stage, stack, killer, plan.restores)
        stuck = disturb(stage, killer, began, loss)
        told.failures += stuck
        told.kill_seconds = killer.kills[-1].at - killer.kills[0].at if killer.kills else 0.0
        told.cut_off = sum(sum(kill.in_flight.values()) for kill in killer.kills)
        _judge(stage, killer, told, loss)
        told.seconds = time.monotonic() - began
        told.victims, told.falls = killer.victims, stage.crew.falls
    return told


def disturb(stage: "Stage", killer: "Killer", began: float, loss: "Loss") -> list[str]:
    """Kill until all kills are done and nobody waits to be sent to. Failures in words when it stands still."""
    from .records import still_sending
    from .stage import patiently

    said, changed, last = 0.0, time.monotonic(), ""
    while True:
        killer.turn()
        loss.turn()
        stage.crew.tend()
        time.sleep(0.05)
        now = time.monotonic()
        if now - said < min(PROGRESS_SECONDS, 2.0):
            continue
        said, line = now, patiently(lambda: _counts(stage))
        if line != last:
            changed, last = now, line
        if int(now - began) % int(PROGRESS_SECONDS) < 2:
            print(f"{now - began:7.1f} s  {len(killer.kills):3} kills  {line}", flush=True)
        if killer.done and loss.done and not patiently(lambda: still_sending(stage.acts)):
            return []
        if killer.done and now - changed > STUCK_SECONDS:
            return [f"nothing moved for {STUCK_SECONDS:.0f} seconds: {line}"]


def _judge(stage: "Stage", killer: "Killer", told: Told, loss: "Loss") -> None:
    from campaigns.counters.recounts.recount import differences
    from tests.adding_up import disagreements_of_a_bare_process

    from .records import slowest_recovery, standstills, unknown_numbers
    from .stage import patiently

    before = patiently(lambda: {act.campaign.pk: unknown_numbers(act) for act in stage.acts})
    stage.console.settings(weather={})
    released = stage.console.release()
    print(f"everybody was sent to; {released:,} late receipts are let go", flush=True)
    judgements = _wait_until_known(stage, killer, before, loss)
    gaps = standstills(stage.acts, stage.console, loss.held)
    told.standstill, told.recovery = max(gaps.values()), patiently(lambda: slowest_recovery(killer.kills, loss.held))
    told.campaigns = [asdict(one) | {"standstill": gaps[one.name], "share": one.known_share} for one in judgements]
    told.failures += [words for one in judgements for words in one.failures]
    told.failures += patiently(lambda: [f"campaign {one.campaign_id}: {one}" for off in differences() for one in off])
    told.failures += patiently(disagreements_of_a_bare_process)
    told.failures += [f"{name} stood still for {gap:.0f} s" for name, gap in gaps.items() if gap > LONGEST_STANDSTILL]
    if told.recovery > LONGEST_STANDSTILL:
        told.failures.append(f"a request that was cut off waited {told.recovery:.0f} s for an outcome")


def _wait_until_known(
    stage: "Stage", killer: "Killer", before: dict[int, frozenset[str]], loss: "Loss"
) -> Sequence[Judgement]:
    """Judge when nothing moves any more, and again while somebody may still become known."""
    from .records import read_books
    from .stage import patiently

    deadline = time.monotonic() + LATE_SECONDS
    while True:
        _wait_until_quiet(stage, deadline)
        books = patiently(lambda: read_books(stage.acts, stage.console, killer.kills, before, loss.forgotten))
        judgements = [judge(one) for one in books]
        if time.monotonic() > deadline or not any(one.failures for one in judgements):
            return judgements


def _wait_until_quiet(stage: "Stage", deadline: float) -> None:
    from .stage import patiently

    last, since = "", time.monotonic()
    while time.monotonic() < deadline:
        stage.crew.tend()
        line = patiently(lambda: _counts(stage))
        now = time.monotonic()
        if line != last or stage.console.health()["pending_pushes"]:
            last, since = line, now
        elif now - since > QUIET_SECONDS:
            return
        time.sleep(0.5)


def _counts(stage: "Stage") -> str:
    from campaigns.counters.selectors import tallies_of

    sums: dict[str, int] = {}
    for counts in tallies_of([act.campaign.pk for act in stage.acts]).values():
        for state, count in counts.items():
            sums[state] = sums.get(state, 0) + count
    return "  ".join(f"{state} {count:,}" for state, count in sorted(sums.items()) if count)


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit(130)

"""The door for receipts: against a view that only answers, against the usual view, and beside everything else."""

import contextlib
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from django.conf import settings

from campaigns.lifecycle import services as campaigns
from notifyadmin.running import services
from notifyadmin.running.ports import free_port
from notifyadmin.running.supervisor import Supervisor
from providers.accounts import pushaddresses
from providers.contract.push import PushBody
from providers.models import InboundPush

from . import imports, receiver, stage
from .benches import Bench
from .load import Seen, push
from .results import Figure, at_least, at_most, told
from .stacks import PROJECT, PYTHON
from .workers import team, until

ANSWERING_SHARE = 0.5
USUAL_FACTOR = 5.0
BUSY_FACTOR = 5.0
CONNECTIONS = 32
GENTLE_CONNECTIONS, GENTLE_RATE = 8, 200.0
"""How receipts come while their answers are timed."""
LONG_ENOUGH = 600_000
"""Recipients that all senders together do not get through while answers are timed."""
HOST = "127.0.0.1"


def of_receipts(bench: Bench) -> Iterator[Figure]:
    """All of it, at one running server."""
    receiver.prepare()
    shape = stage.single()
    account = stage.account(shape, bench.gateway.url)
    good = account.gateway.acknowledge(PushBody("", "", b"")).body
    door = urlsplit(pushaddresses.issue(account).doors[0].url).path
    with server() as port:
        yield from _rates(bench, port, door, good)
        yield from _beside_everything(bench, port, door, good)


@contextlib.contextmanager
def server() -> Iterator[int]:
    """The installation's web server with the bench's views beside; the port it listens on."""
    port = free_port(HOST)
    service = services.web(HOST, port, {}, settings.WEB_WORKERS)
    command = [part.replace("notifyadmin.wsgi", "tests.bench.receiverwsgi") for part in service.command]
    with tempfile.TemporaryDirectory() as folder, Supervisor(Path(folder), 15) as supervisor:
        supervisor.start(replace(service, command=command))
        yield port


def posts(path: str) -> Callable[[int], bytes]:
    """Requests to *path*, each with a receipt of its own."""

    def request(serial: int) -> bytes:
        body = b"id=%d&code=200&mobile=13800000000&report_time=2026-05-01+09%%3A00%%3A00" % (
            serial % receiver.ROWS + 1,
        )
        return (
            b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (path.encode(), len(body), body)
        )

    return request


def _rates(bench: Bench, port: int, door: str, good: bytes) -> Iterator[Figure]:
    sides = {side: (f"/bench/{side}", b"success") for side in ("bare", "only", "usual")} | {"door": (door, good)}
    seen: dict[str, list[Seen]] = {side: [] for side in sides}
    for turn in range(-1, bench.sizes.rounds):
        for side in sorted(sides, reverse=bool(turn % 2)):
            path, answer = sides[side]
            seconds = bench.sizes.receiving_seconds if turn >= 0 else 1.0
            one = push(port, posts(path), seconds=seconds, connections=CONNECTIONS, good=answer)
            if one.bad:
                raise RuntimeError(f"{side} answered {one.bad[0]!r}")
            if side == "door":
                yield from _stored(bench, len(one.took), is_told=turn >= 0)
            if turn >= 0:
                seen[side].append(one)
    rate = {side: median(one.rate for one in of_side) for side, of_side in seen.items()}
    yield told("  receipts acknowledged", bench.stack, rate["door"], "/s")
    yield told("  by a view that only answers", bench.stack, rate["only"], "/s")
    yield told("  by the bare server, without Django", bench.stack, rate["bare"], "/s")
    yield told("  by select_for_update and save in the request", bench.stack, rate["usual"], "/s")
    note = f"{CONNECTIONS} connections, one server process; each is on the disk before its answer"
    share = rate["door"] / rate["only"]
    yield at_least("receiving: against only answering", bench.stack, share, ANSWERING_SHARE, "×", note)
    yield at_least("receiving: against the usual view", bench.stack, rate["door"] / rate["usual"], USUAL_FACTOR, "×")


def _stored(bench: Bench, pushes: int, *, is_told: bool) -> Iterator[Figure]:
    """Everything acknowledged reaches the database; the next side is not measured before."""
    begun = time.perf_counter()
    until(lambda: InboundPush.objects.count() >= pushes, 120)
    if is_told:
        note = f"after {pushes:,} at full speed, until the last was in the database"
        yield told("  behind after the last answer", bench.stack, time.perf_counter() - begun, "s", note)
    InboundPush.objects.all().delete()


def _beside_everything(bench: Bench, port: int, door: str, good: bytes) -> Iterator[Figure]:
    shape = stage.batch()
    size = max(bench.sizes.large, LONG_ENOUGH)
    large = stage.draft(shape, stage.account(shape, bench.gateway.url), size)
    idle, busy = [], []
    with team(bench.gateway, settings.WORKERS["send"]):
        for _ in range(bench.sizes.rounds):
            idle.append(_gentle(bench, port, door, good))
            campaigns.start(large, None)
            with _importing(bench):
                busy.append(_gentle(bench, port, door, good))
            if not stage.waiting([large]):
                raise RuntimeError("the campaign ended before the measurement")
            campaigns.pause(large, None)
            until(lambda: not large.chunks.filter(lease_until__isnull=False).exists(), 60)
            stage.rewind(large)
    for name, seen in (("idle", idle), ("beside a campaign and an import", busy)):
        for share in (0.5, 0.99):
            value = median(one.quantile(share) for one in seen) * 1000
            yield told(f"  answer p{share * 100:.0f}, {name}", bench.stack, value, "ms")
    ratio = median(one.quantile(0.99) for one in busy) / median(one.quantile(0.99) for one in idle)
    note = f"{GENTLE_RATE:.0f} receipts a second; a campaign at full speed by all senders, and lists read one after another"
    yield at_most("receiving: p99 beside a campaign and an import", bench.stack, ratio, BUSY_FACTOR, "×", note)


def _gentle(bench: Bench, port: int, door: str, good: bytes) -> Seen:
    seconds = 2 * bench.sizes.receiving_seconds
    seen = push(port, posts(door), seconds=seconds, connections=GENTLE_CONNECTIONS, per_second=GENTLE_RATE, good=good)
    if seen.bad:
        raise RuntimeError(f"the door answered {seen.bad[0]!r}")
    return seen


@contextlib.contextmanager
def _importing(bench: Bench) -> Iterator[None]:
    """Lists are read one after another as long as the context lives, in a process of their own."""
    with tempfile.TemporaryDirectory() as folder:
        path = imports.csv_file(Path(folder) / "list.csv", bench.sizes.list)
        started = Path(folder) / "started"
        process = subprocess.Popen(
            [*services.GIVE_WAY["library"], PYTHON, "-m", "tests.bench.importloop", str(path), str(started)],
            cwd=PROJECT,
            env=os.environ,
        )
        try:
            until(started.exists, 60)
            time.sleep(random.uniform(0, 0.5))
            yield
        finally:
            process.kill()
            process.wait()

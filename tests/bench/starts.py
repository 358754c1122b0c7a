"""What size does to a campaign: how soon it starts, and what a worker needs while it runs."""

import random
import threading
import time
from collections.abc import Iterator
from statistics import median

from campaigns.lifecycle import services as campaigns
from campaigns.models import Campaign

from . import stage
from .benches import Bench
from .results import Figure, at_most, told
from .workers import Team, memory, send, team, until

START_FACTOR = 1.5
MEMORY_MB = 50.0
DELAY = 0.02
POLL_PHASES = 0.2
"""Up to how long each start waits (seconds), so that none always meets the worker at the same moment of its polling."""
SETTLED_SHARE = 0.05
"""Of the campaign, before memory counts: pools and caches have filled by then."""


def large_campaign(bench: Bench) -> Iterator[Figure]:
    """Starts of a large and of a small campaign in turn, then the large one to its end."""
    shape, sizes = stage.batch(), bench.sizes
    begun = time.perf_counter()
    large = stage.draft(shape, stage.account(shape, bench.gateway.url), sizes.large)
    yield told(f"  made a campaign of {sizes.large:,}", bench.stack, time.perf_counter() - begun, "s")
    small = stage.draft(shape, stage.account(shape, bench.gateway.url), sizes.small)
    with team(bench.gateway, 1) as workers:
        yield from _start_times(bench, large, small)
        yield from _memory(bench, large, workers)


def _start_times(bench: Bench, large: Campaign, small: Campaign) -> Iterator[Figure]:
    of_large, of_small = [], []
    for _ in range(bench.sizes.starts):
        of_small.append(_first_request(bench, small))
        of_large.append(_first_request(bench, large))
    yield told(f"  start of {small.total:,} to its first request", bench.stack, median(of_small) * 1000, "ms")
    yield told(f"  start of {large.total:,} to its first request", bench.stack, median(of_large) * 1000, "ms")
    note = "from calling start to the first request's arrival at the provider, one idle worker; medians"
    ratio = median(of_large) / median(of_small)
    yield at_most(f"start: {large.total:,} against {small.total:,}", bench.stack, ratio, START_FACTOR, "×", note)


def _first_request(bench: Bench, campaign: Campaign) -> float:
    """Seconds from the start to the first request. Afterwards the campaign is a draft again."""
    bench.gateway.reset(DELAY)
    time.sleep(random.uniform(0, POLL_PHASES))
    begun = time.time()
    campaigns.start(campaign, None)
    until(lambda: bench.gateway.report().first_at > 0, 60)
    seconds = bench.gateway.report().first_at - begun
    campaigns.pause(campaign, None)
    until(lambda: not campaign.chunks.filter(lease_until__isnull=False).exists(), 60)
    stage.rewind(campaign)
    return seconds


def _memory(bench: Bench, campaign: Campaign, workers: Team) -> Iterator[Figure]:
    samples: list[tuple[int, float]] = []
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(bench, workers, samples, over))
    watcher.start()
    run = send([campaign], bench.gateway)
    over.set()
    watcher.join()
    settled = [megabytes for callees, megabytes in samples if callees >= campaign.total * SETTLED_SHARE]
    apart = max(abs(megabytes - settled[0]) for megabytes in settled) if settled else float("nan")
    yield told(f"  {campaign.total:,} by one worker process", bench.stack, run.rate, "/s")
    note = f"largest change of the sending process's resident memory after the first 5 % ({settled[0]:.0f} MB then)"
    yield at_most(f"memory: over a campaign of {campaign.total:,}", bench.stack, apart, MEMORY_MB, "MB", note)


def _watch(bench: Bench, workers: Team, samples: list[tuple[int, float]], over: threading.Event) -> None:
    processes = workers.sending_processes()
    while not over.wait(0.1):
        samples.append((bench.gateway.report().callees, sum(map(memory, processes))))

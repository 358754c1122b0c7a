"""Recipients a second of real worker processes."""

import time
from collections.abc import Iterator
from statistics import median

from campaigns.lifecycle import services as campaigns
from campaigns.models import Recipient

from . import plain, stage
from .benches import Bench
from .desk import Report
from .results import Figure, at_least, told
from .workers import Run, send, team, until

PLAIN_FACTOR = 100.0
TWO_FACTOR = 1.5
FOUR_FACTOR = 3.8
FILLED = 0.95

DEFAULT_IN_FLIGHT = 8
MANY_IN_FLIGHT = 32
"""Where workers are compared, so that it is not the account's limit over all workers that holds the second one up."""

IN_FLIGHT, ANSWER_SECONDS = 256, 0.2
SLOW_SECONDS, SLOW_IN_FLIGHT, SLOW_RECIPIENTS = 0.1, 16, 1000


def against_plain(bench: Bench) -> Iterator[Figure]:
    """Both designs with two worker processes, one after the other, each from its start to its last stored state."""
    ours, theirs = [], []
    with team(bench.gateway, 2, with_plain=True):
        _send_plainly(bench, 50)
        for _ in range(bench.sizes.rounds):
            theirs.append(_send_plainly(bench, bench.sizes.plain))
            ours.append(_send_batch(bench).rate)
    note = "2 worker processes each, from the start to the last stored outcome; 1,000 callees per request against one"
    yield told("  one Celery task per recipient", bench.stack, median(theirs), "/s")
    yield told("  batches", bench.stack, median(ours), "/s")
    ratio = median(ours) / median(theirs)
    yield at_least("plain: batches against the plain design", bench.stack, ratio, PLAIN_FACTOR, "×", note)


def two_workers(bench: Bench) -> Iterator[Figure]:
    """One campaign of batches, no delay, by one and by two worker processes."""
    one: list[float] = []
    two: list[float] = []
    for _ in range(bench.sizes.rounds):
        for processes, rates in ((1, one), (2, two)):
            with team(bench.gateway, processes):
                rates.append(_send_batch(bench, MANY_IN_FLIGHT).rate)
    yield told("  one worker process, batches", bench.stack, median(one), "/s")
    yield told("  two worker processes, batches", bench.stack, median(two), "/s")
    note = f"{MANY_IN_FLIGHT} in flight for the account; provider, database and workers share this machine's cores"
    yield at_least("two: two workers against one", bench.stack, median(two) / median(one), TWO_FACTOR, "×", note)


def in_flight(bench: Bench) -> Iterator[Figure]:
    """One number per request at a gateway that takes its time, from one worker process."""
    possible = IN_FLIGHT / ANSWER_SECONDS
    steady, whole, most = [], [], 0
    with team(bench.gateway, 1):
        for _ in range(bench.sizes.rounds):
            rate, report = _send_single(bench, int(possible * bench.sizes.flight_seconds))
            steady.append(rate / possible)
            whole.append(report.callees / (report.last_at + ANSWER_SECONDS - report.first_at) / possible)
            most = max(most, report.most_in_flight)
    name = f"flight: share of {IN_FLIGHT} in flight / {ANSWER_SECONDS} s"
    rounds = ", ".join(f"{share:.3f}" for share in steady)
    note = (
        f"arrivals at the provider between a tenth and nine tenths of each campaign ({rounds}); never more than {most}"
    )
    yield at_least(name, bench.stack, median(steady), FILLED, "", note)
    yield told("  the same from the first request to the last answer", bench.stack, median(whole))
    yield told("  most in flight (limit 256)", bench.stack, most)


def four_workers(bench: Bench) -> Iterator[Figure]:
    """Four campaigns at four accounts with limits of their own, by one and by four worker processes."""
    one: list[float] = []
    four: list[float] = []
    for _ in range(bench.sizes.rounds):
        for processes, rates in ((1, one), (4, four)):
            with team(bench.gateway, processes):
                rates.append(_send_four(bench).rate)
    yield told("  one worker process", bench.stack, median(one), "/s")
    yield told("  four worker processes", bench.stack, median(four), "/s")
    note = (
        f"4 campaigns of {SLOW_RECIPIENTS:,}, one number per request, each at an account with {SLOW_IN_FLIGHT} in flight, "
        f"{SLOW_SECONDS} s per answer"
    )
    yield at_least("scale: four workers against one", bench.stack, median(four) / median(one), FOUR_FACTOR, "×", note)


def _send_batch(bench: Bench, parallel: int = DEFAULT_IN_FLIGHT) -> Run:
    shape = stage.batch()
    at = stage.account(shape, bench.gateway.url, parallel_requests=parallel)
    return send([stage.draft(shape, at, bench.sizes.batch)], bench.gateway)


def _send_single(bench: Bench, recipients: int) -> tuple[float, Report]:
    """Requests a second in the middle of a campaign, by the provider's own clock, and its books at the end."""
    shape = stage.single()
    at = stage.account(shape, bench.gateway.url, parallel_requests=IN_FLIGHT)
    campaign = stage.draft(shape, at, recipients)
    stage.make_room_in_log()
    bench.gateway.reset(ANSWER_SECONDS)
    campaigns.start(campaign, None)
    early, late = (_when_arrived(bench, recipients * tenths // 10) for tenths in (1, 9))
    until(lambda: stage.waiting([campaign]) == 0)
    return (late.callees - early.callees) / (late.last_at - early.last_at), bench.gateway.report()


def _when_arrived(bench: Bench, callees: int) -> Report:
    # The provider's own clock and count are compared, so it need not be caught in the act; asking costs it time.
    until(lambda: bench.gateway.report().callees >= callees, pause=0.25)
    return bench.gateway.report()


def _send_four(bench: Bench) -> Run:
    shape = stage.single()
    accounts = [stage.account(shape, bench.gateway.url, parallel_requests=SLOW_IN_FLIGHT) for _ in range(4)]
    return send([stage.draft(shape, at, SLOW_RECIPIENTS) for at in accounts], bench.gateway, SLOW_SECONDS)


def _send_plainly(bench: Bench, recipients: int) -> float:
    """Recipients a second of the plain design, from the first task that is published to the last saved state."""
    shape = stage.batch()
    campaign = stage.draft(shape, stage.account(shape, bench.gateway.url), recipients)
    ids = list(Recipient.objects.filter(campaign=campaign).values_list("pk", flat=True))
    bench.gateway.reset()
    begun = time.perf_counter()
    for pk in ids:
        plain.send.delay(pk, f"{bench.gateway.url}/one/send")
    until(lambda: stage.waiting([campaign]) == 0)
    return recipients / (time.perf_counter() - begun)

"""What sending costs the process that does it. In process, because only there CPU and statements can be counted."""

from collections.abc import Iterator
from statistics import median

from providers.contract.abilities import Ability

from . import stage
from .benches import Bench
from .inprocess import Cost, send
from .results import Figure, at_least, at_most, told
from .stacks import POSTGRES, SQLITE

MICROS = 10.0
STATEMENTS = 5.0
MESSAGES = 2.0
SINGLE_RATE = 4000.0
SINGLE_IN_FLIGHT = 256


def of_batches(bench: Bench) -> Iterator[Figure]:
    """Batches of calls and of messages to a provider that answers at once."""
    for kind in (Ability.VOICE_FILE, Ability.SMS):
        shape = stage.batch(kind)
        _send(bench, shape, 2000)
        yield from _batch_figures(
            bench, kind, [_send(bench, shape, bench.sizes.cost) for _ in range(bench.sizes.rounds)]
        )


def of_single(bench: Bench) -> Iterator[Figure]:
    """One number per request, a provider that answers at once, one process."""
    shape = stage.single()
    _send(bench, shape, 500, SINGLE_IN_FLIGHT)
    costs = [_send(bench, shape, bench.sizes.single, SINGLE_IN_FLIGHT) for _ in range(bench.sizes.rounds)]
    rate = median(cost.recipients / cost.wall for cost in costs)
    name, note = "single: one number per request, one process", f"by the clock, {SINGLE_IN_FLIGHT} in flight, no delay"
    if bench.stack == SQLITE:
        yield at_least(name, bench.stack, rate, SINGLE_RATE, "/s", note)
    else:
        yield told(name, bench.stack, rate, "/s", note)
    yield told(
        "  per CPU second of that process", bench.stack, median(cost.recipients / cost.cpu for cost in costs), "/s"
    )


def _batch_figures(bench: Bench, kind: Ability, costs: list[Cost]) -> Iterator[Figure]:
    micros = median(cost.cpu_micros for cost in costs)
    name = f"cost: CPU per recipient, {kind}"
    if bench.stack == POSTGRES:
        note = "user and system time of the sending process, all threads, from the start to the last outcome"
        yield at_most(name, bench.stack, micros, MICROS, "µs", note)
    else:
        yield told(
            name, bench.stack, micros, "µs", "the database's own work is in it, because SQLite is in the process"
        )
    note = "BEGIN, COMMIT and savepoints not counted; wake-ups of the start and of every slice counted"
    statements = median(cost.statements_per_thousand for cost in costs)
    yield at_most(f"cost: statements per 1,000, {kind}", bench.stack, statements, STATEMENTS, "", note)
    messages = median(cost.messages_per_thousand for cost in costs)
    yield at_most(f"cost: Celery messages per 1,000, {kind}", bench.stack, messages, MESSAGES)


def _send(bench: Bench, shape: stage.Shape, recipients: int, parallel: int = 8) -> Cost:
    bench.gateway.reset()
    at = stage.account(shape, bench.gateway.url, parallel_requests=parallel)
    return send(stage.draft(shape, at, recipients))

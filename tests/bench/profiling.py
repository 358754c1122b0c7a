"""Where the time of sending goes: ``python -m tests.bench profile batch|single``."""

import cProfile
import pstats
from collections.abc import Callable

from providers.contract.abilities import Ability

from . import stage
from .desk import Provider, provider
from .inprocess import Cost, send

TOP = 40


def profile(what: str, recipients: int, kind: str = "", parallel: int = 8) -> None:
    """Send to *recipients* twice, once only metered and once under the profiler, and print both."""
    shape = stage.single() if what == "single" else stage.batch(Ability(kind or Ability.VOICE_FILE))
    with provider() as gateway:
        _prepare(shape, gateway, min(recipients, 2000), parallel)
        _print_cost(_send(shape, gateway, recipients, parallel, None), shape)
        profiler = cProfile.Profile()
        _send(shape, gateway, recipients, parallel, lambda work: _under(profiler, work))
        pstats.Stats(profiler).sort_stats("tottime").print_stats(TOP)


def _prepare(shape: stage.Shape, gateway: Provider, recipients: int, parallel: int) -> None:
    _send(shape, gateway, recipients, parallel, None)


def _send(
    shape: stage.Shape,
    gateway: Provider,
    recipients: int,
    parallel: int,
    run: Callable[[Callable[[], None]], None] | None,
) -> Cost:
    gateway.reset()
    at = stage.account(shape, gateway.url, parallel_requests=parallel)
    return send(stage.draft(shape, at, recipients), run)


def _under(profiler: cProfile.Profile, work: Callable[[], None]) -> None:
    profiler.enable()
    try:
        work()
    finally:
        profiler.disable()


def _print_cost(cost: Cost, shape: stage.Shape) -> None:
    def per(seconds: float) -> str:
        return f"{seconds / cost.recipients * 1e6:8.1f}"

    meter = cost.meter
    print(f"{cost.recipients:,} recipients, {shape.kind}, {min(shape.callees, stage.BATCH)} callees per request")
    print(f"{cost.recipients / cost.wall:12,.0f} recipients a second")
    print("   µs per recipient:")
    print(f"{per(cost.wall)}  by the clock, from the start of the campaign to its last answer")
    print(f"{per(meter.seconds)}  inside the driver: execute, fetching on SQLite, commit")
    print(f"{per(meter.commit_seconds)}      of it in {meter.commits:,} commits")
    print(f"{per(cost.wall - meter.seconds)}  the rest (Python, and waiting for the provider)")
    print(f"{per(cost.cpu)}  CPU of this process, all threads, database included on SQLite")
    print(f"{cost.statements_per_thousand:8.2f}  statements and {cost.messages_per_thousand:.3f} messages per 1,000")
    print("   statements, by time:   count     µs per recipient")
    for text, seconds in sorted(meter.text_seconds.items(), key=lambda item: -item[1])[:25]:
        print(f"{meter.texts[text]:10,} {per(seconds)}  {text[:150]}")
    print(flush=True)

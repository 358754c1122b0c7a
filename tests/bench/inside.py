"""The bench within one installation: started by ``__main__`` with the environment of a stack."""

import argparse
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import django
from django.core.management import call_command

from . import results
from .benches import MEASURES, QUICK, Bench, Sizes
from .desk import provider


def main() -> None:
    chosen = _parser().parse_args()
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    # Sending keeps its connections until the process ends, and says so then at length.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    if chosen.profile:
        from .profiling import profile

        profile(chosen.profile, chosen.recipients, chosen.kind, chosen.parallel)
    else:
        measure(chosen.stack, chosen.names, QUICK if chosen.quick else Sizes(), chosen.results)


def measure(stack: str, names: Sequence[str], sizes: Sizes, to: Path) -> None:
    """Make the named measurements of *stack* and hand every figure over as soon as it is known."""
    for name in names:
        print(f"[{stack}] {name}: {MEASURES[name].words} …", file=sys.stderr, flush=True)
        with provider() as gateway:
            for figure in MEASURES[name].load()(Bench(stack, gateway, sizes)):
                results.append(to, figure)
                print(f"[{stack}]   {figure.name.strip()}: {figure.value}", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests.bench.inside")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--stack", default="")
    parser.add_argument("--results", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--profile", default="")
    parser.add_argument("--recipients", type=int, default=100_000)
    parser.add_argument("--kind", default="")
    parser.add_argument("--parallel", type=int, default=8)
    return parser


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    main()

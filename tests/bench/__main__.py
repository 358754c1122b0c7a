"""What sending costs, and whether it keeps what is required of it.

    python -m tests.bench                         everything, on both stacks
    python -m tests.bench plain two --quick       some of it, with small sizes
    python -m tests.bench profile batch|single    where the time goes, in one process

Ends with 0 only if every requirement is held. Every figure that is required is a ratio within this run, or a cost of
our own process; figures by the clock depend on this machine and on what else runs on it.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from . import results
from .benches import MEASURES
from .stacks import POSTGRES, PROJECT, PYTHON, STACKS, stack


def main(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["profile"]:
        return _profile(arguments[1:])
    chosen = _parser().parse_args(arguments)
    unknown = set(chosen.names) - set(MEASURES)
    if unknown:
        print(f"There is no measurement named {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    return _bench(chosen.names or list(MEASURES), chosen.stack or STACKS, quick=chosen.quick)


def _bench(names: Sequence[str], stacks: Sequence[str], *, quick: bool) -> int:
    failed = False
    with tempfile.TemporaryDirectory(prefix="na-bench-results-") as folder:
        file = Path(folder) / "figures"
        for name in stacks:
            wanted = [measure for measure in names if name in MEASURES[measure].stacks]
            if wanted:
                options = ["--stack", name, "--results", str(file), *(["--quick"] if quick else [])]
                failed |= _inside(name, [*wanted, *options]) != 0
        figures = results.read(file)
    print(results.table(figures))
    missed = [figure for figure in figures if figure.held is False]
    print(f"\n{len(missed)} of {sum(figure.held is not None for figure in figures)} requirements missed.")
    return 1 if failed or missed else 0


def _profile(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench profile")
    parser.add_argument("what", choices=("batch", "single"))
    parser.add_argument("--stack", choices=STACKS, default=POSTGRES)
    parser.add_argument("--recipients", default="100000")
    parser.add_argument("--kind", default="", help="voice_file or sms, for batches")
    parser.add_argument("--parallel", default="8", help="requests at the same time")
    chosen = parser.parse_args(arguments)
    options = ("--recipients", chosen.recipients, "--parallel", chosen.parallel, "--kind", chosen.kind)
    return _inside(chosen.stack, ["--profile", chosen.what, *options])


def _inside(name: str, arguments: Sequence[str]) -> int:
    """Run in a process of its own: Django knows one database and one broker per process."""
    with stack(name) as environment:
        process = subprocess.Popen([PYTHON, "-m", "tests.bench.inside", *arguments], cwd=PROJECT, env=environment)
        try:
            return process.wait()
        except BaseException:
            # It has workers of its own to stop.
            process.terminate()
            process.wait()
            raise


def _parser() -> argparse.ArgumentParser:
    lines = "\n".join(f"  {name:<8}{measure.words}" for name, measure in MEASURES.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=__doc__,
        epilog=f"measurements:\n{lines}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", help="which measurements; all of them if none is named")
    parser.add_argument("--stack", action="append", choices=STACKS)
    parser.add_argument("--quick", action="store_true", help="small sizes: to try the bench, not to judge the code")
    return parser


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))

"""``make chaos``: 0 only if nobody was accepted twice, nobody was lost, and everything went on by itself."""

import argparse
import os
import secrets
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import TypeVar

from .running import Broken, told_by
from .stacks import STACKS
from .story import Plan
from .table import table

KILLS = 50
RECIPIENTS = 20_000
PACE_SECONDS = 2.5
RESTORES = 1
"""How often the database is lost, on each stack, and put back from a backup."""
ANSWER_SECONDS = 0.3
BOTH = "both"

T = TypeVar("T")


def main(arguments: Sequence[str]) -> int:
    chosen = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupted)
    seed = secrets.randbelow(1_000_000) if chosen.seed is None else chosen.seed
    print(f"seed {seed}")
    names = [name for name in STACKS if chosen.stack in (name, BOTH)]
    passed = [_one(name, seed, chosen) for name in names]
    if not all(passed):
        print(f"FAILED with seed {seed}: the same moments and victims again with SEED={seed} make chaos")
        return 1
    print("Nobody was accepted twice, nobody was lost, and everything went on by itself.")
    return 0


def _parser() -> argparse.ArgumentParser:
    """Defaults stand in the environment, where ``make`` puts them; what is typed behind the name overrules them."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    add = parser.add_argument
    add("--stack", type=_stack, default=_given("STACK", BOTH), help=f"{', '.join(STACKS)} or {BOTH}")
    add("--recipients", type=_positive, default=_given("RECIPIENTS", RECIPIENTS), help="people of each kind")
    add("--kills", type=int, default=_given("KILLS", KILLS), help="how often something is killed, on each stack")
    add("--seed", type=int, default=_given("SEED", None), help="for the same moments and victims as another time")
    add("--pace", type=float, default=_given("PACE", PACE_SECONDS), help="seconds from kill to kill, on average")
    add("--victims", type=_names, default=_given("VICTIMS", ""), help="who alone is killed, with commas between them")
    return parser


def _given(name: str, default: T) -> str | T:
    return os.environ.get(name) or default


def _stack(name: str) -> str:
    if name not in (*STACKS, BOTH):
        raise argparse.ArgumentTypeError(f"it is one of {', '.join(STACKS)} or {BOTH}")
    return name


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one is needed")
    return number


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))


def _one(name: str, seed: int, chosen: argparse.Namespace) -> bool:
    plan = Plan(
        stack=name,
        recipients=chosen.recipients,
        kills=chosen.kills,
        seed=seed,
        pace=chosen.pace,
        answer_delay=ANSWER_SECONDS,
        victims=chosen.victims,
        restores=RESTORES,
    )
    print(f"\n{STACKS[name]}")
    try:
        told = told_by(plan, lambda line: print(line, flush=True))
    except Broken as error:
        print(f"The play broke off:\n{error}")
        return False
    print("\n" + table(told) + "\n")
    for fall in told["falls"]:
        print(f"started again after it had ended by itself: {fall}")
    for failure in told["failures"]:
        print(f"FAILED: {failure}")
    return not told["failures"]


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("Interrupted; everything that was started has been stopped.")
        sys.exit(130)

"""``make chaos``: 0 only if nobody was accepted twice, nobody was lost, and everything went on by itself."""

import os
import secrets
import signal
import sys
from types import FrameType

from .running import Broken, told_by
from .stacks import STACKS
from .story import Plan
from .table import table

KILLS = 50
RECIPIENTS = 20_000
PACE_SECONDS = 2.5
ANSWER_SECONDS = 0.3


def main() -> int:
    signal.signal(signal.SIGTERM, _interrupted)
    seed = int(os.environ.get("SEED") or secrets.randbelow(1_000_000))
    chosen = os.environ.get("STACK") or "both"
    if chosen not in (*STACKS, "both"):
        print(f"STACK is one of {', '.join(STACKS)} or both.")
        return 2
    print(f"seed {seed}")
    names = [name for name in STACKS if chosen in (name, "both")]
    passed = [_one(name, seed) for name in names]
    if not all(passed):
        print(f"FAILED with seed {seed}: the same moments and victims again with SEED={seed} make chaos")
        return 1
    print("Nobody was accepted twice, nobody was lost, and everything went on by itself.")
    return 0


def _one(name: str, seed: int) -> bool:
    plan = Plan(
        stack=name,
        recipients=int(os.environ.get("RECIPIENTS") or RECIPIENTS),
        kills=int(os.environ.get("KILLS") or KILLS),
        seed=seed,
        pace=float(os.environ.get("PACE") or PACE_SECONDS),
        answer_delay=ANSWER_SECONDS,
        victims=tuple(filter(None, os.environ.get("VICTIMS", "").split(","))),
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
        sys.exit(main())
    except KeyboardInterrupt:
        print("Interrupted; everything that was started has been stopped.")
        sys.exit(130)

"""A process of its own: the sending workers are asked to stop in the middle of campaigns, and started again.

Prints one JSON object at its end. Its argument names the stack.
"""

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

import django

from notifyadmin.running.supervisor import STOP_SECONDS
from tests.chaos.stacks import built

if TYPE_CHECKING:
    from tests.chaos.stage import Stage

RECIPIENTS = 120
STOPS = 2
ANSWER_SECONDS = 0.3
PATIENCE_SECONDS = 240.0


def main(name: str) -> None:
    with built(name) as stack:
        os.environ.update(stack.environment)
        django.setup()
        from campaigns.demo import story
        from tests.chaos.stage import set_up

        with set_up(stack, RECIPIENTS, {}, 12, answer_delay=ANSWER_SECONDS) as stage:
            story.start_all(stage.acts)
            stops = [stop_and_look(stage) for _ in range(STOPS)]
            told = wait_for_the_end(stage)
    print(json.dumps({"stops": stops, "most_seconds": STOP_SECONDS, **told}))


def stop_and_look(stage: "Stage") -> dict[str, float]:
    """Stop the sending pool while requests are in flight; what it left, and how long it took."""
    from campaigns.models import Chunk

    before = wait_for_requests()
    started = time.monotonic()
    senders = [name for name in stage.crew.names if name.startswith("worker-send")]
    stage.crew.stop_politely(senders, 60)
    seconds = time.monotonic() - started
    leased = Chunk.objects.filter(lease_until__isnull=False).count()
    found = {"in_flight_before": before, "in_flight_after": in_flight(), "leased_after": leased, "seconds": seconds}
    for name in senders:
        stage.crew.restart(name)
    return found


def wait_for_requests() -> int:
    deadline = time.monotonic() + 30
    while not (count := in_flight()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return count


def in_flight() -> int:
    from campaigns.models import Submission, SubmissionState

    return Submission.objects.filter(state=SubmissionState.INTENT).count()


def wait_for_the_end(stage: "Stage") -> dict[str, Any]:
    """Until nobody waits to be sent to; what our books and the ledger say then."""
    from campaigns.models import Submission, SubmissionState
    from tests.chaos.records import still_sending, unknown_numbers

    deadline = time.monotonic() + PATIENCE_SECONDS
    while still_sending(stage.acts) and time.monotonic() < deadline:
        stage.crew.tend()
        time.sleep(0.2)
    unknown = sum(len(unknown_numbers(act)) for act in stage.acts)
    lost = Submission.objects.filter(state=SubmissionState.UNKNOWN).count()
    entries = [(row["provider"], row["kind"], row["number"]) for row in stage.console.ledger()]
    return {
        "unknown": unknown + lost,
        "accepted": len(entries),
        "distinct": len(set(entries)),
        "waiting": int(still_sending(stage.acts)),
    }


if __name__ == "__main__":
    main(sys.argv[1])

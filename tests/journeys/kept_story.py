"""A process of its own: a PostgreSQL that confirms commits before it has them is killed while campaigns run.

Prints one JSON object at its end.
"""

import json
import os
import time
from dataclasses import asdict
from typing import Any

import django
import psycopg

from tests.chaos.stacks import Stack, built

RECIPIENTS = 300
KILLS = 3
PACE_SECONDS = 1.2
ANSWER_SECONDS = 0.1
DEFAULTS = {"synchronous_commit": "off", "wal_writer_delay": "10s", "wal_writer_flush_after": "1GB"}
"""What is confirmed may stay in memory for long: 30 seconds at most."""


def main() -> None:
    with built("postgres") as stack:
        forget_quickly(stack)
        os.environ.update(stack.environment)
        django.setup()
        from tests.chaos.stage import set_up

        sandbox = {"answer_delay": ANSWER_SECONDS, "receipt_delay": [0.1, 0.5]}
        with set_up(stack, RECIPIENTS, {}, 12, **sandbox) as stage:
            told = play(stage, stack)
    print(json.dumps(told))


def forget_quickly(stack: Stack) -> None:
    """Have the server's default be that commits are confirmed before they are on the disk."""
    with psycopg.connect(stack.postgres.get_uri(), autocommit=True) as admin:
        for name, value in DEFAULTS.items():
            admin.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        admin.execute("SELECT pg_reload_conf()")


def play(stage: Any, stack: Stack) -> dict[str, Any]:
    from campaigns.demo import story
    from campaigns.models.held import is_held
    from tests.chaos.stage import patiently
    from tests.chaos.victims import kill_postgres

    from .restoring import Restoring

    restoring, acts = Restoring(stage, stack), stage.acts[:2]
    story.start_all(acts)
    for turn in range(KILLS):
        restoring.wait_until_sent(restoring.sent() + 20)
        time.sleep(PACE_SECONDS if turn else 0)
        kill_postgres(stack)
    all_sent = restoring.wait_until_all_are_sent(acts)
    restoring.wait_until_quiet(acts)
    judged = restoring.judged(acts, restoring.unknown(acts))
    return {
        "default": default_of(stack),
        "all_sent": all_sent,
        "held": patiently(is_held),
        "twice": restoring.twice(),
        "judged": [asdict(one) for one in judged],
    }


def default_of(stack: Stack) -> str:
    with psycopg.connect(stack.postgres.get_uri()) as admin:
        found = admin.execute("SHOW synchronous_commit").fetchone()
    return found[0] if found else ""


if __name__ == "__main__":
    main()

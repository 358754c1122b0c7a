"""A process of its own: campaigns are sent by real workers that are killed with -9 while requests are in flight.

Prints one JSON object at its end. Its environment names a throw-away folder, free ports and a short lease.
"""

import json
import os
import signal
import time
from collections.abc import Sequence

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

RECIPIENTS = 400
KILLS = 3
ANSWER_SECONDS = 0.1
PATIENCE_SECONDS = 60.0


def main() -> None:
    django.setup()
    from campaigns.demo import report, story, templates
    from notifyadmin.running import services
    from notifyadmin.running.supervisor import Supervisor
    from providers import rehearsing
    from providers.sandbox.client import SandboxConsole

    call_command("prepare", "--no-examples", verbosity=0)
    base = f"http://{settings.HOST}:{settings.SANDBOX_PORT}"
    console = SandboxConsole(base)
    with Supervisor(settings.VAR / "log", stop_seconds=15) as supervisor:
        supervisor.start(services.sandbox(settings.HOST, settings.SANDBOX_PORT, {}, "--gap-scale", "0.02"))
        supervisor.start(services.web(settings.HOST, settings.PORT, {}))
        for service in services.workers({}):
            supervisor.start(service)
        accounts = story.accounts_at(base)
        rehearsing.tell_push_addresses(console, list(accounts.values()))
        console.settings(review_delay=0.2, late_seconds=1.0, answer_delay=ANSWER_SECONDS)
        ready = templates.approved_templates(accounts, 20, lambda line: None)
        acts = story.compose_all(accounts, ready, RECIPIENTS)
        story.start_all(acts)
        in_flight = [kill_and_count(supervisor, acts) for _ in range(KILLS)]
        waited = wait_for_the_end(acts)
        differences = [(one.act.kind, one.number, one.words) for one in report.differences(acts, console)]
    print(json.dumps({"in_flight": in_flight, "waited": waited, "differences": differences, "states": states(acts)}))


def kill_and_count(supervisor, acts: Sequence) -> int:
    """Kill the sending pool in the middle of requests; how many people were in them."""
    deadline = time.monotonic() + 20
    while not submitting(acts):
        assert time.monotonic() < deadline, "nothing was sent"
        time.sleep(0.02)
    senders = [name for name in supervisor.processes if name.startswith("worker-send")]
    for name in senders:
        os.killpg(supervisor.processes[name].pid, signal.SIGKILL)
    for name in senders:
        supervisor.processes[name].wait()
    stranded = submitting(acts)
    supervisor.revive()
    return stranded


def submitting(acts: Sequence) -> int:
    from campaigns.models import Submission

    open_intents = Submission.objects.filter(campaign__in=[act.campaign for act in acts], state="intent")
    found = sum(open_intents.values_list("size", flat=True))
    connection.close()
    return found


def wait_for_the_end(acts: Sequence) -> float:
    """Until nobody waits any more, or patience ends; in seconds."""
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE_SECONDS:
        counts = states(acts)
        if not any(of_one.get(state) for of_one in counts for state in ("pending", "held", "submitting", "submitted")):
            break
        time.sleep(0.5)
    return time.monotonic() - started


def states(acts: Sequence) -> list[dict[str, int]]:
    from campaigns.selectors import tallies

    counts = [tallies(act.campaign) for act in acts]
    connection.close()
    return counts


if __name__ == "__main__":
    main()

"""A process of its own: backups are restored by the page of the documents while campaigns run.

Prints one JSON object at its end. Its argument names the stack.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from tests.chaos.stacks import Stack, built

if TYPE_CHECKING:
    from campaigns.demo.story import Act

    from .restoring import Restoring

RECIPIENTS = 200
SLOW_SECONDS = 1.0
"""How long each answer takes until the database is lost, so that nobody is finished before; afterwards none waits."""
BEFORE, SINCE = 30, 40
"""People who were sent to before the backup, and between it and the loss, at least."""


def main(name: str) -> None:
    with built(name) as stack:
        os.environ.update(stack.environment)
        django.setup()
        from tests.chaos.stage import set_up

        from .restoring import LATE, Restoring

        sandbox = {"late_seconds": 36_000.0, "receipt_delay": [0.2, 0.8]}
        with set_up(stack, RECIPIENTS, {"late": LATE}, 12, **sandbox) as stage:
            restoring = Restoring(stage, stack)
            told = play(restoring, stack)
    print(json.dumps(told))


def play(restoring: "Restoring", stack: Stack) -> dict[str, Any]:
    acts = restoring.stage.acts
    told: dict[str, Any] = {}
    # With the records of what left: whoever certainly was not sent to is sent to after the release.
    told["restored"] = restore(restoring, acts[:2], with_folders=False)
    # Without them nobody can tell who of those that wait was sent to.
    told["folders lost"] = restore(restoring, acts[2:4], with_folders=True)
    told["copy"] = copy(restoring, stack)
    told["twice"] = restoring.twice()
    restoring.read("Taking a backup", only=lambda line: "before-the-upgrade" in line)
    told["commands"] = restoring.reader.done
    return told


def restore(restoring: "Restoring", acts: "list[Act]", *, with_folders: bool) -> dict[str, Any]:
    """Two campaigns run, a backup is taken, the database is lost and put back; then the page is followed to its end."""
    from campaigns.demo import story

    from .restoring import LATE

    restoring.stage.console.settings(weather={"late": LATE}, answer_delay=SLOW_SECONDS)
    start = restoring.sent()
    story.start_all(acts)
    restoring.wait_until_sent(start + BEFORE)
    restoring.back_up()
    in_backup = restoring.sent()
    restoring.wait_until_sent(in_backup + SINCE)
    restoring.lose_and_restore(with_folders=with_folders)
    lost_at = time.time()
    told: dict[str, Any] = restoring.hold_after_start()
    restoring.read("4. Start everything", only=lambda line: "hold_sending" in line)
    restoring.stage.console.settings(answer_delay=0.0)
    restoring.read("5. Say when the backup was taken")
    told["after_restore"] = restoring.states(acts)
    before = restoring.unknown(acts)
    restoring.let_late_receipts_go()
    told_since = restoring.wait_until_known(acts, before, lost_at)
    told["counts"] = restoring.read("6. Wait, and look")
    told["settled"], told["sent_while_held"] = restoring.states(acts), restoring.sent()
    restoring.read("7. Release")
    told["all_sent"] = restoring.wait_until_all_are_sent(acts)
    restoring.wait_until_quiet(acts)
    restoring.read("8. Clear up")
    told["ended"], told["sent_at_last"] = restoring.states(acts), restoring.sent()
    told["judged"] = [asdict(one) for one in restoring.judged(acts, told_since)]
    return told


def copy(restoring: "Restoring", stack: Stack) -> dict[str, Any]:
    """The last backup under a second installation: with the keys, and without the setting that would hold it."""
    from django.conf import settings

    place = settings.VAR / "second"
    environment = of_the_copy(stack, place)
    restoring.reader.run(['mkdir -p "$COPY"'], **environment)
    shutil.copy(settings.LOCAL_ENV, place / "local.env")
    restoring.read("A copy for tests", only=lambda line: "mkdir" not in line, **environment)
    before = restoring.sent()
    found = subprocess.run(
        [sys.executable, "-m", "tests.journeys.copy_story"],
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, **environment, "NOTIFYADMIN_VAR": str(place), **database_of(stack, environment)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    return {**json.loads(found.stdout.splitlines()[-1]), "sent": restoring.sent() - before}


def of_the_copy(stack: Stack, place: Path) -> dict[str, str]:
    url = stack.environment.get("DATABASE_URL", "")
    return {"COPY": str(place), "COPY_URL": f"{url}_copy", "CELERY_BROKER_URL": "filesystem://localhost//"}


def database_of(stack: Stack, environment: Mapping[str, str]) -> dict[str, str]:
    return {"DATABASE_URL": environment["COPY_URL"]} if stack.postgres else {}


if __name__ == "__main__":
    main(sys.argv[1])

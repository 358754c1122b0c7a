"""A worker that is asked to stop (SIGTERM) in the middle of a campaign lets its requests end: nobody becomes unknown."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.stacks import environment

pytestmark = pytest.mark.journey

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("stack", ["sqlite", "postgres"])
def test_a_stop_makes_nobody_unknown_and_a_new_worker_goes_on(stack: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.clean_stop_story", stack],
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    for stop in told["stops"]:
        assert stop["in_flight_before"] > 0
        assert stop["in_flight_after"] == 0
        assert stop["leased_after"] == 0
        assert stop["seconds"] < told["most_seconds"]
    assert told["unknown"] == 0
    assert told["accepted"] == told["distinct"]
    assert told["waiting"] == 0

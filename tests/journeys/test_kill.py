"""Real workers killed with -9 while requests are in flight; the sandbox's ledger is the judge."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from notifyadmin.running.ports import free_port

from .kill_story import KILLS, PATIENCE_SECONDS, RECIPIENTS
from .test_demo import clean_environment

pytestmark = pytest.mark.journey

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def told() -> dict:
    folder = tempfile.mkdtemp(prefix="na-kill-")
    port = free_port()
    environment = clean_environment(
        NOTIFYADMIN_VAR=folder,
        PORT=str(port),
        SANDBOX_PORT=str(free_port()),
        PUBLIC_URL=f"http://127.0.0.1:{port}",
        ALLOW_PRIVATE_PROVIDERS="1",
        DISPATCH_LEASE_SECONDS="5",
        DJANGO_SETTINGS_MODULE="notifyadmin.settings",
    )
    command = [sys.executable, "-m", "tests.journeys.kill_story"]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=180, check=False
    )
    shutil.rmtree(folder, ignore_errors=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_requests_were_in_flight_at_every_kill(told: dict) -> None:
    assert len(told["in_flight"]) == KILLS
    assert all(told["in_flight"])


def test_nobody_is_taken_twice(told: dict) -> None:
    assert [one for one in told["differences"] if "times" in one[2]] == []


def test_nobody_is_lost_and_everything_goes_on_by_itself(told: dict) -> None:
    assert told["waited"] < PATIENCE_SECONDS
    for counts in told["states"]:
        assert sum(counts.values()) == RECIPIENTS
        assert set(counts) <= {"delivered", "undelivered", "rejected", "unknown"}


def test_only_those_in_flight_became_unknown(told: dict) -> None:
    unknown = sum(counts.get("unknown", 0) for counts in told["states"])
    assert unknown <= sum(told["in_flight"])
    # Whoever is unknown may or may not have been reached; about everybody else we and the provider agree.
    assert all("is unknown here" in one[2] for one in told["differences"])

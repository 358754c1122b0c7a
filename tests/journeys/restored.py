"""What must hold after a backup was restored by the page of the documents, judged by the ledger."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.chaos.stacks import environment

from . import page

PROJECT = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 5

BY_HAND = {"Backup and restore": 3, "When a replica takes over": 1}
"""Headings whose commands the journeys do not type as they stand, and how many there are: the names in capitals, which
every other command is run with, and the hold, which stands under another heading as well."""


def told_by(module: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.journeys.{module}", *arguments],
        cwd=PROJECT,
        env=environment(LEASE_SECONDS),
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def assert_nobody_is_reached_twice_and_nobody_is_lost(stack: str) -> None:
    told = told_by("restore_story", stack)
    assert told["twice"] == 0
    for name, cause in (("restored", "behind"), ("folders lost", "identity")):
        one = told[name]
        assert_it_was_held(one, cause)
        assert_all_were_settled(one)
    assert told["restored"]["sent_at_last"] > told["restored"]["sent_while_held"]
    assert told["restored"]["after_restore"]["pending"] > 0, "the records say who was not sent to"
    assert "pending" not in told["folders lost"]["after_restore"], "without records nobody can tell"
    assert_the_copy_sent_nothing(told["copy"])
    assert_every_command_was_run(told["commands"], stack)


def assert_it_was_held(one: dict[str, Any], cause: str) -> None:
    assert one["held"]
    assert one["sent"] == 0
    # A receipt of what left after the backup may tell it before a sender or the sweep has looked.
    assert {cause, "foreign_reference"} & set(one["causes"])
    assert "after_restore" in one["said"]
    assert "after_restore" in one["page"]


def assert_all_were_settled(one: dict[str, Any]) -> None:
    assert one["settled"]["unknown"] < one["after_restore"]["unknown"]
    assert "All counters agree." in one["counts"]
    assert one["all_sent"]
    assert [failure for judged in one["judged"] for failure in judged["failures"]] == []
    assert sum(judged["told"] for judged in one["judged"]) > 0


def assert_the_copy_sent_nothing(one: dict[str, Any]) -> None:
    assert one["campaigns"] > 0
    assert one["waiting"] > 0
    assert one["keys"], "it had the keys"
    assert one["held"]
    assert one["sent"] == 0


def assert_every_command_was_run(done: list[str], stack: str) -> None:
    wanted = [
        line
        for block in page.blocks()
        if block.language == "sh" and block.heading not in BY_HAND
        for line in block.lines
        if page.is_for(stack, line)
    ]
    assert [line for line in wanted if line not in done] == []

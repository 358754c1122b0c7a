"""Campaigns at a provider whose answers no document explains, or that are none of its own, sent by the real workers.

What the provider has written down is the judge: whoever may have been called is not asked for again, by nobody.
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.stacks import environment

from .odd_cases import CASES, Case

pytestmark = pytest.mark.journey

PROJECT = Path(__file__).resolve().parents[2]
NAMES = [case.name for case in CASES]
CAUTION = "receipts came for people whom the provider had refused"

Told = dict[str, Any]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def told(request: pytest.FixtureRequest) -> Told:
    """What the story has seen of every case: ``before`` anybody looks, ``told`` after late receipts, ``after`` a
    person has resumed it and the provider is well."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.odd_story", request.param],
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: Told = json.loads(done.stdout.splitlines()[-1])
    return found


def times(seen: Told) -> dict[str, int]:
    """In how many requests each number was, by the provider's own record."""
    return Counter(number for request in seen["requests"] for number in request)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_one_request_is_spent_and_nobody_is_asked_for_twice(told: Told, case: Case) -> None:
    seen = told["before"][case.name]
    assert len(seen["requests"]) == 1
    assert set(times(seen).values()) == {1}
    assert seen["states"] == dict(case.states)
    asked = {number for number, state in seen["people"].items() if state not in ("pending", "held")}
    assert asked <= set(times(seen)), "nobody has a fate who was in no request"
    if not case.refused:
        assert asked == set(times(seen)), "whoever was in the request waits no more"


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_it_stops_what_must_stop_and_says_why(told: Told, case: Case) -> None:
    seen = told["before"][case.name]
    account = "paused" if case.concern else "active"
    assert (seen["campaign"], seen["account"], seen["concern"]) == (case.campaign, account, case.concern)
    said = [*seen["words"], *seen["raw"], *(word for one in seen["unknown"] for word in one)]
    assert any(case.words in word for word in seen["words"]), seen["words"]
    assert any(case.raw in word for word in said), said
    assert all(reason for reason, _raw, _id in seen["unknown"]), "nobody is unknown without words"
    assert sum(bool(one) for _reason, _raw, one in seen["unknown"]) == case.ids_kept
    # The time between the answer and the look may be long where many work beside each other.
    assert case.rests - 120 < seen["rests"] <= case.rests


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_after_a_person_resumed_it_only_those_are_asked_for_who_were_not_taken(told: Told, case: Case) -> None:
    before, after = told["told"][case.name], told["after"][case.name]
    waited = {number for number, state in before["people"].items() if state in ("pending", "held")}
    again = Counter(times(after)) - Counter(times(before))
    assert again == Counter(waited)
    assert after["states"].get("unknown", 0) == before["states"].get("unknown", 0)
    assert {after["people"][number] for number in waited} <= {"submitted"}
    asked_twice = {number for number, count in times(after).items() if count > 1}
    assert asked_twice == (waited & set(times(before)) if case.refused else set())
    assert max(times(after).values()) <= 2


@pytest.mark.parametrize("case", [case for case in CASES if case.receipts], ids=lambda case: case.name)
def test_receipts_of_people_who_were_refused_settle_them_and_are_shown_before_anybody_resumes(
    told: Told, case: Case
) -> None:
    number = case.receipts
    seen, page = told["told"][case.name], told["pages"][case.name]
    assert seen["campaign"] == "paused"
    assert seen["states"]["delivered"] == number
    assert f"{number} {CAUTION}" in page
    assert told["after"][case.name]["states"]["delivered"] == number


def test_no_process_has_fallen_over(told: Told) -> None:
    assert told["falls"] == []

"""A short chaos: the same play as ``make chaos`` with few people and few kills."""

import pytest

from .running import told_by
from .story import Plan

pytestmark = pytest.mark.journey

KILLS = 5
RECIPIENTS = 150
LEASE_SECONDS = 5


@pytest.mark.parametrize("stack", ["sqlite", "postgres"])
def test_nobody_is_lost_or_accepted_twice_while_everything_is_killed(stack: str) -> None:
    plan = Plan(stack, RECIPIENTS, KILLS, seed=7, pace=1.0, answer_delay=0.1, read_seconds=5, storm=3)
    lines: list[str] = []
    told = told_by(plan, lines.append, lease=LEASE_SECONDS)
    assert told["failures"] == [], "\n".join([*lines, *told["falls"]])
    assert sum(told["victims"].values()) == KILLS
    assert told["cut_off"] > 0
    assert len(told["campaigns"]) >= 4
    assert all(campaign["accepted"] for campaign in told["campaigns"])

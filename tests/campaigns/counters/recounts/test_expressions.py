"""The recount reads a cost as the triggers do that count it."""

from importlib import import_module

import pytest
from django.db import connection

from campaigns.counters.recounts.expressions import cost_in_millionths

COSTS = [
    "",
    "0",
    "1",
    "0.0134",
    "12.5",
    "123456789.000001",
    "1234567890",
    "-1",
    "1e3",
    ".5",
    "5.",
    "1.2.3",
    "abc",
    "1,5",
]


@pytest.mark.django_db
@pytest.mark.stores
@pytest.mark.parametrize("cost", COSTS)
def test_the_recount_and_the_triggers_read_the_same_amount(cost: str) -> None:
    frozen = import_module("campaigns.migrations.0005_counters")._millionths("r")
    counted = "campaigns_millionths(r.cost)" if connection.vendor == "postgresql" else frozen
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {cost_in_millionths('r')}, {counted} FROM (SELECT %s AS cost) AS r", [cost])  # noqa: S608
        recount, trigger = cursor.fetchone()
    assert recount == trigger


def test_the_expression_for_sqlite_is_the_one_of_the_triggers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaigns.counters.recounts.expressions.is_postgresql", lambda: False)
    frozen = import_module("campaigns.migrations.0005_counters")._millionths
    assert cost_in_millionths("r") == frozen("r")

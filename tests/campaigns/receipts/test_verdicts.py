"""The state that a set of receipts means does not depend on the order in which they came."""

from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.models import Receipt
from campaigns.receipts.verdicts import contradict, decisive


def receipt(verdict: str, minute: int | None, fingerprint: str) -> Receipt:
    at = datetime(2026, 5, 1, 9, minute, tzinfo=UTC) if minute is not None else None
    return Receipt(verdict=verdict, reported_at=at, fingerprint=fingerprint)


SETS = [
    ([("undelivered", 1, "a"), ("delivered", 2, "b")], "b"),
    ([("delivered", 1, "a"), ("undelivered", 9, "b")], "a"),
    ([("unknown", 1, "a"), ("undelivered", 2, "b")], "b"),
    ([("undelivered", 5, "a"), ("undelivered", 2, "b")], "b"),
    ([("delivered", None, "a"), ("delivered", 2, "b")], "b"),
    ([("delivered", 2, "b"), ("delivered", 2, "a")], "a"),
    ([("unknown", 1, "a")], "a"),
]


@pytest.mark.parametrize(("told", "winner"), SETS)
def test_the_same_receipt_decides_in_every_order(told: list[tuple], winner: str) -> None:
    for order in permutations(told):
        assert decisive(receipt(*one) for one in order).fingerprint == winner


@given(st.data())
def test_any_shuffle_and_repetition_decides_alike(data: st.DataObject) -> None:
    one = st.tuples(
        st.sampled_from(["delivered", "undelivered", "unknown"]),
        st.none() | st.integers(0, 59),
        st.text("abc", min_size=1),
    )
    told = data.draw(st.lists(one, min_size=1, max_size=6, unique_by=lambda row: row[2]))
    shuffled = data.draw(st.permutations(told + told[:2]))
    first = decisive(receipt(*row) for row in told)
    again = decisive(receipt(*row) for row in shuffled)
    assert (first.fingerprint, first.verdict) == (again.fingerprint, again.verdict)


def test_saying_both_is_a_contradiction() -> None:
    assert contradict([receipt("delivered", 1, "a"), receipt("undelivered", 1, "b")])
    assert not contradict([receipt("delivered", 1, "a"), receipt("unknown", 1, "b")])

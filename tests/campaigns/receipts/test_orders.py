"""Any order, repetition and delay of what is heard about somebody gives the same state and the same counts."""

from collections.abc import Sequence
from itertools import combinations, permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.counters.recounts.recount import differences_of
from campaigns.models import Receipt
from tests.factories import FakeGateway, states_of

from .orders import EVENTS, Final, Play

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

ANSWERS = ("taken", "unknown", "refused", "all refused")
STORIES = {
    "taken and contradicted": ("taken", "reached by id", "missed by id", "unexplained", "reached by id", "time"),
    "taken and never explained": ("taken", "unexplained by id", "unexplained", "record of taking", "forged", "time"),
    "taken and only forged": ("taken", "forged", "forged", "time"),
    "unknown and contradicted": ("unknown", "reached", "missed", "record", "forged", "time"),
    "unknown and found in the records": ("unknown", "record of taking", "unexplained", "missed", "missed", "time"),
    "unknown and only taken": ("unknown", "record of taking", "unexplained", "time", "forged"),
    "missed for two reasons": ("taken", "missed", "missed otherwise", "unexplained by id", "record of taking", "time"),
    "refused and yet called": ("refused", "reached", "missed", "record", "missed", "time"),
    "pending after a refusal and yet called": ("all refused", "reached", "missed", "record", "forged", "missed"),
    "pending after a refusal and only taken": (
        "all refused",
        "record of taking",
        "unexplained",
        "forged",
        "unexplained",
    ),
    "different keys": ("taken", "pressed 1", "pressed 2", "pressed 3 and missed", "reached", "pressed 1"),
}


def orders_of(story: Sequence[str]) -> list[tuple[str, ...]]:
    """Every order of everything in *story*, and of every part of it that has its answer."""
    answer, *rest = story
    parts = {tuple(sorted(part)) for size in range(len(rest) + 1) for part in combinations(rest, size)}
    return sorted({order for part in parts for order in permutations((answer, *part))})


@pytest.mark.parametrize("name", STORIES)
def test_every_order_of_up_to_six_events_ends_alike(fake_gateway: FakeGateway, name: str) -> None:
    orders = orders_of(STORIES[name])
    play = Play(len(orders))
    ends: dict[tuple[str, ...], set[Final]] = {}
    for order, final in zip(orders, play.run(orders), strict=True):
        ends.setdefault(tuple(sorted(order)), set()).add(final)
    assert {events: finals for events, finals in ends.items() if len(finals) > 1} == {}
    assert differences_of([play.campaign.pk]) == []
    assert sum(states_of(play.campaign).values()) == play.campaign.total


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_shuffle_and_repetition_of_many_events_ends_alike(fake_gateway: FakeGateway, data: st.DataObject) -> None:
    answer = data.draw(st.sampled_from(("taken", "unknown", "all refused")))
    names = sorted(set(EVENTS) - set(ANSWERS))
    if answer != "taken":
        # Without the answer an id is nobody's, and is matched by number only after a while.
        names = [name for name in names if not name.endswith("by id")]
    told = [answer, *data.draw(st.lists(st.sampled_from(names), min_size=6, max_size=9))]
    orders = [data.draw(st.permutations(told)) for _ in range(3)]
    # Once more of everything but the answer, which comes only once.
    again = [*orders[0], *data.draw(st.permutations(told[1:]))]
    play = Play(4)
    assert len(set(play.run([*orders, again]))) == 1
    assert differences_of([play.campaign.pk]) == []


def test_a_record_of_a_call_that_is_not_over_is_not_mistaken_for_the_one_after_it(fake_gateway: FakeGateway) -> None:
    play = Play(2)
    assert {final[0] for final in play.run([("unknown", "record of taking", "record"), ("unknown", "record")])} == {
        "delivered"
    }


def test_what_comes_before_the_answer_and_belongs_to_nobody_is_matched_later_by_itself(
    fake_gateway: FakeGateway,
) -> None:
    play = Play(1)
    [final] = play.run([("reached by id", "time", "taken")])
    assert final[0] == "delivered"
    assert not Receipt.objects.filter(recipient=None).exists()


def test_a_code_that_nobody_explains_is_never_success(fake_gateway: FakeGateway) -> None:
    orders = orders_of(("taken", "unexplained", "unexplained by id", "record of taking", "forged"))
    play = Play(len(orders))
    play.run(orders)
    assert set(states_of(play.campaign)) == {"expired"}

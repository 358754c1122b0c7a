"""The state that a set of receipts means does not depend on the order in which they came."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import Receipt, Recipient
from campaigns.receipts.settling import settle
from providers.models import Account
from tests.factories import FakeGateway, make_account, make_campaign

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

Said = tuple[str, int | None, str]


@pytest.fixture
def account(fake_gateway: FakeGateway) -> Account:
    return make_account()


@pytest.fixture
def person(account: Account) -> Recipient:
    return make_campaign(account, recipients=1).recipients.get()


def say(person: Recipient, *told: Said, provider_id: str = "call", failure: str = "") -> None:
    """Receipts about *person*; each has its fingerprint as its code, so that one sees which decided."""
    for verdict, minute, fingerprint in told:
        at = datetime(2026, 5, 1, 9, minute, tzinfo=UTC) if minute is not None else None
        common = {"account": person.campaign.account, "recipient": person, "provider_id": provider_id}
        Receipt.objects.create(
            verdict=verdict, reported_at=at, fingerprint=fingerprint, code=fingerprint, failure=failure, **common
        )


def decided(person: Recipient, told: Sequence[Said]) -> tuple[str, str]:
    """State and code after each of *told* has been settled by itself."""
    Receipt.objects.all().delete()
    Recipient.objects.filter(pk=person.pk).update(state="submitted", code="")
    for one in told:
        if not Receipt.objects.filter(fingerprint=one[2]).exists():
            say(person, one)
        settle([person.pk])
    person.refresh_from_db()
    return person.state, person.code


def contradicting(person: Recipient) -> set[str]:
    settle([person.pk])
    return set(Receipt.objects.filter(recipient=person, contradicts=True).values_list("fingerprint", flat=True))


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
def test_the_same_receipt_decides_in_every_order(person: Recipient, told: list[Said], winner: str) -> None:
    for order in permutations(told):
        assert decided(person, order)[1] == winner


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_shuffle_and_repetition_decides_alike(person: Recipient, data: st.DataObject) -> None:
    one = st.tuples(
        st.sampled_from(["delivered", "undelivered", "unknown"]),
        st.none() | st.integers(0, 59),
        st.text("abc", min_size=1, max_size=40),
    )
    told = data.draw(st.lists(one, min_size=1, max_size=6, unique_by=lambda row: row[2]))
    shuffled = data.draw(st.permutations(told + told[:2]))
    assert decided(person, told) == decided(person, shuffled)


def test_reached_and_not_reached_in_one_call_is_a_contradiction(person: Recipient) -> None:
    say(person, ("delivered", 1, "a"), ("undelivered", 1, "b"), ("unknown", 1, "c"))
    assert contradicting(person) == {"a", "b"}


def test_two_different_reasons_for_one_call_are_a_contradiction(person: Recipient) -> None:
    say(person, ("undelivered", 1, "a"), failure="busy")
    say(person, ("undelivered", 2, "b"), failure="no_such_number")
    assert contradicting(person) == {"a", "b"}


def test_a_vague_reason_beside_a_precise_one_is_none(person: Recipient) -> None:
    say(person, ("undelivered", 1, "a"), failure="busy")
    say(person, ("undelivered", 2, "b"), failure="other")
    assert contradicting(person) == set()


def test_a_second_call_that_ended_in_another_way_is_none(person: Recipient) -> None:
    say(person, ("undelivered", 1, "a"), provider_id="first")
    say(person, ("delivered", 2, "b"), provider_id="second")
    assert contradicting(person) == set()


def test_a_mark_goes_away_with_what_it_was_about(person: Recipient) -> None:
    say(person, ("delivered", 1, "a"), ("undelivered", 1, "b"))
    assert contradicting(person) == {"a", "b"}
    Receipt.objects.filter(fingerprint="b").update(verdict="unknown")
    assert contradicting(person) == set()

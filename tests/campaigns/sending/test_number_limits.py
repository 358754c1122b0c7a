"""Who may be submitted under the limits per number, and what is remembered of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from campaigns.models import NumberUse
from campaigns.sending import number_limits
from campaigns.sending.sliding_window import MARGIN
from notifyadmin.web.words import in_words
from providers.contract.gateway import Frequency
from tests.campaigns.sending.admitting import admit
from tests.factories import make_account

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

NOW = datetime(2026, 5, 1, 9, 0, 0, 123457, tzinfo=UTC)
MINUTE = (Frequency("per_minute", 3, 60.0),)
LIMITS = (Frequency("per_second", 1, 1.0), *MINUTE, Frequency("per_day", 10, 86_400.0))


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_number_goes_as_often_as_allowed_and_is_then_held_until_it_may_again() -> None:
    account = make_account()
    going = [admit(account.pk, LIMITS, [(1, "8613800000001")], after(seconds)).go for seconds in (0, 10, 20)]
    assert going == [[1], [1], [1]]
    (hold,) = admit(account.pk, LIMITS, [(1, "8613800000001")], after(30)).holds
    assert hold.id == 1
    assert timedelta() <= hold.until - after(60 + MARGIN) < timedelta(milliseconds=1)
    assert in_words(hold.words) == "The limit for one number is reached: 3 a minute. It goes on by itself."
    assert admit(account.pk, LIMITS, [(1, "8613800000001")], hold.until).go == [1]


def test_a_held_number_counts_no_use() -> None:
    account = make_account()
    for seconds in (0, 1, 2, 3, 4, 5):
        admit(account.pk, MINUTE, [(1, "86138")], after(seconds))
    assert NumberUse.objects.get().recent == [after(seconds).timestamp() for seconds in (0, 1, 2)]


def test_the_same_number_twice_in_one_call_counts_twice() -> None:
    admission = admit(make_account().pk, MINUTE, [(pk, "86138") for pk in (1, 2, 3, 4)], NOW)
    assert admission.go == [1, 2, 3]
    assert [hold.id for hold in admission.holds] == [4]


def test_accounts_and_numbers_are_counted_apart() -> None:
    one, other = make_account(), make_account()
    tight = (Frequency("per_minute", 1, 60.0),)
    assert admit(one.pk, tight, [(1, "86138"), (2, "86139")], NOW).go == [1, 2]
    assert admit(other.pk, tight, [(3, "86138")], NOW).go == [3]
    assert admit(one.pk, tight, [(4, "86138"), (5, "86137")], after(1)).go == [5]


def test_a_thousand_numbers_take_two_statements(django_assert_num_queries) -> None:
    account = make_account()
    numbers = [(pk, str(8613800000000 + pk)) for pk in range(1000)]
    for seconds in (0, 2):
        # The transaction is the caller's: it holds the lock of the gate.
        with transaction.atomic(), django_assert_num_queries(2):
            assert len(admit(account.pk, LIMITS, numbers, after(seconds)).go) == 1000
    assert NumberUse.objects.count() == 1000


def test_only_what_some_window_reaches_is_kept() -> None:
    account = make_account()
    for seconds in (0, 30, 100):
        admit(account.pk, MINUTE, [(1, "86138")], after(seconds))
    assert NumberUse.objects.get().recent == [after(100).timestamp()]


def test_a_use_that_the_provider_did_not_take_is_given_back() -> None:
    account = make_account()
    admit(account.pk, MINUTE, [(1, "86138"), (2, "86139")], NOW)
    admit(account.pk, MINUTE, [(1, "86138")], after(5))
    number_limits.give_back(account.pk, ["86138", "86130"], after(5), after(6))
    found = dict(NumberUse.objects.values_list("number", "recent"))
    assert found == {"86138": [NOW.timestamp()], "86139": [NOW.timestamp()]}


def test_rows_that_no_window_reaches_any_more_are_deleted_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(number_limits, "BATCH", 2)
    monkeypatch.setattr(number_limits, "BATCHES", 2)
    account = make_account()
    for number, hours in enumerate((90, 80, 70, 60, 50, 47)):
        number_limits.write(account.pk, {str(number): [1.0]}, NOW - timedelta(hours=hours))
    assert number_limits.forget_old(NOW) == 4
    assert set(NumberUse.objects.values_list("number", flat=True)) == {"4", "5"}
    assert number_limits.forget_old(NOW) == 1
    assert number_limits.forget_old(NOW) == 0


def test_learned_limits_are_the_ones_that_hold(fake_gateway) -> None:
    fake_gateway.frequencies = lambda access: LIMITS
    account = make_account(learned={"per_day": 5})
    assert [limit.most for limit in number_limits.limits_of(account)] == [1, 3, 5]

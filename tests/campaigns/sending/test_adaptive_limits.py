"""A provider's refusal of a number shows a limit that is lower than the one we keep."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.models import Activity, ActivityKind
from campaigns.sending import number_limits
from campaigns.sending.adaptive_limits import learn
from notifyadmin.web.words import in_words
from providers.contract.gateway import Frequency
from providers.models import Account
from tests.campaigns.sending.admitting import admit
from tests.factories import FakeGateway, make_account

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
NUMBER = "8613800138000"
LIMITS = (Frequency("per_minute", 3, 60.0), Frequency("per_day", 10, 86_400.0))


@pytest.fixture
def account(fake_gateway: FakeGateway) -> Account:
    fake_gateway.frequencies = lambda access: LIMITS
    return make_account()


def submitted(account: Account, *minutes: float) -> datetime:
    """Let the number go at these minutes; returns a moment just after the last."""
    for minute in minutes:
        moment = NOW + timedelta(minutes=minute)
        assert admit(account.pk, number_limits.limits_of(account), [(1, NUMBER)], moment).go
    return moment + timedelta(seconds=1)


def learned(account: Account) -> dict[str, int]:
    return Account.objects.get(pk=account.pk).learned


def test_the_sixth_call_refused_for_the_day_teaches_a_limit_of_five(account: Account) -> None:
    answered = submitted(account, 0, 10, 20, 30, 40, 50)
    assert learn(account.pk, "per_day", NUMBER, answered) == 5
    assert learned(account) == {"per_day": 5}
    line = Activity.objects.get()
    assert (line.kind, line.account_id) == (ActivityKind.LIMIT_LEARNED, account.pk)
    assert "only 5 times within 24 hours" in in_words(line.words)


def test_what_was_learned_holds_from_the_next_call_on(account: Account) -> None:
    learn(account.pk, "per_day", NUMBER, submitted(account, 0, 10, 20))
    account.refresh_from_db()
    admission = admit(account.pk, number_limits.limits_of(account), [(1, NUMBER)], NOW + timedelta(minutes=30))
    assert admission.go == []


def test_only_uses_within_the_window_count(account: Account) -> None:
    answered = submitted(account, 0, 10, 20, 20.2, 20.4)
    assert learn(account.pk, "per_minute", NUMBER, answered) == 2


def test_a_number_that_somebody_else_used_up_teaches_nothing(account: Account) -> None:
    assert learn(account.pk, "per_day", NUMBER, submitted(account, 0)) is None
    assert learn(account.pk, "per_day", "8613800138001", NOW) is None
    assert learned(account) == {}
    assert not Activity.objects.exists()


def test_a_limit_that_is_kept_anyway_is_not_learned_and_never_raised(account: Account) -> None:
    answered = submitted(account, 0, 10, 20, 30, 40)
    Account.objects.filter(pk=account.pk).update(learned={"per_day": 3})
    assert learn(account.pk, "per_day", NUMBER, answered) is None
    assert learned(account) == {"per_day": 3}


def test_a_refusal_told_with_its_time_is_judged_by_it_whatever_came_after(account: Account) -> None:
    submitted(account, 0, 10, 20, 30)
    attempted = NOW + timedelta(minutes=20)
    assert learn(account.pk, "per_day", NUMBER, NOW + timedelta(hours=1), attempted) == 2


def test_learning_one_limit_keeps_the_others(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(learned={"per_minute": 2})
    learn(account.pk, "per_day", NUMBER, submitted(account, 0, 10, 20))
    assert learned(account) == {"per_minute": 2, "per_day": 2}


def test_a_limit_that_the_gateway_does_not_declare_teaches_nothing(account: Account) -> None:
    assert learn(account.pk, "per_week", NUMBER, submitted(account, 0, 10)) is None

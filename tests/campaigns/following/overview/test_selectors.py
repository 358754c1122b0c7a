"""The numbers beside the bar."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns.counters import selectors
from campaigns.counters.selectors import counts, figures, oldest_waiting, tallies, tallies_of
from campaigns.models import Campaign
from tests.factories import FakeGateway, make_account, make_campaign, states_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), "voice_file", 10)


@pytest.mark.stores
def test_the_counts_are_those_of_the_recipients_and_sum_to_the_total(campaign: Campaign) -> None:
    campaign.recipients.filter(position__lte=4).update(state="delivered")
    campaign.recipients.filter(position=5).update(state="unknown")
    assert tallies(campaign) == states_of(campaign) == {"delivered": 4, "unknown": 1, "pending": 5}
    assert [state for state, _, _ in counts(tallies(campaign))] == ["delivered", "unknown", "pending"]
    assert sum(number for _, _, number in counts(tallies(campaign))) == campaign.total


def test_many_campaigns_are_counted_in_one_query(campaign: Campaign, django_assert_num_queries) -> None:
    others = [make_campaign(campaign.account, "voice_file", n) for n in (1, 2, 3)]
    with django_assert_num_queries(1):
        found = tallies_of([campaign.pk, *(other.pk for other in others)])
    assert [sum(tally.values()) for tally in found.values()] == [10, 1, 2, 3]


@pytest.mark.stores
def test_reasons_lengths_costs_and_the_share_answered_come_from_the_counters(
    campaign: Campaign, django_assert_num_queries
) -> None:
    people = campaign.recipients
    people.filter(position__lte=3).update(state="delivered", talk_seconds=8, cost="0.05", currency="USD")
    people.filter(position=4).update(state="undelivered", failure="busy", cost="0.000001", currency="EUR")
    people.filter(position__in=(5, 6)).update(state="rejected", failure="content")
    people.filter(position__in=(7, 8)).update(state="submitted", submitted_at=timezone.now())
    with django_assert_num_queries(1):
        found = figures(campaign)
    assert found.states == states_of(campaign)
    assert found.answered_percent == 75
    assert [(one.label, one.state, one.number) for one in found.failures] == [
        ("Content refused", "rejected", 2),
        ("Line busy", "undelivered", 1),
    ]
    assert (found.talk_seconds, found.mean_seconds) == (24, 8)
    assert found.costs == {"USD": Decimal("0.15"), "EUR": Decimal("0.000001")}


def test_the_oldest_that_waits_for_its_receipt(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    long_ago = timezone.now() - timedelta(hours=2)
    campaign.recipients.filter(position=7).update(state="submitted", submitted_at=timezone.now())
    campaign.recipients.filter(position=8).update(state="submitted", submitted_at=long_ago)
    assert oldest_waiting(campaign, tallies(campaign)) == long_ago
    monkeypatch.setattr(selectors, "CACHED_ABOVE", 3)
    assert oldest_waiting(campaign, tallies(campaign)) is None


def test_a_campaign_without_receipts_has_no_share_and_no_lengths(campaign: Campaign) -> None:
    found = figures(campaign)
    assert (found.answered_percent, found.mean_seconds, found.costs, found.failures) == (None, None, {}, ())

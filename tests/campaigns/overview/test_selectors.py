"""The numbers beside the bar."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.selectors import counts, reach, tallies, tallies_of
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


@pytest.mark.parametrize(
    ("lengths", "median"), [([5], 5), ([1, 9], 5), ([1, 2, 9], 2), ([3, 3, 3, 8], 3), ([1, 2, 3, 4], 2.5)]
)
def test_the_median_of_the_lengths_listened(campaign: Campaign, lengths: list[int], median: float) -> None:
    for position, seconds in enumerate(lengths, 1):
        campaign.recipients.filter(position=position).update(state="delivered", talk_seconds=seconds)
    found = reach(campaign)
    assert found.median_seconds == median
    assert found.mean_seconds == pytest.approx(sum(lengths) / len(lengths))


def test_reasons_waiting_and_the_share_answered(campaign: Campaign) -> None:
    long_ago = timezone.now() - timedelta(hours=2)
    campaign.recipients.filter(position__lte=3).update(state="delivered")
    campaign.recipients.filter(position=4).update(state="undelivered", failure="busy")
    campaign.recipients.filter(position__in=(5, 6)).update(state="rejected", failure="content")
    campaign.recipients.filter(position__in=(7, 8)).update(state="submitted", submitted_at=timezone.now())
    campaign.recipients.filter(position=8).update(submitted_at=long_ago)
    found = reach(campaign)
    assert found.answered_percent == 75
    assert found.failures == (("Content refused", 2), ("Line busy", 1))
    assert (found.waiting, found.oldest_waiting) == (2, long_ago)


def test_a_campaign_without_receipts_has_no_share(campaign: Campaign) -> None:
    assert reach(campaign).answered_percent is None

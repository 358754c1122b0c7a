"""Listing the records of the time that a restored backup does not know."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Receipt, RestoredListing
from campaigns.receipts.ingest import rematch
from campaigns.receipts.restoring import services
from providers.contract.abilities import Ability
from providers.contract.errors import Refused
from providers.contract.records import RecordFacts
from providers.contract.statuses import Concern
from providers.contract.words import Words
from tests.factories import FakeGateway, make_account, make_campaign, states_of

from .lost import ago
from .test_asking import Provider, ask, event, later

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


@pytest.fixture
def provider(fake_gateway: FakeGateway) -> Provider:
    known = Provider()
    fake_gateway.services |= {Ability.PULLS_RECEIPTS}  # type: ignore[misc]
    fake_gateway.records = {Ability.SMS: RecordFacts(max_ids=2, longest=timedelta(days=31))}  # type: ignore[misc]
    fake_gateway.records_by_id = known.by_id  # type: ignore[method-assign]
    fake_gateway.records_by_time = known.by_time  # type: ignore[method-assign]
    return known


@pytest.fixture
def campaign(provider: Provider) -> Campaign:
    """Restored just now from a backup of two and a half hours ago."""
    campaign = make_campaign(make_account(), "sms", recipients=3)
    services.go_on(services.begin(ago(minutes=150)))
    return campaign


def times(provider: Provider) -> list[tuple[datetime, datetime]]:
    return [(start, end) for _, start, end, _ in provider.asked_times]


def test_all_of_the_time_is_listed_without_a_gap_and_who_is_not_shown_is_told_of_once(
    campaign: Campaign, provider: Provider
) -> None:
    number = campaign.recipients.get(position=2).number
    provider.records = [event("id-2", f"{campaign.reference}-1-9-0.2", number), event("id-x", "", "8613700000000")]
    assert ask() == 3
    windows = times(provider)
    restoration = campaign.submissions.get()
    assert windows[0][0] <= restoration.started_at
    assert windows[-1][1] >= restoration.finished_at
    assert all(before[1] == after[0] for before, after in pairwise(windows))
    assert all(end - start <= timedelta(hours=1) for start, end in windows)
    assert states_of(campaign) == {"unknown": 2, "delivered": 1}
    assert Receipt.objects.count() == 1, "records of others are left alone"
    assert "did not show this recipient" in campaign.recipients.get(position=1).reason
    later(minutes=1)
    assert ask() == 0, "not again at once"
    RestoredListing.objects.update(next_at=timezone.now())
    later(minutes=10)
    assert ask() == 3


def test_a_record_without_reference_is_matched_by_number_a_little_later(campaign: Campaign, provider: Provider) -> None:
    provider.records = [event("id-2", "", campaign.recipients.get(position=2).number)]
    ask()
    Receipt.objects.update(received_at=ago(seconds=11))
    rematch()
    assert states_of(campaign) == {"unknown": 2, "delivered": 1}


def test_a_refusal_goes_on_where_it_was(campaign: Campaign, provider: Provider) -> None:
    refused: Any = Refused("429", "busy", Words("Busy."), Concern.PASSING, retry_after=60)
    provider.says = [refused]
    assert ask() == 1
    assert "did not show" not in campaign.recipients.get(position=1).reason
    later(minutes=20)
    assert ask() == 3
    first, second, *_ = times(provider)
    assert first == second


def test_pages_of_one_window_are_all_read(campaign: Campaign, provider: Provider) -> None:
    provider.pages = 2
    assert ask() == 6


def test_nothing_is_asked_once_everybody_is_settled(campaign: Campaign, provider: Provider) -> None:
    campaign.recipients.update(state="expired")
    assert ask() == 0

"""What the sweeper keeps in order."""

import pytest

from campaigns import upkeep
from campaigns.models import Campaign, Tally
from campaigns.movements.folding import COMPACT_ABOVE
from campaigns.selectors import tallies
from tests.factories import FakeGateway, make_account, make_campaign, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


def flicker(campaign: Campaign, times: int) -> None:
    for turn in range(times):
        campaign.recipients.filter(position=1).update(state="pending" if turn % 2 else "held")


def test_counters_are_folded_where_there_are_many_and_left_alone_elsewhere(fake_gateway: FakeGateway) -> None:
    busy, quiet = make_campaign(make_account(), recipients=3), make_campaign(make_account(), recipients=3)
    flicker(busy, COMPACT_ABOVE * 2 + 1)
    flicker(quiet, 3)
    before = set(Tally.objects.filter(campaign=quiet).values_list("pk", flat=True))
    upkeep.compact_tallies()
    assert set(Tally.objects.filter(campaign=quiet).values_list("pk", flat=True)) == before
    assert Tally.objects.filter(campaign=busy).count() == 2
    for campaign in (busy, quiet):
        assert {s: n for s, n in tallies(campaign).items() if n} == states_of(campaign) == {"held": 1, "pending": 2}


def test_folding_twice_changes_nothing_more(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=3)
    flicker(campaign, COMPACT_ABOVE * 2 + 1)
    upkeep.compact_tallies()
    rows = set(Tally.objects.values_list("pk", flat=True))
    upkeep.compact_tallies()
    assert set(Tally.objects.values_list("pk", flat=True)) == rows

"""What the sweeper keeps in order."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from campaigns.counters.rollups.compact import COMPACT_ABOVE
from campaigns.counters.selectors import tallies
from campaigns.models import Campaign, Recipient, Tally
from campaigns.upkeep import sweeps
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
    sweeps.compact_tallies()
    assert set(Tally.objects.filter(campaign=quiet).values_list("pk", flat=True)) == before
    assert Tally.objects.filter(campaign=busy).count() == 2
    for campaign in (busy, quiet):
        assert {s: n for s, n in tallies(campaign).items() if n} == states_of(campaign) == {"held": 1, "pending": 2}


def test_folding_twice_changes_nothing_more(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=3)
    flicker(campaign, COMPACT_ABOVE * 2 + 1)
    sweeps.compact_tallies()
    rows = set(Tally.objects.values_list("pk", flat=True))
    sweeps.compact_tallies()
    assert set(Tally.objects.values_list("pk", flat=True)) == rows


if connection.vendor == "postgresql":  # SQLite has one writer at a time

    def test_those_who_expire_are_locked_in_the_order_in_which_receipts_lock_them(fake_gateway: FakeGateway) -> None:
        campaign = make_campaign(make_account(receipt_wait_hours=1), recipients=2)
        long_ago = timezone.now() - timedelta(hours=2)
        first, second = campaign.recipients.order_by("pk").values_list("pk", flat=True)
        for pk in (second, first):
            # The one that is written last lies behind the other.
            Recipient.objects.filter(pk=pk).update(state="submitted", submitted_at=long_ago)
        problems: list[OperationalError] = []

        def expire() -> None:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SET enable_indexscan = off; SET enable_bitmapscan = off")
                sweeps.expire()
            except OperationalError as problem:
                problems.append(problem)
            finally:
                connection.close()

        thread = threading.Thread(target=expire)
        with transaction.atomic():
            Recipient.objects.select_for_update(no_key=True).get(pk=first)
            thread.start()
            _wait_until_somebody_waits()
            Recipient.objects.select_for_update(no_key=True).get(pk=second)
        thread.join(30)
        assert problems == []
        assert states_of(campaign) == {"expired": 2}


def _wait_until_somebody_waits() -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")

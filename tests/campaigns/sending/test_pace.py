"""A campaign's own schedule while it sends: its hours, its rate and its even spread, by a clock that we move."""

import time as real_time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.sending import chunk_leases
from campaigns.sending.dispatcher import dispatch
from campaigns.upkeep import sweeps
from providers.contract.errors import SubmitAnswer
from providers.contract.messages import Message
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of
from tests.factories.fakes import accept_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

# A Friday morning in Berlin, 11:00.
START = datetime(2026, 5, 1, 9, tzinfo=UTC)
OFFICE = {"time_zone": "Europe/Berlin", "window_days": 0b0011111, "window_from": time(9), "window_until": time(18)}


class Clock:
    """Stands still while the worker works, and goes on while it sleeps or when it is told to."""

    def __init__(self, traveller: time_machine.Traveller, gateway: FakeGateway) -> None:
        self.shift = traveller.shift
        self.left: list[tuple[float, int]] = []
        gateway.answer = self._answer

    def _answer(self, message: Message) -> SubmitAnswer:
        self.left.append((real_time.time(), len(message.callees)))
        return accept_all(message)

    def run(self, campaign: Campaign, lasts: timedelta, sweeps: timedelta = timedelta(seconds=3)) -> None:
        """What the sweep does again and again, for so long."""
        end = timezone.now() + lasts
        while timezone.now() < end:
            dispatch(campaign.pk, http=NoHttp(), stopping=lambda: timezone.now() >= end)
            self.shift(sweeps)

    @property
    def sent(self) -> int:
        return sum(size for _, size in self.left)

    def most_within(self, seconds: float) -> int:
        """The most recipients that left in any such time."""
        times = [moment for moment, size in self.left for _ in range(size)]
        return max(bisect_left(times, moment + seconds) - place for place, moment in enumerate(times))


@pytest.fixture
def clock(fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    with time_machine.travel(START, tick=False) as traveller:
        ours = Clock(traveller, fake_gateway)
        monkeypatch.setattr("campaigns.sending.send_loop.time.sleep", ours.shift)
        yield ours


MakePaced = Callable[..., Campaign]


@pytest.fixture
def paced(clock: Clock) -> MakePaced:
    def make(recipients: int, **schedule: Any) -> Campaign:
        return make_campaign(make_account(), recipients=recipients, **schedule)

    return make


@pytest.mark.parametrize("rate", [10, 60, 600, 6000])
def test_no_minute_ever_sees_more_than_the_rate_and_little_of_it_is_wasted(
    clock: Clock, paced: MakePaced, rate: int
) -> None:
    campaign = paced(4 * rate, per_minute=rate)
    clock.run(campaign, timedelta(minutes=3))
    assert clock.most_within(60) <= rate
    assert clock.most_within(1) <= max(1, rate / 60 * 3)
    assert clock.sent >= 3 * rate * 0.9


def test_a_request_holds_no_more_people_than_the_rate_lets_leave_at_once(clock: Clock, paced: MakePaced) -> None:
    campaign = paced(1500, per_minute=60)
    clock.run(campaign, timedelta(seconds=30))
    assert {size for _, size in clock.left} == {1}
    assert 25 <= clock.sent <= 31


def test_several_workers_share_the_rate(clock: Clock, paced: MakePaced) -> None:
    campaign = paced(3000, per_minute=600)
    for _ in range(20):
        now = timezone.now()
        for _ in range(3):
            dispatch(campaign.pk, http=NoHttp(), stopping=lambda now=now: timezone.now() > now)
        clock.shift(now + timedelta(seconds=1) - timezone.now())
    assert clock.most_within(60) <= 600
    assert 100 <= clock.sent <= 220


def test_workers_at_the_same_time_keep_the_rate_together(fake_gateway: FakeGateway) -> None:
    """Four threads by the real clock, as four processes would: the account's gate lets one of them decide at a time."""
    left: list[float] = []

    def answer(message: Message) -> SubmitAnswer:
        left.extend([real_time.time()] * len(message.callees))
        return accept_all(message)

    fake_gateway.answer = answer
    campaign = make_campaign(make_account(), recipients=4000, chunk=200, per_minute=6000)
    end = real_time.monotonic() + 4

    def work() -> None:
        try:
            while real_time.monotonic() < end:
                dispatch(campaign.pk, http=NoHttp(), seconds=0.3, stopping=lambda: real_time.monotonic() >= end)
                real_time.sleep(0.05)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work) for _ in range(4)]:
            done.result()
    left.sort()
    # A hundred a second, and one burst of 1.75 seconds' worth at the beginning.
    for start, moment in enumerate(left):
        assert bisect_left(left, moment + 2) - start <= 100 * 2 + 175
    assert len(left) == campaign.recipients.filter(state="submitted").count()
    assert 150 <= len(left) <= 100 * 5.5 + 175


def test_nobody_is_sent_to_outside_the_hours_and_the_rest_goes_on_at_the_next_opening(
    clock: Clock, paced: MakePaced, published: list[str]
) -> None:
    clock.shift(timedelta(hours=5))
    campaign = paced(200, per_minute=1, **OFFICE)
    clock.run(campaign, timedelta(hours=3), timedelta(minutes=1))
    closing = datetime(2026, 5, 1, 16, tzinfo=UTC).timestamp()
    assert clock.left[-1][0] < closing
    assert 100 <= clock.sent <= 120
    assert states_of(campaign) == {"submitted": clock.sent, "pending": 200 - clock.sent}
    clock.shift(datetime(2026, 5, 4, 6, 59, tzinfo=UTC) - timezone.now())
    published.clear()
    sweeps.wake_due_campaigns()
    before, asleep = clock.sent, list(published)
    clock.run(campaign, timedelta(minutes=3))
    sweeps.wake_due_campaigns()
    assert asleep == []
    assert clock.sent > before
    assert clock.left[before][0] >= datetime(2026, 5, 4, 7, tzinfo=UTC).timestamp()


def test_while_it_is_closed_no_chunk_is_taken_and_no_other_campaign_gives_way(clock: Clock, paced: MakePaced) -> None:
    clock.shift(timedelta(hours=12))
    closed, other = paced(10, **OFFICE), paced(10)
    assert not dispatch(closed.pk, http=NoHttp())
    assert not closed.chunks.exclude(token=0).exists()
    assert not chunk_leases.others_wait(other.pk, timezone.now())
    clock.shift(timedelta(days=2, hours=12))
    assert chunk_leases.others_wait(other.pk, timezone.now())


def test_a_window_that_closes_while_requests_leave_ends_the_sending(clock: Clock, fake_gateway: FakeGateway) -> None:
    account = make_account(settings={"max_callees_voice_file": 1}, parallel_requests=5)
    campaign = make_campaign(account, recipients=50, **(OFFICE | {"window_until": time(11, 1)}))

    def slowly(message: Message) -> SubmitAnswer:
        clock.left.append((real_time.time(), 1))
        clock.shift(3)
        return accept_all(message)

    fake_gateway.answer = slowly
    clock.run(campaign, timedelta(minutes=5))
    # What was written down in the last open turn still leaves.
    assert 20 <= clock.sent <= 26
    assert states_of(campaign) == {"submitted": clock.sent, "pending": 50 - clock.sent}
    assert not campaign.chunks.exclude(lease_until=None).exists()


def test_they_are_spread_evenly_until_the_end(clock: Clock, paced: MakePaced) -> None:
    campaign = paced(120, spread_until=START + timedelta(hours=2))
    clock.run(campaign, timedelta(hours=2), timedelta(seconds=30))
    quarters = [0, 0, 0, 0]
    for moment, size in clock.left:
        quarters[min(3, int((moment - START.timestamp()) // 1800))] += size
    assert sum(quarters) >= 118
    assert all(27 <= quarter <= 33 for quarter in quarters)


def test_a_spread_goes_on_faster_after_a_pause_and_ends_in_time(clock: Clock, paced: MakePaced) -> None:
    campaign = paced(60, spread_until=START + timedelta(hours=1))
    clock.run(campaign, timedelta(minutes=10), timedelta(seconds=20))
    first = clock.sent
    clock.shift(timedelta(minutes=30))
    clock.run(campaign, timedelta(minutes=20), timedelta(seconds=20))
    assert 9 <= first <= 12
    assert clock.sent >= 59


def test_a_spread_counts_only_the_hours_in_which_it_may_send(clock: Clock, paced: MakePaced) -> None:
    monday_noon = datetime(2026, 5, 4, 10, tzinfo=UTC)
    campaign = paced(100, spread_until=monday_noon, **OFFICE)
    clock.run(campaign, timedelta(hours=8), timedelta(minutes=2))
    assert 65 <= clock.sent <= 75
    clock.shift(datetime(2026, 5, 4, 7, tzinfo=UTC) - timezone.now())
    clock.run(campaign, timedelta(hours=3), timedelta(minutes=2))
    assert clock.sent >= 99


def test_what_is_left_after_the_end_of_a_spread_goes_at_once(clock: Clock, paced: MakePaced) -> None:
    campaign = paced(500, spread_until=START - timedelta(minutes=1))
    clock.run(campaign, timedelta(seconds=1))
    assert clock.sent == 500


def test_a_paced_campaign_gives_way_to_one_that_has_no_worker(clock: Clock, paced: MakePaced) -> None:
    campaign, _ = paced(100, per_minute=60), paced(10)
    assert not dispatch(campaign.pk, http=NoHttp())
    assert clock.sent == 1


@pytest.mark.parametrize(("rate", "joins"), [(60, False), (60_000, True)])
def test_a_second_worker_only_joins_where_the_rate_needs_one(
    clock: Clock, paced: MakePaced, rate: int, joins: bool
) -> None:
    campaign = paced(4000, per_minute=rate)
    assert chunk_leases.claim(campaign.pk, timezone.now())
    dispatch(campaign.pk, http=NoHttp(), stopping=lambda: bool(clock.left))
    assert bool(clock.sent) == joins


def test_who_falls_asleep_while_a_slow_campaign_has_them_in_hand_is_left_in_peace(clock: Clock) -> None:
    # In China, where the numbers are at home, it is 17:00.
    account = make_account(quiet_from=time(17, 2), quiet_until=time(8))
    campaign = make_campaign(account, recipients=300, per_minute=60)
    clock.run(campaign, timedelta(minutes=4))
    assert 100 <= clock.sent <= 120
    assert max(moment for moment, _ in clock.left) < (START + timedelta(minutes=2)).timestamp()
    assert states_of(campaign) == {"submitted": clock.sent, "held": 300 - clock.sent}
    clock.shift(timedelta(hours=15))
    clock.run(campaign, timedelta(minutes=5))
    assert clock.sent == 300


def test_without_a_schedule_a_turn_asks_the_database_nothing_more(
    fake_gateway: FakeGateway, django_assert_max_num_queries: Any
) -> None:
    campaign = make_campaign(make_account(), recipients=1000)
    with django_assert_max_num_queries(40) as queries:
        dispatch(campaign.pk, http=NoHttp())
    assert not any("campaigns_pace" in query["sql"] for query in queries.captured_queries)

"""Several campaigns over one list of numbers, sent by four workers at once, seen from the provider's side.

The clock is ours: it stands still while the workers work and jumps when they have nothing to do, so that a day of
waiting takes a second. The windows are counted here anew, over the calls as they arrive at the provider.
"""

import math
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from campaigns.lifecycle import services
from campaigns.models import Campaign, Chunk, Submission
from campaigns.sending.dispatcher import dispatch
from campaigns.sending.forecast import forecast
from providers.contract.errors import Answered, RefusedCallee, SubmitAnswer
from providers.contract.gateway import Frequency
from providers.contract.messages import Message
from providers.contract.words import Words
from providers.models import Account
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of
from tests.factories.fakes import accept_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

START = datetime(2026, 5, 1, 9, 0, 0, 123457, tzinfo=UTC)
SECOND, MINUTE, DAY = ("per_second", 1, 1.0), ("per_minute", 3, 60.0), ("per_day", 10, 86_400.0)
LIMITS = tuple(Frequency(*limit) for limit in (SECOND, MINUTE, DAY))
PEOPLE, CAMPAIGNS, WORKERS = 40, 3, 4
SEED = 20260501
MOST_ROUNDS = 500

LONGEST_WAY = 0.95
"""Seconds that a request takes to the provider at most: two may come this much closer than they left."""


class Call(NamedTuple):
    """One request for one number: when it left, when it arrived, and what came of it."""

    ref: str
    number: str
    left: float
    arrived: float
    refused: bool
    worker: int


class Ledger:
    """The provider's list of calls. With ``per_minute`` it takes no more than that of one number within a minute."""

    def __init__(self, per_minute: int | None = None) -> None:
        self.calls: list[Call] = []
        self._per_minute = per_minute
        self._lock = threading.Lock()

    def answer(self, message: Message) -> SubmitAnswer:
        (callee,) = message.callees
        left = time.time()
        arrived = left + random.Random(message.ref).uniform(0, LONGEST_WAY)
        with self._lock:
            refused = self._is_full(callee.number, arrived)
            self.calls.append(Call(message.ref, callee.number, left, arrived, refused, threading.get_ident()))
        if not refused:
            return accept_all(message)
        item = RefusedCallee(callee.ref, "77", "raw", Words("Too often."), retry_after=60, frequency="per_minute")
        return Answered((), (item,))

    def _is_full(self, number: str, arrived: float) -> bool:
        taken = [call for call in self.calls if call.number == number and not call.refused]
        return self._per_minute is not None and sum(arrived - 60 < c.arrived for c in taken) >= self._per_minute


@dataclass
class Story:
    """An account whose provider writes a ledger, its workers, and the clock that all of them look at."""

    account: Account
    ledger: Ledger
    clock: time_machine.Traveller
    pool: ThreadPoolExecutor
    chance: random.Random

    def drafts(self, amount: int = CAMPAIGNS, people: int = PEOPLE) -> list[Campaign]:
        """Campaigns over the same numbers, each in four chunks."""
        chunk = -(-people // 4)
        return [make_campaign(self.account, "voice_text", people, chunk=chunk, running=False) for _ in range(amount)]

    def send(self, campaigns: Sequence[Campaign]) -> None:
        """All at once, until nobody waits."""
        for _ in range(MOST_ROUNDS):
            self.work_together(campaigns)
            due = self._next_due(campaigns)
            if due is None:
                return
            self._forward(due)
        pytest.fail(f"somebody still waits: {[states_of(campaign) for campaign in campaigns]}")

    def work_together(self, campaigns: Sequence[Campaign]) -> None:
        ids = [campaign.pk for campaign in campaigns]
        together = threading.Barrier(WORKERS)
        orders = [self.chance.sample(ids, len(ids)) for _ in range(WORKERS)]
        for done in [self.pool.submit(_work, order, together) for order in orders]:
            done.result()

    def _next_due(self, campaigns: Sequence[Campaign]) -> datetime | None:
        waiting = Chunk.objects.filter(campaign__in=campaigns, next_attempt_at__isnull=False)
        return waiting.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()

    def _forward(self, due: datetime) -> None:
        if due - timezone.now() > timedelta(seconds=5):
            self.clock.move_to(due, tick=False)
        else:
            self.clock.shift(0.5)


def _work(campaigns: Sequence[int], together: threading.Barrier) -> None:
    try:
        together.wait(10)
        for pk in campaigns:
            while dispatch(pk, http=NoHttp()):
                pass
    finally:
        connections.close_all()


@pytest.fixture
def ledger(request: pytest.FixtureRequest) -> Ledger:
    return Ledger(per_minute=getattr(request, "param", None))


@pytest.fixture
def story(fake_gateway: FakeGateway, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    monkeypatch.setattr(fake_gateway, "frequencies", lambda access: LIMITS)
    fake_gateway.answer = ledger.answer
    # The clock stands while they work, so nobody could wait for a place among the requests at the same time.
    account = make_account(parallel_requests=WORKERS * PEOPLE)
    with time_machine.travel(START, tick=False) as clock, ThreadPoolExecutor(WORKERS) as pool:
        yield Story(account, ledger, clock, pool, random.Random(SEED))


def too_close(calls: Sequence[Call], most: int, seconds: float) -> list[tuple[Call, Call]]:
    """The first and the last call of every half-open window of *seconds* with more than *most* calls of one number."""
    by_number: dict[str, list[Call]] = defaultdict(list)
    for call in sorted(calls, key=lambda call: call.arrived):
        by_number[call.number].append(call)
    return [
        (first, last)
        for ones in by_number.values()
        for first, last in zip(ones, ones[most:], strict=False)
        if last.arrived < first.arrived + seconds
    ]


def told_as_happened(campaign: Campaign, ledger: Ledger) -> set[str]:
    """Start the draft, let one worker look at it once, and compare with its forecast; returns the reasons to wait."""
    told = forecast(campaign, timezone.now())
    services.start(campaign, None)
    before = len(ledger.calls)
    dispatch(campaign.pk, http=NoHttp())
    held = campaign.recipients.filter(state="held").values_list("held_until", "reason")
    happened = Counter((_told(until), reason) for until, reason in held)
    assert told.now == len(ledger.calls) - before == campaign.recipients.filter(state="submitted").count()
    assert {(one.until, one.words.pack()): one.count for one in told.held} == happened
    assert told.now + told.later == campaign.total
    return {reason for _, reason in happened}


def _told(until: datetime | None) -> datetime:
    """The next full minute where that is more than an hour away, else the next full second."""
    assert until is not None
    unit = 60 if until - timezone.now() > timedelta(hours=1) else 1
    return datetime.fromtimestamp(math.ceil(until.timestamp() / unit) * unit, UTC)


def campaign_and_number(calls: Sequence[Call], campaigns: Sequence[Campaign]) -> Counter[tuple[int, str]]:
    """How often each campaign called each number."""
    by_reference = {campaign.reference: campaign.pk for campaign in campaigns}
    return Counter((by_reference[call.ref.rsplit("-", 3)[0]], call.number) for call in calls)


def everybody(campaigns: Sequence[Campaign]) -> Counter[tuple[int, str]]:
    """Each recipient of each campaign once."""
    return Counter((one.pk, number) for one in campaigns for number in one.recipients.values_list("number", flat=True))


def test_twelve_campaigns_and_four_workers_never_call_a_number_too_often_and_the_forecast_comes_true(
    story: Story,
) -> None:
    # Some numbers were called just before, so that not all of them have the same history.
    campaigns = story.drafts(amount=1, people=13)
    reasons = told_as_happened(campaigns[0], story.ledger)
    for _ in range(4):
        story.clock.shift(0.5)
        first, *others = wave = story.drafts()
        campaigns += wave
        reasons |= told_as_happened(first, story.ledger)
        for campaign in others:
            services.start(campaign, None)
        story.send(wave)

    calls = story.ledger.calls
    assert [too_close(calls, limit.most, limit.seconds) for limit in LIMITS] == [[], [], []]
    assert campaign_and_number(calls, campaigns) == everybody(campaigns)
    assert len(calls) == Submission.objects.count() == 13 + 4 * CAMPAIGNS * PEOPLE
    assert [states_of(campaign) for campaign in campaigns] == [{"submitted": one.total} for one in campaigns]
    # The story was hard enough: every limit held somebody back, and the workers shared the work.
    assert len(reasons) == len(LIMITS)
    assert timezone.now() - START > timedelta(days=1)
    assert len({call.worker for call in calls}) > WORKERS / 2


@pytest.mark.parametrize("ledger", [2], indirect=True)
def test_a_lower_limit_of_the_provider_is_learned_from_its_first_refusals_and_then_kept_by_all_workers(
    story: Story,
) -> None:
    campaigns: list[Campaign] = []
    for _ in range(2):
        wave = story.drafts()
        campaigns += wave
        for campaign in wave:
            services.start(campaign, None)
        story.send(wave)

    calls, refused = story.ledger.calls, [call for call in story.ledger.calls if call.refused]
    assert Account.objects.get(pk=story.account.pk).learned == {"per_minute": 2}
    # Workers that were at work at that moment may still have called others; the clock stood still for them.
    (learned_at,) = {call.left for call in refused}
    assert [pair for pair in too_close(calls, 2, 60.0) if pair[1].left > learned_at] == []
    assert too_close(calls, 1, 1.0) == []
    taken = [call for call in calls if not call.refused]
    assert campaign_and_number(taken, campaigns) == everybody(campaigns)
    assert len(taken) + len(refused) == Submission.objects.count()
    assert [states_of(campaign) for campaign in campaigns] == [{"submitted": PEOPLE}] * len(campaigns)

"""The account's turnstile as sending sees it: the breaker, the requests per second, and how many at once."""

import time
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from campaigns.models import Activity, Campaign, Chunk, Gate, Submission
from campaigns.sending import chunk_leases, send_loop
from campaigns.sending.dispatcher import dispatch
from campaigns.sending.plan import Content, plan
from campaigns.upkeep import sweeps
from providers.contract.abilities import Ability
from providers.contract.errors import Unknown
from providers.contract.words import Words
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of
from tests.factories.fakes import accept_all

from .lines import hold_line
from .steps import claim_one, in_flight, write_intents

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

SAID = Words("Said so.")
ONE_EACH = {"max_callees_voice_file": 1}


def run(campaign: Campaign) -> None:
    while dispatch(campaign.pk, http=NoHttp()):
        pass


def rest() -> timedelta:
    """How long the breaker stays open from now on."""
    until = Gate.objects.get().open_until
    assert until is not None
    return until - timezone.now()


def let_time_pass() -> None:
    Gate.objects.update(open_until=timezone.now() - timedelta(milliseconds=1))


def breaker_lines() -> list[str]:
    lines = Activity.objects.filter(kind__startswith="breaker").order_by("id")
    return list(lines.values_list("kind", flat=True))


@pytest.fixture
def broken(fake_gateway: FakeGateway) -> Campaign:
    """A campaign of twenty whose breaker has just opened."""
    account = make_account(settings=ONE_EACH, parallel_requests=1, breaker_failures=3, guard_percent=100)
    campaign = make_campaign(account, recipients=20)
    fake_gateway.answer = lambda message: Unknown(SAID)
    run(campaign)
    return campaign


def test_while_the_breaker_is_open_nobody_is_asked_and_nobody_is_woken(
    broken: Campaign, fake_gateway: FakeGateway, published: list[str]
) -> None:
    other = make_campaign(broken.account, recipients=2)
    run(broken)
    run(other)
    sweeps.wake_due_campaigns()
    assert len(fake_gateway.asked) == 3
    assert published == []
    assert timedelta(seconds=25) < rest() <= timedelta(seconds=30)
    assert breaker_lines() == ["breaker_opened"]
    let_time_pass()
    sweeps.wake_due_campaigns()
    assert len(published) == 2


def test_an_answered_probe_closes_the_breaker_and_everybody_is_sent_to(
    broken: Campaign, fake_gateway: FakeGateway
) -> None:
    let_time_pass()
    fake_gateway.answer = accept_all
    run(broken)
    assert len(fake_gateway.asked) == len(set(fake_gateway.numbers_asked)) == 20
    assert states_of(broken) == {"unknown": 3, "submitted": 17}
    gate = Gate.objects.get()
    assert (gate.failures, gate.opened, gate.open_until, gate.probing, gate.words) == (0, 0, None, False, "")
    assert breaker_lines() == ["breaker_opened", "breaker_closed"]


def test_a_failed_probe_opens_the_breaker_for_longer_and_the_next_may_still_close_it(
    broken: Campaign, fake_gateway: FakeGateway, published: list[str]
) -> None:
    for probe, seconds in enumerate((60, 120, 240, 480, 600, 600), 4):
        let_time_pass()
        run(broken)
        assert len(fake_gateway.asked) == probe
        assert timedelta(seconds=seconds - 5) < rest() <= timedelta(seconds=seconds)
    sweeps.wake_due_campaigns()
    assert published == []
    let_time_pass()
    fake_gateway.answer = accept_all
    run(broken)
    assert states_of(broken) == {"unknown": 9, "submitted": 11}
    assert breaker_lines() == ["breaker_opened", "breaker_closed"]


def test_only_one_request_probes_although_many_may_be_in_flight(
    broken: Campaign, fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken.account.parallel_requests = 8
    broken.account.save()
    line = hold_line(monkeypatch, fake_gateway)
    line.holds = lambda collected: collected < 4
    out: list[int] = []
    line.look = lambda collected: out.append(line.in_flight)
    let_time_pass()
    fake_gateway.answer = accept_all
    dispatch(broken.pk)
    assert out[:4] == [1, 1, 1, 1]
    assert line.most == 8
    assert states_of(broken) == {"unknown": 3, "submitted": 17}


def test_failures_that_are_not_in_a_row_leave_the_breaker_closed(fake_gateway: FakeGateway) -> None:
    account = make_account(settings=ONE_EACH, parallel_requests=1, breaker_failures=3, guard_percent=100)
    campaign = make_campaign(account, recipients=20)
    fake_gateway.answer = lambda message: Unknown(SAID) if len(fake_gateway.asked) % 3 else accept_all(message)
    run(campaign)
    assert states_of(campaign) == {"unknown": 14, "submitted": 6}
    assert breaker_lines() == []


def vanished_worker(campaign: Campaign, gateway: FakeGateway) -> None:
    """Everybody of the campaign is in a request whose worker is gone, and whose lease still runs."""
    now = timezone.now()
    claim = claim_one(campaign, now)
    assert claim is not None
    members = chunk_leases.due([claim], now)[claim.chunk_id]
    content = Content(Ability(campaign.kind), file_id="f.mp3")
    prefix = f"{campaign.reference}-{claim.prefix}"
    write_intents(claim, plan(members, content, gateway, campaign.account.access(), prefix).requests, now)


def test_a_limit_per_second_beside_full_places_is_not_asked_for_again_and_again(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account(settings=ONE_EACH, parallel_requests=1, requests_per_second=5.0)
    vanished_worker(make_campaign(account, recipients=1), fake_gateway)
    Gate.objects.update(next_request_at=timezone.now() - timedelta(seconds=5))
    campaign = make_campaign(account, recipients=5)
    turns: list[float] = []
    real = send_loop.settle_and_claim
    monkeypatch.setattr(send_loop, "settle_and_claim", lambda *args: (turns.append(time.monotonic()), real(*args))[1])
    end = time.monotonic() + 1
    dispatch(campaign.pk, http=NoHttp(), stopping=lambda: time.monotonic() > end)
    assert fake_gateway.asked == []
    assert 1 <= len(turns) <= 20


@pytest.mark.parametrize("parallel", [1, 4, 50])
def test_requests_leave_no_closer_than_the_limit_per_second_says(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, parallel: int
) -> None:
    line = hold_line(monkeypatch, fake_gateway)
    account = make_account(settings=ONE_EACH, parallel_requests=parallel, requests_per_second=40.0)
    campaign = make_campaign(account, recipients=24)
    turns: list[float] = []
    real = send_loop.settle_and_claim
    monkeypatch.setattr(send_loop, "settle_and_claim", lambda *args: (turns.append(time.monotonic()), real(*args))[1])
    began = timezone.now()
    dispatch(campaign.pk)
    written = dict(Submission.objects.values_list("pk", "started_at"))
    left = sorted(written[key] + timedelta(seconds=delay) for key, delay in line.delays)
    assert states_of(campaign) == {"submitted": 24}
    assert min(later - earlier for earlier, later in pairwise(left)) >= timedelta(seconds=1 / 40)
    assert left[-1] - began < timedelta(seconds=24 / 40 + 2)
    assert len(turns) <= 2 * 24 + 5


def test_requests_of_a_vanished_worker_count_over_all_campaigns_until_its_lease_has_ended(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = hold_line(monkeypatch, fake_gateway)
    account = make_account(settings=ONE_EACH, parallel_requests=3)
    gone, campaign = make_campaign(account, recipients=2), make_campaign(account, recipients=12)
    elsewhere = make_campaign(make_account(settings=ONE_EACH, parallel_requests=3), recipients=6)
    vanished_worker(gone, fake_gateway)
    end = time.monotonic() + 0.5
    dispatch(campaign.pk, stopping=lambda: time.monotonic() > end)
    assert line.most == 1
    assert in_flight(gone) == 2
    dispatch(elsewhere.pk)
    assert line.most == 3
    line.most = 0
    Chunk.objects.filter(campaign=gone).update(lease_until=timezone.now() - timedelta(seconds=1))
    dispatch(gone.pk)
    assert states_of(gone) == {"unknown": 2}
    more = make_campaign(account, recipients=6)
    dispatch(more.pk)
    assert line.most == 3

"""What is told before a start is what then happens."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta

import pytest

from campaigns.models import Campaign, NumberUse, Recipient
from campaigns.sending import forecast as forecasting
from campaigns.sending import forecasts, number_limits, quiet
from campaigns.sending.forecast import Forecast, forecast
from notifyadmin.web.words import in_words
from providers.contract.gateway import Frequency
from providers.contract.words import Words
from providers.models import Account
from tests.campaigns.sending.admitting import admit
from tests.factories import FakeGateway, make_account, make_campaign

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

NOW = datetime(2026, 5, 1, 9, 0, 0, 500_000, tzinfo=UTC)
LIMITS = (Frequency("per_second", 1, 1.0), Frequency("per_minute", 3, 60.0), Frequency("per_day", 10, 86_400.0))


@pytest.fixture
def account(fake_gateway: FakeGateway) -> Account:
    fake_gateway.frequencies = lambda access: LIMITS
    return make_account()


def waiting(campaign: Campaign) -> list[tuple[int, str]]:
    return list(campaign.recipients.order_by("position").values_list("id", "number"))


def happens(campaign: Campaign) -> Forecast:
    """What the engine would do with everybody, told like a forecast."""
    account = campaign.account
    numbers = waiting(campaign)
    awake = quiet.split(numbers, NOW, account.quiet_from, account.quiet_until, account.gateway.timezone)
    going = set(awake.go)
    asked = [one for one in numbers if one[0] in going]
    admitted = admit(account.pk, number_limits.limits_of(account), asked, NOW)
    holds = [*awake.holds, *admitted.holds]
    counts = Counter((forecasting._shown(hold.until, NOW), hold.words.pack()) for hold in holds)
    return Forecast(len(admitted.go), forecasts.in_time(counts))


def used(account: Account, number: int, *seconds_ago: float) -> None:
    recent = [NOW.timestamp() - seconds for seconds in seconds_ago]
    NumberUse.objects.create(account=account, number=str(8613800000000 + number), recent=recent)


def test_the_forecast_is_what_then_happens(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecasting, "PAGE", 3)
    campaign = make_campaign(account, recipients=10, running=False)
    used(account, 1, 0.2)
    used(account, 2, 50, 40, 30)
    used(account, 3, *range(80_000, 70_000, -1000))
    used(account, 4, *range(80_000, 70_000, -1000))
    used(account, 5, 50, 40)
    used(account, 6, 90_000)
    told = forecast(campaign, NOW)
    assert (told.now, told.later) == (6, 4)
    assert [held.count for held in told.held] == [1, 1, 2]
    assert told == happens(campaign)


def test_quiet_hours_and_limits_are_told_together(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(quiet_from=time(21), quiet_until=time(8))
    account.refresh_from_db()
    campaign = make_campaign(account, recipients=4, running=False)
    night = Recipient.objects.filter(campaign=campaign, position__in=[1, 2])
    for person in night:
        night.filter(pk=person.pk).update(number=f"1212555012{person.position}")
    used(account, 3, 50, 40, 30)
    told = forecast(campaign, NOW)
    assert (told.now, [held.count for held in told.held]) == (1, [1, 2])
    assert told.held[1].until == datetime(2026, 5, 1, 12, tzinfo=UTC)
    assert told == happens(campaign)


def test_numbers_that_wait_in_other_running_campaigns_of_the_account_go_first(account: Account) -> None:
    first = make_campaign(account, recipients=3)
    make_campaign(account, recipients=5, running=False)
    make_campaign(make_account(), recipients=5)
    campaign = make_campaign(account, recipients=5, running=False)
    told = forecast(campaign, NOW)
    assert (told.now, told.later) == (2, 3)
    admit(account.pk, LIMITS, waiting(first), NOW)
    assert told == happens(campaign)


def test_whoever_is_held_already_stays_held_for_the_same_reason(account: Account) -> None:
    campaign = make_campaign(account, recipients=4)
    words = Words("Because %(x)s.", {"x": 1})
    held = campaign.recipients.filter(position__lte=2)
    held.update(state="held", held_until=NOW + timedelta(seconds=600, microseconds=3), reason=words.pack())
    campaign.recipients.filter(position=3).update(state="delivered")
    told = forecast(campaign, NOW)
    assert told == Forecast(1, (forecasts.Held(NOW + timedelta(seconds=600.5), 2, words),))


def test_without_limits_nobody_is_looked_at(fake_gateway: FakeGateway, django_assert_num_queries) -> None:
    campaign = make_campaign(make_account(), recipients=7, running=False)
    with django_assert_num_queries(1):
        assert forecast(campaign, NOW) == Forecast(7)


def test_many_people_take_a_few_statements_per_page(account: Account, monkeypatch, django_assert_num_queries) -> None:
    monkeypatch.setattr(forecasting, "PAGE", 20)
    make_campaign(account, recipients=60)
    campaign = make_campaign(account, recipients=60, running=False)
    with django_assert_num_queries(1 + 3 * 3 + 1):
        forecast(campaign, NOW)


def test_many_ends_are_told_in_few_lines_that_still_add_up() -> None:
    held = tuple(forecasts.Held(NOW + timedelta(minutes=7 * n), 2, Words("x")) for n in range(100))
    coarse = Forecast(0, held).coarse(12)
    assert 1 < len(coarse) <= 12
    assert sum(one.count for one in coarse) == 200
    assert coarse[-1].until >= held[-1].until


OFFICE = {"time_zone": "Europe/Berlin", "window_days": 0b0011111, "window_from": time(9), "window_until": time(18)}


def test_outside_its_hours_everybody_waits_for_the_next_opening(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=7, running=False, **OFFICE)
    assert forecast(campaign, NOW) == Forecast(7)
    (held,) = forecast(campaign, NOW + timedelta(hours=12)).held
    assert (held.count, held.until) == (7, datetime(2026, 5, 4, 7, tzinfo=UTC))
    assert "Europe/Berlin" in in_words(held.words)


def test_whoever_waits_for_another_reason_goes_in_its_hours_as_well(account: Account) -> None:
    campaign = make_campaign(account, recipients=1, running=False, **(OFFICE | {"window_until": time(11, 1)}))
    used(account, 1, 30, 20, 10)
    (held,) = forecast(campaign, NOW + timedelta(seconds=59)).held or (None,)
    assert held is None or held.until == datetime(2026, 5, 4, 7, tzinfo=UTC)


def test_with_a_rate_those_of_the_first_minute_go_and_the_others_in_turn(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=300, running=False, per_minute=60)
    told = forecast(campaign, NOW)
    (held,) = told.held
    assert (told.now, held.count) == (58, 242)
    assert told.end == held.until == NOW + timedelta(seconds=309)
    assert "about 58 a minute" in in_words(held.words)


def test_a_rate_rests_while_it_is_closed(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=500, running=False, per_minute=1, **OFFICE)
    told = forecast(campaign, NOW + timedelta(hours=12))
    assert (told.now, [held.count for held in told.held]) == (0, [1, 499])
    assert told.held[0].until == datetime(2026, 5, 4, 7, tzinfo=UTC)
    assert told.end is not None
    # 500 at 61.8 seconds are 8:35 hours, of which Monday has 9.
    assert datetime(2026, 5, 4, 15, 34, tzinfo=UTC) < told.end < datetime(2026, 5, 4, 15, 36, tzinfo=UTC)


def test_a_spread_ends_when_it_says(fake_gateway: FakeGateway) -> None:
    until = NOW + timedelta(hours=5)
    campaign = make_campaign(make_account(), recipients=30, running=False, spread_until=until)
    told = forecast(campaign, NOW)
    assert (told.now, told.later, told.end) == (1, 29, until)
    assert "every 10 minutes" in in_words(told.held[0].words)

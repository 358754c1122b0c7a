"""The schedule as a step of composing: chosen by the clock of a named place, always saved, honoured by the start."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
AT = datetime(2026, 5, 4, 7, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def draft(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(balance_amount=5), "sms", 3, running=False)


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True), BACKEND)
    client.cookies["timezone"] = "America/New_York"
    return client


def url(name: str, campaign: Campaign) -> str:
    return reverse(f"campaigns:{name}", args=[campaign.pk])


def form(**changed: Any) -> dict[str, Any]:
    every_day = {"days": [str(day) for day in range(7)]}
    return {"start": "now", "at": "", "time_zone": "Europe/Berlin", "per_minute": "", **every_day} | changed


def test_everything_is_read_by_the_clock_of_the_chosen_place_and_shown_so_again(
    client: Client, draft: Campaign
) -> None:
    hours = {"window_from": "09:00", "window_until": "18:00", "days": ["0", "4"]}
    chosen = form(start="at", at="2026-05-04T09:30", spread_until="2026-05-04T17:00", per_minute="120", **hours)
    assert client.post(url("schedule", draft), chosen).url == url("check", draft)
    draft.refresh_from_db()
    assert (draft.state, draft.scheduled_at) == ("draft", AT)
    assert (draft.time_zone, draft.window_days) == ("Europe/Berlin", 0b10001)
    assert (draft.window_from, draft.window_until) == (time(9), time(18))
    assert (draft.spread_until, draft.per_minute) == (datetime(2026, 5, 4, 15, tzinfo=UTC), 120)
    page = client.get(url("schedule", draft)).content.decode()
    assert '<option value="Europe/Berlin" selected>' in page
    for shown in ('value="2026-05-04T09:30"', 'value="2026-05-04T17:00"', 'value="09:00"', 'value="120"'):
        assert shown in page


def test_a_new_draft_starts_when_somebody_starts_it_and_may_always_send(client: Client, draft: Campaign) -> None:
    page = client.get(url("schedule", draft)).content.decode()
    assert '<option value="America/New_York" selected>' in page
    assert client.post(url("schedule", draft), form(stay="1")).url == url("schedule", draft)
    draft.refresh_from_db()
    assert (draft.scheduled_at, draft.window_days, draft.window_from, draft.spread_until) == (None, 127, None, None)


@pytest.mark.parametrize(
    ("wrong", "field", "told"),
    [
        ({"start": "at"}, "at", "Choose the time"),
        ({"start": "at", "at": "2026-05-01T11:00"}, "at", "is over or less than a minute away"),
        ({"start": "at", "at": "soon"}, "at", "valid date"),
        ({"window_from": "09:00"}, "window_until", "Give both times"),
        ({"window_from": "09:00", "window_until": "09:00"}, "window_until", "are the same"),
        ({"days": []}, "days", "required"),
        ({"per_minute": "0"}, "per_minute", "greater than or equal to 1"),
        ({"spread_until": "2026-05-01T11:00"}, "spread_until", "before the start"),
        ({"start": "at", "at": "2026-05-04T09:30", "spread_until": "2026-05-02T11:00"}, "spread_until", "before the"),
        ({"spread_until": "2027-05-01T11:00"}, "spread_until", "more than 90 days"),
        # Friday noon to Saturday, where only Mondays are open.
        ({"spread_until": "2026-05-02T11:00", "days": ["0"]}, "spread_until", "no hour in which it may send"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "valid choice"),
    ],
)
def test_what_cannot_be_is_shown_again_with_the_reason_and_nothing_is_changed(
    client: Client, draft: Campaign, wrong: dict[str, Any], field: str, told: str
) -> None:
    answer = client.post(url("schedule", draft), form(**wrong))
    assert answer.status_code == 200
    assert told in " ".join(answer.context["form"].errors[field])
    draft.refresh_from_db()
    assert draft.time_zone == ""


def test_the_start_of_the_check_keeps_what_the_schedule_says(client: Client, draft: Campaign) -> None:
    client.post(url("schedule", draft), form(start="at", at="2026-05-04T09:30"))
    page = client.get(url("check", draft)).content.decode()
    assert "2026-05-04 09:30 (Europe/Berlin)" in page
    assert "Schedule the start" in page
    client.post(url("start", draft))
    draft.refresh_from_db()
    assert (draft.state, draft.scheduled_at) == ("scheduled", AT)


def test_a_planned_time_that_is_over_stands_against_the_start(client: Client, draft: Campaign) -> None:
    Campaign.objects.update(scheduled_at=timezone.now() - timedelta(minutes=5))
    assert "The planned time is over" in client.get(url("check", draft)).content.decode()
    client.post(url("start", draft))
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_what_is_scheduled_keeps_its_hours_until_it_is_a_draft_again(client: Client, draft: Campaign) -> None:
    client.post(url("schedule", draft), form(start="at", at="2026-05-04T09:30", per_minute="5"))
    client.post(url("start", draft))
    client.post(url("schedule", draft), form(per_minute="500"))
    draft.refresh_from_db()
    assert (draft.state, draft.per_minute) == ("scheduled", 5)
    client.post(url("unschedule", draft))
    client.post(url("schedule", draft), form(per_minute="500"))
    draft.refresh_from_db()
    assert (draft.state, draft.per_minute, draft.scheduled_at) == ("draft", 500, None)


def test_the_schedule_belongs_to_those_who_compose(draft: Campaign) -> None:
    visitor = Client()
    visitor.force_login(make_user("campaigns.view_campaign", "campaigns.start_campaign"), BACKEND)
    assert visitor.post(url("schedule", draft), form()).status_code == 403

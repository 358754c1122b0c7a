"""What stands against a start, and what is only to be known."""

from datetime import UTC, datetime, time
from typing import Any

import pytest
import time_machine

from campaigns.compose import checks
from campaigns.models import Campaign
from campaigns.people.audience.importing import add_audience
from campaigns.people.audience.reading import read_text
from providers.models import AccountState, Price, VoiceTemplate
from tests.factories import make_account, make_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_gateway")]

LIST = "number,场馆\n+8613800138000,2\n+8613800138001,3\n+8613800138002,\n"


def ready(**values: Any) -> Campaign:
    account = make_account(balance_amount=5, balance_unit="USD")
    Price.objects.create(account=account, kind="sms", unit="segment", amount=1, currency="USD")
    # Whatever the clock says now, it is day where they are.
    hours = {"time_zone": "Asia/Shanghai", "window_from": time(9), "window_until": time(20)}
    campaign = make_campaign(account, "sms", 0, running=False, text="", **hours)
    table = read_text(LIST)
    add_audience(campaign, table.rows, table.columns)
    Campaign.objects.filter(pk=campaign.pk).update(**({"text": "Hello"} | values))
    return Campaign.objects.select_related("account", "template", "voice_file").get(pk=campaign.pk)


def found(campaign: Campaign, level: checks.Level) -> list[str]:
    return [f"{item.title} {item.detail}" for item in checks.items(campaign) if item.level == level]


def test_nothing_stands_against_a_complete_campaign() -> None:
    with time_machine.travel(datetime(2026, 5, 1, 4, tzinfo=UTC), tick=False):
        assert found(ready(), checks.Level.STOP) == found(ready(), checks.Level.LOOK) == []


def test_an_empty_text_stops() -> None:
    assert "text is empty" in found(ready(text=" "), checks.Level.STOP)[0]


def test_an_empty_audience_stops() -> None:
    campaign = make_campaign(make_account(), "sms", 0, running=False)
    assert any("audience is empty" in line for line in found(campaign, checks.Level.STOP))


@pytest.mark.parametrize("state", [AccountState.PAUSED, AccountState.ARCHIVED])
def test_an_account_that_is_not_active_stops(state: str) -> None:
    campaign = ready()
    campaign.account.state = state
    assert "not active" in found(campaign, checks.Level.STOP)[0]


def test_a_placeholder_without_column_stops_and_both_sides_are_named() -> None:
    (line,) = found(ready(text="{hall}"), checks.Level.STOP)
    assert "“hall”" in line
    assert "“场馆”" in line


@pytest.mark.stores
def test_recipients_without_a_needed_value_are_counted_whatever_the_columns_are_called() -> None:
    (line,) = [line for line in found(ready(text="{场馆}"), checks.Level.LOOK) if "场馆" in line]
    assert line.startswith("1 recipient has no")


def test_rows_that_were_left_out_are_told() -> None:
    campaign = ready()
    add_audience(campaign, read_text("number\nabc").rows, ())
    assert any("1 row is not in the audience" in line for line in found(campaign, checks.Level.LOOK))


def test_what_the_provider_would_refuse_for_everybody_stops_and_for_some_is_told() -> None:
    campaign = ready()
    campaign.recipients.filter(position=2).update(number="999")
    assert any(line.startswith("1 message would be refused") for line in found(campaign, checks.Level.LOOK))
    for position in (1, 2, 3):
        campaign.recipients.filter(position=position).update(number=f"999{position}")
    assert any("3 messages would be refused" in line for line in found(campaign, checks.Level.STOP))


def test_a_template_that_lost_its_approval_stops() -> None:
    account = make_account()
    template = VoiceTemplate.objects.create(account=account, name="T", text="你好", state="rejected")
    campaign = make_campaign(account, "voice_template", 2, running=False, template=template, text="你好")
    assert any("not approved" in line for line in found(campaign, checks.Level.STOP))


def test_a_text_that_was_changed_behind_the_form_is_still_compared_with_its_template() -> None:
    account = make_account()
    template = VoiceTemplate.objects.create(account=account, name="T", text="你好，【变量】", state="approved")
    campaign = make_campaign(account, "voice_template", 2, running=False, template=template, text="你好 x")
    assert any("character 3" in line for line in found(campaign, checks.Level.STOP))


def test_a_file_that_is_not_at_the_account_stops() -> None:
    campaign = make_campaign(make_account(), "voice_file", 2, running=False)
    assert found(campaign, checks.Level.STOP) == []
    campaign.voice_file.copies.all().delete()
    assert any("not at this account" in line for line in found(campaign, checks.Level.STOP))


@pytest.mark.parametrize(("text", "told"), [("｛场馆｝", True), ("{场馆", True), ("{场馆}!", False)])
def test_a_brace_that_replaces_nothing_is_told(text: str, told: bool) -> None:
    assert any("brace" in line for line in found(ready(text=text), checks.Level.LOOK)) == told

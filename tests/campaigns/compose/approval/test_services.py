"""Asking for an approval, giving it, and what makes it void."""

import threading
from collections.abc import Callable
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection, transaction
from django.utils import timezone

from campaigns.compose.beginnings.resends.groups import Group
from campaigns.compose.beginnings.resends.services import send_again
from campaigns.lifecycle import services as life
from campaigns.lifecycle.approval import limits, services
from campaigns.lifecycle.approval.digests import digest
from campaigns.lifecycle.approval.guard import is_approved, note_change, void_if_changed
from campaigns.lifecycle.base import NotPossible
from campaigns.lifecycle.scheduling.services import schedule, start_scheduled, unschedule
from campaigns.models import Activity, Campaign, ListFile, Recipient
from campaigns.people.audience.chunks import cut_into_chunks
from campaigns.people.audience.importing import clear_audience
from providers.models import Price, VoiceTemplate
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


@pytest.fixture(autouse=True)
def limit(settings: Any) -> None:
    settings.APPROVAL_RECIPIENTS = 2


@pytest.fixture
def composer() -> User:
    return make_user("campaigns.approve_campaign")


@pytest.fixture
def other() -> User:
    return make_user("campaigns.approve_campaign")


@pytest.fixture
def draft(fake_gateway: FakeGateway, composer: User) -> Campaign:
    return make_campaign(make_account(), "sms", 3, running=False, created_by=composer)


def fresh(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(pk=campaign.pk)


def approved(campaign: Campaign, composer: User, other: User) -> Campaign:
    services.ask(campaign, composer)
    services.approve(campaign, other, seen=digest(fresh(campaign)))
    return fresh(campaign)


def add_somebody(campaign: Campaign) -> None:
    last = campaign.recipients.count() + 1
    Recipient.objects.create(campaign=campaign, position=last, number=f"86138{last:08}")
    campaign.total = last
    campaign.save(update_fields=["total"])
    cut_into_chunks(campaign, last)


def test_a_large_campaign_cannot_start_or_be_scheduled_without_an_approval(draft: Campaign, composer: User) -> None:
    with pytest.raises(NotPossible, match="approval"):
        life.start(draft, composer)
    with pytest.raises(NotPossible, match="approval"):
        schedule(draft, timezone.now() + timedelta(hours=1), composer)
    assert fresh(draft).state == "draft"


def test_at_the_limit_itself_nobody_has_to_be_asked(fake_gateway: FakeGateway, composer: User) -> None:
    small = make_campaign(make_account(), "sms", 2, running=False)
    with pytest.raises(NotPossible, match="needs no approval"):
        services.ask(small, composer)
    life.start(small, composer)
    assert small.state == "running"


def test_after_somebody_else_approved_it_starts_as_usual(draft: Campaign, composer: User, other: User) -> None:
    services.ask(draft, composer)
    assert draft.state == "pending_approval"
    with pytest.raises(NotPossible):
        life.start(draft, other)
    services.approve(draft, other, seen=digest(fresh(draft)), note="Good.")
    assert (draft.state, draft.approved_by) == ("draft", other)
    life.start(draft, composer)
    assert draft.state == "running"
    said = list(Activity.objects.filter(campaign=draft).order_by("id").values_list("kind", "attention", "user"))
    asked, given = ("approval_asked", True, composer.pk), ("approved", False, other.pk)
    assert said[:2] == [asked, given]
    assert "Good." in Activity.objects.get(kind="approved").words


def test_it_may_be_scheduled_after_the_approval_and_starts_at_its_time(
    draft: Campaign, composer: User, other: User
) -> None:
    at = timezone.now() + timedelta(hours=1)
    schedule(approved(draft, composer, other), at, composer)
    assert start_scheduled(at) == 1
    assert fresh(draft).state == "running"


@pytest.mark.parametrize("part", ["created_by", "changed_by", "asked"])
def test_whoever_had_a_hand_in_it_cannot_approve(draft: Campaign, composer: User, other: User, part: str) -> None:
    third = make_user("campaigns.approve_campaign")
    draft.created_by = draft.changed_by = third
    if part != "asked":
        setattr(draft, part, other)
    draft.save()
    services.ask(draft, other if part == "asked" else composer)
    with pytest.raises(NotPossible, match="somebody else"):
        services.approve(draft, other, seen=digest(fresh(draft)))
    with pytest.raises(NotPossible, match="somebody else"):
        services.refuse(draft, other, reason="No.")
    assert fresh(draft).state == "pending_approval"


def test_approving_needs_the_permission(draft: Campaign, composer: User) -> None:
    services.ask(draft, composer)
    with pytest.raises(NotPossible, match="may not"):
        services.approve(draft, make_user(), seen=digest(fresh(draft)))


def test_sending_back_says_why_and_leaves_no_approval(draft: Campaign, composer: User, other: User) -> None:
    services.ask(draft, composer)
    with pytest.raises(NotPossible, match="Say why"):
        services.refuse(draft, other, reason=" ")
    services.refuse(draft, other, reason="The text is rude.")
    assert (draft.state, draft.approved_at, draft.approval_asked_by) == ("draft", None, None)
    line = Activity.objects.get(kind="approval_refused")
    assert (line.user, line.attention) == (other, True)
    assert "rude" in line.words
    with pytest.raises(NotPossible):
        life.start(draft, composer)


def test_what_waits_can_be_taken_back_to_be_changed(draft: Campaign, composer: User, other: User) -> None:
    services.ask(draft, composer)
    services.take_back(draft, composer)
    assert draft.state == "draft"
    with pytest.raises(NotPossible):
        services.approve(draft, other, seen=digest(fresh(draft)))


def test_what_cannot_start_cannot_be_asked_about(draft: Campaign, composer: User) -> None:
    ListFile.objects.create(purpose="audience", campaign=draft, state="reading")
    with pytest.raises(NotPossible, match="still being read"):
        services.ask(draft, composer)
    draft.lists.all().delete()
    Campaign.objects.update(text=" ")
    with pytest.raises(NotPossible, match="text"):
        services.ask(draft, composer)


def _template(campaign: Campaign) -> None:
    VoiceTemplate.objects.create(account=campaign.account, name="T", text="t", state="approved", provider_id="7")
    Campaign.objects.update(template=VoiceTemplate.objects.get())


def _account(campaign: Campaign) -> None:
    Campaign.objects.update(account=make_account())


def _another_audience_of_the_same_size(campaign: Campaign) -> None:
    people = list(campaign.recipients.values_list("number", flat=True))
    clear_audience(campaign)
    Recipient.objects.bulk_create(
        Recipient(campaign=campaign, position=place, number=f"{number[:-1]}9" if place == 2 else number)
        for place, number in enumerate(people, 1)
    )
    Campaign.objects.update(total=3)
    campaign.total = 3
    cut_into_chunks(campaign, 1)


CHANGES: dict[str, Callable[[Campaign], Any]] = {
    "text": lambda campaign: Campaign.objects.update(text="Something else"),
    "account": _account,
    "options": lambda campaign: Campaign.objects.update(options={"senderId": "x"}),
    "template": _template,
    "somebody more": add_somebody,
    "another audience of the same size": _another_audience_of_the_same_size,
    "hours": lambda campaign: Campaign.objects.update(window_from=time(1), window_until=time(2), time_zone="UTC"),
    "rate": lambda campaign: Campaign.objects.update(per_minute=10),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_afterwards_voids_the_approval_and_says_so(
    draft: Campaign, composer: User, other: User, change: str
) -> None:
    approved(draft, composer, other)
    CHANGES[change](fresh(draft))
    with pytest.raises(NotPossible, match="approval"):
        life.start(draft, composer)
    now = fresh(draft)
    assert (now.state, now.approved_at, now.approval_digest) == ("draft", None, "")
    assert Activity.objects.filter(kind="approval_void", campaign=draft, attention=True).count() == 1


def test_what_changes_nothing_keeps_the_approval(draft: Campaign, composer: User, other: User) -> None:
    approved(draft, composer, other)
    Campaign.objects.update(name="Another name")
    assert not void_if_changed(draft.pk, composer)
    assert is_approved(fresh(draft))


def test_a_change_takes_the_approval_away_at_once_and_is_remembered(
    draft: Campaign, composer: User, other: User
) -> None:
    approved(draft, composer, other)
    Campaign.objects.update(text="Else")
    note_change(draft.pk, other)
    assert (fresh(draft).approved_at, fresh(draft).changed_by) == (None, other)
    services.ask(draft, composer)
    with pytest.raises(NotPossible, match="somebody else"):
        services.approve(draft, other, seen=digest(fresh(draft)))


def test_nobody_approves_what_they_did_not_see(draft: Campaign, composer: User, other: User) -> None:
    services.ask(draft, composer)
    with pytest.raises(NotPossible, match="no longer what you looked at"):
        services.approve(draft, other, seen="0" * 64)
    assert fresh(draft).state == "draft"
    services.ask(draft, composer)
    Campaign.objects.update(text="Slipped in")
    with pytest.raises(NotPossible, match="no longer what you looked at"):
        services.approve(draft, other, seen=digest(fresh(draft)))
    assert (fresh(draft).state, fresh(draft).approved_at) == ("draft", None)


def test_a_scheduled_campaign_whose_approval_became_void_asks_instead_of_starting(
    draft: Campaign, composer: User, other: User
) -> None:
    at = timezone.now() + timedelta(hours=1)
    schedule(approved(draft, composer, other), at, composer)
    Campaign.objects.update(text="Changed behind everybody's back")
    assert start_scheduled(at) == 0
    now = fresh(draft)
    assert (now.state, now.late) == ("scheduled", True)
    assert "approval is void" in now.pause_words
    unschedule(draft, composer)
    assert fresh(draft).state == "draft"


def test_a_limit_that_was_lowered_holds_for_what_is_scheduled_already(
    draft: Campaign, composer: User, settings: Any
) -> None:
    settings.APPROVAL_RECIPIENTS = 0
    at = timezone.now() + timedelta(hours=1)
    schedule(draft, at, composer)
    settings.APPROVAL_RECIPIENTS = 2
    assert start_scheduled(at) == 0
    assert fresh(draft).late


def test_sending_again_needs_an_approval_of_its_own(draft: Campaign, composer: User, other: User) -> None:
    life.start(approved(draft, composer, other), composer)
    draft.recipients.update(state="expired")
    again = send_again(fresh(draft), [Group("expired")], composer)
    with pytest.raises(NotPossible, match="approval"):
        life.start(again, composer)


def test_a_change_that_commits_while_a_start_waits_for_it_is_seen_by_the_start(
    draft: Campaign, composer: User, other: User
) -> None:
    """Both want the campaign's row: the start comes second, and finds what was approved gone."""
    approved(draft, composer, other)
    changing, refusals = threading.Event(), []

    def start() -> None:
        try:
            changing.wait(5)
            life.start(draft, composer)
        except NotPossible as refusal:
            refusals.append(refusal.message)
        finally:
            connection.close()

    thread = threading.Thread(target=start)
    thread.start()
    with transaction.atomic():
        current = Campaign.objects.select_for_update().get(pk=draft.pk)
        add_somebody(current)
        changing.set()
        thread.join(0.5)
    thread.join(20)
    assert len(refusals) == 1
    assert fresh(draft).state == "draft"


@pytest.mark.parametrize(
    ("amounts", "needed"),
    [({"USD": Decimal("500.01")}, True), ({"USD": Decimal(500)}, False), ({"CNY": Decimal(10**6)}, False), ({}, False)],
)
def test_a_cost_above_the_limit_in_its_currency_needs_an_approval(
    fake_gateway: FakeGateway, settings: Any, monkeypatch: pytest.MonkeyPatch, amounts: dict[str, Decimal], needed: bool
) -> None:
    settings.APPROVAL_COST = ["500 USD"]
    monkeypatch.setattr(limits, "amounts", lambda campaign, patient: amounts)
    assert bool(limits.reasons(make_campaign(make_account(), "sms", 1, running=False))) == needed


def test_the_estimate_out_of_the_prices_decides(fake_gateway: FakeGateway, settings: Any) -> None:
    settings.APPROVAL_COST, settings.APPROVAL_RECIPIENTS = ["1 USD"], 0
    account = make_account()
    Price.objects.create(account=account, kind="sms", unit="segment", amount=Decimal("0.6"), currency="USD")
    cheap = make_campaign(account, "sms", 1, running=False)
    dear = make_campaign(account, "sms", 2, running=False)
    assert limits.reasons(cheap) == []
    assert "1.20 USD" in str(limits.reasons(dear)[0].values)
    with pytest.raises(NotPossible, match="approval"):
        life.start(dear, None)


@pytest.mark.parametrize("written", ["500", "USD 500", "much USD", "5 DOLLARS"])
def test_a_limit_that_is_no_amount_is_an_error_of_the_settings(settings: Any, written: str) -> None:
    settings.APPROVAL_COST = [written]
    with pytest.raises(ImproperlyConfigured):
        limits.cost_limits()
    with pytest.raises(SystemCheckError, match="APPROVAL_COST"):
        call_command("check")

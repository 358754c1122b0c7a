"""Asking providers for their records: gently, and through the same door as pushes."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.counters.selectors import tallies
from campaigns.following.evidence.timeline import moments
from campaigns.models import Campaign, Receipt, Submission
from campaigns.receipts.ingest import apply_pushes, rematch
from campaigns.receipts.reconciliation.asking import MOST_BY_ID, ask_records
from campaigns.receipts.reconciliation.listing import MOST_PAGES
from providers.contract.abilities import Ability
from providers.contract.errors import NotSent, Refused, Unknown
from providers.contract.records import Records, RecordsAnswer
from providers.contract.statuses import Concern, Verdict
from providers.contract.words import Words
from providers.models import Account, InboundPush, ProviderCall
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

from .lost import ago, lose
from .records import Provider, ask, event, first, later, overdue

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


@pytest.fixture
def account(provider: Provider) -> Account:
    return make_account()


@pytest.fixture
def campaign(account: Account) -> Campaign:
    return make_campaign(account, "sms", recipients=3)


def assert_adds_up(campaign: Campaign) -> None:
    assert states_of(campaign) == {state: amount for state, amount in tallies(campaign).items() if amount}


# Unknown recipients, by the time of their request


def test_a_record_with_our_reference_settles_an_unknown_recipient(campaign: Campaign, provider: Provider) -> None:
    submission = lose(campaign, 1, 2)
    provider.records = [event("id-1", f"{submission.reference}.1", first(campaign).number)]
    assert ask() == 1
    recipient = first(campaign)
    assert (recipient.state, recipient.provider_id) == ("delivered", "id-1")
    assert (Receipt.objects.get().push, Receipt.objects.get().matched_by) == (None, "reference")
    assert any("Said delivered." in moment.notes for moment in moments(recipient))
    assert_adds_up(campaign)


def test_the_time_around_the_request_is_asked_for(campaign: Campaign, provider: Provider) -> None:
    submission = lose(campaign, 1, started_at=ago(minutes=30))
    ask()
    [(kind, start, end, position)] = provider.asked_times
    assert (kind, position) == (Ability.SMS, "")
    assert start == submission.started_at - timedelta(minutes=2)
    assert submission.started_at + timedelta(minutes=2) <= end <= submission.started_at + timedelta(minutes=5)


def test_requests_of_the_same_time_are_asked_for_together(campaign: Campaign, provider: Provider) -> None:
    lose(campaign, 1, started_at=ago(minutes=30))
    lose(campaign, 2, started_at=ago(minutes=29))
    lose(campaign, 3, started_at=ago(minutes=10))
    assert ask() == 2


def test_a_record_without_an_end_makes_an_unknown_recipient_submitted(campaign: Campaign, provider: Provider) -> None:
    submission = lose(campaign, 1)
    provider.records = [event("id-1", f"{submission.reference}.1", first(campaign).number, Verdict.UNKNOWN)]
    ask()
    recipient = first(campaign)
    assert (recipient.state, recipient.provider_id, recipient.reason) == ("submitted", "id-1", "Said unknown.")


def test_a_record_without_reference_is_matched_by_number_and_time_a_little_later(
    campaign: Campaign, provider: Provider
) -> None:
    lose(campaign, 1)
    provider.records = [event("id-1", "", first(campaign).number)]
    ask()
    assert first(campaign).state == "unknown"
    assert first(campaign).reason == "The connection broke."
    Receipt.objects.update(received_at=ago(seconds=11))
    rematch()
    assert (first(campaign).state, first(campaign).provider_id) == ("delivered", "id-1")


def test_records_of_others_are_left_alone(campaign: Campaign, provider: Provider) -> None:
    lose(campaign, 1)
    provider.records = [event("strange", "", "8613999999999"), event("foreign", "not-ours", "8613999999998")]
    ask()
    assert not Receipt.objects.exists()


def test_a_record_and_a_push_of_the_same_call_agree_in_any_order(campaign: Campaign, provider: Provider) -> None:
    submission = lose(campaign, 1)
    number, ref = first(campaign).number, f"{submission.reference}.1"
    provider.records = [event("id-1", ref, number)]
    ask()
    InboundPush.objects.create(
        account=campaign.account, door="receipts", body=f"id-1|{ref}|{number}|delivered|2|1".encode()
    )
    apply_pushes()
    assert first(campaign).state == "delivered"
    assert_adds_up(campaign)


# What the records do not show


def test_what_the_records_do_not_show_stays_unknown_and_says_so(
    campaign: Campaign, provider: Provider, published: list[str]
) -> None:
    submission = lose(campaign, 1, 2)
    provider.records = [event("id-2", f"{submission.reference}.2", campaign.recipients.get(position=2).number)]
    ask()
    recipient = first(campaign)
    assert recipient.state == "unknown"
    assert "did not show this recipient" in recipient.reason
    assert f"{timezone.now():%Y-%m-%d}" in recipient.reason
    assert any("did not show" in note for moment in moments(recipient) for note in moment.notes)
    assert "campaigns.dispatch" not in published
    assert Submission.objects.count() == 1
    assert states_of(campaign) == {"unknown": 1, "delivered": 1, "pending": 1}


def test_nothing_is_said_before_the_whole_listing_was_read(campaign: Campaign, provider: Provider) -> None:
    lose(campaign, 1)
    provider.pages = MOST_PAGES + 2
    assert ask() == MOST_PAGES
    assert first(campaign).reason == "The connection broke."
    later(minutes=1)
    assert ask() == 2
    assert [int(position or 1) for *_, position in provider.asked_times] == list(range(1, MOST_PAGES + 3))
    assert "did not show" in first(campaign).reason


def test_a_refused_listing_proves_nothing(campaign: Campaign, provider: Provider) -> None:
    lose(campaign, 1)
    for answer in (
        Refused("-1", "no", Words("No."), Concern.CREDENTIALS),
        Unknown(Words("?")),
        NotSent(Words("No way.")),
    ):
        provider.says = [answer]
        later(days=1)
        assert ask() == 1
        assert first(campaign).reason == "The connection broke."
    campaign.account.refresh_from_db()
    assert campaign.account.state == "active"
    assert list(ProviderCall.objects.order_by("pk").values_list("outcome", flat=True)) == [
        "refused",
        "unknown",
        "not_sent",
    ]


def test_a_repeated_position_does_not_go_on_for_ever(campaign: Campaign, provider: Provider) -> None:
    lose(campaign, 1)
    provider.says = [Records(next="2"), Records(next="2")]
    assert ask() == 2


# Receipts that are overdue, by id


def test_overdue_receipts_are_asked_for_by_id_in_requests_of_the_allowed_size(
    campaign: Campaign, provider: Provider
) -> None:
    overdue(campaign)
    provider.records = [event("id-1", number=first(campaign).number)]
    assert ask() == 2
    assert sorted(map(len, provider.asked_ids)) == [1, 2]
    assert states_of(campaign) == {"delivered": 1, "submitted": 2}


def test_a_record_that_is_still_open_adds_nothing_to_who_is_submitted(campaign: Campaign, provider: Provider) -> None:
    overdue(campaign)
    provider.records = [event("id-1", number=first(campaign).number, verdict=Verdict.UNKNOWN)]
    ask()
    assert not Receipt.objects.exists()
    assert states_of(campaign) == {"submitted": 3}


def test_a_record_of_the_right_id_and_another_number_changes_nothing(campaign: Campaign, provider: Provider) -> None:
    overdue(campaign)
    provider.records = [event("id-1", number="8613999999999")]
    ask()
    assert states_of(campaign) == {"submitted": 3}
    assert Receipt.objects.get().mismatch


def test_nobody_is_asked_for_twice_within_the_hour(campaign: Campaign, provider: Provider) -> None:
    overdue(campaign)
    ask(times=50)
    assert provider.requests == 2
    later(minutes=20)
    ask()
    assert provider.requests == 4


def test_an_unknown_recipient_is_asked_for_less_and_less_often(campaign: Campaign, provider: Provider) -> None:
    lose(campaign, 1)
    ask(times=5 * 60)
    assert 5 <= provider.requests <= 7


def test_a_run_is_bounded_and_the_rest_gets_its_turn(account: Account, provider: Provider) -> None:
    campaign = make_campaign(account, "sms", recipients=2 * MOST_BY_ID + 6)
    overdue(campaign)
    assert ask() == MOST_BY_ID
    later(minutes=1)
    assert ask() == 3
    assert len({one for ids in provider.asked_ids for one in ids}) == campaign.total


# Whom not to ask


def test_fresh_requests_and_fresh_submissions_are_left_in_peace(campaign: Campaign, provider: Provider) -> None:
    overdue(campaign, minutes=29)
    other = make_campaign(campaign.account, "sms", recipients=1)
    lose(other, 1, started_at=ago(seconds=50))
    assert ask() == 0


@pytest.mark.parametrize("state", ["paused", "archived"])
def test_an_account_that_is_not_active_is_not_asked(campaign: Campaign, provider: Provider, state: str) -> None:
    lose(campaign, 1)
    Account.objects.update(state=state)
    assert ask() == 0


@pytest.mark.parametrize(("days", "asked"), [(1, 1), (4, 0)])
def test_a_campaign_is_asked_about_for_some_days_after_its_end(
    campaign: Campaign, provider: Provider, days: int, asked: int
) -> None:
    lose(campaign, 1)
    Campaign.objects.update(state="cancelled", finished_at=ago(days=days))
    assert ask() == asked


def test_a_gateway_that_cannot_be_asked_is_not(fake_gateway: FakeGateway) -> None:
    lose(make_campaign(make_account(), "sms", recipients=1), 1)
    assert ask() == 0


def test_a_kind_that_cannot_be_asked_for_is_not(account: Account, provider: Provider) -> None:
    lose(make_campaign(account, "voice_file", recipients=1), 1)
    assert ask() == 0


# Manners


def test_the_first_refusal_ends_the_run_and_a_pause_is_kept(account: Account, provider: Provider) -> None:
    campaign = make_campaign(account, "sms", recipients=6)
    overdue(campaign)
    provider.says = [Refused("-15", "slow down", Words("Too fast."), Concern.PASSING, retry_after=1800.0)]
    assert ask() == 1
    later(minutes=29)
    assert ask() == 0
    later(minutes=1, seconds=1)
    assert ask() == 2


def test_two_workers_do_not_ask_the_same_account_together(campaign: Campaign, provider: Provider) -> None:
    lose(campaign, 1)
    seen: list[int] = []

    def ask_within(*args: Any) -> RecordsAnswer:
        seen.append(ask_records(NoHttp()))
        return Records()

    campaign.account.gateway.records_by_time = ask_within  # type: ignore[method-assign]
    ask()
    assert seen == [0]


def test_every_request_is_logged(campaign: Campaign, provider: Provider) -> None:
    lose(campaign, 1)
    ask()
    call = ProviderCall.objects.get()
    assert (call.account, call.operation, call.outcome) == (campaign.account, "asked", "answered")

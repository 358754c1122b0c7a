"""Replies on their way from a kept push to the list of replies and the suppression list."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from campaigns.models import Activity, Campaign, Recipient, Reply, Suppression
from campaigns.receipts.ingest import apply_pushes
from campaigns.sending.dispatcher import dispatch
from providers.models import Account
from providers.webhooks.models import InboundPush
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

NUMBER = "8613800000001"
SAID = "2026-05-01T09:00:00+00:00"


def push(account: Account, *lines: str) -> InboundPush:
    return InboundPush.objects.create(account=account, door="receipts", body="\n".join(lines).encode())


def said(text: str = "TD", number: str = NUMBER, provider_id: str = "r-1", at: str = SAID) -> str:
    return f"reply|{provider_id}|{number}|{text}|{at}"


def sent(account: Account, at: datetime, recipients: int = 2) -> Campaign:
    campaign = make_campaign(account, "sms", recipients)
    Campaign.objects.filter(pk=campaign.pk).update(started_at=at)
    Recipient.objects.filter(campaign=campaign).update(state="submitted", submitted_at=at, provider_id="p")
    return campaign


def test_a_reply_is_kept_with_whom_it_answers_and_the_push_is_applied(fake_gateway: FakeGateway) -> None:
    account = make_account()
    campaign = sent(account, datetime(2026, 5, 1, 8, tzinfo=UTC))
    kept = push(account, said("Thanks!"))
    apply_pushes()
    reply = Reply.objects.get()
    assert (reply.number, reply.text, reply.provider_id, reply.stops) == (NUMBER, "Thanks!", "r-1", False)
    assert reply.replied_at == datetime(2026, 5, 1, 9, tzinfo=UTC)
    assert reply.recipient == campaign.recipients.get(position=1)
    kept.refresh_from_db()
    assert kept.state == "applied"
    assert not Suppression.objects.exists()


def test_stop_forbids_messages_and_not_calls_and_tells_so(fake_gateway: FakeGateway) -> None:
    account = make_account()
    campaign = sent(account, datetime(2026, 5, 1, 8, tzinfo=UTC))
    push(account, said("退订。"))
    apply_pushes()
    entry = Suppression.objects.get()
    assert (entry.number, entry.calls, entry.messages) == (NUMBER, False, True)
    assert (entry.reason, entry.source, entry.note) == ("opt_out", "reply", "退订。")
    line = Activity.objects.get(kind="suppressed")
    assert (line.campaign, line.account, line.user) == (campaign, account, None)
    assert NUMBER in line.words


def test_the_same_reply_pushed_again_is_nothing_new_even_if_the_number_was_taken_off(fake_gateway: FakeGateway) -> None:
    account = make_account()
    push(account, said(), said())
    apply_pushes()
    Suppression.objects.all().delete()
    push(account, said())
    apply_pushes()
    assert Reply.objects.count() == 1
    assert not Suppression.objects.exists()
    assert Activity.objects.filter(kind="suppressed").count() == 1


def test_two_replies_are_two_and_stopping_twice_is_told_once(fake_gateway: FakeGateway) -> None:
    account = make_account()
    push(account, said(), said("STOP", provider_id="r-2"))
    apply_pushes()
    assert Reply.objects.count() == 2
    assert Suppression.objects.get().note == "TD"
    assert Activity.objects.filter(kind="suppressed").count() == 1


def test_who_is_on_the_list_for_calls_keeps_the_reason_and_gets_no_messages_either(fake_gateway: FakeGateway) -> None:
    Suppression.objects.create(number=NUMBER, calls=True, messages=False, reason="complaint")
    push(make_account(), said())
    apply_pushes()
    entry = Suppression.objects.get()
    assert (entry.calls, entry.messages, entry.reason, entry.source) == (True, True, "complaint", "staff")


def test_the_latest_message_before_the_reply_is_the_one_answered(fake_gateway: FakeGateway) -> None:
    account, other = make_account(), make_account()
    sent(account, datetime(2026, 5, 1, 6, tzinfo=UTC))
    second = sent(account, datetime(2026, 5, 1, 8, tzinfo=UTC))
    sent(account, datetime(2026, 5, 1, 10, tzinfo=UTC))
    sent(other, datetime(2026, 5, 1, 8, 59, tzinfo=UTC))
    push(account, said("hello"))
    apply_pushes()
    assert Reply.objects.get().recipient == second.recipients.get(position=1)


def test_a_reply_that_names_our_message_answers_that_one(fake_gateway: FakeGateway) -> None:
    account = make_account()
    first = sent(account, datetime(2026, 5, 1, 6, tzinfo=UTC))
    Recipient.objects.filter(campaign=first, position=1).update(provider_id="m-77")
    sent(account, datetime(2026, 5, 1, 8, tzinfo=UTC))
    push(account, said("hello", provider_id="m-77"))
    apply_pushes()
    assert Reply.objects.get().recipient == first.recipients.get(position=1)


@pytest.mark.parametrize("number", ["12345", "1234567890123456"])
def test_stop_from_what_is_no_number_asks_for_a_person(fake_gateway: FakeGateway, number: str) -> None:
    push(make_account(), said(number=number))
    apply_pushes()
    assert Reply.objects.get().stops
    assert not Suppression.objects.exists()
    assert Activity.objects.get(kind="suppressed").attention


@pytest.mark.parametrize("number", ["13800000001", "008613800000001"])
def test_stop_is_heeded_also_where_the_provider_writes_the_number_its_own_way(
    fake_gateway: FakeGateway, number: str
) -> None:
    account = make_account()
    campaign = sent(account, datetime(2026, 5, 1, 8, tzinfo=UTC))
    push(account, said(number=number))
    apply_pushes()
    assert Suppression.objects.get().number == NUMBER
    reply = Reply.objects.get()
    assert (reply.number, reply.recipient) == (NUMBER, campaign.recipients.get(position=1))


def test_a_reply_from_nobody_we_know_is_kept_and_heeded(fake_gateway: FakeGateway) -> None:
    push(make_account(), said())
    apply_pushes()
    assert Reply.objects.get().recipient is None
    assert Suppression.objects.get().number == NUMBER


def test_without_id_and_time_the_same_words_on_another_day_are_another_reply(fake_gateway: FakeGateway) -> None:
    account = make_account()
    for days in (0, 0, 1):
        one = push(account, said("yes", provider_id="", at=""))
        InboundPush.objects.filter(pk=one.pk).update(received_at=datetime(2026, 5, 1 + days, 9, tzinfo=UTC))
        apply_pushes()
    assert Reply.objects.count() == 2


def test_replies_and_receipts_in_one_push_are_both_applied(fake_gateway: FakeGateway) -> None:
    account = make_account()
    campaign = sent(account, timezone.now() - timedelta(hours=1), recipients=1)
    Recipient.objects.update(provider_id="id-1")
    push(account, f"id-1||{NUMBER}|delivered|0|1", said())
    apply_pushes()
    assert states_of(campaign) == {"delivered": 1}
    assert Reply.objects.get().recipient == campaign.recipients.get()


def test_who_replies_stop_is_skipped_in_a_running_campaign_and_still_called(fake_gateway: FakeGateway) -> None:
    account = make_account()
    messages, calls = make_campaign(account, "sms", 2), make_campaign(account, "voice_file", 2)
    push(account, said())
    apply_pushes()
    for campaign in (messages, calls):
        while dispatch(campaign.pk, http=NoHttp()):
            pass
    assert states_of(messages) == {"skipped": 1, "submitted": 1}
    assert states_of(calls) == {"submitted": 2}

"""A corrected table is replayed over the stored pushes: meanings change, facts and counts stay."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from campaigns.counters.selectors import tallies
from campaigns.models import Activity, Campaign, Receipt
from campaigns.receipts.ingest import apply_pushes
from campaigns.receipts.replaying import Change, replay
from campaigns.sending.dispatcher import dispatch
from providers.contract.events import ReceiptEvent
from providers.contract.push import PushBody, PushReading
from providers.contract.statuses import FailureClass, Verdict
from providers.contract.words import Words
from providers.models import Account, InboundPush
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


@pytest.fixture
def sent(fake_gateway: FakeGateway) -> Campaign:
    campaign = make_campaign(make_account(), recipients=3)
    dispatch(campaign.pk, http=NoHttp())
    for recipient in campaign.recipients.order_by("position"):
        code = "99" if recipient.position < 3 else "2"
        push(campaign.account, f"{recipient.provider_id}||{recipient.number}|delivered|{code}|1")
    apply_pushes()
    return campaign


def push(account: Account, body: str) -> InboundPush:
    return InboundPush.objects.create(account=account, door="receipts", body=body.encode())


def correct(gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, verdict: Verdict, **facts: str) -> None:
    """From now on the code 99 means *verdict*."""
    usual = gateway.read_push

    def read(body: PushBody) -> PushReading:
        reading = usual(body)
        return replace(reading, events=tuple(_corrected(event) for event in reading.events))

    def _corrected(event: object) -> object:
        if not isinstance(event, ReceiptEvent) or event.code != "99":
            return event
        failure = FailureClass.BUSY if verdict is Verdict.UNDELIVERED else FailureClass.NONE
        return replace(event, verdict=verdict, failure=failure, words=Words("Corrected."), **facts)

    monkeypatch.setattr(gateway, "read_push", read)


def test_a_corrected_table_corrects_receipts_recipients_and_counts(
    fake_gateway: FakeGateway, sent: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert states_of(sent) == {"delivered": 3}
    correct(fake_gateway, monkeypatch, Verdict.UNDELIVERED)
    found = replay(sent.account, apply=True)
    assert (found.pushes, found.changed, found.added) == (3, 2, 0)
    assert found.changes == {Change("receipts", "99", ("delivered", ""), ("undelivered", "busy")): 2}
    assert states_of(sent) == {"delivered": 1, "undelivered": 2} == {s: n for s, n in tallies(sent).items() if n}
    recipient = sent.recipients.get(position=1)
    assert (recipient.failure, recipient.reason, recipient.code, recipient.raw) == ("busy", "Corrected.", "99", "raw")
    assert set(Receipt.objects.values_list("times", flat=True)) == {1}
    assert Activity.objects.get(kind="replayed").account_id == sent.account_id


def test_replaying_again_changes_nothing_more(
    fake_gateway: FakeGateway, sent: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct(fake_gateway, monkeypatch, Verdict.UNDELIVERED)
    replay(sent.account, apply=True)
    before = list(Receipt.objects.order_by("pk").values())
    again = replay(sent.account, apply=True)
    assert (again.changed, again.added, again.replaced) == (0, 0, 0)
    assert list(Receipt.objects.order_by("pk").values()) == before


def test_what_would_change_is_shown_without_changing_it(
    fake_gateway: FakeGateway, sent: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct(fake_gateway, monkeypatch, Verdict.UNDELIVERED)
    said = StringIO()
    call_command("replay_receipts", account=[sent.account_id], stdout=said)
    assert "2 receipts mean something else" in said.getvalue()
    assert "delivered -> undelivered busy" in said.getvalue()
    assert states_of(sent) == {"delivered": 3}
    call_command("replay_receipts", "--apply", stdout=said)
    assert states_of(sent) == {"delivered": 1, "undelivered": 2}


def test_a_code_that_is_no_success_after_all_does_not_keep_an_ended_campaign_open(
    fake_gateway: FakeGateway, sent: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    Campaign.objects.filter(pk=sent.pk).update(state="finished")
    correct(fake_gateway, monkeypatch, Verdict.UNKNOWN)
    replay(sent.account, apply=True)
    assert states_of(sent) == {"delivered": 1, "expired": 2}


def test_a_code_that_is_no_success_after_all_waits_again_while_the_campaign_runs(
    fake_gateway: FakeGateway, sent: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct(fake_gateway, monkeypatch, Verdict.UNKNOWN)
    replay(sent.account, apply=True)
    assert states_of(sent) == {"delivered": 1, "submitted": 2}


def test_a_code_that_is_read_out_of_another_field_takes_the_place_of_the_old_reading(
    fake_gateway: FakeGateway, sent: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct(fake_gateway, monkeypatch, Verdict.UNDELIVERED, code="486")
    found = replay(sent.account, apply=True)
    assert (found.replaced, found.added) == (2, 0)
    assert sorted(Receipt.objects.values_list("code", flat=True)) == ["2", "486", "486"]
    assert states_of(sent) == {"delivered": 1, "undelivered": 2}


def test_only_pushes_since_a_time_are_read(
    fake_gateway: FakeGateway, sent: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    InboundPush.objects.filter(pk=InboundPush.objects.earliest("pk").pk).update(
        received_at=timezone.now() - timedelta(days=2)
    )
    correct(fake_gateway, monkeypatch, Verdict.UNDELIVERED)
    assert replay(sent.account, timezone.now() - timedelta(days=1), apply=True).changed == 1
    assert replay(make_account(), apply=True).pushes == 0


def test_a_push_that_can_be_read_now_goes_the_usual_way(
    fake_gateway: FakeGateway, sent: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipient = sent.recipients.get(position=3)
    kept = push(sent.account, f"v2:{recipient.provider_id}||{recipient.number}|undelivered|-6|0")
    apply_pushes()
    usual = fake_gateway.read_push
    monkeypatch.setattr(
        fake_gateway, "read_push", lambda body: usual(replace(body, body=body.body.removeprefix(b"v2:")))
    )
    InboundPush.objects.filter(pk=kept.pk).update(state="unreadable", problem="cannot")
    assert replay(sent.account, apply=True).readable == 1
    apply_pushes()
    kept.refresh_from_db()
    assert (kept.state, kept.problem) == ("applied", "")
    assert Receipt.objects.filter(push=kept).exists()

"""Pushes and receipts that no reading foresees: they hold up nobody else, and nobody is left without a next step."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Receipt
from campaigns.receipts import ingest
from campaigns.receipts.ingest import apply_pushes
from campaigns.sending.dispatcher import dispatch
from campaigns.upkeep import sweeps
from providers.contract.errors import Unknown
from providers.contract.events import ReceiptEvent
from providers.contract.push import PushBody, PushReading
from providers.contract.statuses import FailureClass, Verdict
from providers.contract.words import Words
from providers.models import Account, InboundPush, VoiceTemplate
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

POISON = b"poison"


def push(account: Account, *lines: str) -> InboundPush:
    return InboundPush.objects.create(account=account, door="receipts", body="\n".join(lines).encode())


def delivered(campaign: Campaign, position: int, verdict: str = "delivered") -> str:
    recipient = campaign.recipients.get(position=position)
    return f"{recipient.provider_id}||{recipient.number}|{verdict}|2|1"


@pytest.fixture
def sent(fake_gateway: FakeGateway) -> Campaign:
    campaign = make_campaign(make_account(), recipients=3)
    dispatch(campaign.pk, http=NoHttp())
    return campaign


def event(**values: Any) -> ReceiptEvent:
    told = {"provider_id": "x", "ref": "", "number": "8613800000001", "verdict": Verdict.DELIVERED, "code": "2"}
    rest = {"failure": FailureClass.NONE, "raw": "", "words": Words("Said.")}
    return ReceiptEvent(**{**told, **rest, **values})


@pytest.mark.parametrize(
    "bad",
    [
        event(talk_seconds=10**12),
        event(talk_seconds=10**30),
        event(talk_seconds=-1),
        event(raw="half \x00 a word"),
        event(provider_id="id\x00"),
        event(reported_at=datetime(1, 1, 1, tzinfo=UTC)),
    ],
    ids=["long", "endless", "negative", "nul in words", "nul in id", "before all times"],
)
def test_a_receipt_that_no_database_takes_holds_up_no_other(
    fake_gateway: FakeGateway, sent: Campaign, bad: ReceiptEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual: Callable[[PushBody], PushReading] = fake_gateway.read_push
    monkeypatch.setattr(
        fake_gateway,
        "read_push",
        lambda body: PushReading((bad,)) if body.body == POISON else usual(body),
    )
    poison = InboundPush.objects.create(account=sent.account, door="receipts", body=POISON)
    push(sent.account, delivered(sent, 1))
    assert apply_pushes() == 2
    assert states_of(sent) == {"delivered": 1, "submitted": 2}
    poison.refresh_from_db()
    assert (poison.state == "applied") or (poison.state == "unreadable" and poison.problem)
    assert apply_pushes() == 0


NEVER = datetime(1, 1, 1, tzinfo=timezone.get_fixed_timezone(480))


@pytest.mark.parametrize("times", [{"reported_at": NEVER}, {"answered_at": NEVER}, {"ended_at": NEVER}])
def test_a_time_that_no_database_gives_back_costs_the_receipt_nothing_but_that_time(
    fake_gateway: FakeGateway, sent: Campaign, times: dict[str, datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    recipient = sent.recipients.get(position=1)
    told = event(provider_id=recipient.provider_id, number=recipient.number, **times)
    monkeypatch.setattr(fake_gateway, "read_push", lambda body: PushReading((told,)))
    push(sent.account, "whatever")
    apply_pushes()
    recipient.refresh_from_db()
    assert (recipient.state, recipient.answered_at) == ("delivered", None)
    assert Receipt.objects.get().reported_at is None
    assert InboundPush.objects.get().state == "applied"


def test_a_push_on_which_the_reading_itself_fails_is_set_aside_and_holds_up_no_other(
    fake_gateway: FakeGateway, sent: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = fake_gateway.read_push

    def read(body: PushBody) -> PushReading:
        if body.body == POISON:
            raise KeyError("callee")
        return usual(body)

    monkeypatch.setattr(fake_gateway, "read_push", read)
    poison = InboundPush.objects.create(account=sent.account, door="receipts", body=POISON)
    push(sent.account, delivered(sent, 1))
    apply_pushes()
    assert states_of(sent) == {"delivered": 1, "submitted": 2}
    poison.refresh_from_db()
    assert (poison.state, bool(poison.problem)) == ("unreadable", True)


def test_a_push_of_a_provider_that_is_no_longer_installed_holds_up_no_other(sent: Campaign) -> None:
    gone = push(make_account("gone"), "x|||delivered|2|1")
    push(sent.account, delivered(sent, 1))
    apply_pushes()
    assert states_of(sent) == {"delivered": 1, "submitted": 2}
    gone.refresh_from_db()
    assert (gone.state, bool(gone.problem)) == ("unreadable", True)


def test_a_flood_of_large_pushes_is_applied_in_parts(sent: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    real = ingest._new_pushes
    monkeypatch.setattr(ingest, "_new_pushes", lambda limit: taken.append(len(found := real(limit))) or found)
    monkeypatch.setattr(ingest, "BATCH_BYTES", 100)
    for position in (1, 2, 3):
        push(sent.account, delivered(sent, position), *["x|||unknown|1|1"] * 5)
    assert apply_pushes() == 3
    assert taken == [1, 1, 1, 0]
    assert states_of(sent) == {"delivered": 3}


def test_an_unexplained_code_does_not_reopen_somebody_whose_time_is_over(sent: Campaign) -> None:
    sent.recipients.update(state="expired")
    sweeps.close_campaigns()
    push(sent.account, delivered(sent, 1, "unknown"))
    apply_pushes()
    sent.refresh_from_db()
    assert (sent.state, states_of(sent)) == ("finished", {"expired": 3})
    assert Receipt.objects.get().recipient_id == sent.recipients.get(position=1).pk


def test_an_unexplained_code_after_a_lost_answer_does_not_keep_a_campaign_open_forever(
    fake_gateway: FakeGateway,
) -> None:
    fake_gateway.answer = lambda message: Unknown(Words("cut"))
    campaign = make_campaign(make_account(receipt_wait_hours=1), recipients=1)
    dispatch(campaign.pk, http=NoHttp())
    recipient = campaign.recipients.get()
    push(campaign.account, f"late-id|{recipient.submission.reference}.1|{recipient.number}|unknown|99|1")
    apply_pushes()
    assert states_of(campaign) == {"submitted": 1}
    sweeps.expire()
    assert states_of(campaign) == {"submitted": 1}
    campaign.recipients.update(changed_at=timezone.now() - timedelta(hours=2))
    sweeps.expire()
    sweeps.close_campaigns()
    campaign.refresh_from_db()
    assert (campaign.state, states_of(campaign)) == ("finished", {"expired": 1})


def test_a_review_that_came_long_before_the_template_had_its_id_finds_it_later(fake_gateway: FakeGateway) -> None:
    account = make_account()
    template = VoiceTemplate.objects.create(account=account, name="t", text="t", state="submitting")
    early = push(account, "review|77|approved")
    apply_pushes()
    early.refresh_from_db()
    assert early.problem
    InboundPush.objects.update(received_at=timezone.now() - timedelta(days=1))
    VoiceTemplate.objects.filter(pk=template.pk).update(state="in_review", provider_id="77")
    sweeps.expire()
    apply_pushes()
    template.refresh_from_db()
    early.refresh_from_db()
    assert (template.state, early.problem) == ("approved", "")

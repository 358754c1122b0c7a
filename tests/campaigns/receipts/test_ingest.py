"""From a kept push to a settled recipient."""

from itertools import permutations

import pytest

from campaigns.counters.selectors import tallies
from campaigns.models import Campaign, Receipt, Recipient, Submission
from campaigns.receipts.ingest import apply_pushes, rematch, retry_waiting
from campaigns.sending.dispatcher import dispatch
from providers.contract.errors import Accepted, Answered, Unknown
from providers.contract.messages import Message
from providers.contract.words import Words
from providers.models import Account, InboundPush, VoiceTemplate
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


def push(account: Account, *lines: str) -> InboundPush:
    return InboundPush.objects.create(account=account, door="receipts", body="\n".join(lines).encode())


def line(
    recipient: Recipient, verdict: str = "delivered", code: str = "2", minute: int | str = 1, **values: str
) -> str:
    told = {"id": recipient.provider_id, "ref": "", "number": recipient.number} | values
    return f"{told['id']}|{told['ref']}|{told['number']}|{verdict}|{code}|{minute}"


@pytest.fixture
def sent(fake_gateway: FakeGateway) -> Campaign:
    campaign = make_campaign(make_account(), recipients=3)
    dispatch(campaign.pk, http=NoHttp())
    return campaign


def first(campaign: Campaign) -> Recipient:
    return campaign.recipients.get(position=1)


def reference(recipient: Recipient) -> str:
    return recipient.submission.reference


def test_a_receipt_settles_its_recipient_with_everything_it_said(sent: Campaign) -> None:
    push(sent.account, line(first(sent)))
    assert apply_pushes() == 1
    recipient = first(sent)
    assert (recipient.state, recipient.code, recipient.raw, recipient.talk_seconds) == ("delivered", "2", "raw", 7)
    assert recipient.settled_at.minute == 1
    assert states_of(sent) == {"delivered": 1, "submitted": 2} == {s: n for s, n in tallies(sent).items() if n}
    assert InboundPush.objects.get().state == "applied"


def test_the_same_receipt_again_is_counted_and_changes_nothing(sent: Campaign) -> None:
    push(sent.account, line(first(sent)))
    push(sent.account, line(first(sent)), line(first(sent)))
    apply_pushes()
    push(sent.account, line(first(sent)))
    apply_pushes()
    assert Receipt.objects.get().times == 4
    assert states_of(sent) == {"delivered": 1, "submitted": 2}


def test_any_order_of_the_same_receipts_gives_the_same_state(sent: Campaign) -> None:
    recipient = first(sent)
    told = [
        line(recipient, "undelivered", "-6", 1),
        line(recipient, "delivered", "2", 3),
        line(recipient, "unknown", "x", 2),
    ]
    seen = set()
    for order in permutations(told):
        Receipt.objects.all().delete()
        Recipient.objects.filter(pk=recipient.pk).update(state="submitted", code="")
        for one in order:
            push(sent.account, one)
            apply_pushes()
        recipient.refresh_from_db()
        seen.add((recipient.state, recipient.code, recipient.settled_at))
    assert len(seen) == 1
    assert next(iter(seen))[:2] == ("delivered", "2")


def test_a_receipt_with_our_reference_finds_a_recipient_whose_answer_never_came(fake_gateway: FakeGateway) -> None:
    fake_gateway.answer = lambda message: Unknown(Words("cut"))
    campaign = make_campaign(make_account(), recipients=2)
    dispatch(campaign.pk, http=NoHttp())
    recipient = first(campaign)
    push(campaign.account, line(recipient, ref=f"{reference(recipient)}.1", id="late-id"))
    apply_pushes()
    recipient.refresh_from_db()
    assert (recipient.state, recipient.provider_id) == ("delivered", "late-id")
    assert states_of(campaign) == {"delivered": 1, "unknown": 1}


def test_a_reference_of_the_whole_request_finds_its_member_by_number(fake_gateway: FakeGateway) -> None:
    fake_gateway.answer = lambda message: Unknown(Words("cut"))
    campaign = make_campaign(make_account(), recipients=3)
    dispatch(campaign.pk, http=NoHttp())
    second = campaign.recipients.get(position=2)
    push(campaign.account, line(second, ref=reference(second), id="n"))
    apply_pushes()
    assert list(campaign.recipients.filter(state="delivered").values_list("position", flat=True)) == [2]


def test_a_receipt_that_comes_before_the_answer_is_not_undone_by_it(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=1)

    def receipt_first(message: Message) -> Answered:
        (callee,) = message.callees
        push(campaign.account, f"early-id|{callee.ref}|{callee.number}|delivered|2|1")
        apply_pushes()
        return Answered((Accepted(callee.ref, "early-id"),))

    fake_gateway.answer = receipt_first
    dispatch(campaign.pk, http=NoHttp())
    recipient = first(campaign)
    assert (recipient.state, recipient.provider_id) == ("delivered", "early-id")
    assert recipient.submitted_at is not None


def test_an_early_receipt_without_reference_is_matched_once_the_answer_is_stored(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=1)
    number = first(campaign).number
    push(campaign.account, f"id-{number}||{number}|undelivered|-6|1")
    apply_pushes()
    assert Receipt.objects.get().recipient is None
    dispatch(campaign.pk, http=NoHttp())
    assert rematch() == 1
    recipient = first(campaign)
    assert (recipient.state, recipient.failure) == ("undelivered", "no_answer")


@pytest.mark.parametrize("is_early", [True, False])
def test_an_id_that_was_somebody_elses_before_is_told_apart_by_its_number_in_any_order(
    fake_gateway: FakeGateway, is_early: bool
) -> None:
    fake_gateway.answer = lambda message: Answered(tuple(Accepted(callee.ref, "1001") for callee in message.callees))
    account = make_account()
    earlier, campaign = make_campaign(account, recipients=1), make_campaign(account, recipients=1)
    earlier.recipients.update(number="8613900000000")
    dispatch(earlier.pk, http=NoHttp())
    told = f"1001||{first(campaign).number}|delivered|2|1"
    if is_early:
        push(account, told)
        apply_pushes()
    dispatch(campaign.pk, http=NoHttp())
    if not is_early:
        push(account, told)
        apply_pushes()
    rematch()
    assert (states_of(earlier), states_of(campaign)) == ({"submitted": 1}, {"delivered": 1})
    assert not Receipt.objects.get().mismatch


def test_the_right_id_with_another_number_changes_nothing_and_is_shown(sent: Campaign) -> None:
    push(sent.account, line(first(sent), number="8613999999999"))
    apply_pushes()
    rematch()
    receipt = Receipt.objects.get()
    assert (receipt.recipient, receipt.mismatch) == (None, True)
    assert states_of(sent) == {"submitted": 3}


def test_the_right_id_at_another_account_changes_nothing(sent: Campaign) -> None:
    push(make_account(), line(first(sent)))
    apply_pushes()
    assert states_of(sent) == {"submitted": 3}


def test_an_unknown_id_is_kept_unmatched(sent: Campaign) -> None:
    push(sent.account, "nobody||8613800000001|delivered|2|1")
    apply_pushes()
    assert Receipt.objects.get().recipient is None
    assert InboundPush.objects.get().state == "applied"


def test_an_unreadable_push_is_kept_with_its_problem_and_does_not_stop_the_next(sent: Campaign) -> None:
    bad = push(sent.account, "<html>")
    push(sent.account, line(first(sent)))
    apply_pushes()
    bad.refresh_from_db()
    assert (bad.state, bad.problem) == ("unreadable", "This body cannot be read.")
    assert first(sent).state == "delivered"


def test_a_cut_body_is_unreadable_even_if_its_beginning_can_be_read(sent: Campaign) -> None:
    kept = push(sent.account, line(first(sent)))
    InboundPush.objects.update(truncated=True)
    apply_pushes()
    kept.refresh_from_db()
    assert kept.state == "unreadable"
    assert first(sent).state == "submitted"


def test_an_unexplained_code_is_never_taken_for_success(sent: Campaign) -> None:
    push(sent.account, line(first(sent), "unknown", "4711"))
    apply_pushes()
    assert (first(sent).state, first(sent).code) == ("submitted", "4711")


def test_a_late_receipt_corrects_expired(sent: Campaign) -> None:
    sent.recipients.update(state="expired")
    push(sent.account, line(first(sent)))
    apply_pushes()
    assert states_of(sent) == {"delivered": 1, "expired": 2}


def test_a_receipt_proves_a_waiting_recipient_was_reached_so_nobody_is_called_again(sent: Campaign) -> None:
    sent.recipients.filter(position=1).update(state="held")
    push(sent.account, line(first(sent)))
    apply_pushes()
    assert first(sent).state == "delivered"


def test_queries_do_not_grow_with_receipts(sent: Campaign, django_assert_max_num_queries) -> None:
    campaign = make_campaign(make_account(), recipients=400)
    dispatch(campaign.pk, http=NoHttp())
    for recipient in campaign.recipients.all():
        push(campaign.account, line(recipient))
    with django_assert_max_num_queries(22):
        assert apply_pushes() == 400
    assert states_of(campaign) == {"delivered": 400}
    assert Submission.objects.filter(campaign=campaign).count() == 1


def test_a_review_that_overtakes_the_answer_about_its_template_finds_it_later(fake_gateway: FakeGateway) -> None:
    account = make_account()
    kept = push(account, "review|77|approved")
    apply_pushes()
    kept.refresh_from_db()
    assert kept.state == "waiting"
    assert "77" in kept.problem
    template = VoiceTemplate.objects.create(account=account, name="t", text="x", state="in_review", provider_id="77")
    retry_waiting()
    apply_pushes()
    template.refresh_from_db()
    kept.refresh_from_db()
    assert (template.state, kept.state, kept.problem) == ("approved", "applied", "")


def test_a_receipt_beside_an_unknown_review_is_not_counted_again(sent: Campaign) -> None:
    kept = push(sent.account, line(first(sent)), "review|77|approved")
    for _ in range(3):
        apply_pushes()
        retry_waiting()
    kept.refresh_from_db()
    assert (kept.state, Receipt.objects.get().times) == ("applied", 1)
    assert "77" in kept.problem

"""Receipts that carry nothing of ours: settled only where they can concern one unknown recipient alone."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from campaigns.counters.selectors import tallies
from campaigns.following.evidence.timeline import moments
from campaigns.models import Campaign, Receipt, Recipient, SubmissionState
from campaigns.receipts.ingest import apply_pushes, rematch
from campaigns.sending.evidence import write_late
from campaigns.sending.outcomes import Outcome
from providers.contract.errors import Evidence
from providers.models import Account, InboundPush
from tests.factories import FakeGateway, make_account, make_campaign, states_of

from .lost import ago, lose, lost_recipient, submit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


CODES = {"delivered": "2", "undelivered": "-6", "unknown": "x"}


@pytest.fixture
def account(fake_gateway: FakeGateway) -> Account:
    return make_account()


def push(account: Account, number: str, provider_id: str = "call-1", **told: Any) -> InboundPush:
    """A push without reference and without a time of its own, received half a minute ago unless told otherwise."""
    verdict, ref, received = told.get("verdict", "delivered"), told.get("ref", ""), told.get("at", ago(seconds=30))
    body = f"{provider_id}|{ref}|{number}|{verdict}|{CODES[verdict]}|".encode()
    kept = InboundPush.objects.create(account=account, door="receipts", body=body, received_at=received)
    apply_pushes()
    return kept


def assert_settled(recipient: Recipient, provider_id: str = "call-1", state: str = "delivered") -> None:
    recipient.refresh_from_db()
    assert (recipient.state, recipient.provider_id) == (state, provider_id)
    assert_adds_up(recipient.campaign)


def assert_untouched(recipient: Recipient) -> None:
    rematch()
    recipient.refresh_from_db()
    assert (recipient.state, recipient.provider_id) == ("unknown", "")
    assert Receipt.objects.filter(recipient=None).exists()
    assert_adds_up(recipient.campaign)


def assert_adds_up(campaign: Campaign) -> None:
    assert states_of(campaign) == {state: amount for state, amount in tallies(campaign).items() if amount}


def test_a_receipt_settles_the_only_unknown_recipient_of_its_number(account: Account) -> None:
    recipient = lost_recipient(account)
    push(account, recipient.number)
    assert rematch() == 1
    assert_settled(recipient)
    assert Receipt.objects.get().matched_by == "number"
    assert any("Matched by number and time." in moment.notes for moment in moments(recipient))


def test_a_failure_settles_too(account: Account) -> None:
    recipient = lost_recipient(account)
    push(account, recipient.number, verdict="undelivered")
    rematch()
    assert_settled(recipient, state="undelivered")


def test_a_fresh_receipt_waits_for_a_slow_answer(account: Account) -> None:
    recipient = lost_recipient(account)
    push(account, recipient.number, at=ago(seconds=5))
    assert_untouched(recipient)
    Receipt.objects.update(received_at=ago(seconds=11))
    rematch()
    assert_settled(recipient)


def test_a_later_receipt_of_the_same_call_is_matched_by_its_id(account: Account) -> None:
    recipient = lost_recipient(account)
    push(account, recipient.number, verdict="undelivered")
    rematch()
    push(account, recipient.number, verdict="delivered")
    assert_settled(recipient)
    assert set(Receipt.objects.values_list("matched_by", flat=True)) == {"number", "id"}


@pytest.mark.parametrize("order", list(permutations(["undelivered", "delivered", "unknown"])))
def test_any_order_of_the_receipts_of_one_call_gives_the_same(account: Account, order: tuple[str, ...]) -> None:
    recipient = lost_recipient(account)
    for verdict in (*order, order[0]):
        push(account, recipient.number, verdict=verdict)
        rematch()
    assert_settled(recipient)
    assert Receipt.objects.filter(recipient=recipient).count() == 3


def test_a_forged_id_with_another_number_changes_nothing(account: Account) -> None:
    recipient = lost_recipient(account)
    push(account, "8613999999999")
    assert_untouched(recipient)


@pytest.mark.parametrize("told", [{"provider_id": ""}, {"ref": "somebody-elses-job"}])
def test_a_receipt_without_id_or_with_a_foreign_reference_changes_nothing(account: Account, told: Any) -> None:
    recipient = lost_recipient(account)
    push(account, recipient.number, **told)
    assert_untouched(recipient)


def test_a_receipt_at_another_account_changes_nothing(account: Account) -> None:
    recipient = lost_recipient(account)
    push(make_account(), recipient.number)
    assert_untouched(recipient)


def test_an_id_that_somebody_has_is_not_guessed_about(account: Account) -> None:
    recipient = lost_recipient(account)
    other = make_campaign(account, "voice_template", recipients=2)
    other.recipients.update(provider_id="call-1", state="submitted")
    other.recipients.filter(position=1).update(number="1")
    other.recipients.filter(position=2).update(number="2")
    push(account, recipient.number)
    assert_untouched(recipient)


def test_two_unknown_recipients_of_one_number_are_left_to_people(account: Account) -> None:
    first, second = lost_recipient(account), lost_recipient(account)
    push(account, first.number)
    assert_untouched(first)
    assert_untouched(second)


def test_two_calls_that_fit_one_recipient_are_left_to_people(account: Account) -> None:
    recipient = lost_recipient(account)
    push(account, recipient.number, "call-1")
    push(account, recipient.number, "call-2")
    assert_untouched(recipient)


def test_the_second_of_two_becomes_clear_when_the_first_is_known(account: Account) -> None:
    first, second = lost_recipient(account), lost_recipient(account)
    push(account, first.number)
    rematch()
    Recipient.objects.filter(pk=second.pk).update(provider_id="call-2", state="submitted")
    rematch()
    assert_settled(first)


@pytest.mark.parametrize(
    ("state", "request_state", "clear"),
    [
        ("pending", "intent", False),
        ("held", "intent", False),
        ("submitted", "answered", False),
        ("expired", "answered", False),
        ("pending", "unknown", False),
        ("pending", "not_sent", True),
        ("held", "refused", True),
        ("rejected", "answered", True),
    ],
)
def test_another_request_about_the_number_leaves_a_doubt_unless_it_came_to_nothing(
    account: Account, state: str, request_state: str, clear: bool
) -> None:
    recipient = lost_recipient(account)
    other = make_campaign(account, "voice_template", recipients=1)
    submission = submit(other, state=request_state)
    known = None if request_state == "intent" else submission
    other.recipients.update(state=state, submission=known, number=recipient.number)
    push(account, recipient.number)
    if not clear:
        return assert_untouched(recipient)
    rematch()
    return assert_settled(recipient)


def test_waiting_people_nobody_has_asked_for_are_no_doubt(account: Account) -> None:
    recipient = lost_recipient(account)
    make_campaign(account, "voice_template", recipients=3)
    push(account, recipient.number)
    rematch()
    assert_settled(recipient)


@pytest.mark.parametrize(
    ("started", "reported", "fits"),
    [
        (timedelta(hours=1), timedelta(0), True),
        (timedelta(hours=23, minutes=59), timedelta(0), True),
        (timedelta(hours=24, minutes=1), timedelta(0), False),
        (timedelta(0), timedelta(minutes=4), True),
        (timedelta(0), timedelta(minutes=6), False),
        (timedelta(minutes=-1), timedelta(0), False),
    ],
)
def test_a_receipt_fits_requests_of_the_day_before_it_and_never_later_ones(
    account: Account, started: timedelta, reported: timedelta, fits: bool
) -> None:
    received = ago(minutes=10)
    recipient = lost_recipient(account, started_at=received - started)
    push(account, recipient.number, at=received)
    Receipt.objects.update(reported_at=received - reported)
    if not fits:
        return assert_untouched(recipient)
    rematch()
    return assert_settled(recipient)


def test_what_no_longer_is_unknown_is_not_moved(account: Account) -> None:
    recipient = lost_recipient(account)
    push(account, recipient.number)
    Recipient.objects.filter(pk=recipient.pk).update(state="rejected")
    rematch()
    recipient.refresh_from_db()
    assert (recipient.state, recipient.provider_id) == ("rejected", "")


def test_a_late_answer_with_another_id_breaks_nothing(account: Account) -> None:
    campaign = make_campaign(account, "voice_template", recipients=3)
    submission = lose(campaign, 1)
    recipient = campaign.recipients.get(position=1)
    push(account, recipient.number)
    rematch()
    write_late({submission.pk: late_answer(recipient, "call-9")}, datetime.now().astimezone())
    assert_settled(recipient)
    push(account, recipient.number, "call-9", verdict="undelivered")
    rematch()
    assert_settled(recipient)


def late_answer(recipient: Recipient, provider_id: str) -> Outcome:
    return Outcome(SubmissionState.ANSWERED, (), Evidence(), accepted=((recipient.pk, provider_id),))


def test_queries_do_not_grow_with_receipts(account: Account, django_assert_max_num_queries: Any) -> None:
    campaign = make_campaign(account, "voice_template", recipients=300)
    for position in range(1, 301):
        lose(campaign, position)
    for recipient in campaign.recipients.all():
        InboundPush.objects.create(
            account=account, door="receipts", body=f"c{recipient.pk}||{recipient.number}|delivered|2|".encode()
        )
    apply_pushes()
    Receipt.objects.update(received_at=ago(seconds=30))
    with django_assert_max_num_queries(25):
        assert rematch() == 300
    assert states_of(campaign) == {"delivered": 300}

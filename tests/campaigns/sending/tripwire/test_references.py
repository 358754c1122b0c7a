"""A receipt of a request that this database never wrote holds all sending, and is kept."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Campaign, HoldReason, Receipt, Submission
from campaigns.models.campaign import TAG_LENGTH, tag_of
from campaigns.receipts.ingest import apply_pushes, rematch
from campaigns.sending.departures.services import accept, installation
from campaigns.sending.hold import release
from providers.models import Account, InboundPush
from tests.factories import FakeGateway, make_account, make_campaign, states_of

pytestmark = [pytest.mark.django_db, pytest.mark.stores]


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), recipients=3)


def push(account: Account, reference: str, number: str = "8613800000002") -> None:
    InboundPush.objects.create(
        account=account, door="receipts", body=f"id-9|{reference}|{number}|delivered|0|1".encode()
    )
    apply_pushes()


def causes() -> list[str]:
    return list(HoldReason.objects.filter(hold__is_open=True).values_list("cause", flat=True))


def write(campaign: Campaign, reference: str) -> None:
    chunk = campaign.chunks.get()
    Submission.objects.create(
        reference=reference, campaign=campaign, chunk=chunk, token=1, positions="1-3", size=3, state="answered"
    )


def test_a_request_of_a_campaign_here_that_was_never_written_holds(campaign: Campaign) -> None:
    reference = f"{campaign.reference}-1-1-0"
    push(campaign.account, f"{reference}.2")
    assert causes() == ["foreign_reference"]
    assert reference in HoldReason.objects.get().words
    receipt = Receipt.objects.get()
    assert receipt.reference == f"{reference}.2"
    write(campaign, reference)
    rematch()
    receipt.refresh_from_db()
    assert receipt.recipient.position == 2
    assert states_of(campaign) == {"pending": 2, "delivered": 1}


def test_a_request_that_was_written_holds_nothing_whatever_else_does_not_fit(campaign: Campaign) -> None:
    write(campaign, f"{campaign.reference}-1-1-0")
    push(campaign.account, f"{campaign.reference}-1-1-0.2", number="8613899999999")
    push(campaign.account, f"{campaign.reference}-1-1-0.77")
    push(make_account(), f"{campaign.reference}-1-1-0.2")
    assert not causes()


def test_a_lost_campaign_of_this_installation_is_known_by_its_tag(campaign: Campaign) -> None:
    lost = campaign.reference[:TAG_LENGTH] + "0000000"
    assert lost != campaign.reference
    push(campaign.account, f"{lost}-1-1-0.1")
    assert causes() == ["foreign_reference"]


@pytest.mark.parametrize(
    "reference",
    [
        "0a1b2c3d4e-1-1-0.1",  # as they were before there were tags
        f"{tag_of(uuid.UUID(int=7))}0000000-1-1-0.1",  # another installation at the same account
        "order-2026-11",
        "0123456789-1-99999999999999999999-1.1",
        "",
    ],
)
def test_what_others_call_their_requests_holds_nothing(campaign: Campaign, reference: str) -> None:
    assert not reference.startswith(tag_of(installation().identity))
    push(campaign.account, reference)
    assert not causes()


def test_what_was_lost_before_a_release_holds_nothing_any_more(campaign: Campaign) -> None:
    push(campaign.account, f"{campaign.reference}-1-1-0.2")
    release(None)
    accept(timezone.now())
    push(campaign.account, f"{campaign.reference}-1-1-1.3")
    push(campaign.account, f"{campaign.reference[:TAG_LENGTH]}0000000-1-1-1.3")
    assert not causes()
    token = installation().token_base
    push(campaign.account, f"{campaign.reference}-1-{token + 1}-1.3")
    assert causes() == ["foreign_reference"]


def test_references_of_one_installation_begin_alike_and_never_as_those_of_before() -> None:
    first, second = Campaign().reference, Campaign().reference
    assert first != second
    assert first[:TAG_LENGTH] == second[:TAG_LENGTH] == tag_of(installation().identity)
    assert len(first) == 10
    assert first.isalnum()
    assert first[0] not in "0123456789abcdef"


def test_accepted_twice_for_one_release_only_one_epoch_begins(campaign: Campaign) -> None:
    released = timezone.now()
    assert accept(released).epoch == accept(released).epoch == 2
    assert accept(released + timedelta(minutes=1)).epoch == 3
    assert campaign.chunks.get().token == installation().token_base

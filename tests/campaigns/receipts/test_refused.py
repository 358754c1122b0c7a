"""Receipts of people whom the provider had refused: they find them, nobody is called twice, and staff are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.counters.recounts.recount import differences_of
from campaigns.following.evidence.timeline import moments
from campaigns.models import Campaign, Receipt, Recipient
from campaigns.receipts.ingest import apply_pushes, rematch
from campaigns.receipts.refused import came_after_refusal, may_concern_waiting
from campaigns.sending.admitting import _looking_for_reached
from campaigns.sending.chunk_leases import Claim, due
from campaigns.sending.plan import Content, Member, halves, plan
from notifyadmin.db.sql import fetch_each
from providers.contract.abilities import Ability
from providers.models import Account, InboundPush
from tests.factories import FakeGateway, make_account, make_campaign, make_user, states_of

from .lost import ago, submit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


@pytest.fixture
def account(fake_gateway: FakeGateway) -> Account:
    return make_account()


@pytest.fixture
def campaign(account: Account) -> Campaign:
    return make_campaign(account, "voice_template", recipients=6, state="paused")


def refuse(campaign: Campaign, *positions: int, state: str = "pending", request: str = "refused", **values: Any) -> str:
    """One request for *positions*, refused as a whole, after which they wait again. Returns its reference."""
    submission = submit(campaign, ",".join(map(str, positions)), request, size=len(positions), **values)
    campaign.recipients.filter(position__in=positions).update(state=state, submission=submission, attempts=1)
    return submission.reference


def person(campaign: Campaign, position: int = 1) -> Recipient:
    return campaign.recipients.get(position=position)


def push(campaign: Campaign, position: int = 1, provider_id: str = "call-1", **told: Any) -> None:
    number = told.get("number", person(campaign, position).number)
    body = f"{provider_id}|{told.get('ref', '')}|{number}|{told.get('verdict', 'delivered')}|2|"
    received = told.get("at", ago(seconds=30))
    InboundPush.objects.create(account=campaign.account, door="receipts", body=body.encode(), received_at=received)
    apply_pushes()


@pytest.mark.parametrize(
    ("verdict", "state"), [("delivered", "delivered"), ("undelivered", "undelivered"), ("unknown", "submitted")]
)
@pytest.mark.parametrize("by", ["reference", "number"])
def test_a_receipt_finds_somebody_who_waits_again_after_a_refusal(
    campaign: Campaign, by: str, verdict: str, state: str
) -> None:
    reference = refuse(campaign, 1, 2)
    push(campaign, verdict=verdict, ref=f"{reference}.1" if by == "reference" else "")
    rematch()
    assert (person(campaign).state, person(campaign).provider_id) == (state, "call-1")
    assert Receipt.objects.get().matched_by == by
    assert states_of(campaign) == {state: 1, "pending": 5}
    assert differences_of([campaign.pk]) == []
    assert any("had refused this recipient" in note for moment in moments(person(campaign)) for note in moment.notes)


def test_a_receipt_finds_who_is_held_after_a_refusal_for_a_limit(campaign: Campaign) -> None:
    refuse(campaign, 1, state="held", request="answered")
    push(campaign)
    rematch()
    assert person(campaign).state == "delivered"
    assert person(campaign).held_until is None
    assert came_after_refusal(campaign) == 1


def test_a_receipt_finds_who_is_to_be_sent_to_again_because_a_person_decided_so(campaign: Campaign) -> None:
    refuse(campaign, 1, request="unknown")
    push(campaign)
    rematch()
    assert person(campaign).state == "delivered"
    assert came_after_refusal(campaign) == 0


def test_who_was_never_in_a_request_is_not_found_by_number(campaign: Campaign) -> None:
    refuse(campaign, 1, 2)
    push(campaign, 3)
    rematch()
    assert states_of(campaign) == {"pending": 6}
    assert may_concern_waiting(campaign) == 0


@pytest.mark.parametrize("request_state", ["intent", "not_sent"])
def test_a_request_under_way_or_never_sent_is_no_reason_to_match_by_number(
    campaign: Campaign, request_state: str
) -> None:
    refuse(campaign, 1, request=request_state)
    push(campaign)
    rematch()
    assert person(campaign).state == "pending"


def test_while_a_second_request_is_under_way_its_answer_is_waited_for(campaign: Campaign) -> None:
    refuse(campaign, 1)
    submit(campaign, "1", "intent", started_at=ago(minutes=1))
    push(campaign)
    rematch()
    assert person(campaign).state == "pending"


def test_a_receipt_with_the_reference_of_a_request_under_way_is_not_after_a_refusal(campaign: Campaign) -> None:
    refuse(campaign, 1)
    under_way = submit(campaign, "1", "intent", started_at=ago(minutes=1))
    push(campaign, ref=f"{under_way.reference}.1")
    assert person(campaign).state == "delivered"
    assert came_after_refusal(campaign) == 0


def test_an_unknown_request_is_meant_before_a_refused_one(campaign: Campaign, account: Account) -> None:
    refuse(campaign, 1)
    other = make_campaign(account, "voice_template", recipients=1)
    refuse(other, 1, state="unknown", request="unknown")
    push(campaign)
    rematch()
    assert (person(campaign).state, person(other).state) == ("pending", "delivered")


def test_two_who_were_refused_under_one_number_are_left_to_people(campaign: Campaign, account: Account) -> None:
    other = make_campaign(account, "voice_template", recipients=6)
    refuse(campaign, 1)
    refuse(other, 1)
    push(campaign)
    rematch()
    assert {person(campaign).state, person(other).state} == {"pending"}
    assert may_concern_waiting(campaign) == 1


def test_two_calls_to_one_refused_number_are_left_to_people(campaign: Campaign) -> None:
    refuse(campaign, 1)
    push(campaign, provider_id="call-1")
    push(campaign, provider_id="call-2")
    rematch()
    assert person(campaign).state == "pending"
    assert may_concern_waiting(campaign) == 1


def test_a_receipt_from_before_the_refused_request_is_not_of_it(campaign: Campaign) -> None:
    refuse(campaign, 1, started_at=ago(minutes=2))
    push(campaign, at=ago(minutes=20))
    rematch()
    assert person(campaign).state == "pending"


def test_many_refused_people_are_found_by_the_same_questions(
    account: Account, django_assert_max_num_queries: Any
) -> None:
    campaign = make_campaign(account, "voice_template", recipients=200, state="paused")
    refuse(campaign, *range(1, 201))
    for one in campaign.recipients.all():
        body = f"c{one.pk}||{one.number}|delivered|2|".encode()
        InboundPush.objects.create(account=account, door="receipts", body=body)
    apply_pushes()
    Receipt.objects.update(received_at=ago(seconds=30))
    with django_assert_max_num_queries(30):
        assert rematch() == 200
    assert states_of(campaign) == {"delivered": 200}
    assert came_after_refusal(campaign) == 200


# Whoever has a receipt is not sent to


def test_who_has_a_receipt_is_not_due_any_more(campaign: Campaign) -> None:
    reference = refuse(campaign, 1, 2)
    push(campaign, ref=f"{reference}.1")
    chunk = campaign.chunks.get()
    claim = Claim(chunk.pk, campaign.pk, 1, 1, 6, 1, False)
    assert [one.position for one in due([claim], ago(seconds=0))[chunk.pk]] == [2, 3, 4, 5, 6]


def planned(campaign: Campaign, gateway: FakeGateway, attempts: int) -> Any:
    members = [Member(one.pk, one.position, one.number, {}, attempts) for one in campaign.recipients.all()]
    content = Content(Ability.VOICE_FILE, file_id="f")
    [request] = plan(members, content, gateway, campaign.account.access(), "abcdef0123-1-1").requests
    return request


def reached(campaign: Campaign, *requests: Any) -> set[int]:
    claim = Claim(campaign.chunks.get().pk, campaign.pk, 1, 1, 6, 1, False)
    [found] = fetch_each([_looking_for_reached([(claim, request) for request in requests])])
    return {pk for (pk,) in found}


def test_who_is_planned_already_when_the_receipt_comes_is_left_out(
    campaign: Campaign, fake_gateway: FakeGateway
) -> None:
    reference = refuse(campaign, *range(1, 7))
    request = planned(campaign, fake_gateway, attempts=1)
    push(campaign, ref=f"{reference}.1")
    assert reached(campaign, request) == {person(campaign).pk}


def test_who_is_in_a_half_of_a_refused_group_is_left_out_too(campaign: Campaign, fake_gateway: FakeGateway) -> None:
    first = planned(campaign, fake_gateway, attempts=0)
    reference = refuse(campaign, *range(1, 7))
    parts = halves(first, ("abcdef0123-1-1-2", "abcdef0123-1-1-3"))
    push(campaign, 5, ref=f"{reference}.5")
    assert reached(campaign, *parts) == {person(campaign, 5).pk}


# What staff read before they resume


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True), "django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, name: str, campaign: Campaign) -> str:
    return client.get(reverse(f"campaigns:{name}", args=[campaign.pk])).content.decode()


def test_a_paused_campaign_says_that_refused_people_were_reached_and_asks_before_it_goes_on(
    client: Client, campaign: Campaign
) -> None:
    assert "whom the provider had refused" not in page(client, "detail", campaign)
    reference = refuse(campaign, 1, 2, 3)
    push(campaign, 1, ref=f"{reference}.1")
    push(campaign, 2, provider_id="call-2", ref=f"{reference}.2")
    for name in ("detail", "progress"):
        text = page(client, name, campaign)
        assert "2 receipts came for people whom the provider had refused." in text
        assert reverse("campaigns:receipts:refused", args=[campaign.pk]) in text
        button = text[text.index(reverse("campaigns:resume", args=[campaign.pk])) :]
        assert "would be reached a second time" in button[:600]
        assert 'data-yes="Resume"' in button[:900]
    listed = page(client, "receipts:refused", campaign)
    assert listed.count(reverse("campaigns:recipient", args=[campaign.pk, 1])) == 1
    assert reverse("campaigns:recipient", args=[campaign.pk, 3]) not in listed


def test_a_paused_campaign_without_such_receipts_goes_on_without_a_question(client: Client, campaign: Campaign) -> None:
    text = page(client, "detail", campaign)
    button = text[text.index(reverse("campaigns:resume", args=[campaign.pk])) :]
    assert "data-confirm" not in button[: button.index("</form>")]


def test_receipts_that_may_be_of_people_who_wait_are_shown_before_a_resume(
    client: Client, campaign: Campaign, account: Account
) -> None:
    refuse(campaign, 1)
    push(campaign, provider_id="call-1")
    push(campaign, provider_id="call-2")
    rematch()
    text = page(client, "detail", campaign)
    assert "Unmatched receipts name 1 person who waits here." in text
    Campaign.objects.update(state="running", started_at=ago(minutes=5) - timedelta(hours=1))
    assert "Unmatched receipts name" not in page(client, "detail", campaign)

"""Which rule held or skipped somebody is kept, once, by the statement that does it."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Recipient, RecipientNote
from campaigns.sending import chunk_leases
from campaigns.sending.chunk_leases import Aside
from providers.contract.words import Words
from tests.factories import FakeGateway, make_account, make_campaign

from .steps import claim_one

pytestmark = [pytest.mark.django_db, pytest.mark.stores]
QUIET, OFTEN = Words("It is quiet there."), Words("Too often.")


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), "sms", 3, text="Hello")


def aside(campaign: Campaign, people: list[Aside], now: datetime) -> None:
    claim = claim_one(campaign, now)
    assert claim
    chunk_leases.set_aside([claim], people, now)
    chunk_leases.release([claim], now)
    campaign.chunks.update(next_attempt_at=now)


def person(campaign: Campaign, position: int = 1) -> Recipient:
    return campaign.recipients.get(position=position)


def notes_of(recipient: Recipient) -> list[tuple[str, str]]:
    return list(RecipientNote.objects.filter(recipient=recipient).order_by("pk").values_list("kind", "words"))


def test_everybody_who_is_held_or_skipped_has_the_rule_and_its_end_in_writing(campaign: Campaign) -> None:
    now = timezone.now()
    first, second, third = campaign.recipients.order_by("position")
    until = now + timedelta(hours=8)
    aside(campaign, [Aside(first.pk, QUIET, until), Aside(second.pk, OFTEN)], now)
    held = RecipientNote.objects.get(recipient=first)
    assert (held.kind, held.words, held.until, held.at) == ("held", QUIET.pack(), until, now)
    skipped = RecipientNote.objects.get(recipient=second)
    assert (skipped.kind, skipped.words, skipped.until) == ("skipped", OFTEN.pack(), None)
    assert notes_of(third) == []


def test_the_same_rule_judged_anew_every_minute_is_one_line(campaign: Campaign) -> None:
    start = timezone.now()
    until = start + timedelta(seconds=61)
    for minute in range(5):
        now = start + timedelta(minutes=minute)
        aside(campaign, [Aside(person(campaign).pk, OFTEN, until + timedelta(minutes=minute))], now)
    assert notes_of(person(campaign)) == [("held", OFTEN.pack())]


def test_another_rule_or_a_much_later_end_is_another_line(campaign: Campaign) -> None:
    now = timezone.now()
    pk = person(campaign).pk
    for step, (words, minutes) in enumerate([(OFTEN, 1), (QUIET, 1), (QUIET, 300), (OFTEN, 300)]):
        aside(campaign, [Aside(pk, words, now + timedelta(minutes=minutes))], now + timedelta(seconds=step))
    assert [words for _, words in notes_of(person(campaign))] == [
        OFTEN.pack(),
        QUIET.pack(),
        QUIET.pack(),
        OFTEN.pack(),
    ]


def test_nothing_is_written_about_somebody_whom_a_receipt_has_settled_meanwhile(campaign: Campaign) -> None:
    now = timezone.now()
    campaign.recipients.filter(position=1).update(state="delivered")
    aside(campaign, [Aside(person(campaign).pk, QUIET, now + timedelta(hours=1))], now)
    assert notes_of(person(campaign)) == []


def test_a_lost_lease_writes_nothing(campaign: Campaign) -> None:
    now = timezone.now()
    claim = claim_one(campaign, now)
    assert claim
    campaign.chunks.update(token=claim.token + 1)
    chunk_leases.set_aside([claim], [Aside(person(campaign).pk, QUIET, now + timedelta(hours=1))], now)
    assert not RecipientNote.objects.exists()

"""Approvals on the check page, seen by the composer and by somebody else."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from campaigns.lifecycle.approval.digests import digest
from campaigns.models import Activity, Campaign
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
COMPOSING = ("campaigns.view_campaign", "campaigns.change_campaign", "campaigns.start_campaign")


@pytest.fixture(autouse=True)
def limit(settings: Any) -> None:
    settings.APPROVAL_RECIPIENTS = 2


@pytest.fixture
def composer() -> User:
    return make_user(*COMPOSING, "campaigns.approve_campaign")


@pytest.fixture
def draft(fake_gateway: FakeGateway, composer: User) -> Campaign:
    return make_campaign(make_account(), "sms", 3, running=False, created_by=composer)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def at(name: str, campaign: Campaign) -> str:
    return reverse(f"campaigns:{name}", args=[campaign.pk])


def page(client: Client, campaign: Campaign) -> str:
    return client.get(at("check", campaign)).content.decode()


def test_the_composer_asks_and_somebody_else_approves_on_the_same_page(draft: Campaign, composer: User) -> None:
    mine, theirs = signed_in(composer), signed_in(make_user(*COMPOSING, "campaigns.approve_campaign"))
    assert at("start", draft) not in page(mine, draft)
    mine.post(at("ask_approval", draft))
    assert at("decide", draft) not in page(mine, draft)
    shown = page(theirs, draft)
    assert at("decide", draft) in shown
    seen = digest(Campaign.objects.get())
    assert seen in shown
    theirs.post(at("decide", draft), {"decision": "approve", "seen": seen, "note": "Fine by me"})
    shown = page(mine, draft)
    assert "Approved by" in shown
    assert "Fine by me" in shown
    mine.post(at("start", draft))
    assert Campaign.objects.get().state == "running"


def test_sending_back_without_a_reason_asks_for_one_and_with_one_shows_it(draft: Campaign, composer: User) -> None:
    mine, theirs = signed_in(composer), signed_in(make_user(*COMPOSING, "campaigns.approve_campaign"))
    mine.post(at("ask_approval", draft))
    answer = theirs.post(at("decide", draft), {"decision": "refuse", "seen": "", "note": ""})
    assert "Say why" in answer.content.decode()
    theirs.post(at("decide", draft), {"decision": "refuse", "seen": "", "note": "Call them <later>"})
    assert "Call them &lt;later&gt;" in page(mine, draft)
    assert Campaign.objects.get().state == "draft"


def test_a_note_is_kept_when_the_decision_is_refused(draft: Campaign, composer: User) -> None:
    mine = signed_in(composer)
    mine.post(at("ask_approval", draft))
    answer = mine.post(at("decide", draft), {"decision": "approve", "seen": "x", "note": "My long note"})
    assert answer.status_code == 200
    assert "somebody else has to look" in answer.content.decode()
    other = signed_in(make_user(*COMPOSING, "campaigns.approve_campaign"))
    answer = other.post(at("decide", draft), {"decision": "approve", "seen": "x", "note": "My long note"})
    assert "no longer what you looked at" in answer.content.decode()


def test_while_it_waits_nothing_can_be_changed_until_it_is_taken_back(draft: Campaign, composer: User) -> None:
    mine = signed_in(composer)
    mine.post(at("ask_approval", draft))
    assert mine.get(at("content", draft), follow=True).redirect_chain[-1][0] == at("check", draft)
    kept = mine.post(at("content", draft), {"text": "Typed meanwhile"}).content.decode()
    assert "Typed meanwhile" in kept
    assert "only be changed while it is a draft" in kept
    mine.post(at("take_back", draft))
    mine.post(at("content", draft), {"text": "Changed"})
    assert Campaign.objects.get().text == "Changed"


def test_a_change_in_the_browser_makes_the_approval_void_and_says_so(draft: Campaign, composer: User) -> None:
    mine, other = signed_in(composer), make_user(*COMPOSING, "campaigns.approve_campaign")
    mine.post(at("ask_approval", draft))
    theirs = signed_in(other)
    seen = digest(Campaign.objects.get())
    theirs.post(at("decide", draft), {"decision": "approve", "seen": seen, "note": ""})
    assert Campaign.objects.get().changed_by is None
    mine.post(at("content", draft), {"text": "Changed"})
    assert Campaign.objects.get().changed_by == composer
    shown = page(mine, draft)
    assert "changed after it had been approved" in shown
    assert at("ask_approval", draft) in shown


def test_a_list_that_is_added_afterwards_makes_the_approval_void(draft: Campaign, composer: User) -> None:
    mine, theirs = signed_in(composer), signed_in(make_user(*COMPOSING, "campaigns.approve_campaign"))
    mine.post(at("ask_approval", draft))
    theirs.post(at("decide", draft), {"decision": "approve", "seen": digest(Campaign.objects.get()), "note": ""})
    assert Campaign.objects.get().approved_at is not None
    mine.post(at("audience", draft), {"pasted": "mobile\n+8613911112222\n", "home": "", "complete": "1"})
    now = Campaign.objects.get()
    assert (now.total, now.approved_at) == (4, None)
    assert Activity.objects.filter(kind="approval_void", campaign=draft).exists()


def test_the_overview_names_what_waits_and_leads_there(draft: Campaign, composer: User) -> None:
    mine = signed_in(composer)
    overview = reverse("overview")
    assert "waits for approval" not in mine.get(overview).content.decode()
    mine.post(at("ask_approval", draft))
    shown = mine.get(overview).content.decode()
    assert "waits for approval" in shown
    assert at("check", draft) in shown
    assert at("check", draft) in mine.get(reverse("campaigns:list")).content.decode()


def test_deciding_needs_its_permission(draft: Campaign) -> None:
    assert signed_in(make_user(*COMPOSING)).post(at("decide", draft)).status_code == 403


def test_what_the_check_forbids_cannot_be_asked_about(draft: Campaign, composer: User) -> None:
    Campaign.objects.update(text="Hello {nobody knows}")
    signed_in(composer).post(at("ask_approval", draft))
    assert Campaign.objects.get().state == "draft"

"""Nothing that was typed is lost by an error, by somebody else, or by a session that ended."""

from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def draft(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), "sms", 2, running=False, text="before")


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True), BACKEND)
    return client


def content(campaign: Campaign) -> str:
    return reverse("campaigns:content", args=[campaign.pk])


def test_what_two_people_write_at_once_is_shown_to_the_second_and_nothing_is_overwritten(
    client: Client, draft: Campaign
) -> None:
    was = client.get(content(draft)).context["was"]
    client.post(content(draft), {"text": "the first one's", "was": was})
    answer = client.post(content(draft), {"text": "the second one's", "was": was})
    shown = answer.content.decode()
    assert "the second one&#x27;s</textarea>" in shown
    assert "the first one&#x27;s" in shown
    assert "Somebody changed this draft" in shown
    assert Campaign.objects.get().text == "the first one's"
    client.post(content(draft), {"text": "the second one's", "was": answer.context["was"]})
    assert Campaign.objects.get().text == "the second one's"


def test_what_is_written_after_the_start_is_shown_with_the_reason(client: Client, draft: Campaign) -> None:
    Campaign.objects.update(state="running")
    answer = client.post(content(draft), {"text": "too late"}).content.decode()
    assert "too late</textarea>" in answer
    assert "only be changed while it is a draft" in answer
    assert Campaign.objects.get().text == "before"


def test_a_session_that_ended_comes_back_to_the_page_after_the_login(draft: Campaign) -> None:
    stranger = Client()
    answer = stranger.post(content(draft), {"text": "typed"})
    assert answer.url == f"{reverse('login')}?next={content(draft)}"
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{content(draft)}"}
    answer = stranger.post(reverse("campaigns:example", args=[draft.pk]), {"text": "typed"}, headers=headers)
    assert answer["HX-Redirect"] == f"{reverse('login')}?next={content(draft)}"


def test_a_page_that_was_open_across_a_login_leads_back_to_what_was_typed(draft: Campaign) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(is_superuser=True), BACKEND)
    answer = client.post(content(draft), {"text": "typed"})
    assert answer.status_code == 403
    shown = answer.content.decode()
    assert "This was not saved" in shown
    assert f'href="{content(draft)}"' in shown


def test_the_browser_is_told_what_was_taken_and_only_that(client: Client, draft: Campaign) -> None:
    answer = client.post(content(draft), {"text": ""})
    assert "taken" not in answer.cookies
    answer = client.post(content(draft), {"text": "new"})
    assert unquote(answer.cookies["taken"].value) == content(draft)


def test_a_text_can_be_saved_and_tested_at_once(client: Client, draft: Campaign) -> None:
    answer = client.post(content(draft), {"text": "new", "test": "1"})
    assert answer.url == reverse("campaigns:check", args=[draft.pk]) + "#tests"
    assert Campaign.objects.get().text == "new"

"""The page on which staff choose whom to send to again."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign
from tests.factories import FakeGateway, make_account, make_campaign, make_user
from tests.markup import tight

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    campaign = make_campaign(make_account(), "sms", 6)
    campaign.recipients.filter(position__lte=2).update(state="undelivered", failure="busy")
    campaign.recipients.filter(position=3).update(state="expired")
    return campaign


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True), BACKEND)
    return client


def again(campaign: Campaign) -> str:
    return reverse("campaigns:again", args=[campaign.pk])


def test_failures_that_may_pass_are_proposed_and_counted(client: Client, campaign: Campaign) -> None:
    text = tight(client.get(again(campaign)).content)
    assert "Line busy" in text
    assert 'value="undelivered:busy" data-number="2" checked' in text
    assert 'value="expired:" data-number="1">' in text
    assert 'id="again-total" class="num" aria-live="polite">2<' in text


def test_the_chosen_become_a_draft_and_both_pages_lead_to_each_other(client: Client, campaign: Campaign) -> None:
    answer = client.post(again(campaign), {"groups": ["undelivered:busy", "expired:"]})
    draft = Campaign.objects.get(repeats=campaign)
    assert answer["Location"] == reverse("campaigns:check", args=[draft.pk])
    assert draft.total == 3
    source_url = reverse("campaigns:detail", args=[campaign.pk])
    assert source_url in client.get(answer["Location"]).content.decode()
    assert reverse("campaigns:detail", args=[draft.pk]) in client.get(source_url).content.decode()


@pytest.mark.parametrize("chosen", [[], ["unknown:"], ["rejected:busy"], ["undelivered:no_answer"]])
def test_nobody_and_nonsense_make_no_draft(client: Client, campaign: Campaign, chosen: list[str]) -> None:
    answer = client.post(again(campaign), {"groups": chosen})
    assert answer.status_code == 200
    assert Campaign.objects.count() == 1


def test_a_campaign_without_failures_says_so(client: Client, fake_gateway: FakeGateway) -> None:
    text = client.get(again(make_campaign(make_account(), "sms", 2))).content.decode()
    assert "Nobody to send to again" in text


def test_a_page_needs_the_permission_to_make_campaigns(campaign: Campaign) -> None:
    visitor = Client()
    visitor.force_login(make_user("campaigns.view_campaign"), BACKEND)
    assert visitor.get(again(campaign)).status_code == 403
    assert "Send again to" not in visitor.get(reverse("campaigns:detail", args=[campaign.pk])).content.decode()


def test_the_page_asks_the_same_questions_for_few_and_for_many(
    client: Client, campaign: Campaign, django_assert_max_num_queries: object
) -> None:
    campaign.recipients.update(state="rejected", failure="content")
    with django_assert_max_num_queries(7):
        client.get(again(campaign))

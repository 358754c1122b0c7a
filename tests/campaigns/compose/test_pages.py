"""A campaign composed in the browser, from its name to its start."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign
from providers.models import VoiceTemplate
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client: Client, fake_gateway: FakeGateway) -> Client:
    client.force_login(make_user(is_superuser=True), "django.contrib.auth.backends.ModelBackend")
    return client


def at(name: str, campaign: Campaign, *more: int) -> str:
    return reverse(f"campaigns:{name}", args=[campaign.pk, *more])


def test_a_campaign_is_composed_step_by_step_and_started(client: Client) -> None:
    account = make_account(balance_amount=5)
    VoiceTemplate.objects.create(account=account, name="T", text="到【变量】。", state="approved", provider_id="7")
    made = client.post(reverse("campaigns:new"), {"name": "One", "kind": "voice_template", "account": account.pk})
    campaign = Campaign.objects.get()
    assert made.url == at("content", campaign)

    upload = SimpleUploadedFile("list.csv", "手机号,场馆\n+8613800138000,2\nabc,3\n".encode("gb18030"))
    client.post(at("audience", campaign), {"file": upload, "complete": "1"})
    campaign.refresh_from_db()
    assert (campaign.total, campaign.columns) == (1, ["场馆"])

    template = VoiceTemplate.objects.get()
    offered = client.get(at("content", campaign), {"template": template.pk})
    assert "到{场馆}。" in offered.content.decode()
    client.post(at("content", campaign), {"template": template.pk, "text": "到{场馆}。"})
    checked = client.get(at("check", campaign)).content.decode()
    assert '<span class="chip">2</span>' in checked
    assert "1 person is reached" in checked

    started = client.post(at("start", campaign))
    assert started.url == at("detail", campaign)
    campaign.refresh_from_db()
    assert campaign.state == "running"


def test_a_start_is_refused_while_something_stands_against_it(client: Client) -> None:
    campaign = make_campaign(make_account(), "sms", 2, running=False, text="{hall}")
    answer = client.post(at("start", campaign), follow=True)
    assert "does not have" in answer.content.decode()
    campaign.refresh_from_db()
    assert campaign.state == "draft"


def test_the_example_follows_what_is_written_and_saves_nothing(client: Client) -> None:
    campaign = make_campaign(make_account(), "sms", 2, running=False, text="before", columns=["place"])
    campaign.recipients.update(variables={"place": "Hall <2>"})
    text = client.post(at("example", campaign), {"text": "To {place} {nowhere}"}).content.decode()
    assert '<span class="chip">Hall &lt;2&gt;</span>' in text
    assert '<span class="chip miss">{nowhere}</span>' in text
    campaign.refresh_from_db()
    assert campaign.text == "before"


def test_people_can_be_leafed_through(client: Client) -> None:
    campaign = make_campaign(make_account(), "sms", 2, running=False, text="Hello")
    first = client.get(at("hears", campaign, 1)).content.decode()
    assert at("hears", campaign, 2) in first
    assert at("hears", campaign, 3) not in client.get(at("hears", campaign, 2)).content.decode()
    assert client.get(at("hears", campaign, 3)).status_code == 404


def test_a_list_that_cannot_be_read_is_an_error_of_the_form(client: Client) -> None:
    campaign = make_campaign(make_account(), "sms", 0, running=False)
    upload = SimpleUploadedFile("list.xlsx", b"PK\x03\x04")
    answer = client.post(at("audience", campaign), {"file": upload, "complete": "1"})
    assert answer.status_code == 200
    assert "workbook" in answer.content.decode()


@pytest.mark.parametrize("step", ["kind", "content", "audience", "check"])
def test_a_campaign_that_has_started_is_not_composed_any_more(client: Client, step: str) -> None:
    campaign = make_campaign(make_account(), "sms", 2)
    assert client.get(at(step, campaign)).url == at("detail", campaign)


def test_another_kind_starts_the_content_anew_and_keeps_the_audience(client: Client) -> None:
    account = make_account()
    campaign = make_campaign(account, "sms", 2, running=False, text="Hello")
    client.post(at("kind", campaign), {"name": "New name", "kind": "sms", "account": account.pk})
    campaign.refresh_from_db()
    assert (campaign.name, campaign.text) == ("New name", "Hello")
    client.post(at("kind", campaign), {"name": "New name", "kind": "voice_text", "account": account.pk})
    campaign.refresh_from_db()
    assert (campaign.kind, campaign.text, campaign.total) == ("voice_text", "", 2)

"""How long the texts of an audience are, and whose is shown."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.compose.steps.extent import extent
from campaigns.compose.steps.finding import chosen
from campaigns.models import Campaign
from campaigns.text import predicting
from campaigns.text.preview import longest_text
from providers.contract.fields import Problem
from providers.contract.words import Words
from providers.models import VoiceTemplate
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def make(kind: str, values: list[str], text: str = "Hi {a}") -> Campaign:
    campaign = make_campaign(make_account(), kind, len(values), running=False, text=text, columns=["a"])
    for person, value in zip(campaign.recipients.order_by("position"), values, strict=True):
        person.variables = {"a": value} if value else {}
        person.save()
    return campaign


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True), BACKEND)
    return client


def test_messages_are_counted_by_parts_and_encoding_over_everybody(fake_gateway: FakeGateway) -> None:
    campaign = make("sms", ["x", "y" * 158, "好" * 68, "", "z" * 157])
    found = extent(campaign, campaign.text)
    assert found is not None
    assert (found.looked, found.missing, found.is_sample) == (5, 1, False)
    assert (found.shortest, found.longest, found.position) == (4, 161, 2)
    assert found.by_parts == [(1, 2), (2, 2)]
    assert found.encodings == {"GSM-7": 3, "UCS-2": 1}


def test_the_longest_message_is_the_one_with_the_most_parts(fake_gateway: FakeGateway) -> None:
    campaign = make("sms", ["x" * 90, "好" * 80])
    found = extent(campaign, campaign.text)
    assert found is not None
    assert (found.longest, found.position) == (93, 2)


def test_a_text_for_everybody_is_measured_once_and_counted_for_all(
    fake_gateway: FakeGateway, django_assert_num_queries
) -> None:
    campaign = make("sms", ["x"] * 3, "Hello all")
    with django_assert_num_queries(0):
        found = extent(campaign, campaign.text)
    assert found is not None
    assert (found.looked, found.by_parts) == (3, [(1, 3)])


def test_of_a_large_audience_a_sample_is_measured_and_the_page_says_so(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setattr(predicting, "WHOLE", 2)
    monkeypatch.setattr(predicting, "BLOCK", 1)
    campaign = make("sms", ["x", "yy", "zzz"])
    found = extent(campaign, campaign.text)
    assert found is not None
    assert (found.looked, found.is_sample) == (2, True)
    shown = client.get(reverse("campaigns:extent", args=[campaign.pk])).content.decode()
    assert "A sample: 2 of 3" in shown


def test_what_is_read_out_is_held_against_the_providers_limit(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    def check(message, access):
        too_long = [one for one in message.callees if len(one.text) > 37]
        return [Problem("text", Words("Too long.")) for one in too_long]

    monkeypatch.setattr(fake_gateway, "check", check)
    monkeypatch.setattr(fake_gateway, "longest_text", lambda kind, options, access: 37)
    campaign = make("voice_text", ["x" * 34, "x" * 35, "x" * 60])
    assert longest_text(campaign) == 37
    found = extent(campaign, campaign.text)
    assert found is not None
    assert (found.limit, found.over) == (37, 2)
    shown = client.get(reverse("campaigns:extent", args=[campaign.pk])).content.decode()
    assert "2 texts are too long" in shown
    assert "37 of at most 37" in client.get(reverse("campaigns:hears", args=[campaign.pk, 1])).content.decode()


def test_without_a_limit_none_is_told(fake_gateway: FakeGateway) -> None:
    assert longest_text(make("voice_text", ["x"])) is None


@pytest.mark.parametrize(
    ("typed", "position", "matches"),
    [
        ("8613800000002", 2, []),
        ("+86 138 0000 0002", 2, []),
        ("13800000003", 3, []),
        ("0003", 3, []),
        ("000", 2, []),
        ("0", 10, [10, 20]),
        ("1", 1, [1, 11, 21]),
        ("no digits", 2, []),
    ],
)
def test_somebody_is_found_by_the_number_or_its_last_digits(
    fake_gateway: FakeGateway, typed: str, position: int, matches: list[int]
) -> None:
    campaign = make("sms", ["x"] * 21)
    found = chosen(campaign, {"find": typed, "position": "2"}, campaign.text)
    assert found.person is not None
    assert found.person.position == position
    assert [person.position for person in found.matches] == matches
    assert found.nobody == (typed == "000")


def test_the_longest_is_shown_for_the_text_that_is_being_written(fake_gateway: FakeGateway, client: Client) -> None:
    campaign = make("sms", ["aa", "longest of all", "b"], "saved {a}")
    shown = client.post(
        reverse("campaigns:example", args=[campaign.pk]), {"text": "typed {a}", "longest": "1", "position": "1"}
    ).content.decode()
    assert "longest of all" in shown
    assert "2 of 3" in shown
    shown = client.get(reverse("campaigns:hears_whom", args=[campaign.pk]), {"longest": "1"}).content.decode()
    assert "longest of all" in shown


def test_whoever_is_shown_stays_shown_while_the_text_is_written(fake_gateway: FakeGateway, client: Client) -> None:
    campaign = make("sms", ["first", "second", "third"])
    url = reverse("campaigns:example", args=[campaign.pk])
    shown = client.post(url, {"text": "Hey {a}", "position": "2"}).content.decode()
    assert "second" in shown
    assert 'name="position" value="2"' in shown
    assert "ends like this" in client.post(url, {"text": "Hey {a}", "position": "2", "find": "777"}).content.decode()


def test_each_recipient_is_held_against_the_template(fake_gateway: FakeGateway, client: Client) -> None:
    campaign = make("voice_template", ["A12", "x" * 3], "到{a}")
    template = VoiceTemplate.objects.create(
        account=campaign.account, name="T", text="到【变量】", state="approved", provider_id="7"
    )
    Campaign.objects.update(template=template)
    url = reverse("campaigns:example", args=[campaign.pk])
    assert "Matches the template" in client.post(url, {"text": "到{a}", "template": template.pk}).content.decode()
    fake_gateway.longest_variable = lambda access: 2  # type: ignore[method-assign]
    shown = client.post(url, {"text": "到{a}", "template": template.pk, "position": "1"}).content.decode()
    assert "Matches the template" not in shown
    assert "has 3 characters" in shown
    assert "has 3 characters" in client.get(reverse("campaigns:hears", args=[campaign.pk, 1])).content.decode()


def test_an_empty_audience_has_no_extent_and_the_example_names_the_columns(
    fake_gateway: FakeGateway, client: Client
) -> None:
    campaign = make_campaign(make_account(), "sms", 0, running=False, text="Hi {a}")
    assert extent(campaign, campaign.text) is None
    shown = client.get(reverse("campaigns:content", args=[campaign.pk])).content.decode()
    assert "As it will be" in shown

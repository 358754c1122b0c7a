"""Who would be refused for their text, told before anything is sent."""

from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.compose import checks
from campaigns.models import Campaign
from campaigns.text import predicting
from campaigns.text.predicting import predict
from providers.models import VoiceTemplate
from providers.voicetemplates.matching import Fit
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    monkeypatch.setattr(fake_gateway, "longest_variable", lambda access: 5, raising=False)
    account = make_account(balance_amount=5)
    template = VoiceTemplate.objects.create(
        account=account, name="T", text="到【变量】。", state="approved", provider_id="7"
    )
    made = make_campaign(
        account, "voice_template", 5, running=False, template=template, text="到{站}。", columns=["站"]
    )
    for position, value in enumerate(["北门", "一个太长的值", "A@B", "", "南门"], 1):
        made.recipients.filter(position=position).update(variables={"站": value})
    return Campaign.objects.select_related("account", "template").get(pk=made.pk)


def lines(campaign: Campaign, level: checks.Level) -> str:
    return "\n".join(f"{item.title} {item.detail}" for item in checks.items(campaign) if item.level == level)


def test_everybody_is_looked_at_and_counted_by_reason(campaign: Campaign) -> None:
    found = predict(campaign)
    assert found is not None
    assert (found.looked, dict(found.counts), found.doubtful) == (5, {Fit.TOO_LONG: 1}, 1)
    (one,) = found.first
    assert (one.position, one.variable) == (2, 1)
    assert "6 characters" in str(one.words)


def test_the_check_counts_them_and_lists_them(campaign: Campaign, client: Client) -> None:
    told = lines(campaign, checks.Level.LOOK)
    assert "1 call would be refused: a variable is too long" in told
    assert "1 call holds characters that may be refused" in told
    assert lines(campaign, checks.Level.STOP) == ""
    client.force_login(make_user(is_superuser=True), "django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("campaigns:check", args=[campaign.pk])).content.decode()
    assert "Who would be refused" in page
    assert reverse("campaigns:recipient", args=[campaign.pk, 2]) in page
    assert "has 6 characters and the account allows 5" in page


def test_what_would_be_refused_for_everybody_stops(campaign: Campaign) -> None:
    campaign.recipients.update(variables={"站": "一个太长的值"})
    assert "5 calls would be refused" in lines(campaign, checks.Level.STOP)


def test_a_value_that_stands_for_part_of_the_template_is_found_where_it_is_wrong(campaign: Campaign) -> None:
    Campaign.objects.update(text="到北门{站}")
    campaign.recipients.update(variables={"站": "。"})
    campaign.recipients.filter(position=3).update(variables={"站": "."})
    campaign.refresh_from_db()
    found = predict(campaign)
    assert found is not None
    assert dict(found.counts) == {Fit.DIFFERS: 1}
    assert "character 4" in str(found.first[0].words)
    assert "half-width" in str(found.first[0].hint)


@pytest.mark.parametrize("kind", ["sms", "voice_text"])
def test_other_kinds_need_no_template(fake_gateway: FakeGateway, kind: str) -> None:
    assert predict(make_campaign(make_account(), kind, 2, running=False)) is None


def test_of_a_large_audience_blocks_are_looked_at_and_the_check_says_so(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(predicting, "WHOLE", 2)
    monkeypatch.setattr(predicting, "BLOCK", 1)
    with django_assert_num_queries(2):
        found = predict(campaign)
    assert found is not None
    assert (found.looked, found.is_sample) == (2, True)
    campaign.recipients.filter(position=5).update(variables={"站": "一个太长的值"})
    assert "Looked at 2 of 5 recipients" in lines(campaign, checks.Level.LOOK)


def test_blocks_lie_apart_and_within_the_audience() -> None:
    starts = predicting.block_starts(1_000_003)
    assert len(starts) == predicting.WHOLE // predicting.BLOCK
    assert starts[0] == 1
    assert starts[-1] + predicting.BLOCK - 1 == 1_000_003
    assert all(later - start >= predicting.BLOCK for start, later in pairwise(starts))
    assert predicting.block_starts(2_500) == [1, 1001, 2001]


def test_long_texts_that_differ_do_not_keep_the_page_waiting(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "".join(chr(0x4E00 + place) for place in range(400))
    VoiceTemplate.objects.update(text=f"{long}【变量】。")
    Campaign.objects.update(text=f"{long}{{站}}")
    campaign.recipients.update(variables={"站": "北门"})
    explained = []
    judge = predicting.Template.judge
    monkeypatch.setattr(
        predicting.Template, "judge", lambda self, text: explained.append(len(text)) or judge(self, text)
    )
    found = predict(Campaign.objects.select_related("account", "template").get(pk=campaign.pk))
    assert found is not None
    assert (dict(found.counts), len(found.first)) == ({Fit.DIFFERS: 5}, 5)
    assert "character" in str(found.first[0].words)
    assert all(str(one.words) for one in found.first)
    assert len(explained) == 1

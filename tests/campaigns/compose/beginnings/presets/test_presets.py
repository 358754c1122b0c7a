"""Presets: kept out of a campaign, offered to the next one."""

from datetime import time

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.compose.beginnings.presets.services import begin_with, keep, rename
from campaigns.models import Campaign, Preset
from notifyadmin.web.errors import Refusal
from providers.models import VoiceTemplate
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.stores]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    account = make_account()
    template = VoiceTemplate.objects.create(
        account=account, name="T", text="到【变量】", state="approved", provider_id="7"
    )
    return make_campaign(
        account,
        "voice_template",
        2,
        running=False,
        template=template,
        text="到{a}",
        options={"x": "1"},
        columns=["a"],
        time_zone="Asia/Shanghai",
        window_days=31,
        window_from=time(9, 30),
        window_until=time(18),
        per_minute=60,
    )


@pytest.fixture
def client(client: Client, fake_gateway: FakeGateway) -> Client:
    client.force_login(make_user(is_superuser=True), BACKEND)
    return client


def test_a_campaign_begun_with_a_preset_says_the_same_in_the_same_hours_to_nobody_yet(campaign: Campaign) -> None:
    user = make_user()
    draft, gone = begin_with(Preset.objects.get(pk=keep(campaign, "Parcel", user).pk), user)
    draft.refresh_from_db()
    same = ("kind", "account", "text", "template", "options", "time_zone", "window_days", "window_from", "window_until")
    for name in (*same, "per_minute"):
        assert getattr(draft, name) == getattr(campaign, name), name
    assert (draft.state, draft.total, draft.columns, draft.created_by, draft.name) == ("draft", 0, [], user, "Parcel")
    assert gone == ()


def test_what_is_gone_meanwhile_is_left_out_and_named(campaign: Campaign) -> None:
    preset = keep(campaign, "Parcel", None)
    VoiceTemplate.objects.update(state="deleted")
    draft, gone = begin_with(preset, None)
    assert draft.template is None
    assert "voice template" in str(gone[0])


def test_a_preset_of_an_account_that_cannot_be_used_begins_nothing(campaign: Campaign) -> None:
    preset = keep(campaign, "Parcel", None)
    campaign.account.__class__.objects.update(state="archived")
    preset.account.refresh_from_db()
    with pytest.raises(Refusal, match="cannot be used"):
        begin_with(preset, None)
    assert Campaign.objects.count() == 1


def test_a_name_is_taken_over_only_by_who_says_so(campaign: Campaign) -> None:
    keep(campaign, "Parcel", None)
    campaign.text = "new"
    with pytest.raises(Refusal, match="of this name"):
        keep(campaign, "Parcel", None)
    keep(campaign, "Parcel", None, replace=True)
    assert Preset.objects.get().values["text"] == "new"


def test_two_presets_never_get_one_name(campaign: Campaign) -> None:
    keep(campaign, "One", None)
    two = keep(campaign, "Two", None)
    with pytest.raises(Refusal):
        rename(two, "One")
    rename(two, "Three")
    assert sorted(Preset.objects.values_list("name", flat=True)) == ["One", "Three"]


def test_presets_live_in_the_browser(campaign: Campaign, client: Client) -> None:
    client.post(reverse("campaigns:keep_preset", args=[campaign.pk]), {"name": "Parcel <1>"})
    preset = Preset.objects.get()
    begin = reverse("campaigns:begin_with_preset", args=[preset.pk])
    for page in ("campaigns:new", "campaigns:presets"):
        shown = client.get(reverse(page)).content.decode()
        assert "Parcel &lt;1&gt;" in shown
        assert begin in shown
    answer = client.post(begin)
    draft = Campaign.objects.latest("pk")
    assert answer.url == reverse("campaigns:kind", args=[draft.pk])
    client.post(reverse("campaigns:rename_preset", args=[preset.pk]), {"name": "Parcel"})
    assert "Parcel" in client.get(reverse("campaigns:presets")).content.decode()
    client.post(reverse("campaigns:delete_preset", args=[preset.pk]))
    assert not Preset.objects.exists()
    assert "No preset yet" in client.get(reverse("campaigns:presets")).content.decode()


def test_a_name_that_is_taken_is_shown_again_with_the_reason(campaign: Campaign, client: Client) -> None:
    keep(campaign, "Parcel", None)
    answer = client.post(reverse("campaigns:keep_preset", args=[campaign.pk]), {"name": "Parcel"})
    assert answer.status_code == 200
    assert 'value="Parcel"' in answer.content.decode()
    client.post(reverse("campaigns:keep_preset", args=[campaign.pk]), {"name": "Parcel", "replace": "on"})
    assert Preset.objects.count() == 1

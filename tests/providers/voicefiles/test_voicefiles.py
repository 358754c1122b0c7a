"""Voice files."""

import pytest
from django.urls import reverse

from notifyadmin.web.errors import Refusal
from providers.models import AccountState, VoiceFile, VoiceFileCopy
from providers.voicefiles import services
from providers.voicefiles.takingover import add_copy, take_over
from tests.factories import make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def gateway(fake_gateway):
    return fake_gateway


@pytest.fixture
def staff(client):
    client.force_login(make_user(is_superuser=True))
    return client


def test_a_file_that_the_provider_has_is_taken_over(staff):
    account = make_account()
    values = {"name": "hello", "account": account.pk, "file_id": "f-1.mp3"}
    response = staff.post(reverse("providers:voicefiles:take-over"), values)
    copy = VoiceFileCopy.objects.get()
    assert (copy.voice_file.name, copy.account, copy.file_id) == ("hello", account, "f-1.mp3")
    assert response.url == reverse("providers:voicefiles:detail", args=[copy.voice_file.pk])


def test_the_same_id_is_not_taken_over_twice_and_leaves_nothing_behind(staff):
    account = make_account()
    take_over(name="first", account=account, file_id="f-1", by=None)
    values = {"name": "second", "account": account.pk, "file_id": "f-1"}
    response = staff.post(reverse("providers:voicefiles:take-over"), values)
    assert response.context["form"].errors.keys() == {"file_id"}
    assert "first" in response.context["form"].errors["file_id"][0]
    assert VoiceFile.objects.count() == 1


def test_the_same_recording_may_have_an_id_at_each_account_but_one_only():
    first, second = make_account(), make_account()
    voice_file = take_over(name="hello", account=first, file_id="f-1", by=None)
    add_copy(voice_file, account=second, file_id="f-1")
    with pytest.raises(Refusal):
        add_copy(voice_file, account=second, file_id="f-2")
    assert voice_file.copies.count() == 2


def test_an_archived_account_is_not_offered(staff):
    account = make_account(state=AccountState.ARCHIVED)
    page = staff.get(reverse("providers:voicefiles:take-over"))
    assert account.name not in page.content.decode()


def test_a_file_that_a_campaign_still_plays_is_not_archived():
    campaign = make_campaign(make_account(), recipients=1)
    with pytest.raises(Refusal):
        services.archive(campaign.voice_file)
    assert VoiceFile.objects.get().archived_at is None


def test_an_archived_file_leaves_the_list_until_asked_for(staff):
    voice_file = take_over(name="old one", account=make_account(), file_id="f", by=None)
    services.archive(voice_file)
    take_over(name="new one", account=make_account(), file_id="f", by=None)
    page = staff.get(reverse("providers:voicefiles:list")).content.decode()
    assert "new one" in page
    assert "old one" not in page
    assert "old one" in staff.get(reverse("providers:voicefiles:list"), {"show": "archived"}).content.decode()


def test_a_file_that_only_the_provider_has_has_no_sound_here(staff):
    voice_file = VoiceFile.objects.create(name="hello")
    assert staff.get(reverse("providers:voicefiles:sound", args=[voice_file.pk])).status_code == 404

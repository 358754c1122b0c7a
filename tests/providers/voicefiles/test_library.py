"""The library of recordings: finding, describing, archiving and deleting them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models.statuses import CampaignState
from notifyadmin.web.errors import Refusal
from providers.models import CopyState, Tag, VoiceFile, VoiceFileCopy
from providers.voicefiles import services
from providers.voicefiles.uploading import add_recording
from tests import audio
from tests.factories import make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db
LIST = "/voice-files/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path, fake_gateway):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def staff(client):
    client.force_login(make_user(is_superuser=True))
    return client


def make_recording(name="hello", seconds=1.0, **values) -> VoiceFile:
    made = add_recording(SimpleUploadedFile(f"{name}.wav", audio.wav(seconds)), by=None)
    assert isinstance(made, VoiceFile)
    for field, value in values.items():
        setattr(made, field, value)
    made.save()
    return made


def used_by(voice_file, state=CampaignState.RUNNING, **values):
    account = make_account()
    VoiceFileCopy.objects.create(voice_file=voice_file, account=account, file_id=f"id{account.pk}")
    return make_campaign(account, recipients=1, voice_file=voice_file, state=state, **values)


def names(staff, **filters) -> set[str]:
    return {row.record.name for row in staff.get(LIST, filters).context["table"].rows}


def describe(voice_file, *tags, name="hello", description=""):
    services.describe(voice_file, name=name, description=description, tags=tags)


def test_a_recording_is_described_and_tagged(staff):
    voice_file = make_recording()
    describe(make_recording(seconds=2), "summer")
    address = reverse("providers:voicefiles:edit", args=[voice_file.pk])
    assert '<option value="summer">' in staff.get(address).content.decode()
    values = {"name": "Hall 2", "description": "For the hall.\nLoud.", "tags": "summer， doors ,doors,  two  words"}
    assert staff.post(address, values).url == reverse("providers:voicefiles:detail", args=[voice_file.pk])
    voice_file.refresh_from_db()
    assert (voice_file.name, voice_file.description) == ("Hall 2", "For the hall.\r\nLoud.".replace("\r", ""))
    assert {tag.name for tag in voice_file.tags.all()} == {"summer", "doors", "two words"}
    assert Tag.objects.count() == 3


def test_a_tag_that_no_file_has_any_more_is_forgotten():
    voice_file = make_recording()
    describe(voice_file, "summer", "doors")
    describe(voice_file, "doors")
    assert [tag.name for tag in Tag.objects.all()] == ["doors"]


def test_a_tag_that_is_too_long_loses_nothing_that_was_typed(staff):
    address = reverse("providers:voicefiles:edit", args=[make_recording().pk])
    form = staff.post(address, {"name": "new name", "tags": "a" * 41}).context["form"]
    assert form.errors.keys() == {"tags"}
    assert (form["name"].value(), form["tags"].value()) == ("new name", "a" * 41)


def test_recordings_are_found_by_what_is_known_about_them(staff):
    account, other = make_account(), make_account()
    one, two = make_recording("one"), make_recording("two", 2.0, description="about parcels")
    three = add_recording(SimpleUploadedFile("three original.mp3", audio.mp3()), by=None)
    VoiceFile.objects.filter(pk=three.pk).update(name="three")
    VoiceFileCopy.objects.create(voice_file=one, account=account, file_id="F-77.wav")
    VoiceFileCopy.objects.create(voice_file=two, account=other, state=CopyState.WAITING)
    describe(one, "summer", name="one")
    assert names(staff) == {"one", "two", "three"}
    assert names(staff, q="PARCEL") == {"two"}
    assert names(staff, q="three orig") == {"three"}
    assert names(staff, q="f-77") == {"one"}
    assert names(staff, tag=Tag.objects.get().pk) == {"one"}
    assert names(staff, account=account.pk) == {"one"}
    assert names(staff, account=other.pk) == {"two"}
    assert names(staff, format="mp3") == {"three"}
    services.archive(one)
    assert names(staff) == {"two", "three"}
    assert names(staff, show="archived") == {"one"}


def test_a_file_at_two_accounts_and_in_two_campaigns_is_one_row_with_right_numbers(staff):
    voice_file = make_recording("gate")
    used_by(voice_file)
    used_by(voice_file, CampaignState.FINISHED)
    describe(voice_file, "gate a", "gate b", name="gate")
    rows = list(staff.get(LIST, {"q": "gate"}).context["table"].rows)
    assert [(row.record.used, len(row.record.copies.all())) for row in rows] == [(2, 2)]


def test_the_list_shows_what_staff_ask_for(staff):
    voice_file = make_recording("Gate <b>open</b>", 75, created_by=make_user(first_name="A"))
    account = make_account()
    VoiceFileCopy.objects.create(voice_file=voice_file, account=account, state=CopyState.FAILED)
    page = staff.get(LIST).content.decode()
    for shown in ("1 min 15 s", "WAV · 8 kHz", "1.1\xa0MB", account.name, "s-rejected", voice_file.created_by.username):
        assert shown in page
    assert "<b>open</b>" not in page


def test_the_list_asks_no_question_per_row(staff):
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            staff.get(LIST)
        return len(asked)

    used_by(make_recording("first", 1))
    staff.get(LIST)
    one = count()
    for number in range(2, 9):
        voice_file = make_recording(f"file {number}", number, created_by=make_user())
        used_by(voice_file)
        describe(voice_file, f"tag {number}", "common")
    assert count() == one
    assert one <= 12


@pytest.mark.parametrize("state", ["pending_approval", "scheduled", "running", "paused", "cancelling"])
def test_a_file_that_a_campaign_still_plays_is_neither_archived_nor_deleted(state):
    voice_file = make_recording()
    used_by(voice_file, CampaignState(state), name="Spring sale")
    for refused in (services.archive, services.delete):
        with pytest.raises(Refusal, match="“Spring sale”"):
            refused(voice_file)
    voice_file.refresh_from_db()
    assert voice_file.archived_at is None
    assert voice_file.file.storage.exists(voice_file.file.name)


def test_many_campaigns_are_not_all_named():
    voice_file = make_recording()
    for number in range(7):
        used_by(voice_file, name=f"c{number}")
    with pytest.raises(Refusal) as refusal:
        services.archive(voice_file)
    assert refusal.value.message.count("“c") == 5
    assert "…" in refusal.value.message


def test_a_file_that_was_played_can_be_archived_but_stays_as_evidence():
    voice_file = make_recording()
    used_by(voice_file, CampaignState.FINISHED, name="Done one")
    with pytest.raises(Refusal, match=r"“Done one”.*evidence.*Archive it"):
        services.delete(voice_file)
    services.archive(voice_file)
    voice_file.refresh_from_db()
    assert voice_file.archived_at is not None
    assert voice_file.file.storage.exists(voice_file.file.name)


def test_a_file_that_a_draft_chose_is_not_deleted():
    voice_file = make_recording()
    used_by(voice_file, CampaignState.DRAFT, name="My draft")
    with pytest.raises(Refusal, match="“My draft”"):
        services.delete(voice_file)


def test_a_file_on_its_way_to_an_account_is_not_deleted():
    voice_file = make_recording()
    VoiceFileCopy.objects.create(voice_file=voice_file, account=make_account(), state=CopyState.SENDING)
    with pytest.raises(Refusal, match="being sent"):
        services.delete(voice_file)


def test_a_deleted_file_is_gone_with_its_bytes_once_that_is_committed(staff, django_capture_on_commit_callbacks):
    voice_file = make_recording()
    describe(voice_file, "summer")
    VoiceFileCopy.objects.create(voice_file=voice_file, account=make_account(), file_id="f")
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        response = staff.post(reverse("providers:voicefiles:delete", args=[voice_file.pk]), follow=True)
        assert voice_file.file.storage.exists(voice_file.file.name)
    assert callbacks
    assert not voice_file.file.storage.exists(voice_file.file.name)
    assert VoiceFile.objects.count() == VoiceFileCopy.objects.count() == Tag.objects.count() == 0
    assert "Copies at providers stay there" in response.content.decode()


def test_a_refused_deletion_is_explained_on_the_page(staff):
    campaign = used_by(make_recording())
    address = reverse("providers:voicefiles:delete", args=[campaign.voice_file_id])
    page = staff.post(address, follow=True)
    assert page.redirect_chain[-1][0] == reverse("providers:voicefiles:detail", args=[campaign.voice_file_id])
    assert campaign.name in page.content.decode()
    assert VoiceFile.objects.exists()


def test_the_page_names_the_campaigns_that_played_it(staff, client):
    voice_file = make_recording()
    campaigns = [used_by(voice_file, CampaignState.FINISHED, name=f"campaign no {number}") for number in range(3)]
    page = staff.get(reverse("providers:voicefiles:detail", args=[voice_file.pk])).content.decode()
    assert all(campaign.name in page for campaign in campaigns)
    assert reverse("campaigns:detail", args=[campaigns[0].pk]) in page
    client.force_login(make_user("providers.view_voicefile"))
    page = client.get(reverse("providers:voicefiles:detail", args=[voice_file.pk])).content.decode()
    assert campaigns[0].name in page
    assert reverse("campaigns:detail", args=[campaigns[0].pk]) not in page
    assert "/delete/" not in page

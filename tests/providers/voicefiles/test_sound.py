"""The bytes of recordings: who gets them, as what, and in which parts."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from providers.models import VoiceFile
from providers.voicefiles.uploading import add_recording
from tests import audio
from tests.factories import make_user

pytestmark = pytest.mark.django_db
CONTENT = audio.wav(1, 44100)
SIZE = len(CONTENT)


@pytest.fixture
def voice_file(settings, tmp_path, fake_gateway):
    settings.MEDIA_ROOT = tmp_path
    return add_recording(SimpleUploadedFile("hello.wav", CONTENT), by=None)


@pytest.fixture
def address(voice_file):
    return reverse("providers:voicefiles:sound", args=[voice_file.pk])


@pytest.fixture
def staff(client):
    client.force_login(make_user("providers.view_voicefile"))
    return client


def body(response) -> bytes:
    return response.getvalue()


def test_the_whole_file_comes_with_its_type_and_nothing_else_may_run(staff, address, voice_file):
    response = staff.get(address)
    assert body(response) == CONTENT
    assert response.status_code == 200
    assert response["Content-Type"] == "audio/wav"
    assert response["Content-Length"] == str(SIZE)
    assert response["Accept-Ranges"] == "bytes"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Disposition"] == 'inline; filename="hello.wav"'
    assert response["ETag"] == f'"{voice_file.digest}"'


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, SIZE),
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=65530-65545", 65530, 65546),
        (f"bytes=10-{SIZE + 5000}", 10, SIZE),
        ("bytes=-44", SIZE - 44, SIZE),
        (f"bytes=-{SIZE * 9}", 0, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
    ],
)
def test_a_part_comes_as_asked(staff, address, asked, first, last):
    response = staff.get(address, headers={"Range": asked})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last - 1}/{SIZE}"
    assert response["Content-Length"] == str(last - first)
    assert body(response) == CONTENT[first:last]


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=-0", f"bytes={SIZE * 2}-{SIZE * 3}"])
def test_a_part_outside_of_the_file_is_refused_with_its_size(staff, address, asked):
    response = staff.get(address, headers={"Range": asked})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{SIZE}"
    assert response.content == b""


@pytest.mark.parametrize("asked", ["bytes=0-1,5-9", "bytes=9-1", "lines=1-2", "bytes=-", "bytes=a-b", "bytes=٣-٤"])
def test_a_range_that_is_not_offered_gets_the_whole_file(staff, address, asked):
    response = staff.get(address, headers={"Range": asked})
    assert response.status_code == 200
    assert body(response) == CONTENT


def test_a_part_of_another_file_is_not_put_to_this_one(staff, address, voice_file):
    headers = {"Range": "bytes=10-19"}
    assert staff.get(address, headers=headers | {"If-Range": '"other"'}).status_code == 200
    assert staff.get(address, headers=headers | {"If-Range": f'"{voice_file.digest}"'}).status_code == 206


def test_what_the_browser_has_is_not_sent_again(staff, address, voice_file):
    response = staff.get(address, headers={"If-None-Match": f'"{voice_file.digest}"'})
    assert response.status_code == 304
    assert response.content == b""


def test_the_head_alone_says_the_same_without_the_bytes(staff, address):
    response = staff.head(address)
    assert response.status_code == 200
    assert (response["Content-Length"], response["Content-Type"]) == (str(SIZE), "audio/wav")
    assert response.content == b""
    assert staff.head(address, headers={"Range": "bytes=0-9"}).status_code == 206


def test_it_is_saved_under_the_name_that_staff_gave_it(staff, address, voice_file):
    VoiceFile.objects.filter(pk=voice_file.pk).update(name='a "quoted"\r\nname/../x')
    response = staff.get(address + "?save")
    assert response["Content-Disposition"].startswith("attachment; ")
    assert "\n" not in response["Content-Disposition"]
    assert "/" not in response["Content-Disposition"]


def test_a_file_of_another_type_is_only_ever_saved(staff, voice_file):
    other = VoiceFile.objects.create(name="page")
    other.file.save("a.html", ContentFile(b"<script>alert(1)</script>"))
    response = staff.get(reverse("providers:voicefiles:sound", args=[other.pk]))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")


def test_a_missing_copy_is_not_found_and_the_page_says_so(staff, address, voice_file):
    default_storage.delete(voice_file.file.name)
    assert staff.get(address).status_code == 404
    page = staff.get(reverse("providers:voicefiles:detail", args=[voice_file.pk])).content.decode()
    assert "Our copy of this recording is missing" in page
    assert "<audio" not in page
    assert "Missing" in staff.get(reverse("providers:voicefiles:list")).content.decode()


def test_only_staff_with_the_permission_hear_it(client, address):
    assert client.get(address).url.startswith("/login/")
    client.force_login(make_user("providers.add_voicefile", "providers.change_voicefile"))
    assert client.get(address).status_code == 403
    assert client.head(address).status_code == 403

"""Uploading recordings: what is kept, what is not, and that nothing is left behind."""

import os
import re
import threading

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from providers.contract.words import Words
from providers.models import VoiceFile
from providers.voicefiles import keeping
from providers.voicefiles.uploading import Known, add_recording
from tests import audio
from tests.factories import make_user

pytestmark = pytest.mark.django_db

ADDRESS = "/voice-files/upload/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path, fake_gateway):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "temp"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def staff(client):
    client.force_login(make_user(is_superuser=True))
    return client


def on_disk(settings) -> list[str]:
    """Every file below the folders of uploads, finished or not."""
    folders = (settings.MEDIA_ROOT, settings.FILE_UPLOAD_TEMP_DIR)
    return [name for folder in folders for _, _, names in os.walk(folder) for name in names]


def upload(name="hello.wav", content=None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, audio.wav() if content is None else content)


def send(client, *files, **query):
    return client.post(reverse("providers:voicefiles:upload", query=query), {"files": files, "complete": "1"})


def test_a_recording_is_kept_with_its_facts_under_a_name_of_our_own(staff):
    content = audio.wav(2, 44100, 2)
    page = send(staff, upload("C:\\stage\\请取件 1.wav", content)).content.decode()
    kept = VoiceFile.objects.get()
    facts = (kept.name, kept.original_name, kept.format, kept.seconds, kept.sample_rate, kept.channels, kept.size)
    assert facts == ("请取件 1", "请取件 1.wav", "wav", 2.0, 44100, 2, len(content))
    assert re.fullmatch(r"voice/[0-9a-f]{32}\.wav", kept.file.name)
    assert kept.file.read() == content
    assert kept.created_by is not None
    assert reverse("providers:voicefiles:detail", args=[kept.pk]) in page


def test_what_is_kept_lies_outside_of_what_the_web_server_gives_away(settings, staff):
    send(staff, upload())
    kept = VoiceFile.objects.get()
    assert not kept.file.path.startswith(str(settings.STATIC_ROOT))
    assert Client().get(f"/media/{kept.file.name}").status_code == 404
    assert Client().get(f"/static/{kept.file.name}").status_code == 404


def test_one_bad_file_does_not_keep_the_others_out(staff):
    files = [upload("a.wav"), upload("b.mp3", b"text"), upload("c.mp3", audio.mp3()), upload("d.wav", b"")]
    results = send(staff, *files).context["results"]
    taken = {result.name: result.words is None for result in results}
    assert taken == {"a.wav": True, "b.mp3": False, "c.mp3": True, "d.wav": False}
    assert set(VoiceFile.objects.values_list("name", flat=True)) == {"a", "c"}


def test_a_script_gets_only_the_lines(staff):
    answer = send(staff, upload("b.mp3", b"text"), lines="")
    assert answer.status_code == 200
    assert answer.content.decode().lstrip().startswith("<li")
    assert "b.mp3" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


def test_the_same_content_is_not_stored_again_and_the_known_one_is_linked(staff, settings):
    send(staff, upload("a.wav"))
    known = VoiceFile.objects.get()
    page = send(staff, upload("another name.wav")).content.decode()
    assert VoiceFile.objects.get() == known
    assert len(on_disk(settings)) == 1
    assert "Already here" in page
    assert reverse("providers:voicefiles:detail", args=[known.pk]) in page


def test_a_recording_whose_copy_is_missing_comes_back_with_the_same_content():
    kept = add_recording(upload(), by=None)
    default_storage.delete(kept.file.name)
    outcome = add_recording(upload("again.wav"), by=None)
    assert outcome == Known(kept, brought_back=True)
    assert VoiceFile.objects.get().file.read() == audio.wav()


def test_a_refused_file_leaves_nothing_behind(staff, settings):
    send(staff, upload("a.mp3", b"text" * 1000), upload("b.wav", audio.wav()[:-9]))
    assert VoiceFile.objects.count() == 0
    assert on_disk(settings) == []


def test_a_failing_database_leaves_nothing_behind(settings, monkeypatch):
    def fail(**values):
        assert len(on_disk(settings)) == 1  # written before the row, so that no row is without its bytes
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(VoiceFile.objects, "create", fail)
    with pytest.raises(RuntimeError):
        add_recording(upload(), by=None)
    assert on_disk(settings) == []


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_fails_leaves_nothing_behind(settings, monkeypatch):
    def fail():
        raise OperationalError("the disk of the database is full")

    monkeypatch.setattr(connection, "commit", fail)
    with pytest.raises(OperationalError):
        add_recording(upload(), by=None)
    monkeypatch.undo()
    assert VoiceFile.objects.count() == 0
    assert on_disk(settings) == []


def test_a_disk_that_is_full_leaves_nothing_behind(settings, monkeypatch):
    def half(name, content):
        settings.MEDIA_ROOT.joinpath("voice").mkdir(parents=True)
        settings.MEDIA_ROOT.joinpath(name).write_bytes(b"half of it")
        raise OSError("no space left")

    monkeypatch.setattr(keeping.storage(), "save", half)
    with pytest.raises(OSError, match="no space"):
        add_recording(upload(), by=None)
    assert on_disk(settings) == []
    assert VoiceFile.objects.count() == 0


@pytest.mark.stores
@pytest.mark.django_db(transaction=True)
def test_two_people_who_upload_the_same_at_the_same_moment_store_it_once(settings):
    barrier, outcomes = threading.Barrier(2), []

    def work():
        barrier.wait()
        try:
            outcomes.append(add_recording(upload(), by=None))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Known", "VoiceFile"]
    assert VoiceFile.objects.count() == 1
    assert len(on_disk(settings)) == 1


def test_a_file_above_the_limit_is_left_out_while_it_is_read(staff, settings):
    settings.VOICE_FILE_MAX_BYTES = 100_000
    results = send(staff, upload("big.wav", audio.wav(20)), upload("small.wav")).context["results"]
    assert {result.name: result.voice_file is not None for result in results} == {"small.wav": True, "big.wav": False}
    assert "bigger than" in str(next(result.words for result in results if result.name == "big.wav"))
    assert len(on_disk(settings)) == 1


class Counting:
    """A body of zeros that says how much of it was asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, size: int = -1) -> bytes:
        self.asked += size
        return bytes(size)

    readline = read


def test_a_request_that_announces_ten_gigabytes_is_not_even_read(staff, settings):
    body = Counting()
    answer = staff.generic(
        "POST",
        f"{ADDRESS}?lines",
        CONTENT_LENGTH=str(10 * 2**30),
        CONTENT_TYPE="multipart/form-data; boundary=x",
        **{"wsgi.input": body},
    )
    assert answer.status_code == 413
    assert "more than can be sent at once" in answer.content.decode()
    assert body.asked == 0
    assert on_disk(settings) == []


def parts(boundary: str, content: bytes) -> bytes:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="a.mp3"\r\n\r\n'.encode()
    return head + content


def test_an_upload_that_breaks_off_leaves_nothing_behind(staff, settings):
    """Cut between two frames, where the content alone would not tell."""
    body = parts("xx", audio.mp3(40))
    answer = staff.generic("POST", f"{ADDRESS}?lines", body, CONTENT_TYPE="multipart/form-data; boundary=xx")
    assert answer.status_code == 400
    assert VoiceFile.objects.count() == 0
    assert on_disk(settings) == []


def test_no_file_at_all_is_told(staff):
    assert "No file was chosen" in send(staff).content.decode()


def test_an_upload_needs_the_token_of_the_page(settings):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(is_superuser=True))
    assert send(client, upload()).status_code == 403
    assert VoiceFile.objects.count() == 0
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(ADDRESS).content.decode())[1]
    values = {"csrfmiddlewaretoken": token, "files": upload(), "complete": "1"}
    assert client.post(ADDRESS, values).status_code == 200
    assert VoiceFile.objects.count() == 1


def test_nothing_is_read_from_a_stranger_or_from_staff_who_may_not(client):
    for user in (None, make_user("providers.view_voicefile", "providers.change_voicefile")):
        if user:
            client.force_login(user)
        body = Counting()
        answer = client.generic("POST", ADDRESS, CONTENT_LENGTH="1000", **{"wsgi.input": body})
        assert answer.status_code == (403 if user else 302)
        assert body.asked == 0


def test_the_page_names_what_is_allowed(staff, settings):
    settings.VOICE_FILE_MAX_BYTES, settings.VOICE_FILE_MAX_SECONDS = 5 * 2**20, 90
    page = staff.get(ADDRESS).content.decode()
    assert "MP3, M4A, WAV, at most 5 MB and 1.5 minutes each" in page


def test_a_name_without_letters_gets_the_format_as_name():
    assert add_recording(upload(".wav"), by=None).name == ".wav"
    assert add_recording(upload("\x07.wav", audio.wav(2)), by=None).name
    assert add_recording(upload("x" * 300 + ".wav", audio.wav(3)), by=None).name == "x" * 120


def test_what_a_killed_upload_left_is_removed_once_it_is_old(settings):
    kept = add_recording(upload(), by=None)
    fresh, old = settings.MEDIA_ROOT / "voice/fresh.wav", settings.MEDIA_ROOT / "voice/old.wav"
    for path in (fresh, old):
        path.write_bytes(b"x")
    os.utime(old, (0, 0))
    os.utime(kept.file.path, (0, 0))
    assert keeping.remove_forgotten() == 1
    assert sorted(on_disk(settings)) == sorted(["fresh.wav", os.path.basename(kept.file.name)])


def test_words_say_why_when_a_service_refuses():
    assert isinstance(add_recording(upload("a.wav", b"x"), by=None), Words)

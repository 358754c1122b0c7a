"""Voice files in the sandbox: taken, refused as documented, found again, played, and kept over a restart."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from providers import registry
from providers.contract.errors import Refused, Unknown
from providers.contract.files import FileExists, FilePage, FileTaken
from providers.contract.gateway import Gateway
from providers.contract.http import RequestsClient
from providers.contract.messages import AccountAccess

from .running import PLATFORM, PLATFORMS, Loop, Platform, Receiver, Running, start

NUMBER = "62812000000001"
MP3, FRAME = b"ID3\x04" + bytes(60), b"\xff\xfb\x90\x64" + bytes(60)
WAV, M4A = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(60), b"\x00\x00\x00\x20ftypM4A " + bytes(60)


def text(content: bytes) -> str:
    return base64.b64encode(content).decode()


PLAYABLE = text(MP3)


def upload(platform: Platform, name: Any = "gate.mp3", file: Any = PLAYABLE, **headers: str) -> Any:
    return platform.send("/voice/fileUpload", {"fileName": name, "file": file}, **headers).json()


def listed(platform: Platform, **body: Any) -> Any:
    return platform.send("/voice/fileQuery", body).json()


def names(platform: Platform) -> list[str]:
    return [file["name"] for file in platform.running.console.files(platform.rehearsal.slug)]


@pytest.mark.parametrize("rehearsal", PLATFORMS, ids=lambda one: one.slug)
def test_each_brand_takes_lists_and_plays_its_own_files(running: Running, rehearsal: Any) -> None:
    platform = Platform(running, rehearsal)
    file_id = upload(platform, "gate.wav", text(WAV))["data"]
    assert file_id.endswith(".wav")
    assert {"fileId": file_id, "fileName": "gate.wav"} in listed(platform)["data"]["records"]
    assert platform.group(NUMBER, fileId=file_id).json()["status"] == "0"
    assert running.console.files(rehearsal.slug) == [{"id": file_id, "name": "gate.wav", "size": len(WAV)}]
    others = [one for one in PLATFORMS if one is not rehearsal]
    assert [running.console.files(one.slug) for one in others] == [[], []]
    assert Platform(running, others[0]).group(NUMBER, fileId=file_id).json()["status"] == "-22"


@pytest.mark.parametrize(
    ("name", "content"), [("a.mp3", MP3), ("frame.mp3", FRAME), ("a.wav", WAV), ("a.m4a", M4A), ("门通知.mp3", MP3)]
)
def test_every_documented_format_is_taken(platform: Platform, name: str, content: bytes) -> None:
    answer = upload(platform, name, text(content))
    assert answer["status"] == "0" and answer["data"].endswith(name[-4:])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (None, "-22"),
        (7, "-22"),
        ("", "-22"),
        (".mp3", "-22"),
        ("a.mp3", "0"),
        ("x" * 28 + ".mp3", "0"),
        ("x" * 29 + ".mp3", "-22"),
        ("notice", "-22"),
        ("notice.ogg", "-22"),
        ("a/b.mp3", "-22"),
        ("a\nb.mp3", "-22"),
        ("refused.mp3", "-21"),
    ],
)
def test_a_name_is_checked(platform: Platform, name: Any, code: str) -> None:
    assert upload(platform, name)["status"] == code
    assert bool(names(platform)) == (code == "0")


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (None, "-22"),
        ("", "-22"),
        (["SUQz"], "-22"),
        ("SUQ", "-21"),
        ("SUQz*AAA", "-21"),
        ("SUQz\nBAAA", "-21"),
        ("Dateiinhalt ä", "-21"),
        ("data:audio/mpeg;base64," + text(MP3), "-21"),
        (text(b"<html>"), "-21"),
        (text(b"OggS" + bytes(60)), "-21"),
        (text(b"RIFF" + bytes(60)), "-21"),
        (text(MP3), "0"),
    ],
)
def test_a_content_is_checked(platform: Platform, file: Any, code: str) -> None:
    assert upload(platform, file=file)["status"] == code
    assert bool(names(platform)) == (code == "0")


def test_a_name_is_taken_once_and_for_all(platform: Platform) -> None:
    assert upload(platform)["status"] == "0"
    assert upload(platform, file=text(WAV))["status"] == "-20"
    assert upload(platform, "welcome.mp3")["status"] == "-20"
    assert names(platform) == ["gate.mp3"]


@pytest.mark.parametrize(
    ("headers", "code"),
    [({"Sign": "0" * 32}, "-1"), ({"Api-Key": "nobody01"}, "-1"), ({"Content-Type": "multipart/form-data"}, "-22")],
)
def test_only_who_signs_may_upload_and_list(platform: Platform, headers: dict[str, str], code: str) -> None:
    assert upload(platform, **headers)["status"] == code
    assert platform.send("/voice/fileQuery", {}, **headers).json()["status"] == code
    assert names(platform) == []


def test_the_list_has_pages(platform: Platform) -> None:
    for place in range(4):
        upload(platform, f"notice-{place}.mp3")
    first, last = listed(platform, current=1, size=2)["data"], listed(platform, current=3, size=2)["data"]
    assert {name: first[name] for name in ("total", "size", "current", "pages")} == {
        "total": 5,
        "size": 2,
        "current": 1,
        "pages": 3,
    }
    assert first["records"][0] == {"fileId": PLATFORM.file_id, "fileName": "welcome.mp3"}
    assert [file["fileName"] for file in last["records"]] == ["notice-3.mp3"]
    assert listed(platform, current=9)["data"]["records"] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "0"),
        ({"size": 100}, "0"),
        ({"size": 101}, "-22"),
        ({"size": ""}, "-22"),
        ({"size": None}, "-22"),
        ({"current": 0}, "-22"),
        ({"current": "1"}, "-22"),
    ],
)
def test_a_question_for_the_list_is_checked(platform: Platform, body: dict[str, Any], code: str) -> None:
    assert listed(platform, **body)["status"] == code


@pytest.mark.parametrize(("name", "kept"), [("unclear-taken-1.mp3", True), ("unclear-lost-1.mp3", False)])
def test_a_name_may_ask_for_a_cut_connection(platform: Platform, name: str, kept: bool) -> None:
    with pytest.raises(requests.ConnectionError):
        upload(platform, name)
    assert names(platform) == ([name] if kept else [])
    [row] = platform.running.console.requests(PLATFORM.slug, "voice/fileUpload")
    assert (row["accepted"], row["effect"]) == ((1, "cut_taken") if kept else (0, "cut"))


def test_a_reset_forgets_the_files_and_gives_no_id_twice(platform: Platform) -> None:
    before = upload(platform)["data"]
    platform.running.console.reset()
    assert names(platform) == []
    assert platform.group(NUMBER, fileId=before).json()["status"] == "-22"
    assert upload(platform)["data"] != before


def test_files_are_kept_over_a_restart(loop: Loop, tmp_path: Path) -> None:
    state = str(tmp_path / "sandbox.sqlite3")
    receiver = Receiver(loop)
    receiver.start()
    first = start(loop, receiver, state)
    file_id = upload(Platform(first))["data"]
    loop.run(first.sandbox.stop())
    second = start(loop, receiver, state)
    platform = Platform(second)
    assert names(platform) == ["gate.mp3"]
    assert upload(platform)["status"] == "-20"
    assert platform.group(NUMBER, fileId=file_id).json()["status"] == "0"
    loop.run(second.sandbox.stop())
    receiver.stop()


def test_nobody_elses_files_can_be_looked_at(running: Running) -> None:
    with pytest.raises(requests.HTTPError, match="404"):
        running.console.files("nobody")


# Our own client against it


@dataclass
class Ours:
    gateway: Gateway
    access: AccountAccess

    def upload(self, name: str, content: bytes = MP3) -> Any:
        return self.gateway.upload_file(name, content, self.access, RequestsClient())

    def page(self, page: int = 1) -> Any:
        return self.gateway.list_files(page, self.access, RequestsClient())


@pytest.fixture(params=PLATFORMS, ids=lambda one: one.slug)
def ours(running: Running, request: pytest.FixtureRequest) -> Ours:
    rehearsal = request.param
    base_url = f"{running.url}{rehearsal.base_path}"
    gateway = registry.get(rehearsal.slug)
    return Ours(gateway, AccountAccess({**rehearsal.credentials, "base_url": base_url}))


def test_our_client_uploads_finds_and_learns_of_its_mistakes(ours: Ours) -> None:
    taken = ours.upload("gate.mp3", MP3 + bytes(3_000_000))
    assert isinstance(taken, FileTaken)
    assert isinstance(ours.upload("gate.mp3"), FileExists)
    assert isinstance(ours.upload("other.mp3", b"no sound"), Refused)
    assert ours.upload("is-refused.mp3").code == "-21"
    page = ours.page()
    assert isinstance(page, FilePage)
    assert (page.pages, page.total) == (1, 2)
    assert [file.file_id for file in page.files if file.name == "gate.mp3"] == [taken.file_id]
    assert ours.page(2).files == ()


@pytest.mark.parametrize(("name", "there"), [("unclear-taken.mp3", True), ("unclear-lost.mp3", False)])
def test_our_client_does_not_know_after_a_cut_and_the_list_tells(ours: Ours, name: str, there: bool) -> None:
    assert isinstance(ours.upload(name), Unknown)
    assert any(file.name == name for file in ours.page().files) == there

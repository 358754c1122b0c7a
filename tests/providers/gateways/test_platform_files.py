"""Giving voice files to the platform: what is sent, what is not, and what is made of every answer."""

import base64
import json
from typing import Any

import pytest

from providers.contract.errors import NotSent, Refused, Unknown
from providers.contract.files import FileExists, FileTaken
from providers.contract.statuses import Concern

from .contract_suite import GARBAGE
from .platform_support import KEY, SECRET, SIGN, access, gateway
from .wire import BAD_CERTIFICATE, NO_ANSWER, REFUSED_CONNECTION, Wire, response

NAME = "gate-notice-07.mp3"
CONTENT = b"ID3\x04\x00\x00\x00\x00\x00"
FILE_ID = "120240507aa11bb22cc33dd44ee55ff6677889900.mp3"
HEADERS = {
    "Content-Type": "application/json;charset=UTF-8",
    "Sign": SIGN,
    "Timestamp": "1630468800",
    "Api-Key": KEY,
}


def upload(answer: Any, status: int = 200, content: bytes = CONTENT) -> Any:
    failed = answer in (NO_ANSWER, REFUSED_CONNECTION, BAD_CERTIFICATE)
    return gateway.upload_file(NAME, content, access(), Wire(answer if failed else response(answer, status)))


# What is sent


def test_a_file_is_sent_as_plain_base64_under_its_name_and_without_application() -> None:
    wire = Wire()
    gateway.upload_file(NAME, CONTENT, access(voice_app_id=""), wire)
    assert (wire.only.method, wire.only.url) == ("POST", "https://api.invented.test/v9/calls/fileUpload")
    assert wire.only.body == b'{"fileName": "gate-notice-07.mp3", "file": "SUQzBAAAAAAA"}'
    assert dict(wire.only.headers) == HEADERS


def test_every_byte_arrives() -> None:
    wire = Wire()
    content = bytes(range(256)) * 400
    gateway.upload_file(NAME, content, access(), wire)
    assert base64.b64decode(wire.json["file"], validate=True) == content


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        ({}, 60),
        ({"read_seconds": 5}, 60),
        ({"upload_seconds": "120"}, 120),
        ({"upload_seconds": 10, "read_seconds": 40}, 40),
        ({"upload_seconds": 9999}, 60),
    ],
)
def test_an_upload_has_its_own_time_and_never_less_than_other_requests(settings: Any, seconds: int) -> None:
    wire = Wire()
    gateway.upload_file(NAME, CONTENT, access(settings), wire)
    assert wire.only.read_seconds == seconds
    # A body is sent within the time for the connection.
    assert wire.only.connect_seconds >= 10


@pytest.mark.parametrize(
    "name",
    ["a.mp3", "b.m4a", "c.wav", "x" * 28 + ".mp3", "two words.wav", "ein Gruß.m4a", "大门通知.mp3", "v1.2.mp3"],
)
def test_a_name_of_5_to_32_characters_is_sent(name: str) -> None:
    wire = Wire()
    gateway.upload_file(name, CONTENT, access(), wire)
    assert wire.json["fileName"] == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".mp3",
        ".m4a",
        "..mp3",
        "x" * 29 + ".mp3",
        "notice",
        "notice.ogg",
        "notice.MP3",
        "notice.mp3.exe",
        "notice.mp3 ",
        " notice.mp3",
        "../notice.mp3",
        "a/b.mp3",
        "a\\b.mp3",
        "c:notice.mp3",
        "a\x00b.mp3",
        "a\nb.mp3",
        "a\u202eb.mp3",
        "a\ud83db.mp3",
    ],
)
def test_a_name_that_does_not_fit_is_refused_in_words_and_not_sent(name: str) -> None:
    wire = Wire()
    answer = gateway.upload_file(name, CONTENT, access(), wire)
    assert isinstance(answer, Refused)
    assert "fileName" in str(answer.words)
    assert answer.concern is Concern.NONE
    assert wire.requests == []
    str(answer).encode("utf-8", "strict")


def test_an_empty_file_is_not_sent() -> None:
    wire = Wire()
    answer = gateway.upload_file(NAME, b"", access(), wire)
    assert isinstance(answer, Refused)
    assert "empty" in str(answer.words)
    assert wire.requests == []


@pytest.mark.parametrize("missing", ["api_key", "api_secret", "base_url"])
def test_without_credentials_nothing_is_sent_and_the_account_is_to_blame(missing: str) -> None:
    wire = Wire()
    answer = gateway.upload_file(NAME, CONTENT, access(**{missing: ""}), wire)
    assert isinstance(answer, Refused)
    assert answer.concern is Concern.CREDENTIALS
    assert wire.requests == []


# What comes back

TAKEN = {
    "as documented": {"status": "0", "reason": "success", "data": FILE_ID},
    "status as a number": {"status": 0, "data": FILE_ID},
    "an object": {"status": "0", "data": {"fileId": FILE_ID, "fileName": NAME}},
    "blanks around": {"status": " 0", "data": f" {FILE_ID} "},
    "extra members": {"status": "0", "data": FILE_ID, "traceId": None},
}


@pytest.mark.parametrize("content", TAKEN.values(), ids=TAKEN)
def test_an_id_says_that_the_file_is_there(content: Any) -> None:
    answer = upload(content)
    assert isinstance(answer, FileTaken)
    assert answer.file_id == FILE_ID
    assert (answer.evidence.operation, answer.evidence.http_status) == ("voice/fileUpload", 200)


@pytest.mark.parametrize(
    "data", [None, "", " ", True, [], {}, [FILE_ID], {"id": FILE_ID}, 1.5, "x" * 201, "0", "-1", "null"]
)
def test_success_without_a_readable_id_is_unknown(data: Any) -> None:
    answer = upload({"status": "0", "reason": "success", "data": data})
    assert isinstance(answer, Unknown)
    assert "which id" in str(answer.words)


def test_success_without_data_is_unknown() -> None:
    assert isinstance(upload({"status": "0", "reason": "success"}), Unknown)


REFUSALS = {
    "-1": ("Authentication error", "API key", Concern.CREDENTIALS, None),
    "-2": ("Restricted IP access", "IP address", Concern.ADDRESS, None),
    "-13": ("User locked", "locked", Concern.FROZEN, None),
    "-15": ("Query too frequent", "too fast", Concern.PASSING, None),
    "-30": ("API Key is disabled", "switched off", Concern.CREDENTIALS, None),
    "-16": ("Timestamp expires", "clock", Concern.CLOCK, None),
    "-21": ("Data verification failed", "playable mp3", Concern.NONE, None),
    "-22": ("Parameter exception", "name or the form", Concern.NONE, None),
}


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.parametrize("as_number", [False, True])
def test_every_refusal_is_put_into_words_and_says_whom_it_concerns(code: str, as_number: bool) -> None:
    reason, said, concern, retry_after = REFUSALS[code]
    answer = upload({"status": int(code) if as_number else code, "reason": reason, "data": None})
    assert isinstance(answer, Refused)
    assert (answer.code, answer.raw) == (code, reason)
    assert (answer.concern, answer.retry_after) == (concern, retry_after)
    assert said in str(answer.words)


@pytest.mark.parametrize("status", ["-20", -20])
def test_a_name_that_is_taken_is_no_failure(status: Any) -> None:
    answer = upload({"status": status, "reason": "Data already exists"})
    assert isinstance(answer, FileExists)
    assert "already" in str(answer.words)
    assert "-20" in answer.evidence.response


def test_after_an_internal_error_nobody_knows() -> None:
    answer = upload({"status": "-18", "reason": "Port program unusual"})
    assert isinstance(answer, Unknown)
    assert (answer.code, answer.raw) == ("-18", "Port program unusual")


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
@pytest.mark.parametrize("status", [200, 500, 502])
def test_garbage_is_unknown(body: bytes, status: int) -> None:
    answer = upload(body, status)
    assert isinstance(answer, Unknown)
    assert str(answer.words)


@pytest.mark.parametrize("status", [204, 400, 401, 403, 404, 405, 408, 500, 502, 503, 504])
def test_a_page_of_a_server_in_between_is_unknown(status: int) -> None:
    assert isinstance(upload("<html>", status), Unknown)


def test_a_body_that_is_too_large_for_a_server_in_between_is_refused_for_good() -> None:
    answer = upload("<html>Request Entity Too Large", 413)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.concern, answer.retry_after) == ("HTTP 413", Concern.NONE, None)
    assert "too large" in str(answer.words)


def test_too_many_requests_pass() -> None:
    answer = upload("<html>", 429)
    assert isinstance(answer, Refused)
    assert (answer.concern, answer.retry_after) == (Concern.PASSING, None)


@pytest.mark.parametrize(
    ("failure", "kind", "concern"),
    [
        (NO_ANSWER, Unknown, Concern.NONE),
        (REFUSED_CONNECTION, NotSent, Concern.NONE),
        (BAD_CERTIFICATE, NotSent, Concern.ENDPOINT),
    ],
)
def test_without_an_answer_it_counts_whether_anything_left(failure: Any, kind: type, concern: Any) -> None:
    answer = upload(failure)
    assert isinstance(answer, kind)
    assert getattr(answer, "concern", None) == concern


# What is kept

LARGE = bytes(range(256)) * 40
ENCODED = base64.b64encode(LARGE).decode()


@pytest.mark.parametrize("content", [CONTENT, LARGE], ids=["small", "large"])
def test_of_the_file_only_its_size_is_kept(content: bytes) -> None:
    evidence = upload({"status": "0", "data": FILE_ID}, content=content).evidence
    assert f"({len(content)} bytes)" in evidence.request
    assert NAME in evidence.request
    assert FILE_ID in evidence.response
    assert base64.b64encode(content).decode()[:12] not in evidence.request


@pytest.mark.parametrize(
    "echo",
    [
        {"status": "-21", "reason": f"bad data: {ENCODED}"},
        {"status": "-21", "reason": f"bad data: {ENCODED[:20]}..."},
        {"status": "-18", "reason": "x", "data": {"file": ENCODED[500:900]}},
        {"status": "0", "data": {"file": ENCODED}},
        json.dumps({"status": "-22", "reason": ENCODED}).replace("/", "\\/"),
        "<html>" + ENCODED,
    ],
)
def test_the_file_never_shows_even_where_the_server_repeats_it(echo: Any) -> None:
    shown = repr(upload(echo, content=LARGE))
    for start in (0, 120, 520, 800):
        assert ENCODED[start : start + 16] not in shown


@pytest.mark.parametrize(
    "echo",
    [
        {"status": "-1", "reason": f"{KEY} {SECRET} {SIGN}"},
        {"status": "0", "data": None, "echo": [KEY, SECRET, SIGN]},
        f"<html>{KEY} {SECRET} {SIGN}",
    ],
)
def test_secrets_never_show_even_where_the_server_repeats_them(echo: Any) -> None:
    shown = repr(upload(echo))
    assert not [secret for secret in (KEY, SECRET, SIGN) if secret in shown]

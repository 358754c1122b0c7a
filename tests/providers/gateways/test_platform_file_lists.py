"""Asking the platform which voice files it has."""

from typing import Any

import pytest

from providers.contract.errors import NotSent, Refused, Unknown
from providers.contract.files import FilePage, FileThere
from providers.contract.statuses import Concern

from .contract_suite import GARBAGE
from .platform_support import KEY, SECRET, SIGN, access, gateway
from .wire import NO_ANSWER, REFUSED_CONNECTION, Wire, response

ONE = {"fileId": "1a.mp3", "fileName": "gate-notice-07.mp3"}
TWO = {"fileId": "1b.wav", "fileName": "gate-notice-08.wav"}
THERE = (FileThere("1a.mp3", "gate-notice-07.mp3"), FileThere("1b.wav", "gate-notice-08.wav"))


def ask(content: Any, page: int = 1, status: int = 200) -> Any:
    return gateway.list_files(page, access(), Wire(response(content, status)))


def page_with(*records: Any, **facts: Any) -> dict[str, Any]:
    data = {"total": len(records), "size": 100, "current": 1, "pages": 1, "records": list(records), **facts}
    return {"status": "0", "reason": "success", "data": data}


def test_a_full_page_is_asked_for_with_the_printed_headers_and_the_accounts_patience() -> None:
    wire = Wire()
    gateway.list_files(3, access({"read_seconds": 20}, voice_app_id=""), wire)
    assert (wire.only.method, wire.only.url) == ("POST", "https://api.invented.test/v9/calls/fileQuery")
    assert wire.only.body == b'{"current": 3, "size": 100}'
    assert dict(wire.only.headers) == {
        "Content-Type": "application/json;charset=UTF-8",
        "Sign": SIGN,
        "Timestamp": "1630468800",
        "Api-Key": KEY,
    }
    assert wire.only.read_seconds == 20


@pytest.mark.parametrize("page", [0, -1])
def test_a_page_before_the_first_is_not_asked_for(page: int) -> None:
    wire = Wire()
    answer = gateway.list_files(page, access(), wire)
    assert isinstance(answer, Refused)
    assert str(answer.words)
    assert wire.requests == []


def test_without_credentials_nothing_is_asked() -> None:
    wire = Wire()
    answer = gateway.list_files(1, access(api_secret=""), wire)
    assert isinstance(answer, Refused)
    assert answer.concern is Concern.CREDENTIALS
    assert wire.requests == []


PAGES = {
    "as documented": (page_with(ONE, TWO), THERE, 1, 2),
    "numbers as text": (page_with(ONE, TWO, total="250", size="100", current="1", pages="3"), THERE, 3, 250),
    "status as a number": (page_with(ONE, TWO) | {"status": 0}, THERE, 1, 2),
    "unknown members": (page_with(ONE | {"state": 1}, TWO, searchCount=True) | {"traceId": []}, THERE, 1, 2),
    "entries without id": (page_with(ONE, {"fileName": "x.mp3"}, {"fileId": ""}, None, TWO), THERE, 1, 5),
    "ids that are too long": (page_with(ONE, {"fileId": "x" * 201, "fileName": "x.mp3"}, TWO), THERE, 1, 3),
    "an entry without name": (page_with({"fileId": "1a.mp3"}), (FileThere("1a.mp3", ""),), 1, 1),
    "pages not counted": (page_with(ONE, TWO, pages=None, total=201), THERE, 3, 201),
    "pages not counted, their own size": (page_with(ONE, TWO, pages=0, total=26, size=25), THERE, 2, 26),
    "nothing counted": ({"status": "0", "data": {"records": [ONE, TWO]}}, THERE, 1, 2),
    "a bare list": ({"status": "0", "data": [ONE, TWO]}, THERE, 1, 2),
    "no records": ({"status": "0", "data": {"total": 0, "pages": 0}}, (), 1, 0),
    "records are null": (page_with(records=None, pages=0), (), 1, 0),
    "empty": (page_with(pages=0), (), 1, 0),
    "data is null": ({"status": "0", "data": None}, (), 1, 0),
}


@pytest.mark.parametrize(("content", "files", "pages", "total"), PAGES.values(), ids=PAGES)
def test_a_page_is_read_in_every_likely_form(content: Any, files: Any, pages: int, total: int) -> None:
    answer = ask(content)
    assert isinstance(answer, FilePage)
    assert (answer.files, answer.pages, answer.total) == (files, pages, total)
    assert answer.evidence.operation == "voice/fileQuery"


def test_a_full_page_without_any_number_may_have_another_behind_it() -> None:
    rows = [{"fileId": f"{place}.mp3", "fileName": f"n-{place}.mp3"} for place in range(100)]
    assert ask({"status": "0", "data": {"records": rows}}, page=2).pages == 3


def test_a_page_behind_the_last_is_empty() -> None:
    answer = ask(page_with(total=100, current=2), page=2)
    assert (answer.files, answer.pages, answer.total) == ((), 1, 100)


MALFORMED = {
    "no data": {"status": "0", "reason": "success"},
    "data is text": {"status": "0", "data": "1a.mp3"},
    "data is true": {"status": "0", "data": True},
    "data is a number": {"status": "0", "data": 0},
    "records are an object": page_with(records={}),
    "records are text": page_with(records="1a.mp3"),
    "records are ids": page_with("1a.mp3"),
    "records are lists": page_with(["1a.mp3", "gate-notice-07.mp3"]),
    "nothing where something is": page_with(total=3),
    "another name for the records": {"status": "0", "data": {"total": 1, "list": [ONE]}},
}


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_page_is_unknown_and_never_empty(content: Any) -> None:
    assert isinstance(ask(content), Unknown)


CODES = {
    "-1": (Concern.CREDENTIALS, None),
    "-2": (Concern.ADDRESS, None),
    "-15": (Concern.PASSING, None),
    "-16": (Concern.CLOCK, None),
    "-22": (Concern.NONE, None),
}


@pytest.mark.parametrize("code", CODES)
def test_every_refusal_is_put_into_words_and_says_whom_it_concerns(code: str) -> None:
    answer = ask({"status": code, "reason": "no", "data": None})
    assert isinstance(answer, Refused)
    assert (answer.code, answer.raw, (answer.concern, answer.retry_after)) == (code, "no", CODES[code])
    assert str(answer.words)


def test_after_an_internal_error_nobody_knows() -> None:
    answer = ask({"status": "-18", "reason": "Port program unusual"})
    assert isinstance(answer, Unknown)
    assert answer.code == "-18"


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
@pytest.mark.parametrize("status", [200, 502])
def test_garbage_is_unknown(body: bytes, status: int) -> None:
    assert isinstance(ask(body, status=status), Unknown)


@pytest.mark.parametrize(("failure", "kind"), [(NO_ANSWER, Unknown), (REFUSED_CONNECTION, NotSent)])
def test_without_an_answer_it_counts_whether_anything_left(failure: Any, kind: type) -> None:
    assert isinstance(gateway.list_files(1, access(), Wire(failure)), kind)


def test_secrets_never_show_even_where_the_server_repeats_them() -> None:
    shown = repr(ask(page_with(ONE) | {"reason": f"{KEY} {SECRET} {SIGN}"}))
    assert not [secret for secret in (KEY, SECRET, SIGN) if secret in shown]

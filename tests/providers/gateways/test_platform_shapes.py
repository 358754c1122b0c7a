"""The HTTP status and the shape of an answer decide before any code does."""

import json
from dataclasses import replace

import pytest

from providers.contract.errors import NotSent, Refused, Unknown
from providers.contract.statuses import Concern

from .answer_support import MESSAGES, ONE, TWO, group, outcome, row
from .platform_support import access, gateway, sms, submit, voice_file
from .wire import BAD_CERTIFICATE, NO_ANSWER, REFUSED_CONNECTION, Wire, response

TAKEN = {"1": "22030001", "2": "22030002"}
GOOD = json.dumps(group(row(ONE), row(TWO, "22030002")))
READABLE = {
    "byte order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "national encoding": GOOD.replace("success", "成功").encode("gb18030"),
    "blanks around": f"\r\n {GOOD}\n",
}


@pytest.mark.parametrize("body", READABLE.values(), ids=READABLE)
@pytest.mark.parametrize("content_type", ["text/html;charset=GBK", "", "application/octet-stream"])
@pytest.mark.parametrize("http_status", [200, 201, 400, 429, 500])
def test_a_readable_success_is_read_whatever_surrounds_it(body, content_type, http_status):
    assert outcome(submit(voice_file(), body, http_status, content_type)) == TAKEN


GARBAGE = {
    "empty": b"",
    "html": b"<html><title>502 Bad Gateway</title></html>",
    "captcha": b"<!doctype html><form id='challenge'>Checking your browser</form>",
    "cut off": GOOD[:-20],
    "two objects": GOOD + GOOD,
    "a notice before": "<b>Notice</b>: Undefined index\n" + GOOD,
    "something behind": GOOD + "<script src=x></script>",
    "a callback": f"callback({GOOD})",
    "a text of json": json.dumps(GOOD),
    "a list around": f"[{GOOD}]",
    "single quotes": GOOD.replace('"', "'"),
    "binary": bytes(range(256)),
    "utf-16": GOOD.encode("utf-16"),
    "list": [group()],
    "text": '"0"',
    "zero": "0",
    "null": "null",
    "wrapped": {"data": group(row(ONE))},
    "names in capitals": {"Status": "0", "Reason": "success", "Data": [row(ONE)]},
    "another envelope": {"code": 0, "msg": "success", "data": [row(ONE)]},
    "no status": {"reason": "success", "data": []},
    "status null": {"status": None, "reason": "x"},
    "status true": {"status": True, "reason": "x"},
    "status false": {"status": False, "reason": "x"},
    "status 0.0": '{"status": 0.0, "reason": "x"}',
    "status 0.0 as text": {"status": "0.0", "reason": "x"},
    "status 00": {"status": "00", "reason": "x"},
    "status -0": {"status": "-0", "reason": "x"},
    "status -01": {"status": "-01", "reason": "x"},
    "status -1.0": '{"status": -1.0, "reason": "x"}',
    "status a list": {"status": ["0"], "reason": "x"},
    "status a word": {"status": "ok", "reason": "x"},
    "status empty": {"status": "", "reason": "x"},
    "status 200": {"status": 200, "reason": "x"},
    "two statuses": '{"status": "0", "reason": "success", "data": [], "status": "-1"}',
    "two refusals": '{"status": "-1", "reason": "x", "status": "-10"}',
    "status of a web framework": {"status": 500, "error": "Internal Server Error", "path": "/voice/sendGroup"},
    "status of another api": {"status": 1, "message": "done"},
    "a gateway without routes": {"message": "no Route matched with those values"},
    "a number of many digits": '{"status": ' + "9" * 5000 + "}",
    "very deep": "[" * 100_000,
}
OTHER_HTTP = [100, 200, 204, 302, 400, 402, 408, 410, 413, 500, 502, 503, 504, 522]


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
@pytest.mark.parametrize("kind", MESSAGES)
def test_an_unreadable_answer_is_unknown(kind, body):
    for http_status in OTHER_HTTP:
        answer = submit(MESSAGES[kind], body, http_status)
        assert isinstance(answer, Unknown)
        assert (answer.code, answer.concern) == (f"HTTP {http_status}", Concern.NONE)


WRONG_ENDPOINT = [401, 403, 404, 405, 407, 451]
MISFITS = {
    "no words": {"status": "-1"},
    "other words": {"status": "-1", "message": "upstream timed out"},
    "a number and other words": {"status": -1, "message": "upstream timed out"},
    "words null": {"status": "-1", "reason": None},
    "words an object": {"status": "-1", "reason": {"en": "Authentication error"}},
    "words a list": {"status": "-1", "reason": ["x"]},
    "words true": {"status": "-1", "reason": True},
}


@pytest.mark.parametrize("content", MISFITS.values(), ids=MISFITS)
@pytest.mark.parametrize("kind", MESSAGES)
def test_a_code_without_the_vendors_words_refuses_nothing(kind, content):
    for http_status in [*OTHER_HTTP, *WRONG_ENDPOINT]:
        answer = submit(MESSAGES[kind], content, http_status)
        assert isinstance(answer, Unknown)
        assert answer.code == f"HTTP {http_status}"


@pytest.mark.parametrize("http_status", [400, 408, 500, 502, 503, 504])
def test_a_proxys_timeout_is_unknown_and_shows_its_words(http_status):
    answer = submit(voice_file(), {"status": -1, "message": "upstream timed out"}, http_status)
    assert isinstance(answer, Unknown)
    assert answer.raw == "upstream timed out"


@pytest.mark.parametrize("code", ["-1", "-10", "-22", "-999"])
@pytest.mark.parametrize("http_status", [400, 403, 500, 504])
def test_beside_an_http_error_the_status_must_be_a_text_as_on_all_pages(code, http_status):
    assert isinstance(submit(voice_file(), {"status": int(code), "reason": "x"}, http_status), Unknown)
    assert isinstance(submit(voice_file(), {"status": 0, "reason": "success", "data": [row(ONE)]}, 500), Unknown)


@pytest.mark.parametrize("http_status", [100, 103, 301, 302, 307, 308])
@pytest.mark.parametrize("code", ["0", "-1", "-10", "-22"])
def test_neither_a_redirect_nor_a_hint_carries_an_answer(http_status, code):
    content = {"status": code, "reason": "x", "data": [row(ONE)]}
    assert isinstance(submit(voice_file(), content, http_status), Unknown)


def test_the_vendors_own_envelope_counts_beside_an_http_error():
    assert submit(voice_file(), {"status": "-10", "reason": "balance"}, 404).concern is Concern.BALANCE
    assert submit(voice_file(), {"status": "-10", "reason": ""}, 500).concern is Concern.BALANCE


@pytest.mark.parametrize("http_status", WRONG_ENDPOINT)
@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
def test_a_wrong_or_closed_address_is_unknown_and_stops_the_account(http_status, body):
    answer = submit(sms(), body, http_status)
    assert isinstance(answer, Unknown)
    assert (answer.code, answer.concern) == (f"HTTP {http_status}", Concern.ENDPOINT)
    assert "base URL" in str(answer.words)
    assert str(http_status) in str(answer.words)


@pytest.mark.parametrize("http_status", WRONG_ENDPOINT)
def test_a_question_to_a_wrong_address_reads_so_too(http_status):
    answer = gateway.balance(access(), Wire(response("<html>", http_status)))
    assert isinstance(answer, Unknown)
    assert answer.concern is Concern.ENDPOINT


def test_a_question_that_got_a_page_could_not_be_asked():
    answer = gateway.balance(access(), Wire(response("<html>captcha</html>")))
    assert isinstance(answer, Unknown)
    assert "could not be asked" in str(answer.words)


@pytest.mark.parametrize("body", [b"", "<html>", {"status": 429, "error": "Too Many Requests"}, {"status": -1}])
@pytest.mark.parametrize("seconds", [None, 600.0])
def test_too_many_requests_is_a_passing_refusal(body, seconds):
    answer = submit(sms(), replace(response(body, 429), retry_after=seconds))
    assert isinstance(answer, Refused)
    assert (answer.code, answer.concern, answer.retry_after) == ("HTTP 429", Concern.PASSING, seconds)


@pytest.mark.parametrize(
    "content", [{"status": 0}, group(row(ONE), status=0), {"status": "0", "message": "done"}], ids=str
)
def test_too_many_requests_beside_a_success_is_unknown(content):
    assert isinstance(submit(voice_file(), content, 429), Unknown)


def test_words_in_a_foreign_answer_are_shown_without_our_secret():
    answer = submit(sms(), {"message": f"bad key {access().credentials['api_secret']}"}, 500)
    assert answer.raw.startswith("bad key")
    assert access().credentials["api_secret"] not in repr(answer)


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_network_failure_is_not_sent_or_unknown(kind):
    assert isinstance(submit(MESSAGES[kind], NO_ANSWER), Unknown)
    not_sent = submit(MESSAGES[kind], REFUSED_CONNECTION)
    assert isinstance(not_sent, NotSent)
    assert not_sent.concern is Concern.NONE
    unproven = submit(MESSAGES[kind], BAD_CERTIFICATE)
    assert isinstance(unproven, NotSent)
    assert unproven.concern is Concern.ENDPOINT

"""The signed JSON API says no where its documents do."""

import time
from typing import Any

import pytest
import requests

from .running import PLATFORMS, Platform, Running

NUMBER = "62812000000001"
OTHER = "62812000000002"


def code_of(answer: Any) -> str:
    body = answer.json()
    assert set(body) >= {"status", "reason"}
    status = body["status"]
    assert isinstance(status, str)
    return status


@pytest.mark.parametrize("rehearsal", PLATFORMS, ids=lambda one: one.slug)
def test_each_brand_answers_at_its_own_paths_in_the_documented_shapes(running: Running, rehearsal: Any) -> None:
    platform = Platform(running, rehearsal)
    group = platform.group(NUMBER, OTHER).json()
    assert [(line["callee"], line["terminationCode"]) for line in group["data"]] == [(NUMBER, "0"), (OTHER, "0")]
    assert all(line["voiceId"].isdigit() and len(line["voiceId"]) == 19 for line in group["data"])
    said = platform.send("/voice/sendCode", platform.code_body(NUMBER)).json()
    assert said["status"] == "0" and said["data"].isdigit()
    sms = platform.batch({"numbers": f"{NUMBER},{OTHER}", "content": "Hello", "orderId": "a-1,a-2"}).json()
    assert (sms["status"], sms["success"], sms["fail"]) == ("0", "2", "0")
    assert [(line["number"], line["orderId"]) for line in sms["array"]] == [(NUMBER, "a-1"), (OTHER, "a-2")]
    balance = requests.get(platform.url(f"{platform.sms_prefix}/getBalance"), headers=platform.headers(), timeout=5)
    assert balance.json()["balance"] == "999999.9200"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Sign": "0" * 32}, "-1"),
        ({"Sign": ""}, "-1"),
        ({"Api-Key": "nobody01"}, "-1"),
        ({"Api-Key": ""}, "-1"),
        ({"Timestamp": "1"}, "-1"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "-22"),
        ({"Content-Type": "text/plain"}, "-22"),
    ],
)
def test_wrong_headers_are_refused(platform: Platform, headers: dict[str, str], code: str) -> None:
    assert code_of(platform.send("/voice/sendGroup", platform.group_body(NUMBER), **headers)) == code


@pytest.mark.parametrize(("minutes", "code"), [(-31, "-16"), (31, "-16"), (-29, "0"), (29, "0")])
def test_a_timestamp_may_be_half_an_hour_off(platform: Platform, minutes: int, code: str) -> None:
    headers = platform.headers(time.time() + minutes * 60)
    assert code_of(platform.send("/voice/sendGroup", platform.group_body(NUMBER), **headers)) == code


def test_the_signature_may_be_in_upper_case(platform: Platform) -> None:
    sign = platform.headers()["Sign"].upper()
    assert code_of(platform.send("/voice/sendGroup", platform.group_body(NUMBER), Sign=sign)) == "0"


def test_milliseconds_are_not_a_timestamp(platform: Platform) -> None:
    headers = platform.headers(time.time() * 1000)
    assert code_of(platform.send("/voice/sendGroup", platform.group_body(NUMBER), **headers)) == "-16"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"callee": None}, "-22"),
        ({"callee": ""}, "-22"),
        ({"callee": 62812000000001}, "-22"),
        ({"callee": "123456"}, "-22"),
        ({"callee": "1234567890123456"}, "-22"),
        ({"callee": "+62812000000001"}, "-22"),
        ({"callee": f"{NUMBER}, {OTHER}"}, "-22"),
        ({"callee": f"{NUMBER},"}, "-22"),
        ({"callee": ",".join(str(62812000000000 + i) for i in range(1001))}, "-22"),
        ({"callee": ",".join(str(62812000000000 + i) for i in range(1000))}, "0"),
        ({"fileId": None}, "-22"),
        ({"fileId": "nosuchfile.mp3"}, "-22"),
        ({"appId": None}, "-22"),
        ({"appId": "someoneElse"}, "-1"),
        ({"displayNum": "123456"}, "-22"),
        ({"displayNum": ""}, "0"),
        ({"displayNum": "1008122211"}, "0"),
        ({"maxDuration": "50"}, "-22"),
        ({"maxDuration": 0}, "-22"),
        ({"maxDuration": 120}, "0"),
        ({"maxDuration": 121}, "-22"),
        ({"maxDuration": True}, "-22"),
        ({"maxDuration": None}, "0"),
        ({"maxRingingTime": 19}, "-22"),
        ({"maxRingingTime": 20}, "0"),
        ({"maxRingingTime": 121}, "-22"),
        ({"loopCount": 0}, "-22"),
        ({"loopCount": 9}, "0"),
        ({"loopCount": 10}, "-22"),
        ({"loopCount": 2.0}, "-22"),
        ({"calledInfo": "x" * 1000}, "0"),
        ({"calledInfo": "x" * 1001}, "-22"),
        ({"calledInfo": 8}, "-22"),
    ],
)
def test_a_group_call_is_checked_member_by_member(platform: Platform, changes: dict[str, Any], code: str) -> None:
    assert code_of(platform.group(NUMBER, **changes)) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"callee": f"{NUMBER},{OTHER}"}, "-22"),
        ({"language": None}, "-22"),
        ({"language": "en"}, "-22"),
        ({"language": ["EN"]}, "-22"),
        ({"language": "TH", "text": "x" * 1000}, "0"),
        ({"language": "TH", "text": "x" * 1001}, "-22"),
        ({"text": "\U0001f514" * 500}, "0"),
        ({"text": "\U0001f514" * 501}, "-22"),
        ({"text": ""}, "-22"),
        ({"recallCount": 10}, "-22"),
        ({"recallCount": 9, "recallInterval": 999}, "0"),
        ({"recallCount": 1, "recallInterval": 0}, "-22"),
        ({"recallCount": 0, "recallInterval": 0}, "0"),
        ({"recallCount": 1, "recallInterval": 1000}, "-22"),
        ({"ssmlGender": 3}, "-22"),
        ({"speakingRate": 0.25}, "0"),
        ({"speakingRate": 4.5}, "-22"),
        ({"loopCount": "2"}, "-22"),
        ({"accent": 91}, "-22"),
    ],
)
def test_a_spoken_text_is_checked_member_by_member(platform: Platform, changes: dict[str, Any], code: str) -> None:
    assert code_of(platform.send("/voice/sendCode", platform.code_body(NUMBER, **changes))) == code


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({"numbers": ""}, "-8"),
        ({"numbers": None}, "-8"),
        ({"numbers": "12345"}, "-9"),
        ({"numbers": f"{NUMBER};{OTHER}"}, "-9"),
        ({"numbers": ",".join(str(62812000000000 + i) for i in range(1001))}, "-7"),
        ({"content": ""}, "-4"),
        ({"content": "x" * 1024}, "0"),
        ({"content": "x" * 1025}, "-5"),
        ({"content": "低息贷款"}, "-3"),
        ({"senderId": "x" * 33}, "-22"),
        ({"orderId": "a-1,a-2"}, "-22"),
        ({"orderId": "a-1"}, "0"),
        ({"orderId": ""}, "0"),
        ({"orderId": 7}, "-22"),
    ],
)
def test_a_text_message_is_checked_member_by_member(platform: Platform, item: dict[str, Any], code: str) -> None:
    assert code_of(platform.batch({"numbers": NUMBER, "content": "Hello", **item})) == code


def test_a_batch_may_not_carry_more_than_a_thousand_numbers_in_all(platform: Platform) -> None:
    halves = [",".join(str(base + i) for i in range(501)) for base in (62812000000000, 62813000000000)]
    assert code_of(platform.batch(*({"numbers": half, "content": "Hello"} for half in halves))) == "-7"


@pytest.mark.parametrize("array", [None, [], {"numbers": NUMBER}, ["text"]])
def test_a_batch_needs_a_list_of_messages(platform: Platform, array: object) -> None:
    assert code_of(platform.batch(array=array)) in {"-8", "-22"}


def test_an_application_of_the_other_kind_is_not_accepted(platform: Platform) -> None:
    known = platform.rehearsal.credentials
    assert code_of(platform.batch({"numbers": NUMBER, "content": "Hello"}, appId=known["voice_app_id"])) == "-1"
    assert code_of(platform.group(NUMBER, appId=known["sms_app_id"])) == "-1"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"callee=62812000000001", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(platform: Platform, body: bytes) -> None:
    assert code_of(platform.send("/voice/sendGroup", body)) == "-22"


def test_an_empty_purse_refuses_without_taking_anybody(platform: Platform) -> None:
    platform.running.console.settings(balance={platform.rehearsal.slug: 0.05})
    assert code_of(platform.group("62812000000001", "62812000000002", "62812000000003")) == "-10"
    assert code_of(platform.group("62812000000001", "62812000000002")) == "0"
    assert code_of(platform.group("62812000000001")) == "-10"
    assert len(list(platform.running.console.ledger())) == 2


def test_single_messages_may_come_by_get(platform: Platform) -> None:
    query = {"appId": platform.rehearsal.credentials["sms_app_id"], "numbers": NUMBER, "content": "Hello"}
    url = platform.url(f"{platform.sms_prefix}/sendSms")
    answer = requests.get(url, params=query, headers=platform.headers(), timeout=5).json()
    assert answer["array"][0]["number"] == NUMBER
    query["numbers"] = ",".join(str(62812000000000 + i) for i in range(101))
    assert code_of(requests.get(url, params=query, headers=platform.headers(), timeout=5)) == "-7"


def test_unknown_paths_and_methods_are_http_errors(platform: Platform) -> None:
    assert platform.send("/voice/nothing", {}).status_code == 404
    assert requests.get(platform.url("/voice/sendGroup"), timeout=5).status_code == 405
    assert requests.get(f"{platform.running.url}/elsewhere", timeout=5).status_code == 404

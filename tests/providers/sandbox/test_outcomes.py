"""Magic numbers: what each asks for is what happens, and the ledger says so."""

import json
import time
from typing import Any

import phonenumbers
import pytest
import requests

from providers.contract.magic import COMMON_OUTCOMES, Effect
from providers.contract.rehearsal import Rehearsal

from .running import FORM, PLATFORM, PLATFORMS, REHEARSALS, Form, Platform, Running

EFFECTS = [one for one in COMMON_OUTCOMES if one.effect]
NO_ANSWER = {Effect.HANG, Effect.CUT, Effect.CUT_IN_MIDDLE}
RECEIPTS = [one for one in FORM.own_outcomes if one.receipt_code]
STATUSES = [one for one in FORM.own_outcomes if one.status]


def submit(running: Running, rehearsal: Rehearsal, number: str, timeout: float = 5) -> requests.Response:
    if rehearsal is FORM:
        return Form(running, timeout=timeout).submit(number)
    platform = Platform(running, rehearsal, timeout)
    return platform.send("/voice/sendGroup", platform.group_body(number))


@pytest.mark.parametrize(("seconds", "header"), [(600, "600"), (0.2, "1"), (0, None)])
def test_an_overworked_provider_asks_to_wait_as_long_as_it_was_told(
    running: Running, seconds: float, header: str | None
) -> None:
    running.console.settings(retry_after=seconds)
    said = {
        name: submit(running, PLATFORM, PLATFORM.number_for(3, name)).headers.get("Retry-After")
        for name in ("http_429", "http_503", "http_500")
    }
    assert said == {"http_429": header, "http_503": header, "http_500": None}


@pytest.mark.parametrize("rehearsal", [PLATFORM, FORM], ids=lambda one: one.slug)
@pytest.mark.parametrize("outcome", EFFECTS, ids=lambda one: one.name)
def test_an_answer_is_spoilt_and_the_books_stay_true(running: Running, rehearsal: Rehearsal, outcome: Any) -> None:
    number = rehearsal.number_for(3, outcome.name)
    started = time.monotonic()
    if outcome.effect in NO_ANSWER:
        with pytest.raises((requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)):
            submit(running, rehearsal, number, timeout=0.3)
    else:
        SEEN[outcome.effect](submit(running, rehearsal, number), outcome, time.monotonic() - started)
    rows = list(running.console.ledger())
    assert [row["number"] for row in rows] == ([number] if outcome.taken else [])
    assert [bool(row["accepted"]) for row in running.console.requests()] == [outcome.taken]
    assert len(running.receiver.wait_for(len(rows))) == len(rows)


def _http_error(answer: requests.Response, outcome: Any, seconds: float) -> None:
    assert answer.status_code == outcome.http_status


def _slow(answer: requests.Response, outcome: Any, seconds: float) -> None:
    assert answer.ok and seconds >= 0.3


def _rubbish(answer: requests.Response, outcome: Any, seconds: float) -> None:
    assert answer.ok and b"<html>" in answer.content


def _empty(answer: requests.Response, outcome: Any, seconds: float) -> None:
    assert answer.ok and answer.content == b""


def _wrong_type(answer: requests.Response, outcome: Any, seconds: float) -> None:
    assert answer.headers["Content-Type"].startswith("text/html") and answer.json()


def _broken(answer: requests.Response, outcome: Any, seconds: float) -> None:
    assert answer.ok and len(answer.content) == int(answer.headers["Content-Length"])
    with pytest.raises(ValueError, match=r"."):
        answer.json()


def _redirect(answer: requests.Response, outcome: Any, seconds: float) -> None:
    assert answer.status_code == 307
    assert answer.request.path_url == answer.headers["Location"]


def _oversized(answer: requests.Response, outcome: Any, seconds: float) -> None:
    assert len(answer.content) > 5 * 1024 * 1024 and answer.json()


def _bare(answer: requests.Response, outcome: Any, seconds: float) -> None:
    said = answer.json()
    status = said.get("status", said.get("code"))
    assert status in (0, "2") and not {"data", "array", "voiceid"} & set(said)


SEEN = {
    Effect.HTTP_ERROR: _http_error,
    Effect.SLOW: _slow,
    Effect.RUBBISH: _rubbish,
    Effect.EMPTY: _empty,
    Effect.WRONG_TYPE: _wrong_type,
    Effect.BROKEN: _broken,
    Effect.REDIRECT: _redirect,
    Effect.OVERSIZED: _oversized,
    Effect.BARE: _bare,
}


def test_a_cut_in_the_middle_leaves_half_of_the_body(platform: Platform) -> None:
    body = platform.group_body(PLATFORM.number_for(1, "cut_in_middle"))
    url, headers = platform.url("/voice/sendGroup"), platform.headers()
    with requests.post(url, json=body, headers=headers, stream=True, timeout=5) as answer:
        half = answer.raw.read(int(answer.headers["Content-Length"]) // 2)
        assert half.startswith(b'{"status":"0"') and len(half) == int(answer.headers["Content-Length"]) // 2


def test_one_spoilt_number_spoils_the_whole_request(platform: Platform) -> None:
    numbers = [PLATFORM.number_for(index) for index in range(5)]
    assert platform.group(*numbers, PLATFORM.number_for(0, "http_500_taken")).status_code == 500
    assert len(list(platform.running.console.ledger())) == 6


@pytest.mark.parametrize("outcome", STATUSES, ids=lambda one: one.name)
def test_every_status_of_the_form_api_can_be_asked_for(form: Form, outcome: Any) -> None:
    answer = form.submit(FORM.number_for(1, outcome.digits)).json()
    assert (str(answer["code"]), answer["voiceid"]) == (outcome.status, "0")
    assert list(form.running.console.ledger()) == []


@pytest.mark.parametrize("outcome", [one for one in PLATFORM.own_outcomes if one.status], ids=lambda one: one.name)
def test_every_status_of_the_signed_api_can_be_asked_for(platform: Platform, outcome: Any) -> None:
    number = PLATFORM.number_for(1, outcome.digits)
    answer = platform.group(PLATFORM.number_for(1), number).json()
    assert answer["status"] == outcome.status and "data" not in answer
    assert list(platform.running.console.ledger()) == []


def test_every_receipt_code_of_the_form_api_can_be_asked_for(form: Form) -> None:
    numbers = {FORM.number_for(1, one.name): one.receipt_code for one in RECEIPTS}
    for number in numbers:
        assert form.submit(number).json()["code"] == 2
    pushed = {"86" + push.form["mobilephone"]: push.form for push in form.running.receiver.wait_for(len(numbers))}
    assert {number: said["code"] for number, said in pushed.items()} == numbers
    assert {said["code"] for said in pushed.values() if said["talktime"] != "0"} == {"2"}
    verdicts = {row["code"]: row["verdict"] for row in form.running.console.ledger()}
    assert verdicts.pop("2") == "delivered" and set(verdicts.values()) == {"undelivered"}
    assert all(
        set(said) == {"code", "msg", "mobilephone", "talktime", "voiceid", "report_time"} for said in pushed.values()
    )


def test_every_termination_code_of_the_signed_api_can_be_asked_for(platform: Platform) -> None:
    asked = {PLATFORM.number_for(1, one.name): one.receipt_code for one in PLATFORM.own_outcomes if one.receipt_code}
    voice = {number: code for number, code in asked.items() if len(code) == 3 or code == "0"}
    assert platform.group(*voice).json()["status"] == "0"
    pushed = {push.json["callee"]: push.json for push in platform.running.receiver.wait_for(len(voice))}
    assert {number: said["terminationCode"] for number, said in pushed.items()} == voice
    for said in pushed.values():
        reached = said["terminationCode"] in {"0", "200"}
        assert (said["answerTime"] > 0) is reached and (said["callDuration"] > 0) is reached


def test_failures_of_text_messages_carry_a_status_number_and_a_reason(platform: Platform) -> None:
    numbers = [PLATFORM.number_for(1, name) for name in ("sms_undeliv", "sms_expired", "sip_486")] + [
        PLATFORM.number_for(1)
    ]
    orders = ",".join(f"m-{index}" for index in range(4))
    platform.batch({"numbers": ",".join(numbers), "content": "Hello", "orderId": orders})
    said = {push.json["mobile"]: push.json for push in platform.running.receiver.wait_for(4)}
    assert [(said[number]["status"], said[number]["reason"]) for number in numbers] == [
        (1, "UNDELIV"),
        (2, "EXPIRED"),
        (1, "UNDELIV"),
        (0, "0"),
    ]


def test_a_refused_callee_does_not_hold_back_the_others(platform: Platform) -> None:
    good, refused = PLATFORM.number_for(1), PLATFORM.number_for(1, "refused")
    lines = platform.group(good, refused).json()["data"]
    assert [(line["callee"], line["terminationCode"] == "0") for line in lines] == [(good, True), (refused, False)]
    sms = platform.batch({"numbers": f"{refused},{good}", "content": "Hello", "orderId": "m-1,m-2"}).json()
    assert (sms["success"], sms["fail"]) == ("1", "1")
    assert [(line["number"], line["orderId"]) for line in sms["array"]] == [(good, "m-2")]
    assert platform.send("/voice/sendCode", platform.code_body(refused)).json()["status"] == "-22"
    assert {row["number"] for row in platform.running.console.ledger()} == {good}


def test_where_there_is_only_one_callee_a_refused_one_is_on_the_blacklist(form: Form) -> None:
    assert form.submit(FORM.number_for(1, "refused")).json()["code"] == 4030


PATTERNS = [
    ("no_receipt", [], "none"),
    ("ordinary", ["2"], "delivered"),
    ("twice", ["2", "2"], "delivered"),
    ("thrice", ["2", "2", "2"], "delivered"),
    ("late", ["2"], "delivered"),
    ("out_of_order", ["2", "-6"], "delivered"),
    ("contradictory", ["-6", "2"], "contradictory"),
    ("unknown_code", ["-99"], "unknown"),
    ("unknown_id", ["2"], "none"),
]


@pytest.mark.parametrize(("name", "codes", "verdict"), PATTERNS, ids=[name for name, _, _ in PATTERNS])
def test_receipts_come_as_often_and_in_the_order_asked_for(
    form: Form, name: str, codes: list[str], verdict: str
) -> None:
    voice_id = form.submit(FORM.number_for(1, "" if name == "ordinary" else name)).json()["voiceid"]
    form.running.settle()
    pushed = [push.form for push in form.running.receiver.pushed]
    assert [said["code"] for said in pushed] == codes
    assert {said["voiceid"] == voice_id for said in pushed} <= {name != "unknown_id"}
    row = next(form.running.console.ledger())
    assert (row["verdict"], row["tried"], row["acknowledged"]) == (verdict, len(codes), len(codes))


def test_repeated_receipts_are_alike_to_the_byte(form: Form) -> None:
    form.submit(FORM.number_for(1, "thrice"))
    assert len({push.body for push in form.running.receiver.wait_for(3)}) == 1


def test_out_of_order_means_that_the_later_receipt_happened_earlier(form: Form) -> None:
    form.submit(FORM.number_for(1, "out_of_order"))
    first, second = [push.form for push in form.running.receiver.wait_for(2)]
    assert second["report_time"] < first["report_time"]


def test_a_late_receipt_is_late(form: Form) -> None:
    form.submit(FORM.number_for(1, "late"))
    submitted = time.time()
    assert form.running.receiver.wait_for(1)[0].at - submitted >= 0.28


@pytest.mark.parametrize("rehearsal", [PLATFORM, FORM], ids=lambda one: one.slug)
def test_an_early_receipt_comes_before_the_answer(running: Running, rehearsal: Rehearsal) -> None:
    answer = submit(running, rehearsal, rehearsal.number_for(1, "early"))
    answered = time.time()
    assert [push.at < answered for push in running.receiver.pushed] == [True]
    body = running.receiver.pushed[0].body.decode()
    said = answer.json()
    assert (said["voiceid"] if rehearsal is FORM else said["data"][0]["voiceId"]) in body


def test_a_foreign_receipt_carries_no_reference_either(platform: Platform) -> None:
    voice_id = platform.group(PLATFORM.number_for(1, "unknown_id")).json()["data"][0]["voiceId"]
    said = platform.running.receiver.wait_for(1)[0].json
    assert said["voiceId"] != voice_id and len(said["voiceId"]) == len(voice_id) and said["calledInfo"] == ""


@pytest.mark.parametrize("rehearsal", REHEARSALS.values(), ids=lambda one: one.slug)
def test_numbers_are_valid_distinct_and_carry_their_outcome(rehearsal: Rehearsal) -> None:
    indices = [*range(1500), 999_000, 2_000_000]
    ordinary = [rehearsal.number_for(index) for index in indices]
    magic = [rehearsal.number_for(index, "twice") for index in range(1500)]
    assert len({*ordinary, *magic}) == len(indices) + 1500
    assert {rehearsal.outcome_of(number).name for number in ordinary} == {"ordinary"}
    assert {rehearsal.outcome_of(number).name for number in magic} == {"twice"}
    assert all(phonenumbers.is_valid_number(phonenumbers.parse("+" + number)) for number in ordinary + magic)


@pytest.mark.parametrize("rehearsal", REHEARSALS.values(), ids=lambda one: one.slug)
def test_every_outcome_has_digits_and_a_name_of_its_own(rehearsal: Rehearsal) -> None:
    declared = [*COMMON_OUTCOMES, *rehearsal.own_outcomes]
    assert len({one.digits for one in declared}) == len({one.name for one in declared}) == len(declared)
    assert all(len(one.digits) == 3 and one.digits.isdigit() for one in declared)


def test_more_magic_numbers_than_there_are_is_an_error() -> None:
    with pytest.raises(ValueError, match="only"):
        FORM.number_for(10_000, "twice")
    with pytest.raises(KeyError):
        FORM.number_for(0, "no_such_outcome")


@pytest.mark.parametrize("rehearsal", PLATFORMS, ids=lambda one: one.slug)
def test_pushes_of_each_brand_have_the_documented_members(running: Running, rehearsal: Rehearsal) -> None:
    platform = Platform(running, rehearsal)
    platform.group(rehearsal.number_for(1), displayNum="1008122211")
    platform.batch({"numbers": rehearsal.number_for(2), "content": "Hello", "orderId": "m-7"})
    pushed = {push.door: push for push in running.receiver.wait_for(2)}
    voice, sms = pushed["voice"].json, pushed["sms"].json
    assert {push.content_type for push in pushed.values()} == {"application/json;charset=UTF-8"}
    assert (voice["type"], voice["calledInfo"], voice["displayNum"]) == (1, "job-8", "1008122211")
    assert voice["terminationCode"] in {"0", "200"} and voice["voiceFileId"] == rehearsal.file_id
    times = [voice[name] for name in ("submitTime", "callTime", "ringingTime", "answerTime", "hangupTime")]
    assert times == sorted(times) and all(type(moment) is int for moment in times)
    assert sms["msgid"] and "msgId" not in sms and type(sms["status"]) is int
    assert {name: value for name, value in sms.items() if name.strip() == "orderId"}.popitem()[1] == "m-7"
    assert json.dumps(sms["pricedetail"])


def test_one_brand_writes_the_name_of_the_reference_with_a_blank(running: Running) -> None:
    names = set()
    for rehearsal in PLATFORMS:
        Platform(running, rehearsal).batch({"numbers": rehearsal.number_for(1), "content": "Hi", "orderId": "m-1"})
    for push in running.receiver.wait_for(len(PLATFORMS)):
        names |= {name for name in push.json if name.startswith("orderId")}
    assert names == {"orderId", "orderId "}

"""From the vendor's answers to what becomes of each callee."""

import json

import pytest

from providers.contract.errors import Accepted, Answered, NotSent, Refused, Unknown
from providers.contract.statuses import Concern, FailureClass

from .platform_support import sms, submit, voice_file, voice_text
from .wire import BAD_CERTIFICATE, NO_ANSWER, REFUSED_CONNECTION

ONE, TWO, THREE = "919800000001", "919800000002", "919800000003"
MESSAGES = {"voice file": voice_file(), "spoken text": voice_text(), "sms": sms()}


def outcome(answer):
    """ref -> provider id, "refused CODE" or "unclear"; also proves that each callee stands in one list only."""
    assert isinstance(answer, Answered), answer
    pairs = [(item.ref, item.provider_id) for item in answer.accepted]
    pairs += [(item.ref, f"refused {item.code}".strip()) for item in answer.refused]
    pairs += [(item.ref, "unclear") for item in answer.unclear]
    assert len(dict(pairs)) == len(pairs)
    return {ref.removeprefix("job-7/"): what for ref, what in pairs}


def row(number, voice_id="22030001", code="0", reason="success"):
    return {"voiceId": voice_id, "callee": number, "terminationCode": code, "terminationReason": reason}


def group(*rows, status="0"):
    return {"status": status, "reason": "success", "data": list(rows)}


TAKEN = {"1": "22030001", "2": "22030002"}
BOTH = (row(ONE), row(TWO, "22030002"))
GROUP_ANSWERS = {
    "all taken": (group(*BOTH), TAKEN),
    "another order": (group(*reversed(BOTH)), TAKEN),
    "status as a number": (group(*BOTH, status=0), TAKEN),
    "status with blanks": (group(*BOTH, status=" 0 "), TAKEN),
    "extra members": (group(*(item | {"more": [1]} for item in BOTH)) | {"traceId": None}, TAKEN),
    "ids and codes as numbers": (group(row(ONE, 22030001, 0), row(TWO, 22030002, 0)), TAKEN),
    "plus signs and blanks": (group(row(f"+{ONE}"), row(f" {TWO} ", "22030002")), TAKEN),
    "numbers as numbers": (group(row(int(ONE)), row(int(TWO), "22030002")), TAKEN),
    "call set up, in the words of reports": (group(row(ONE, code="200"), row(TWO, "22030002")), TAKEN),
    "no id": (group(row(ONE, None), row(TWO, "22030002")), {"1": "", "2": "22030002"}),
    "one refused": (group(row(ONE), row(TWO, "", "-9", "number error")), {"1": "22030001", "2": "refused -9"}),
    "one refused by an unlisted code": (group(row(ONE), row(TWO, "", 31)), {"1": "22030001", "2": "refused 31"}),
    "one with an internal error": (group(row(ONE), row(TWO, "", "-18")), {"1": "22030001", "2": "unclear"}),
    "one without code": (group(row(ONE), row(TWO, "22030002", None)), {"1": "22030001", "2": "unclear"}),
    "one missing": (group(row(ONE)), {"1": "22030001", "2": "unclear"}),
    "a stranger beside": (group(*BOTH, row("15550001111")), TAKEN),
    "only a stranger": (group(row("15550001111")), {"1": "unclear", "2": "unclear"}),
    "one twice": (group(row(ONE, "", "-9"), *BOTH, row(TWO, "", "-9")), TAKEN),
    "data is one object": ({"status": "0", "data": row(ONE)}, {"1": "22030001", "2": "unclear"}),
    "rubbish among the rows": (group(None, "x", [], 3, *BOTH), TAKEN),
}


@pytest.mark.parametrize(("content", "expected"), GROUP_ANSWERS.values(), ids=GROUP_ANSWERS)
def test_a_group_call_is_read_callee_by_callee(content, expected):
    assert outcome(submit(voice_file(), content)) == expected


def test_a_refused_callee_has_the_vendors_words_and_their_meaning():
    answer = submit(voice_file(1), group(row(ONE, "", "-9", "number error")))
    [refused] = answer.refused
    assert (refused.raw, refused.failure) == ("number error", FailureClass.NO_SUCH_NUMBER)
    assert "invalid" in str(refused.words)


def test_a_callee_that_came_too_fast_may_be_tried_again():
    [refused] = submit(voice_file(1), group(row(ONE, "", "-15"))).refused
    assert refused.retry_after == 60


CODE_ANSWERS = {
    "id": ({"status": "0", "reason": "success", "data": "2203031113381000002"}, "2203031113381000002"),
    "id as a number": ({"status": 0, "data": 2203031113381000002}, "2203031113381000002"),
    "id in an object": ({"status": "0", "data": {"voiceId": "22030001"}}, "22030001"),
    "id in a list": ({"status": "0", "data": [{"voiceId": "22030001"}]}, "22030001"),
    "empty": ({"status": "0", "data": ""}, ""),
    "null": ({"status": "0", "data": None}, ""),
    "missing": ({"status": "0", "reason": "success"}, ""),
    "rubbish": ({"status": "0", "data": True}, ""),
}


@pytest.mark.parametrize(("content", "provider_id"), CODE_ANSWERS.values(), ids=CODE_ANSWERS)
def test_a_spoken_text_is_taken_with_or_without_id(content, provider_id):
    assert submit(voice_text(), content).accepted == (Accepted("job-7/1", provider_id),)


def taken(number, order_id, msg_id="2207"):
    return {"msgId": msg_id, "number": number, "orderId": order_id}


def batch(rows, success=None, fail=None):
    counts = {"success": success, "fail": fail}
    return {"status": "0", "array": rows} | {name: value for name, value in counts.items() if value is not None}


ALL = [taken(ONE, "job-7/1", "a"), taken(TWO, "job-7/2", "b"), taken(THREE, "job-7/3", "c")]
ALL_TAKEN = {"1": "a", "2": "b", "3": "c"}
TWO_TAKEN = {"1": "a", "2": "b"}
BATCH_ANSWERS = {
    "all by reference": (batch(ALL, "3", "0"), ALL_TAKEN),
    "all by number": (batch([item | {"orderId": None} for item in ALL], "3", "0"), ALL_TAKEN),
    "reference before number": (batch([taken(THREE, "job-7/1", "a"), *ALL[1:]], 3, 0), ALL_TAKEN),
    "joined references": (batch([item | {"orderId": "job-7/1,job-7/2"} for item in ALL], 3, 0), ALL_TAKEN),
    "references with blanks": (batch([item | {"orderId": item["orderId"] + " "} for item in ALL], 3), ALL_TAKEN),
    "ids as numbers": (batch([taken(int(ONE), None, 7)], 1, 2), {"1": "7", "2": "refused", "3": "refused"}),
    "one refused, counted": (batch(ALL[:2], "2", "1"), TWO_TAKEN | {"3": "refused"}),
    "one refused, not counted": (batch(ALL[:2]), TWO_TAKEN | {"3": "refused"}),
    "one refused, counts are zero": (batch(ALL[:2], "0", "0"), TWO_TAKEN | {"3": "refused"}),
    "all refused": (batch([], "0", "3"), dict.fromkeys("123", "refused")),
    "one missing but counted as taken": (batch(ALL[:2], "3", "0"), TWO_TAKEN | {"3": "unclear"}),
    "one missing and not counted": (batch(ALL[:2], "2", "0"), TWO_TAKEN | {"3": "unclear"}),
    "more refused than missing": (batch(ALL[:2], "2", "2"), TWO_TAKEN | {"3": "unclear"}),
    "all missing but counted as taken": (batch([], "3", "0"), dict.fromkeys("123", "unclear")),
    "a stranger in the place of one": (
        batch([*ALL[:2], taken("15550001111", "x")], "3", "0"),
        TWO_TAKEN | {"3": "unclear"},
    ),
    "a stranger and no counts": (batch([*ALL[:2], taken("15550001111", None)]), TWO_TAKEN | {"3": "unclear"}),
}


@pytest.mark.parametrize(("content", "expected"), BATCH_ANSWERS.values(), ids=BATCH_ANSWERS)
def test_a_batch_is_read_by_reference_then_number_and_checked_by_its_counts(content, expected):
    assert outcome(submit(sms(), content)) == expected


UNUSABLE = [None, "", [], {}, "text", 7, True, [None], ["x"]]


@pytest.mark.parametrize("member", UNUSABLE, ids=repr)
@pytest.mark.parametrize(("kind", "name"), [("voice file", "data"), ("sms", "array")])
def test_success_that_names_nobody_is_unknown(kind, name, member):
    content = {"status": "0", "reason": "success", name: member}
    if member == {}:
        content.pop(name)
    answer = submit(MESSAGES[kind], content)
    assert isinstance(answer, Unknown)
    assert (answer.code, answer.raw) == ("0", "success")


CONCERNS = {
    "-1": Concern.CREDENTIALS,
    "-2": Concern.ADDRESS,
    "-3": Concern.NONE,
    "-4": Concern.NONE,
    "-5": Concern.NONE,
    "-6": Concern.NONE,
    "-7": Concern.CONTRACT,
    "-8": Concern.NONE,
    "-9": Concern.NONE,
    "-10": Concern.BALANCE,
    "-11": Concern.NONE,
    "-13": Concern.FROZEN,
    "-14": Concern.NONE,
    "-15": Concern.PASSING,
    "-16": Concern.CLOCK,
    "-17": Concern.NONE,
    "-19": Concern.PRICE,
    "-20": Concern.NONE,
    "-21": Concern.NONE,
    "-22": Concern.NONE,
    "-23": Concern.NONE,
    "-24": Concern.NONE,
    "-25": Concern.NONE,
    "-26": Concern.PRICE,
    "-27": Concern.NONE,
    "-28": Concern.NONE,
    "-29": Concern.NONE,
    "-777": Concern.NONE,
}


@pytest.mark.parametrize(("code", "concern"), CONCERNS.items())
@pytest.mark.parametrize("kind", MESSAGES)
@pytest.mark.parametrize("http_status", [200, 400, 500])
def test_a_failure_code_refuses_the_whole_request(kind, code, concern, http_status):
    if code == "-26" and kind == "spoken text":
        concern = Concern.NONE
    answer = submit(MESSAGES[kind], {"status": code, "reason": "why"}, http_status)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.raw, answer.concern) == (code, "why", concern)
    assert answer.retry_after == (60 if code == "-15" else None)
    assert str(answer.words)


@pytest.mark.parametrize("code", ["-12", "-18", -18, " -18"])
@pytest.mark.parametrize("kind", MESSAGES)
def test_an_error_inside_the_platform_is_unknown(kind, code):
    answer = submit(MESSAGES[kind], {"status": code, "reason": "system error", "data": None})
    assert isinstance(answer, Unknown)
    assert (answer.code, answer.raw) == (str(code).strip(), "system error")


def test_a_missing_rate_concerns_the_destination_when_there_is_only_one():
    assert submit(voice_file(1), {"status": "-26"}).concern is Concern.NONE
    assert submit(voice_file(2), {"status": "-26"}).concern is Concern.PRICE


def test_an_unlisted_code_is_shown_to_staff():
    assert "-777" in str(submit(sms(), {"status": "-777"}).words)


GOOD = json.dumps(group(row(ONE), row(TWO, "22030002")))
READABLE = {
    "byte order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "national encoding": GOOD.replace("success", "成功").encode("gb18030"),
    "blanks around": f"\r\n {GOOD}\n",
}


@pytest.mark.parametrize("body", READABLE.values(), ids=READABLE)
@pytest.mark.parametrize("content_type", ["text/html;charset=GBK", "", "application/octet-stream"])
@pytest.mark.parametrize("http_status", [200, 201, 500])
def test_a_readable_answer_is_read_whatever_surrounds_it(body, content_type, http_status):
    assert outcome(submit(voice_file(), body, http_status, content_type)) == TAKEN


GARBAGE = {
    "empty": b"",
    "html": b"<html><title>502 Bad Gateway</title></html>",
    "cut off": GOOD[:-20],
    "binary": bytes(range(256)),
    "list": [group()],
    "text": '"0"',
    "zero": "0",
    "null": "null",
    "no status": {"reason": "success", "data": []},
    "status null": {"status": None},
    "status true": {"status": True},
    "status false": {"status": False},
    "status 0.0": '{"status": 0.0}',
    "status a list": {"status": ["0"]},
    "status a word": {"status": "ok"},
    "status empty": {"status": ""},
    "status of a web framework": {"status": 500, "error": "Internal Server Error", "path": "/voice/sendGroup"},
    "status of another api": {"status": 1, "message": "done"},
    "a number of many digits": '{"status": ' + "9" * 5000 + "}",
    "very deep": "[" * 100_000,
}


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
@pytest.mark.parametrize("http_status", [200, 204, 400, 403, 500, 502, 503])
@pytest.mark.parametrize("kind", MESSAGES)
def test_an_unreadable_answer_is_unknown(kind, body, http_status):
    answer = submit(MESSAGES[kind], body, http_status)
    assert isinstance(answer, Unknown)
    assert answer.code == f"HTTP {http_status}"


@pytest.mark.parametrize("body", [b"", "<html>", {"status": 429, "error": "Too Many Requests"}])
def test_too_many_requests_is_a_passing_refusal(body):
    answer = submit(sms(), body, 429)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.concern, answer.retry_after) == ("HTTP 429", Concern.PASSING, 30)


@pytest.mark.parametrize("http_status", [404, 405])
@pytest.mark.parametrize("body", [b"", "<html>", {"status": 404, "error": "Not Found"}])
def test_a_page_not_found_may_come_from_a_machine_in_between_and_stays_unknown(http_status, body):
    answer = submit(sms(), body, http_status)
    assert isinstance(answer, Unknown)
    assert "base URL" in answer.words.text


def test_an_envelope_outweighs_the_http_status():
    assert outcome(submit(voice_file(), GOOD, 429)) == TAKEN
    assert submit(voice_file(), {"status": "-10"}, 404).concern is Concern.BALANCE


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_network_failure_is_not_sent_or_unknown(kind):
    assert isinstance(submit(MESSAGES[kind], NO_ANSWER), Unknown)
    not_sent = submit(MESSAGES[kind], REFUSED_CONNECTION)
    assert isinstance(not_sent, NotSent)
    assert not_sent.concern is Concern.NONE
    unproven = submit(MESSAGES[kind], BAD_CERTIFICATE)
    assert isinstance(unproven, NotSent)
    assert unproven.concern is Concern.ENDPOINT


def test_what_no_database_keeps_is_taken_out_of_texts():
    body = r'{"status":"0","data":[{"callee":"919800000001","terminationCode":"0","voiceId":"a\u0000\ud800"}]}'
    assert submit(voice_file(1), body).accepted == (Accepted("job-7/1", "a\ufffd?"),)

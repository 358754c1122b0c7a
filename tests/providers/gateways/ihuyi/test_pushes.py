"""Receipts and reviews as they may arrive, at either door, and the one answer that ends a push."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from providers.contract.events import ReceiptEvent, ReviewEvent
from providers.contract.push import PushBody
from providers.contract.statuses import FailureClass, Review, Verdict

from .support import gateway

FORM = "application/x-www-form-urlencoded"
RECEIPT = {
    "code": "2",
    "msg": "成功",
    "mobilephone": "13900000000",
    "talktime": "12",
    "voiceid": "60410011",
    "report_time": "2018-05-24 17:46:50",
}
REVIEW = {"code": "2", "msg": "审核通过", "templateid": "20481"}


def push(body: bytes | str, door: str = "receipts", content_type: str = FORM) -> PushBody:
    return PushBody(door, content_type, body.encode() if isinstance(body, str) else body)


def read_one(body: bytes | str, door: str = "receipts", content_type: str = FORM) -> Any:
    reading = gateway.read_push(push(body, door, content_type))
    assert reading.problem is None
    [event] = reading.events
    return event


def receipt(**changes: str) -> ReceiptEvent:
    event = read_one(urlencode(RECEIPT | changes))
    assert isinstance(event, ReceiptEvent)
    return event


RESULTS = {
    "2": (Verdict.DELIVERED, FailureClass.NONE),
    "0": (Verdict.UNDELIVERED, FailureClass.OTHER),
    "-1": (Verdict.UNDELIVERED, FailureClass.OFF),
    "-2": (Verdict.UNDELIVERED, FailureClass.SUSPENDED),
    "-3": (Verdict.UNDELIVERED, FailureClass.UNREACHABLE),
    "-4": (Verdict.UNDELIVERED, FailureClass.BUSY),
    "-5": (Verdict.UNDELIVERED, FailureClass.NO_SUCH_NUMBER),
    "-6": (Verdict.UNDELIVERED, FailureClass.NO_ANSWER),
    "-8": (Verdict.UNDELIVERED, FailureClass.BARRED),
    "-9": (Verdict.UNDELIVERED, FailureClass.NETWORK),
    "-10": (Verdict.UNDELIVERED, FailureClass.BARRED),
    "-11": (Verdict.UNDELIVERED, FailureClass.BUSY),
    "-12": (Verdict.UNDELIVERED, FailureClass.REFUSED),
    "-7": (Verdict.UNKNOWN, FailureClass.NONE),
    "1": (Verdict.UNKNOWN, FailureClass.NONE),
    "200": (Verdict.UNKNOWN, FailureClass.NONE),
    "ok": (Verdict.UNKNOWN, FailureClass.NONE),
}


@pytest.mark.parametrize(("code", "expected"), RESULTS.items())
def test_a_result_code_has_its_verdict_and_keeps_the_providers_words(code: str, expected: Any) -> None:
    event = receipt(code=code, msg="回执")
    assert (event.verdict, event.failure) == expected
    assert (event.code, event.raw) == (code, "回执")
    assert str(event.words)


def test_a_receipt_names_the_call_the_number_and_the_times() -> None:
    event = receipt()
    assert (event.provider_id, event.ref, event.number) == ("60410011", "", "8613900000000")
    assert event.talk_seconds == 12
    assert event.reported_at == datetime(2018, 5, 24, 9, 46, 50, tzinfo=UTC)


GBK_MSG = "&".join(f"{name}={quote(value, encoding='gbk')}" for name, value in RECEIPT.items())
RECEIPT_FORMS = {
    "as documented": (urlencode(RECEIPT), FORM),
    "with charset": (urlencode(RECEIPT), f"{FORM}; charset=UTF-8"),
    "without content type": (urlencode(RECEIPT), ""),
    "as a query under another type": (f"?{urlencode(RECEIPT)}", "text/plain"),
    "form under a JSON type": (urlencode(RECEIPT), "application/json"),
    "blanks as percent signs": (urlencode(RECEIPT, quote_via=quote), FORM),
    "nothing escaped": ("&".join(f"{name}={value}" for name, value in RECEIPT.items()), FORM),
    "nothing escaped in GBK": ("&".join(f"{name}={value}" for name, value in RECEIPT.items()).encode("gbk"), FORM),
    "words escaped in GBK": (GBK_MSG, FORM),
    "blanks around": (f" \r\n{urlencode({name: f' {value} ' for name, value in RECEIPT.items()})}\r\n", FORM),
    "other order and more fields": (urlencode({"x": "1", **dict(reversed(RECEIPT.items())), "y": ""}), FORM),
    "JSON texts": (
        '{"code":"2","msg":"成功","mobilephone":"13900000000","talktime":"12",'
        '"voiceid":"60410011","report_time":"2018-05-24 17:46:50"}',
        "application/json",
    ),
    "JSON numbers under a form type": (
        '{"code":2,"msg":"成功","mobilephone":13900000000,"talktime":12,'
        '"voiceid":60410011,"report_time":"2018-05-24 17:46:50"}',
        FORM,
    ),
    "with a template number beside": (urlencode(RECEIPT | {"templateid": "20481"}), FORM),
}


@pytest.mark.parametrize("door", ["receipts", "templates"])
@pytest.mark.parametrize(("body", "content_type"), RECEIPT_FORMS.values(), ids=RECEIPT_FORMS)
def test_a_receipt_is_the_same_in_every_form_and_at_either_door(
    body: bytes | str, content_type: str, door: str
) -> None:
    assert read_one(body, door, content_type) == receipt()


@pytest.mark.parametrize("door", ["receipts", "templates"])
@pytest.mark.parametrize(
    ("body", "review", "raw"),
    [
        (urlencode(REVIEW), Review.APPROVED, "审核通过"),
        (urlencode(REVIEW | {"code": "0", "msg": "含有广告"}), Review.REJECTED, "含有广告"),
        (urlencode(REVIEW | {"code": "1"}), Review.UNKNOWN, "审核通过"),
        (urlencode(REVIEW | {"code": "-1", "msg": ""}), Review.UNKNOWN, ""),
        ('{"code":2,"msg":"审核通过","templateid":20481}', Review.APPROVED, "审核通过"),
        (urlencode(REVIEW | {"voiceid": "0", "mobilephone": ""}), Review.APPROVED, "审核通过"),
        (
            urlencode({"code": "0", "msg": "含有广告", "templateid": "20481"}, encoding="gbk"),
            Review.REJECTED,
            "含有广告",
        ),
    ],
)
def test_a_review_is_read_at_either_door(body: str, review: Review, raw: str, door: str) -> None:
    event = read_one(body, door)
    assert isinstance(event, ReviewEvent)
    assert (event.template_id, event.review, event.raw) == ("20481", review, raw)


NUMBERS = {
    "13900000000": "8613900000000",
    "8613900000000": "8613900000000",
    "+86 139-0000-0000": "8613900000000",
    "008613900000000": "8613900000000",
    "02151000029": "862151000029",
    "021-51000029": "862151000029",
    "862151000029": "862151000029",
    "139****0000": "1390000",
    "85251000029": "85251000029",
    "2151000029": "2151000029",
    "": "",
}


@pytest.mark.parametrize(("pushed", "number"), NUMBERS.items())
def test_a_pushed_number_is_written_as_ours_are(pushed: str, number: str) -> None:
    assert receipt(mobilephone=pushed).number == number


@pytest.mark.parametrize(
    ("talktime", "seconds"),
    [("0", 0), ("75", 75), (" 8 ", 8), ("", None), ("-1", None), ("1.5", None), ("12秒", None), ("9" * 30, None)],
)
def test_talk_time_is_whole_seconds_or_nothing(talktime: str, seconds: int | None) -> None:
    assert receipt(talktime=talktime).talk_seconds == seconds


@pytest.mark.parametrize(
    "report_time", ["", "0000-00-00 00:00:00", "0001-01-01 00:00:00", "24/05/2018", "2018-02-30 10:00:00", "now"]
)
def test_a_time_that_cannot_be_read_is_left_out(report_time: str) -> None:
    assert receipt(report_time=report_time).reported_at is None


@pytest.mark.parametrize("voiceid", ["", "0", "x" * 65])
def test_a_receipt_without_usable_number_of_the_call_is_found_by_its_phone_number(voiceid: str) -> None:
    event = receipt(voiceid=voiceid)
    assert (event.provider_id, event.number) == ("", "8613900000000")


def test_pushed_words_can_be_stored_anywhere() -> None:
    raw = read_one('{"code":2,"voiceid":"1","msg":"a\\u0000b\\ud800' + "c" * 2000 + '"}').raw
    assert raw.isprintable()
    assert len(raw) <= 500


UNREADABLE = {
    "empty": "",
    "blanks": "  \r\n",
    "no code": urlencode({name: value for name, value in RECEIPT.items() if name != "code"}),
    "empty code": urlencode(RECEIPT | {"code": ""}),
    "neither call nor template": "code=2&msg=ok",
    "only zeros": "code=2&voiceid=0&templateid=0&mobilephone=",
    "broken JSON": '{"code":2,"voiceid":"60410011"',
    "JSON nested without end": '{"a":' * 9000,
    "XML": "<r><code>2</code><voiceid>60410011</voiceid></r>",
    "too large": urlencode(RECEIPT | {"msg": "x" * 70_000}),
    "bytes": bytes(range(256)),
    "many fields": "&".join(f"f{at}=1" for at in range(500)) + "&" + urlencode(RECEIPT),
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_a_push_that_cannot_be_read_says_why_and_yields_nothing(body: bytes | str) -> None:
    reading = gateway.read_push(push(body))
    assert reading.events == ()
    assert reading.problem is not None
    assert str(reading.problem)


@pytest.mark.parametrize("door", [door.name for door in gateway.doors])
@pytest.mark.parametrize("body", [urlencode(RECEIPT), urlencode(REVIEW), *UNREADABLE.values()])
def test_every_push_is_acknowledged_with_exactly_seven_bytes(body: bytes | str, door: str) -> None:
    answer = gateway.acknowledge(push(body, door))
    assert answer.status == 200
    assert list(answer.body) == [115, 117, 99, 99, 101, 115, 115]
    assert answer.content_type.startswith("text/plain")


def test_there_is_a_door_for_receipts_and_one_for_reviews() -> None:
    assert [door.name for door in gateway.doors] == ["receipts", "templates"]

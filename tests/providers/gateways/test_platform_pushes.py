"""Reports that are pushed to us: calls and SMS, in every documented and likely form."""

import json
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urlencode

import pytest

from providers.contract.push import PushBody
from providers.contract.statuses import FailureClass, Verdict

from .platform_support import gateway
from .push_support import CALL, DELIVERED, SMS, UNEXPLAINED, only, read, undelivered


def test_a_call_report_is_read_in_full():
    event = only(CALL)
    assert (event.provider_id, event.ref, event.number) == ("2405071020001000001", "job-8", "919800000001")
    assert (event.verdict, event.failure) == (Verdict.DELIVERED, FailureClass.NONE)
    assert (event.code, event.raw, event.talk_seconds) == ("200", "success", 21)
    assert (event.cost, event.currency) == ("0.0134", "USD")
    assert event.submitted_at == datetime(2024, 5, 7, 10, 20, 0, 100_000, UTC)
    assert event.answered_at == datetime(2024, 5, 7, 10, 20, 10, tzinfo=UTC)
    assert event.ended_at == datetime(2024, 5, 7, 10, 20, 31, tzinfo=UTC)
    assert event.reported_at is None


def test_an_sms_report_is_read_in_full():
    event = only(SMS, door="sms")
    assert (event.provider_id, event.ref, event.number) == ("2405071100001000001", "job-7/1", "919800000001")
    assert (event.verdict, event.failure, event.code, event.raw) == (
        Verdict.DELIVERED,
        FailureClass.NONE,
        "0",
        "DELIVRD",
    )
    assert (event.cost, event.currency) == ("0.012", "USD")
    assert event.reported_at == datetime(2024, 5, 7, 11, 6, 40, 123_000, UTC)
    assert event.talk_seconds is None


SMS_ENDS = {
    0: DELIVERED,
    "0": DELIVERED,
    " 0 ": DELIVERED,
    1: undelivered("other"),
    "2": undelivered("other"),
    -1: undelivered("other"),
    "DELIVRD": UNEXPLAINED,
    "--": UNEXPLAINED,
}


@pytest.mark.parametrize(("status", "expected"), SMS_ENDS.items())
def test_how_an_sms_ended(status, expected):
    event = only(SMS | {"status": status})
    assert (event.verdict, event.failure) == expected
    assert event.code == str(status).strip()


FORMS = {
    "an sms through the voice door": (SMS, "voice", 1),
    "a call through the sms door": (CALL, "sms", 1),
    "a bare list": ([CALL, SMS, CALL], "voice", 3),
    "a list in array": ({"array": [CALL, CALL], "total": 2}, "voice", 2),
    "unreadable ones among readable": ([None, "x", {}, CALL, {"array": 1}, [SMS], SMS], "sms", 2),
    "an unknown door": (SMS, "elsewhere", 1),
}


@pytest.mark.parametrize(("content", "door", "count"), FORMS.values(), ids=FORMS)
def test_every_form_comes_through_every_door(content, door, count):
    reading = read(content, door)
    assert reading.problem is None
    assert len(reading.events) == count


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_the_content_type_does_not_matter(content_type):
    assert only(b"\xef\xbb\xbf" + json.dumps(SMS).encode(), content_type=content_type).ref == "job-7/1"


@pytest.mark.parametrize(
    ("old", "new"), [("orderId", "orderId "), ("msgid", "msgId"), ("msgid", "msgID"), ("mobile", "number")]
)
def test_names_are_read_as_the_pages_variously_write_them(old, new):
    varied = {new if name == old else name: value for name, value in SMS.items()}
    assert only(varied) == only(SMS)


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_value_under_a_second_spelling_does_not_hide_the_first(empty):
    assert only(SMS | {"orderId ": empty}).ref == "job-7/1"


@pytest.mark.parametrize(
    ("info", "ref"),
    [("job-8", "job-8"), (" job-8  x y", "job-8"), ("", ""), (None, ""), (["job-8"], ""), ("job-8\nnote", "job-8")],
)
def test_our_reference_is_the_first_word_of_the_called_info(info, ref):
    assert only(CALL | {"calledInfo": info}).ref == ref


@pytest.mark.parametrize(
    ("content", "found_by"),
    [
        (CALL | {"voiceId": 2405071020001000001}, ("2405071020001000001", "job-8")),
        (CALL | {"voiceId": None}, ("", "job-8")),
        (SMS | {"msgid": None}, ("", "job-7/1")),
        (SMS | {"orderId": None}, ("2405071100001000001", "")),
    ],
)
def test_an_id_or_our_reference_is_enough(content, found_by):
    event = only(content)
    assert (event.provider_id, event.ref) == found_by


CHINA = timezone(timedelta(hours=8))
TIMES = {
    1715077210000: datetime(2024, 5, 7, 10, 20, 10, tzinfo=UTC),
    "1715077210000": datetime(2024, 5, 7, 10, 20, 10, tzinfo=UTC),
    1715077210: datetime(2024, 5, 7, 10, 20, 10, tzinfo=UTC),
    "2024-05-07T18:20:10+08:00": datetime(2024, 5, 7, 10, 20, 10, tzinfo=UTC),
    "2024-05-07T18:20:10.500+0800": datetime(2024, 5, 7, 10, 20, 10, 500_000, UTC),
    "2024-05-07 18:20:10": datetime(2024, 5, 7, 18, 20, 10, tzinfo=CHINA),
    "20240507182010": datetime(2024, 5, 7, 18, 20, 10, tzinfo=CHINA),
    20240507182010: datetime(2024, 5, 7, 18, 20, 10, tzinfo=CHINA),
    "20240507T182010": datetime(2024, 5, 7, 18, 20, 10, tzinfo=CHINA),
    "20241307182010": None,
    "20240507256161": None,
    "19700101080000": None,
    0: None,
    "0": None,
    "": None,
    None: None,
    "soon": None,
    10**15 + 1: None,
    "0001-01-01T00:00:00": None,
    "9999-12-31T23:59:59-08:00": None,
    10**40: None,
    -5: None,
    True: None,
    1.5: None,
}


@pytest.mark.parametrize(("written", "moment"), TIMES.items(), ids=repr)
def test_times_are_read_in_every_form_and_have_a_zone(written, moment):
    assert only(CALL | {"hangupTime": written}).ended_at == moment


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded;x=1"])
def test_a_form_is_read_for_what_it_says(content_type):
    event = only(urlencode(CALL).encode(), content_type=content_type)
    assert event == only({name: str(value) for name, value in CALL.items()})


def test_a_form_in_parts_is_read_like_any_other():
    parts = "".join(
        f'--frontier\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in CALL.items()
    )
    event = only(f"{parts}--frontier--\r\n".encode(), content_type="multipart/form-data; boundary=frontier")
    assert event == only({name: str(value) for name, value in CALL.items()})


COSTS = {
    "without currency": ({"currency": None}, ("0.0134", "")),
    "in euro": ({"cost": None, "costEur": "0.02", "currency": None}, ("0.02", "EUR")),
    "settled only": ({"cost": "", "settlePay": "0.09", "currency": "CNY"}, ("0.09", "CNY")),
    "as a number": ({"cost": 0.0134}, ("0.0134", "USD")),
    "none": ({"cost": None}, ("", "")),
    "rubbish": ({"cost": "cheap"}, ("", "")),
}


@pytest.mark.parametrize(("changes", "expected"), COSTS.values(), ids=COSTS)
def test_the_cost_of_a_call(changes, expected):
    event = only(CALL | changes)
    assert (event.cost, event.currency) == expected


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ({"settlePay": "0.1", "settleCurrency": "CNY"}, ("0.1", "CNY")),
        ({"pay": 0.012, "currency": "USD"}, ("0.012", "USD")),
        (None, ("", "")),
        ("0.012", ("", "")),
    ],
)
def test_the_cost_of_an_sms(detail, expected):
    event = only(SMS | {"pricedetail": detail})
    assert (event.cost, event.currency) == expected


UNREADABLE = {
    "empty": b"",
    "html": b"<html>",
    "form": b"msgid=1&status=0",
    "single quotes": b"{'msgid':'1'}",
    "binary": bytes(range(256)),
    "very deep": b"[" * 100_000,
    "a number": 7,
    "a text": "x",
    "null": None,
    "no item": [],
    "an empty object": {},
    "an empty array": {"array": []},
    "nothing to find anybody by": {"status": 0, "mobile": "919800000001"},
    "a reply of nobody": {"msgid": "24", "mobile": "", "content": "STOP"},
    "only rubbish in the list": [None, 1, {}, {"content": "STOP"}],
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("door", ["voice", "sms"])
def test_what_cannot_be_read_is_a_problem_in_words(content, door):
    reading = read(content, door)
    assert reading.events == ()
    assert str(reading.problem)


@pytest.mark.parametrize("content", [CALL, SMS, b"", b"<html>"])
def test_every_push_is_acknowledged(content):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    assert gateway.acknowledge(PushBody("voice", "", body)).status == 200


def test_what_no_database_keeps_is_taken_out_of_texts():
    event = only(json.dumps(SMS | {"reason": "a\x00b\ud800"}).encode())
    assert event.raw == "a\ufffdb?"

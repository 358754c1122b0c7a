"""Asking the platform for its records: what is asked, and what is made of every form of answer."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from providers.contract.abilities import Ability
from providers.contract.errors import NotSent, Refused, Unknown
from providers.contract.records import Records
from providers.contract.statuses import Concern, FailureClass, Verdict

from .contract_suite import GARBAGE
from .platform_support import CREDENTIALS, access, gateway
from .wire import NO_ANSWER, REFUSED_CONNECTION, Wire, response

START = datetime(2026, 5, 7, 2, 0, tzinfo=UTC)
END = START + timedelta(minutes=5)
CHINA = timezone(timedelta(hours=8))
KINDS = [Ability.VOICE_FILE, Ability.VOICE_TEXT, Ability.SMS]

CALL = {
    "voiceId": "2405071020001000001",
    "callee": "919800000001",
    "submitTime": "2026-05-07T10:00:00+08:00",
    "answerTime": "2026-05-07T10:00:10+08:00",
    "hangupTime": "2026-05-07T10:00:31+08:00",
    "callDuration": 21,
    "terminationCode": "200",
    "terminationReason": "success",
    "cost": "0.0134",
    "currency": "USD",
    "calledInfo": "job-8 spring campaign",
}
UNDER_WAY = {"answerTime": "", "hangupTime": "", "callDuration": 0, "terminationCode": "", "terminationReason": ""}
SMS = {"msgId": "77", "number": "919800000001", "receiveTime": "2026-05-07T10:00:05+08:00", "status": "0"}


def by_id(kind: Ability, content: Any, *ids: str, status: int = 200) -> Any:
    wire = Wire(response({"status": "0", "reason": "success", **content}, status))
    return gateway.records_by_id(kind, ids or ("77",), access(), wire)


def by_time(kind: Ability, content: Any, position: str = "") -> Any:
    wire = Wire(response({"status": "0", "reason": "success", **content}))
    return gateway.records_by_time(kind, START, END, position, access(), wire)


def page(*records: Any, **facts: Any) -> dict[str, Any]:
    return {"data": {"total": 1, "size": 100, "current": 1, "pages": 1, "records": list(records), **facts}}


# What is asked


def test_a_call_is_asked_for_by_its_id_in_the_path() -> None:
    wire = Wire()
    gateway.records_by_id(Ability.VOICE_TEXT, ["24/05 1"], access(), wire)
    assert (wire.only.method, wire.only.body) == ("GET", b"")
    assert wire.only.url == "https://api.invented.test/v9/calls/recordGroup/24%2F05%201"
    assert wire.only.headers["Sign"]


def test_messages_are_asked_for_by_up_to_200_ids_with_the_application() -> None:
    wire = Wire()
    ids = [str(number) for number in range(200)]
    gateway.records_by_id(Ability.SMS, ids, access(), wire)
    parts = urlsplit(wire.only.url)
    assert (wire.only.method, parts.path) == ("GET", "/v9/texts/getReport")
    assert parse_qs(parts.query) == {"appId": [CREDENTIALS["sms_app_id"]], "msgIds": [",".join(ids)]}


def test_calls_are_listed_in_full_pages_of_a_time_in_the_zone_of_the_provider() -> None:
    wire = Wire()
    gateway.records_by_time(Ability.VOICE_FILE, START, END, "3", access(), wire)
    assert (wire.only.method, urlsplit(wire.only.url).path) == ("POST", "/v9/calls/recordGroupQuery")
    params = {"strTime": "2026-05-07T10:00:00+08:00", "endTime": "2026-05-07T10:05:00+08:00"}
    assert wire.json == {"current": 3, "size": 100, "params": params}


def test_messages_are_listed_with_the_plus_sign_of_the_zone_encoded() -> None:
    wire = Wire()
    gateway.records_by_time(Ability.SMS, START, END, "", access(), wire)
    parts = urlsplit(wire.only.url)
    assert (wire.only.method, parts.path) == ("GET", "/v9/texts/getSentRcd")
    assert "startTime=2026-05-07T10%3A00%3A00%2B08%3A00" in parts.query
    assert parse_qs(parts.query)["startIndex"] == ["0"]


def test_a_part_of_a_second_is_not_left_out() -> None:
    wire = Wire()
    moved = timedelta(milliseconds=300)
    gateway.records_by_time(Ability.VOICE_FILE, START + moved, END + moved, "", access(), wire)
    assert wire.json["params"] == {"strTime": "2026-05-07T10:00:00+08:00", "endTime": "2026-05-07T10:05:01+08:00"}


@pytest.mark.parametrize(
    ("kind", "ids"),
    [
        (Ability.VOICE_FILE, []),
        (Ability.VOICE_FILE, ["1", "2"]),
        (Ability.SMS, [str(number) for number in range(201)]),
        (Ability.SMS, ["1,2"]),
        (Ability.SMS, [""]),
    ],
)
def test_ids_that_the_documents_do_not_allow_are_not_asked_for(kind: Ability, ids: list[str]) -> None:
    wire = Wire()
    answer = gateway.records_by_id(kind, ids, access(), wire)
    assert isinstance(answer, Refused)
    assert str(answer.words)
    assert wire.requests == []


@pytest.mark.parametrize(
    ("length", "position"),
    [(timedelta(days=31, seconds=1), ""), (timedelta(0), ""), (timedelta(hours=-1), ""), (timedelta(hours=1), "x")],
)
def test_a_time_that_the_documents_do_not_allow_is_not_asked_for(length: timedelta, position: str) -> None:
    wire = Wire()
    answer = gateway.records_by_time(Ability.SMS, START, START + length, position, access(), wire)
    assert isinstance(answer, Refused)
    assert wire.requests == []


@pytest.mark.parametrize("missing", ["api_key", "sms_app_id"])
def test_an_incomplete_account_asks_nothing(missing: str) -> None:
    wire = Wire()
    answer = gateway.records_by_id(Ability.SMS, ["1"], access(**{missing: ""}), wire)
    assert isinstance(answer, Refused)
    assert answer.concern is Concern.CREDENTIALS
    assert wire.requests == []


# What comes back


@pytest.mark.parametrize(
    ("changes", "verdict", "failure"),
    [
        ({}, Verdict.DELIVERED, FailureClass.NONE),
        ({"terminationCode": "0"}, Verdict.DELIVERED, FailureClass.NONE),
        ({"answerTime": "", "callDuration": 0}, Verdict.UNDELIVERED, FailureClass.NO_ANSWER),
        ({"terminationCode": "486", "answerTime": "", "callDuration": 0}, Verdict.UNDELIVERED, FailureClass.BUSY),
        ({**UNDER_WAY, "terminationCode": "603"}, Verdict.UNDELIVERED, FailureClass.REFUSED),
    ],
)
def test_a_call_that_is_over_is_read_like_a_pushed_report(
    changes: dict[str, Any], verdict: Verdict, failure: FailureClass
) -> None:
    for answer in (
        by_id(Ability.VOICE_TEXT, {"data": CALL | changes}),
        by_time(Ability.VOICE_FILE, page(CALL | changes)),
    ):
        [event] = answer.ended
        assert answer.taken == ()
        assert (event.verdict, event.failure) == (verdict, failure)
        assert (event.provider_id, event.ref, event.number) == ("2405071020001000001", "job-8", "919800000001")


@pytest.mark.parametrize(
    "changes",
    [
        UNDER_WAY,
        {**UNDER_WAY, "terminationCode": "0"},
        {**UNDER_WAY, "terminationCode": "200"},
        {**UNDER_WAY, "answerTime": "2026-05-07T10:00:10+08:00"},
        dict.fromkeys(UNDER_WAY),
        {"terminationCode": "X99"},
    ],
)
def test_a_call_that_is_not_over_or_not_explained_only_proves_that_it_was_taken(changes: dict[str, Any]) -> None:
    answer = by_id(Ability.VOICE_FILE, {"data": CALL | changes})
    [event] = answer.taken
    assert answer.ended == ()
    assert (event.verdict, event.ref) == (Verdict.UNKNOWN, "job-8")
    assert str(event.words)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("0", Verdict.DELIVERED),
        (0, Verdict.DELIVERED),
        ("1", Verdict.UNDELIVERED),
        ("2", Verdict.UNDELIVERED),
        ("-1", Verdict.UNKNOWN),
        (-1, Verdict.UNKNOWN),
        (None, Verdict.UNKNOWN),
        ("7", Verdict.UNKNOWN),
    ],
)
def test_the_status_of_a_message_is_read_as_every_page_writes_it(status: Any, verdict: Verdict) -> None:
    for answer in (
        by_id(Ability.SMS, {"array": [SMS | {"status": status}]}),
        by_time(Ability.SMS, {"array": [SMS | {"status": status}]}),
    ):
        [event] = (*answer.ended, *answer.taken)
        assert event.verdict is verdict
        assert (event in answer.taken) == (verdict is Verdict.UNKNOWN)
        assert (event.provider_id, event.ref, event.number) == ("77", "", "919800000001")
        assert event.reported_at == datetime(2026, 5, 7, 10, 0, 5, tzinfo=CHINA)


def test_a_reference_that_comes_back_with_a_message_is_ours() -> None:
    [event] = by_id(Ability.SMS, {"array": [SMS | {"orderId ": "job-7/1"}]}).ended
    assert event.ref == "job-7/1"


def test_a_message_tells_its_cost() -> None:
    detail = {"pay": "0.012", "currency": "USD"}
    [event] = by_id(Ability.SMS, {"array": [SMS | {"pricedetail": detail}]}).ended
    assert (event.cost, event.currency) == ("0.012", "USD")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_there_is_an_answer(kind: Ability) -> None:
    for content in ({"data": None, "array": None}, {"data": [], "array": []}, page() | {"array": []}):
        answer = by_time(kind, content)
        assert isinstance(answer, Records)
        assert (answer.ended, answer.taken, answer.next) == ((), (), "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_success_without_a_place_for_records_proves_nothing(kind: Ability) -> None:
    for content in ({}, {"data": "123", "array": "x"}, {"data": [1], "array": [1]}):
        assert isinstance(by_time(kind, content), Unknown)


def test_one_odd_record_does_not_hold_up_the_others() -> None:
    answer = by_time(Ability.VOICE_FILE, page({"voiceId": None}, CALL))
    assert [event.provider_id for event in answer.ended] == ["2405071020001000001"]


@pytest.mark.parametrize(
    ("position", "pages", "following"), [("", 3, "2"), ("2", 3, "3"), ("3", 3, ""), ("", 1, ""), ("", None, "")]
)
def test_calls_go_on_on_the_next_page(position: str, pages: Any, following: str) -> None:
    assert by_time(Ability.VOICE_TEXT, page(CALL, pages=pages), position).next == following


def test_an_empty_page_ends_the_listing() -> None:
    assert by_time(Ability.VOICE_TEXT, page(pages=9)).next == ""


def test_messages_go_on_after_a_full_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("providers.gateways._platform.record_answers.SMS_ROWS", 2)
    assert by_time(Ability.SMS, {"array": [SMS, SMS]}).next == "2"
    assert by_time(Ability.SMS, {"array": [SMS, SMS]}, "2").next == "4"
    assert by_time(Ability.SMS, {"array": [SMS]}, "4").next == ""


@pytest.mark.parametrize("code", ["-14", "-22", "-24"])
def test_a_wrong_id_alone_is_an_id_that_is_not_there(code: str) -> None:
    answer = by_id(Ability.VOICE_FILE, {"status": code, "reason": "no"})
    assert isinstance(answer, Records)
    assert (answer.ended, answer.taken) == ((), ())


def test_a_wrong_id_among_others_is_a_refusal_that_says_nothing_about_the_others() -> None:
    assert isinstance(by_id(Ability.SMS, {"status": "-14", "reason": "no"}, "1", "2"), Refused)


@pytest.mark.parametrize(
    ("code", "concern"),
    [
        ("-1", Concern.CREDENTIALS),
        ("-2", Concern.ADDRESS),
        ("-11", Concern.NONE),
        ("-15", Concern.PASSING),
        ("-30", Concern.CREDENTIALS),
    ],
)
def test_a_refusal_says_whom_it_concerns(code: str, concern: Concern) -> None:
    answer = by_time(Ability.SMS, {"status": code, "reason": "no"})
    assert isinstance(answer, Refused)
    assert (answer.code, answer.raw, answer.concern, answer.retry_after) == (code, "no", concern, None)


@pytest.mark.parametrize("kind", KINDS)
def test_a_network_that_fails_is_an_answer_too(kind: Ability) -> None:
    for failure, expected in ((NO_ANSWER, Unknown), (REFUSED_CONNECTION, NotSent)):
        assert isinstance(gateway.records_by_id(kind, ["7"], access(), Wire(failure)), expected)
        assert isinstance(gateway.records_by_time(kind, START, END, "", access(), Wire(failure)), expected)


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
@pytest.mark.parametrize("kind", KINDS)
def test_garbage_is_unknown(kind: Ability, body: bytes) -> None:
    assert isinstance(gateway.records_by_id(kind, ["7"], access(), Wire(response(body))), Unknown)
    assert isinstance(gateway.records_by_time(kind, START, END, "", access(), Wire(response(body))), Unknown)


def test_evidence_names_the_request_and_hides_the_secret() -> None:
    answer = by_id(Ability.SMS, {"array": [SMS]})
    assert answer.evidence.operation == "getReport"
    assert "msgIds=77" in answer.evidence.request
    assert CREDENTIALS["api_secret"] not in repr(answer)

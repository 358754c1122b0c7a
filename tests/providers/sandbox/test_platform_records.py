"""The platform in the sandbox answers from its ledger, and says no where the query pages do."""

import time
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import requests

from .running import PLATFORMS, Platform, Running

CHINA = timezone(timedelta(hours=8))
NUMBER, OTHER = "62812000000001", "62812000000002"
UNANSWERED = "62812000555480"
SILENT = "62812000555100"


def moment(seconds: float = 0) -> str:
    return datetime.fromtimestamp(time.time() + seconds, CHINA).isoformat()


def get(platform: Platform, path: str, **query: str) -> Any:
    query = {"appId": platform.rehearsal.credentials["sms_app_id"], **query}
    return requests.get(platform.url(path), params=query, headers=platform.headers(), timeout=5).json()


def report(platform: Platform, *ids: str, **query: str) -> Any:
    return get(platform, f"{platform.sms_prefix}/getReport", **({"msgIds": ",".join(ids)} | query))


def sent(platform: Platform, **query: str) -> Any:
    times = {"startTime": moment(-60), "endTime": moment(60)}
    return get(platform, f"{platform.sms_prefix}/getSentRcd", **(times | query))


def call(platform: Platform, voice_id: str) -> Any:
    return get(platform, f"/voice/recordGroup/{voice_id}")


def calls(platform: Platform, **body: Any) -> Any:
    params = {"strTime": moment(-60), "endTime": moment(60)}
    return platform.send("/voice/recordGroupQuery", {"params": params} | body).json()


def texts(platform: Platform, *numbers: str) -> list[str]:
    orders = ",".join(f"o-{place}" for place in range(len(numbers)))
    answer = platform.batch({"numbers": ",".join(numbers), "content": "Hello", "orderId": orders}).json()
    return [line["msgId"] for line in answer["array"]]


@pytest.mark.parametrize("rehearsal", PLATFORMS, ids=lambda one: one.slug)
def test_each_brand_is_asked_at_its_own_paths(running: Running, rehearsal: Any) -> None:
    platform = Platform(running, rehearsal)
    [msg_id] = texts(platform, NUMBER)
    voice_id = platform.group(OTHER).json()["data"][0]["voiceId"]
    time.sleep(0.05)
    assert report(platform, msg_id)["array"][0]["number"] == NUMBER
    assert [row["msgId"] for row in sent(platform)["array"]] == [msg_id]
    assert call(platform, voice_id)["data"]["callee"] == OTHER
    assert [row["voiceId"] for row in calls(platform)["data"]["records"]] == [voice_id]


def test_messages_are_counted_and_listed_as_the_page_shows(platform: Platform) -> None:
    good, bad = texts(platform, NUMBER, UNANSWERED)
    time.sleep(0.05)
    answer = report(platform, good, bad, "nobodys")
    counts = {name: answer[name] for name in ("success", "fail", "sending", "nofound")}
    assert counts == {"success": "1", "fail": "1", "sending": "0", "nofound": "1"}
    assert {row["msgId"]: row["status"] for row in answer["array"]} == {good: "0", bad: "1"}
    assert all(set(row) == {"msgId", "number", "receiveTime", "status"} for row in answer["array"])
    assert {row["msgId"]: row["status"] for row in sent(platform)["array"]} == {good: "0", bad: "2"}


def test_what_is_not_over_is_under_way(running: Running, platform: Platform) -> None:
    running.console.settings(receipt_delay=[30, 30])
    [msg_id] = texts(platform, NUMBER)
    voice_id = platform.group(OTHER).json()["data"][0]["voiceId"]
    assert report(platform, msg_id)["array"][0]["status"] == "-1"
    data = call(platform, voice_id)["data"]
    assert (data["hangupTime"], data["terminationCode"], data["calledInfo"]) == ("", "", "job-8")
    running.console.reset()


def test_a_call_that_was_never_pushed_is_in_the_records_with_the_reference(platform: Platform) -> None:
    voice_id = platform.group(SILENT).json()["data"][0]["voiceId"]
    time.sleep(0.05)
    data = call(platform, voice_id)["data"]
    assert data["calledInfo"] == "job-8"
    assert data["hangupTime"].endswith("+08:00")
    assert data["callDuration"] > 0


def test_calls_are_listed_in_pages(platform: Platform) -> None:
    platform.group(*(str(62812000000000 + i) for i in range(7)))
    first = calls(platform, current=1, size=3)["data"]
    last = calls(platform, current=3, size=3)["data"]
    assert (first["total"], first["pages"], len(first["records"]), len(last["records"])) == (7, 3, 3, 1)


def test_only_the_time_asked_for_is_listed(platform: Platform) -> None:
    texts(platform, NUMBER)
    platform.group(OTHER)
    assert sent(platform, startTime=moment(-60), endTime=moment(-30))["array"] == []
    params = {"strTime": moment(-60), "endTime": moment(-30)}
    assert calls(platform, params=params)["data"]["records"] == []


def test_a_listing_goes_on_at_its_index(platform: Platform) -> None:
    ids = texts(platform, NUMBER, OTHER)
    assert [row["msgId"] for row in sent(platform, startIndex="1")["array"]] == ids[1:]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"appId": "someoneElse"}, "-1"),
        ({"msgIds": ""}, "-14"),
        ({"msgIds": ",".join(str(i) for i in range(201))}, "-14"),
        ({"msgIds": ",".join(str(i) for i in range(200))}, "0"),
    ],
)
def test_a_report_is_refused_as_documented(platform: Platform, query: dict[str, str], code: str) -> None:
    assert report(platform, "1", **query)["status"] == code


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"appId": "someoneElse"}, "-1"),
        ({"startTime": ""}, "-11"),
        ({"startTime": "2026-05-07 10:00:00"}, "-11"),
        ({"startTime": "2026-05-07T10:00:00 08:00"}, "-11"),
        ({"startTime": moment(-31 * 86400)}, "-11"),
        ({"startTime": moment(-91 * 86400), "endTime": moment(-90.5 * 86400)}, "-11"),
        ({"startTime": moment(3600)}, "-11"),
        ({"startTime": moment(-30 * 86400)}, "0"),
    ],
)
def test_a_list_of_messages_is_refused_as_documented(platform: Platform, query: dict[str, str], code: str) -> None:
    assert sent(platform, **query)["status"] == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"size": 101}, "-22"),
        ({"size": 0}, "-22"),
        ({"current": 0}, "-22"),
        ({"current": "1"}, "-22"),
        ({"params": None}, "-22"),
        ({"params": {"strTime": "yesterday", "endTime": "today"}}, "-22"),
        ({"size": 100}, "0"),
    ],
)
def test_a_list_of_calls_is_refused_as_documented(platform: Platform, body: dict[str, Any], code: str) -> None:
    assert calls(platform, **body)["status"] == code


def test_an_id_that_was_never_given_out_is_refused(platform: Platform) -> None:
    assert call(platform, "123")["status"] == "-22"


def test_records_are_only_shown_to_who_signs(platform: Platform) -> None:
    answer = requests.get(platform.url("/voice/recordGroup/1"), headers=platform.headers(Sign="0" * 32), timeout=5)
    assert answer.json()["status"] == "-1"
    assert requests.post(platform.url("/voice/recordGroup/1"), headers=platform.headers(), timeout=5).status_code == 405

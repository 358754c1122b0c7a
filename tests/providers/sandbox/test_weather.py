"""The weather: outcomes that come by chance, and late receipts that are let go."""

from collections import Counter

import pytest
import requests

from .running import PLATFORM, Form, Platform, Running


def test_a_share_of_the_requests_is_spoilt_and_the_ledger_says_which(platform: Platform) -> None:
    platform.running.console.settings(weather={"http_500_taken": 0.3, "http_429": 0.2})
    answers = Counter(platform.group(PLATFORM.number_for(index)).status_code for index in range(100))
    told = Counter(row["effect"] for row in platform.running.console.requests())
    assert answers == {200: told[""], 500: told["http_500_taken"], 429: told["http_429"]}
    assert 10 < told["http_500_taken"] < 60 and 5 < told["http_429"] < 45
    assert len(list(platform.running.console.ledger())) == 100 - told["http_429"]


def test_a_share_of_the_callees_gets_other_receipts(platform: Platform) -> None:
    platform.running.console.settings(weather={"no_receipt": 0.3, "twice": 0.3})
    numbers = [PLATFORM.number_for(index) for index in range(100)]
    platform.group(*numbers)
    platform.running.settle()
    pushes = Counter(row["tried"] for row in platform.running.console.ledger())
    assert set(pushes) == {0, 1, 2}
    assert all(10 < count < 70 for count in pushes.values())
    assert len(platform.running.receiver.pushed) == pushes[1] + 2 * pushes[2]


def test_a_magic_number_wins_over_the_weather(platform: Platform) -> None:
    platform.running.console.settings(weather={"http_429": 1.0, "no_receipt": 1.0})
    platform.group(PLATFORM.number_for(1, "http_500_taken"), PLATFORM.number_for(1, "twice"))
    platform.running.settle()
    assert [row["effect"] for row in platform.running.console.requests()] == ["http_500_taken"]
    assert sorted(row["tried"] for row in platform.running.console.ledger()) == [1, 2]


def test_the_weather_leaves_refused_requests_and_questions_alone(platform: Platform, form: Form) -> None:
    platform.running.console.settings(weather={"http_429": 1.0})
    assert platform.send("/voice/sendGroup", {}).json()["status"] == "-22"
    assert form.call("GetNum").status_code == 200


@pytest.mark.parametrize(
    "weather", [{"status_10": 0.1}, {"hang": 1.5}, {"hang": True}, {"hang": 0.6, "cut": 0.6}, {"refused": 0.1}, [1]]
)
def test_impossible_weather_is_refused_with_words(running: Running, weather: object) -> None:
    with pytest.raises(requests.HTTPError, match=r"weather|share"):
        running.console.settings(weather=weather)


def test_late_receipts_come_when_they_are_let_go_and_in_their_order(platform: Platform) -> None:
    platform.running.console.settings(late_seconds=3600, weather={"late": 1.0})
    numbers = [PLATFORM.number_for(index) for index in range(5)]
    for number in numbers:
        platform.group(number)
    assert platform.running.console.health()["pending_pushes"] == 5
    assert platform.running.receiver.pushed == []
    assert platform.running.console.release() == 5
    platform.running.settle()
    assert len(platform.running.receiver.pushed) == 5

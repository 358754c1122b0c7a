"""The key that a callee pressed, the time charged and the redials, in reports and in records."""

import pytest

from providers.contract.abilities import Ability

from .push_support import CALL, SMS, only
from .test_platform_records import CALL as RECORD
from .test_platform_records import by_id, by_time, page


def test_a_call_report_tells_the_key_pressed_the_time_charged_and_the_redials():
    event = only(CALL | {"feedbackValue": "1", "outRecallCount": 3})
    assert (event.pressed, event.charged_seconds, event.redials) == ("1", 40, 3)


@pytest.mark.parametrize(
    ("told", "pressed"),
    [("1", "1"), (1, "1"), ("0", "0"), (0, "0"), ("*", "*"), ("#", "#"), ("12", "12"), (" 5 ", "5")]
    + [(none, "") for none in ("-1", -1, "", None, True, "null", "none", "press 1", [1], 1.5, "-2", "1" * 21)],
    ids=repr,
)
def test_minus_one_and_what_is_no_key_means_that_none_was_pressed(told, pressed):
    assert only(CALL | {"feedbackValue": told}).pressed == pressed


@pytest.mark.parametrize(("told", "count"), [(0, 0), ("4", 4), (-1, None), (None, None), ("", None), ("x", None)])
def test_times_charged_and_redials_are_counts_or_nothing(told, count):
    event = only(CALL | {"chargedDuration": told, "outRecallCount": told})
    assert (event.charged_seconds, event.redials) == (count, count)


def test_a_report_of_an_sms_has_nothing_of_a_call():
    event = only(SMS | {"feedbackValue": "1"}, door="sms")
    assert (event.pressed, event.charged_seconds, event.redials) == ("", None, None)


def test_a_record_tells_the_key_pressed_and_the_time_charged() -> None:
    told = {"feedbackValue": "1", "chargedDuration": 40, "outRecallCount": 2}
    for answer in (
        by_id(Ability.VOICE_TEXT, {"data": RECORD | told}),
        by_time(Ability.VOICE_FILE, page(RECORD | told)),
    ):
        [event] = answer.ended
        assert (event.pressed, event.charged_seconds, event.redials) == ("1", 40, 2)

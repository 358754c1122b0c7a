"""From the vendor's answers to batches of SMS to what becomes of each callee."""

import pytest

from .answer_support import ONE, THREE, TWO, batch, outcome, taken
from .platform_support import sms, submit

ALL = [taken(ONE, "job-7/1", "a"), taken(TWO, "job-7/2", "b"), taken(THREE, "job-7/3", "c")]
ALL_TAKEN = {"1": "a", "2": "b", "3": "c"}
TWO_TAKEN = {"1": "a", "2": "b"}
REST_UNCLEAR = TWO_TAKEN | {"3": "unclear"}
REFUSED_ROW = {"status": "-9", "reason": "number error"}
BATCH_ANSWERS = {
    "all by reference": (batch(ALL, "3", "0"), ALL_TAKEN),
    "all by number": (batch([item | {"orderId": None} for item in ALL], "3", "0"), ALL_TAKEN),
    "by reference alone": (batch([item | {"number": None} for item in ALL], 3, 0), ALL_TAKEN),
    "joined references": (batch([item | {"orderId": "job-7/1, job-7/2,job-7/3"} for item in ALL], 3, 0), ALL_TAKEN),
    "references with blanks": (batch([item | {"orderId": item["orderId"] + " "} for item in ALL], 3), ALL_TAKEN),
    "foreign references": (batch([item | {"orderId": "other/9"} for item in ALL], 3, 0), ALL_TAKEN),
    "national numbers": (batch([item | {"number": "0" + item["number"][2:]} for item in ALL], 3, 0), ALL_TAKEN),
    "masked numbers": (batch([item | {"number": "9198****0009"} for item in ALL], 3, 0), ALL_TAKEN),
    "ids as numbers": (batch([taken(int(ONE), None, 7)], 1, 2), {"1": "7", "2": "refused", "3": "refused"}),
    "no ids": (batch([item | {"msgId": ""} for item in ALL], 3, 0), dict.fromkeys("123", "")),
    "one refused, counted": (batch(ALL[:2], "2", "1"), TWO_TAKEN | {"3": "refused"}),
    "all refused": (batch([], "0", "3"), dict.fromkeys("123", "refused")),
    "all refused, no list": (batch(None, 0, 3), dict.fromkeys("123", "refused")),
    "one missing, nothing counted": (batch(ALL[:2]), REST_UNCLEAR),
    "one missing, counts are zero": (batch(ALL[:2], "0", "0"), REST_UNCLEAR),
    "one missing, only the taken counted": (batch(ALL[:2], "2"), REST_UNCLEAR),
    "one missing, only the refused counted": (batch(ALL[:2], None, "1"), REST_UNCLEAR),
    "one missing, counts in words": (batch(ALL[:2], "all", "none"), REST_UNCLEAR),
    "one missing, counts negative": (batch(ALL[:2], "-1", "-1"), REST_UNCLEAR),
    "one missing, counts as fractions": (batch(ALL[:2], 2.0, 1.0), REST_UNCLEAR),
    "one missing, counts true and false": (batch(ALL[:2], True, False), REST_UNCLEAR),
    "one missing but counted as taken": (batch(ALL[:2], "3", "0"), REST_UNCLEAR),
    "one missing and not counted": (batch(ALL[:2], "2", "0"), REST_UNCLEAR),
    "more refused than missing": (batch(ALL[:2], "2", "2"), REST_UNCLEAR),
    "one missing, rubbish in the list": (batch([*ALL[:2], None], "2", "1"), REST_UNCLEAR),
    "one twice, one missing": (batch([*ALL[:2], ALL[0]], "3", "0"), REST_UNCLEAR),
    "all twice": (batch([*ALL, *ALL], "3", "0"), ALL_TAKEN),
    "all missing but counted as taken": (batch([], "3", "0"), dict.fromkeys("123", "unclear")),
    "a list that is a text": (batch("[]", "0", "3"), dict.fromkeys("123", "unclear")),
    "a stranger in the place of one": (batch([*ALL[:2], taken("15550001111", "x")], "3", "0"), REST_UNCLEAR),
    "a stranger and no counts": (batch([*ALL[:2], taken("15550001111", None)]), REST_UNCLEAR),
    "a stranger too many": (batch([*ALL[:2], taken("15550001111", None)], "3", "1"), REST_UNCLEAR),
    "two references exchanged": (
        batch([taken(ONE, "job-7/2", "a"), taken(TWO, "job-7/1", "b"), ALL[2]], 3, 0),
        {"1": "unclear", "2": "unclear", "3": "c"},
    ),
    "one reference of another": (
        batch([taken(ONE, "job-7/3", "a"), ALL[1]], 2, 1),
        {"1": "unclear", "2": "b", "3": "unclear"},
    ),
    "a reference beside a stranger's number": (
        batch([taken("15550001111", "job-7/3", "x"), *ALL[:2]], 3, 0),
        REST_UNCLEAR,
    ),
    "a contradiction, and a row that is none": (batch([taken(ONE, "job-7/3", "x"), *ALL], 4, 0), ALL_TAKEN),
    "a row with a status": (batch([*ALL[:2], ALL[2] | REFUSED_ROW], 3, 0), TWO_TAKEN | {"3": "unclear c"}),
    "a row with an unexplained status": (
        batch([*ALL[:2], ALL[2] | {"status": "7"}], 3, 0),
        TWO_TAKEN | {"3": "unclear c"},
    ),
    "a row with the status of success": (batch([*ALL[:2], ALL[2] | {"status": 0}], 3, 0), ALL_TAKEN),
    "refused without an id": (
        batch([*ALL[:2], ALL[2] | REFUSED_ROW | {"msgId": ""}], 2, 1),
        TWO_TAKEN | {"3": "refused -9"},
    ),
}


@pytest.mark.parametrize(("content", "expected"), BATCH_ANSWERS.values(), ids=BATCH_ANSWERS)
def test_a_batch_is_read_by_number_and_reference_and_settles_the_rest_by_its_counts_alone(content, expected):
    assert outcome(submit(sms(), content)) == expected

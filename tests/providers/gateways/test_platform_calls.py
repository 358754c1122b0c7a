"""How a call ended, from the codes and times of its report."""

import pytest

from providers.contract.statuses import Verdict

from .push_support import CALL, DELIVERED, SILENT, UNANSWERED, UNEXPLAINED, only, undelivered

CALL_ENDS = {
    "older success": ({"terminationCode": "0", "sipCode": None}, DELIVERED),
    "success as a number": ({"terminationCode": 0, "sipCode": 200}, DELIVERED),
    "an answer time is enough": ({"callDuration": 0}, DELIVERED),
    "a duration is enough": ({"answerTime": 0}, DELIVERED),
    "success and nothing about answering": ({**SILENT, "terminationCode": "0"}, DELIVERED),
    "success, nothing else, but SIP failed": (
        {**SILENT, "terminationCode": "0", "sipCode": "486"},
        undelivered("busy"),
    ),
    "success code, not answered": ({**UNANSWERED, "terminationCode": "0"}, undelivered("no_answer")),
    "success code, zero times": ({"answerTime": 0, "callDuration": "0"}, undelivered("no_answer")),
    "success code, an answer in the year 1": (
        {"answerTime": "0001-01-01T00:00:00", "callDuration": 0},
        undelivered("no_answer"),
    ),
    "success code, an answer at no time": (
        {"answerTime": "0000-00-00 00:00:00", "callDuration": 0},
        undelivered("no_answer"),
    ),
    "success code, an answer in 1970": (
        {"answerTime": "1970-01-01T08:00:00+08:00", "callDuration": 0},
        undelivered("no_answer"),
    ),
    "success code, an answer in 1970 without signs": (
        {"answerTime": "19700101080000", "callDuration": 0},
        undelivered("no_answer"),
    ),
    "answered at a time without signs": ({"answerTime": "20240507182010", "callDuration": None}, DELIVERED),
    "success code, a word for no answer": ({"answerTime": "null", "callDuration": 0}, undelivered("no_answer")),
    "success code, only an end": ({**SILENT, "hangupTime": 1715077231000}, undelivered("no_answer")),
    "success code, not answered, SIP says why": ({**UNANSWERED, "sipCode": "603"}, undelivered("refused")),
    "answered, whatever SIP ended with": ({"sipCode": "487"}, DELIVERED),
    "no code but SIP": ({"terminationCode": ""}, DELIVERED),
    "no code but SIP failure": ({"terminationCode": None, "sipCode": "486", **UNANSWERED}, undelivered("busy")),
    "no code at all": ({"terminationCode": None, "sipCode": None}, UNEXPLAINED),
    "failure though SIP was well": ({"terminationCode": "486", **UNANSWERED}, undelivered("busy")),
    "a failure code is believed": ({"terminationCode": "480"}, undelivered("no_answer")),
    "SIP is more precise": ({"terminationCode": "500", "sipCode": "404", **UNANSWERED}, undelivered("no_such_number")),
    "unlisted code, SIP failure": ({"terminationCode": "31", "sipCode": "486"}, undelivered("busy")),
    "unlisted code": ({"terminationCode": "31"}, UNEXPLAINED),
    "unlisted code that only sounds well": ({"terminationCode": "202"}, UNEXPLAINED),
    "ringing": ({"terminationCode": "180"}, UNEXPLAINED),
    "a word": ({"terminationCode": "success"}, UNEXPLAINED),
    "a negative code": ({"terminationCode": "-1"}, UNEXPLAINED),
    "beyond SIP": ({"terminationCode": "700"}, UNEXPLAINED),
    "true": ({"terminationCode": True, "sipCode": None}, UNEXPLAINED),
}


@pytest.mark.parametrize(("changes", "expected"), CALL_ENDS.values(), ids=CALL_ENDS)
def test_how_a_call_ended(changes, expected):
    event = only(CALL | changes)
    assert (event.verdict, event.failure) == expected
    assert str(event.words)


SIP = {
    "403": "barred",
    "404": "no_such_number",
    "408": "unreachable",
    "410": "no_such_number",
    "480": "no_answer",
    "484": "no_such_number",
    "486": "busy",
    "487": "no_answer",
    "500": "network",
    "503": "network",
    "600": "busy",
    "603": "refused",
    "604": "no_such_number",
    "608": "blacklisted",
    "302": "other",
    "420": "other",
    "699": "other",
}


@pytest.mark.parametrize(("code", "failure"), SIP.items())
@pytest.mark.parametrize("name", ["terminationCode", "sipCode"])
def test_a_sip_failure_says_why_somebody_was_not_reached(name, code, failure):
    codes = {"terminationCode": "200", "sipCode": None, name: code}
    event = only(CALL | UNANSWERED | codes)
    assert (event.verdict, event.failure) == (Verdict.UNDELIVERED, failure)

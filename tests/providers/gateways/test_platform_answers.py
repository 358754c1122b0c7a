"""From the vendor's answers to what becomes of each callee."""

from dataclasses import replace

import pytest

from providers.contract.errors import Accepted, Refused, Unknown
from providers.contract.statuses import Concern, FailureClass

from .answer_support import MESSAGES, ONE, TWO, batch, group, outcome, row, taken
from .platform_support import sms, submit, voice_file, voice_text
from .wire import response

TAKEN = {"1": "22030001", "2": "22030002"}
BOTH = (row(ONE), row(TWO, "22030002"))
DOUBT_AND_REFUSED = {"1": "unclear", "2": "refused -9"}
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
    "one refused by an unlisted code": (group(row(ONE), row(TWO, "", 31)), {"1": "22030001", "2": "unclear"}),
    "one with an internal error": (group(row(ONE), row(TWO, "", "-18")), {"1": "22030001", "2": "unclear"}),
    "one without code": (group(row(ONE), row(TWO, "22030002", None)), {"1": "22030001", "2": "unclear 22030002"}),
    "one missing": (group(row(ONE)), {"1": "22030001", "2": "unclear"}),
    "a stranger beside": (group(*BOTH, row("15550001111")), TAKEN),
    "only a stranger": (group(row("15550001111")), {"1": "unclear", "2": "unclear"}),
    "one twice": (group(row(ONE, "", "-9"), *BOTH, row(TWO, "", "-9")), TAKEN),
    "data is one object": ({"status": "0", "data": row(ONE)}, {"1": "22030001", "2": "unclear"}),
    "rubbish among the rows": (group(None, "x", [], 3, *BOTH), TAKEN),
    "refused, and a doubt": (group(row(ONE, "", "-9"), row(ONE, "", "480"), row(TWO, "", "-9")), DOUBT_AND_REFUSED),
    "a doubt, and refused": (group(row(ONE, "", "480"), row(ONE, "", "-9"), row(TWO, "", "-9")), DOUBT_AND_REFUSED),
    "taken without id, then with": (group(row(ONE, ""), *BOTH), TAKEN),
    "masked": (group(row("91980****001"), row(TWO, "22030002")), {"1": "unclear", "2": "22030002"}),
    "all joined": (group(row(f"{ONE},{TWO}")), dict.fromkeys("12", "unclear")),
    "numbers as fractions": (group(row(float(ONE)), row(TWO, "22030002")), {"1": "unclear", "2": "22030002"}),
    "a text about one number": (group(row(ONE, "", "-3"), row(TWO, "22030002")), {"1": "unclear", "2": "22030002"}),
}


@pytest.mark.parametrize(("content", "expected"), GROUP_ANSWERS.values(), ids=GROUP_ANSWERS)
def test_a_group_call_is_read_callee_by_callee(content, expected):
    assert outcome(submit(voice_file(), content)) == expected


UNEXPLAINED_ROWS = [
    "success",
    "183",
    "480",
    "202",
    "31",
    "-33",
    "-999",
    "-18",
    "-12",
    "-20",
    "0.0",
    "00",
    "ok",
    "",
    None,
]


@pytest.mark.parametrize("code", UNEXPLAINED_ROWS, ids=repr)
@pytest.mark.parametrize("voice_id", ["22030002", ""])
def test_a_row_that_no_document_explains_is_unclear_and_keeps_its_id(code, voice_id):
    answer = submit(voice_file(), group(row(ONE), row(TWO, voice_id, code, "queued")))
    [unclear] = answer.unclear
    assert (unclear.ref, unclear.provider_id, answer.refused) == ("job-7/2", voice_id, ())
    assert (unclear.code, unclear.raw) == ((code, "queued") if code else ("", ""))
    assert str(unclear.words)


@pytest.mark.parametrize("code", ["-1", "-8", "-9", "-10", "-22", "-26", "-28", "-30"])
def test_a_refused_row_with_the_id_of_a_call_is_unclear(code):
    [unclear] = submit(voice_file(), group(row(ONE), row(TWO, "22030002", code, "no"))).unclear
    assert (unclear.provider_id, unclear.code, unclear.raw) == ("22030002", code, "no")
    assert code in str(unclear.words)


@pytest.mark.parametrize("code", ["-8", "-9", "-22", "-26", "-28"])
def test_a_documented_refusal_of_one_row_rejects_that_callee(code):
    answer = submit(voice_file(), group(row(ONE), row(TWO, "", code, "no")))
    assert [(one.ref, one.code, one.raw) for one in answer.refused] == [("job-7/2", code, "no")]
    assert outcome(submit(voice_file(), group(row(ONE, "", code), row(TWO, "", code)))) == dict.fromkeys(
        "12", f"refused {code}"
    )


@pytest.mark.parametrize(
    ("code", "concern"),
    [
        ("-10", Concern.BALANCE),
        ("-30", Concern.CREDENTIALS),
        ("-31", Concern.ADDRESS),
        ("-29", Concern.CONTRACT),
        ("-24", Concern.CAMPAIGN),
    ],
)
@pytest.mark.parametrize("message", [voice_file(2), voice_text()], ids=["voice file", "spoken text"])
def test_one_code_of_the_account_in_every_row_refuses_the_request_and_rejects_nobody(message, code, concern):
    rows = [row(callee.number, "", code, "why") for callee in message.callees]
    answer = submit(message, group(*rows))
    assert isinstance(answer, Refused)
    assert (answer.code, answer.raw, answer.concern, answer.narrow) == (code, "why", concern, False)


def test_a_code_of_the_account_in_one_row_is_that_callees():
    assert outcome(submit(voice_file(), group(row(ONE), row(TWO, "", "-10")))) == {"1": "22030001", "2": "refused -10"}


NO_IDS = [
    *("0", "00", 0, "-1", -1, "null", "NULL", "None", "nil", "undefined", "NaN", "n/a", "number error", "Error"),
    *("call failed", "invalid_number", "1 2", "22030001\t7", "<b>1</b>", '{"id":1}', "success", "true", True, False),
    *("9" * 65, "9" * 200, 10**70, 2.203e18, ["1"], {"id": "1"}, "", " ", None),
]


@pytest.mark.parametrize("written", NO_IDS, ids=lambda value: repr(value)[:30])
def test_what_cannot_be_an_id_is_none_and_our_reference_finds_the_callee(written):
    assert submit(voice_file(1), group(row(ONE, written))).accepted == (Accepted("job-7/1", ""),)
    assert submit(voice_text(), {"status": "0", "reason": "success", "data": row(ONE, written)}).accepted == (
        Accepted("job-7/1", ""),
    )
    assert outcome(submit(sms("one"), batch([taken(ONE, "job-7/1", written)], 1, 0))) == {"1": ""}
    [unclear] = submit(voice_file(1), group(row(ONE, written, "480"))).unclear
    assert unclear.provider_id == ""


@pytest.mark.parametrize("written", ["2203031113381000002", 2203031113381000002, "a", "9" * 64, "6f1c-22:7", "id-0"])
def test_an_id_is_kept_as_it_is(written):
    assert submit(voice_file(1), group(row(ONE, written))).accepted == (Accepted("job-7/1", str(written)),)


def test_a_refused_callee_has_the_vendors_words_and_their_meaning():
    answer = submit(voice_file(1), group(row(ONE, "", "-9", "number error")))
    [refused] = answer.refused
    assert (refused.raw, refused.failure) == ("number error", FailureClass.NO_SUCH_NUMBER)
    assert "invalid" in str(refused.words)


def test_a_callee_that_came_too_fast_may_be_tried_again():
    answer = group(row(ONE, "", "-15"))
    [refused] = submit(voice_file(1), answer).refused
    assert refused.retry_after == 60
    [refused] = submit(voice_file(1), replace(response(answer), retry_after=600.0)).refused
    assert refused.retry_after == 600


CODE_ANSWERS = {
    "id": ({"status": "0", "reason": "success", "data": "2203031113381000002"}, "2203031113381000002"),
    "id as a number": ({"status": 0, "data": 2203031113381000002}, "2203031113381000002"),
    "id in an object": ({"status": "0", "data": {"voiceId": "22030001"}}, "22030001"),
    "id in a list": ({"status": "0", "data": [{"voiceId": "22030001"}]}, "22030001"),
    "empty": ({"status": "0", "data": ""}, ""),
    "null": ({"status": "0", "data": None}, ""),
    "missing": ({"status": "0", "reason": "success"}, ""),
    "rubbish": ({"status": "0", "data": True}, ""),
    "words": ({"status": "0", "reason": "success", "data": "number error"}, ""),
    "zero": ({"status": "0", "reason": "success", "data": "0"}, ""),
    "a row of a group": ({"status": "0", "reason": "success", "data": [row(ONE)]}, "22030001"),
    "a row without number": ({"status": "0", "data": {"voiceId": "22030001", "terminationCode": 0}}, "22030001"),
    "two rows, one taken": ({"status": "0", "data": [row(ONE, "", "-9"), row(ONE)]}, "22030001"),
}


@pytest.mark.parametrize(("content", "provider_id"), CODE_ANSWERS.values(), ids=CODE_ANSWERS)
def test_a_spoken_text_is_taken_with_or_without_id(content, provider_id):
    assert submit(voice_text(), content).accepted == (Accepted("job-7/1", provider_id),)


CODE_ROWS = {
    "refused": ([row(ONE, "", "-9", "number error")], "refused -9"),
    "refused, as an object": (row(ONE, "", "-22"), "refused -22"),
    "an internal error": ([row(ONE, "", "-18", "system")], "unclear"),
    "an internal error with an id": ([row(ONE, "22030001", "-18", "system")], "unclear 22030001"),
    "unexplained": ([row(ONE, "", "480")], "unclear"),
    "unexplained with an id": ([row(ONE, "22030001", "success")], "unclear 22030001"),
    "refused with an id": ([row(ONE, "22030001", "-9")], "unclear 22030001"),
    "an empty code": ([row(ONE, "22030001", "")], "unclear 22030001"),
    "somebody else": ([row(TWO)], "unclear"),
    "somebody else refused": ([row(TWO, "", "-9")], "unclear"),
}


@pytest.mark.parametrize(("data", "expected"), CODE_ROWS.values(), ids=CODE_ROWS)
def test_a_row_that_answers_a_spoken_text_is_read_like_one_of_a_group(data, expected):
    assert outcome(submit(voice_text(), {"status": "0", "reason": "success", "data": data})) == {"1": expected}


@pytest.mark.parametrize(
    "content", [{"status": "0"}, {"status": 0, "message": "ok"}, {"status": 0, "url": "/verify"}], ids=str
)
def test_a_bare_zero_takes_no_spoken_text(content):
    assert isinstance(submit(voice_text(), content), Unknown)


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


def test_what_no_database_keeps_is_taken_out_of_texts():
    body = r'{"status":"0","data":[{"callee":"919800000001","terminationCode":"0","voiceId":"a\u0000\ud800"}]}'
    assert submit(voice_file(1), body).accepted == (Accepted("job-7/1", "a\ufffd?"),)

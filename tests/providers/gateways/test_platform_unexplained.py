"""Whatever no document explains refuses nobody, rejects nobody and takes nobody: for any code, status and shape."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.contract.errors import Answered, Balance, Refused, Unknown
from providers.contract.records import Records
from providers.contract.statuses import Concern
from providers.gateways._platform.codes import ENDPOINTS

from .answer_support import MESSAGES
from .platform_support import access, gateway, submit, voice_file, voice_text
from .test_platform_files import upload
from .test_platform_records import KINDS, by_id, by_time
from .wire import Wire, response

DOCUMENTED = frozenset().union(*ENDPOINTS.values())
NUMBERS = [callee.number for callee in voice_file().callees]

unexplained = (
    st.one_of(
        st.integers(-(10**6), -1).map(str),
        st.integers(1, 10**6).map(str),
        st.integers(-(10**6), 10**6),
        st.text(max_size=12),
        st.floats(allow_nan=False),
        st.booleans(),
        st.none(),
    )
    .filter(lambda code: str(code).strip() not in DOCUMENTED)
    .filter(lambda code: str(code).strip() != "0" and code is not False)
)
http_statuses = st.integers(100, 599).filter(lambda status: status != 429)
words = st.one_of(st.none(), st.text(max_size=20), st.just({"en": "x"}))


def whole(code: Any, reason: Any, shape: str) -> bytes:
    """An answer for a whole request in one of several shapes."""
    content = {
        "the vendor's": {"status": code, "reason": reason, "data": None},
        "no words": {"status": code},
        "a proxy's": {"status": code, "message": reason},
        "another's": {"code": code, "msg": reason},
        "inside": {"data": {"status": code, "reason": reason}},
        "a list": [{"status": code, "reason": reason}],
        "with rows": {"status": code, "reason": reason, "data": [], "array": [], "success": "0", "fail": "3"},
    }[shape]
    return json.dumps(content).encode()


SHAPES = ["the vendor's", "no words", "a proxy's", "another's", "inside", "a list", "with rows"]


@pytest.mark.parametrize("kind", MESSAGES)
@settings(max_examples=150, deadline=None)
@given(code=unexplained, reason=words, http_status=http_statuses, shape=st.sampled_from(SHAPES))
def test_an_unexplained_answer_leaves_everybody_unknown(kind, code, reason, http_status, shape):
    assert isinstance(submit(MESSAGES[kind], whole(code, reason, shape), http_status), Unknown)


@settings(max_examples=50, deadline=None)
@given(code=st.sampled_from(sorted(DOCUMENTED)), http_status=http_statuses, as_number=st.booleans())
@pytest.mark.parametrize("shape", ["no words", "a proxy's", "another's", "inside", "a list"])
@pytest.mark.parametrize("kind", MESSAGES)
def test_a_documented_code_in_a_foreign_shape_says_nothing(kind, shape, code, http_status, as_number):
    body = whole(int(code) if as_number else code, "upstream timed out", shape)
    assert isinstance(submit(MESSAGES[kind], body, http_status), Unknown)


@settings(max_examples=150, deadline=None)
@given(body=st.binary(max_size=200), http_status=http_statuses)
@pytest.mark.parametrize("kind", MESSAGES)
def test_any_bytes_leave_everybody_unknown(kind, body, http_status):
    assert isinstance(submit(MESSAGES[kind], body, http_status), Unknown)


@settings(max_examples=150, deadline=None)
@given(
    code=unexplained.filter(lambda code: str(code).strip() != "200"),
    voice_id=st.one_of(st.none(), st.text(max_size=30), st.integers(), st.just("2203031113381000002")),
    number=st.sampled_from([*NUMBERS, "15550001111", "", None]),
    as_spoken=st.booleans(),
)
def test_an_unexplained_row_rejects_and_takes_nobody(code, voice_id, number, as_spoken):
    row = {"voiceId": voice_id, "callee": number, "terminationCode": code, "terminationReason": "x"}
    message = voice_text() if as_spoken else voice_file()
    answer = submit(message, {"status": "0", "reason": "success", "data": [row]})
    assert isinstance(answer, Answered)
    assert (answer.accepted, answer.refused) == ((), ())
    assert len(answer.unclear) == len(message.callees)


@settings(max_examples=150, deadline=None)
@given(
    counts=st.fixed_dictionaries(
        {}, optional=dict.fromkeys(["success", "fail"], st.one_of(st.none(), st.text(max_size=5), st.floats()))
    ),
    named=st.lists(st.sampled_from(range(3)), max_size=5),
)
def test_a_batch_with_unreadable_counts_settles_only_whom_it_names(counts, named):
    message = MESSAGES["sms"]
    people = [message.callees[place] for place in named]
    rows = [{"msgId": f"m{one.ref}", "number": one.number, "orderId": one.ref} for one in people]
    readable = [name for name, count in counts.items() if str(count).strip().isdecimal()]
    if len(readable) == 2:
        return
    answer = submit(message, {"status": "0", "reason": "success", "array": rows, **counts})
    if not isinstance(answer, Unknown):
        assert isinstance(answer, Answered)
        assert answer.refused == ()
        assert {one.ref for one in answer.accepted} == {one.ref for one in people}


@settings(max_examples=200, deadline=None)
@given(code=unexplained, reason=words, http_status=http_statuses, shape=st.sampled_from(SHAPES))
def test_questions_and_uploads_learn_nothing_from_it(code, reason, http_status, shape):
    wire = Wire(response(whole(code, reason, shape), http_status))
    answers = [gateway.balance(access(), wire), gateway.list_files(1, access(), wire)]
    answers += [gateway.records_by_id(kind, ["7"], access(), wire) for kind in KINDS]
    if http_status != 413:  # about the size of what arrived, whoever says it
        answers.append(gateway.upload_file("gate.mp3", b"ID3", access(), wire))
    for answer in answers:
        assert isinstance(answer, Unknown)
        assert str(answer.words)


def test_a_records_page_that_is_not_there_could_not_be_asked():
    for kind in KINDS:
        answer = gateway.records_by_id(kind, ["7"], access(), Wire(response("<html>404</html>", 404)))
        assert isinstance(answer, Unknown)
        assert answer.concern is Concern.ENDPOINT


@pytest.mark.parametrize("code", ["-12", "-18", "-20", "-26", "-33", "-999"])
def test_unexplained_codes_of_questions_say_that_nothing_was_learnt(code):
    for answer in (by_id(KINDS[0], {"status": code}), by_time(KINDS[2], {"status": code})):
        assert isinstance(answer, Unknown)
        assert "could not be asked" in str(answer.words)
        assert answer.code == code


def test_an_upload_with_an_unexplained_code_may_have_been_taken():
    answer = upload({"status": "-99", "reason": "News"})
    assert isinstance(answer, Unknown)
    assert "not known" in str(answer.words)


def test_documented_answers_still_count():
    """Guards the properties above against a reader that finds everything unknown."""
    assert isinstance(submit(voice_file(), whole("-22", "x", "the vendor's")), Refused)
    assert isinstance(by_id(KINDS[0], {"data": None}), Records)
    assert isinstance(gateway.balance(access(), Wire(response({"status": "0", "balance": "1"}))), Balance)

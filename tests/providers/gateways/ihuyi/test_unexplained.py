"""Whatever comes that no document explains: nobody is refused, nobody is asked for again, nobody was reached."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from providers.contract.errors import Answered, Refused, Unknown
from providers.contract.statuses import Concern
from providers.gateways.ihuyi.codes import SUBMIT

from .support import as_json, as_xml, response, submit

PROXY_STATUSES = st.sampled_from([400, 401, 403, 404, 405, 407, 408, 409, 413, 421, 431, 451, 499, 500, 502, 503, 504])
STATUSES = st.one_of(st.just(200), st.just(429), PROXY_STATUSES, st.integers(200, 599))
NO_IDS = st.sampled_from([0, "0", "", None, "null", "-1", "none", "number error"])
UNEXPLAINED = st.one_of(st.integers(-99_999, 99_999).map(str), st.text(max_size=6)).filter(
    lambda code: code.strip() not in SUBMIT
)
ANY_CODE = st.one_of(UNEXPLAINED, st.sampled_from(sorted(SUBMIT)), st.sampled_from(sorted(SUBMIT)).map(int))
WORDS = st.sampled_from(["", "success", "提交成功", "Request Timeout", "处理中"])
WRITERS = st.sampled_from(
    [
        as_json,
        as_xml,
        lambda members: as_xml(members).replace("SubmitResult", "error"),
        lambda members: as_json({"SubmitResult": members}),
        lambda members: as_json({"error": members}),
        lambda members: as_json({**members, "data": None, "status": "error"}),
        lambda members: as_json([members]),
        lambda members: f"<html>{as_json(members)}</html>",
        lambda members: as_json(members)[:-1],
    ]
)


def is_pause(answer: Any) -> bool:
    return isinstance(answer, Refused) and answer.concern is Concern.PASSING


def written(write: Any, members: dict[str, Any]) -> str:
    # XML cannot hold every character; what cannot be written is as good a test as any.
    return str(write(members))


@settings(deadline=None)
@given(UNEXPLAINED, STATUSES, WRITERS, WORDS, NO_IDS)
def test_an_unexplained_code_refuses_nobody(code: str, status: int, write: Any, words: str, voiceid: Any) -> None:
    body = written(write, {"code": code, "msg": words, "voiceid": voiceid})
    answer = submit(response(body.encode("utf-8", "replace"), status=status))
    assert isinstance(answer, Unknown) or (status == 429 and is_pause(answer))


@settings(deadline=None)
@given(ANY_CODE, STATUSES, WRITERS, WORDS, st.sampled_from(["message", "error", "detail", "reason", "msg"]))
def test_what_has_not_the_form_of_the_document_refuses_nobody(
    code: Any, status: int, write: Any, words: str, name: str
) -> None:
    body = written(write, {"code": code, name: words})
    if "SubmitResult" in body:
        return
    answer = submit(response(body.encode("utf-8", "replace"), status=status))
    if isinstance(answer, Answered):
        # It says that the call was taken, and not which: a receipt decides.
        assert (answer.accepted, answer.refused) == ((), ())
        assert str(code).strip() == "2"
    else:
        assert isinstance(answer, Unknown) or (status == 429 and is_pause(answer))


@settings(deadline=None)
@given(ANY_CODE, STATUSES, WRITERS, st.text("0123456789", min_size=1, max_size=12).filter(lambda text: text.strip("0")))
def test_whoever_has_the_id_of_a_call_is_neither_refused_nor_held(
    code: Any, status: int, write: Any, voiceid: str
) -> None:
    answer = submit(
        response(written(write, {"code": code, "msg": "?", "voiceid": voiceid}).encode("utf-8", "replace"), status)
    )
    if isinstance(answer, Answered):
        assert answer.refused == ()
        [one] = [*answer.accepted, *answer.unclear]
        assert one.provider_id == voiceid
        assert not answer.accepted or str(code).strip() == "2"
    else:
        assert isinstance(answer, Unknown) or (status == 429 and is_pause(answer))


@settings(deadline=None)
@given(ANY_CODE, STATUSES, WRITERS, WORDS, st.one_of(NO_IDS, st.text(max_size=50)))
def test_nobody_is_taken_for_reached_without_success_and_an_id(
    code: Any, status: int, write: Any, words: str, voiceid: Any
) -> None:
    body = written(write, {"code": code, "msg": words, "voiceid": voiceid})
    answer = submit(response(body.encode("utf-8", "replace"), status=status))
    if isinstance(answer, Answered) and answer.accepted:
        assert str(code).strip() == "2"
        assert any(sign in "123456789" for sign in str(voiceid))
        assert answer.accepted[0].provider_id == str(voiceid).strip()

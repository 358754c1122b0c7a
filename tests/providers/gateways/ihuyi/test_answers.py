"""Answers in forms that no document promises, and answers that cannot be read."""

from dataclasses import replace
from typing import Any

import pytest

from providers.contract.errors import Accepted, Answered, Refused, Unknown
from providers.contract.statuses import Concern

from .support import API_KEY, add_template, as_json, as_xml, balance, delete_template, response, submit

ACCEPTED = {
    "flat JSON with numbers": '{"code":2,"msg":"ok","voiceid":60495654}',
    "flat JSON with texts": '{"code":"2","msg":"ok","voiceid":"60495654"}',
    "JSON in a wrapper": '{"SubmitResult":{"code":2,"msg":"ok","voiceid":"60495654"}}',
    "JSON with null words": '{"code":2,"msg":null,"voiceid":"60495654"}',
    "JSON without words": '{"code":2,"voiceid":"60495654"}',
    "JSON with a byte order mark": '\ufeff{"code":2,"msg":"ok","voiceid":"60495654"}',
    "JSON after blank lines": '\r\n \n{"code":2,"msg":"ok","voiceid":" 60495654 "}\n',
    "JSON with other members": '{"code":2,"msg":"ok","voiceid":"60495654","balance":{"left":1}}',
    "JSON with other capitals": '{"Code":2,"Msg":"ok","VoiceID":"60495654"}',
    "JSON in GBK": '{"code":2,"msg":"提交成功","voiceid":"60495654"}'.encode("gbk"),
    "XML without namespace": "<SubmitResult><code>2</code><msg>ok</msg><voiceid>60495654</voiceid></SubmitResult>",
    "XML with default namespace": as_xml({"code": 2, "msg": "ok", "voiceid": "60495654"}),
    "XML with prefix": '<a:R xmlns:a="urn:x"><a:code>2</a:code><a:voiceid>60495654</a:voiceid></a:R>',
    "XML with another root": "<anything><voiceid>60495654</voiceid><code> 2 </code></anything>",
    "XML after a byte order mark": "\ufeff<?xml version='1.0'?><R><code>2</code><voiceid>60495654</voiceid></R>",
    "XML after a blank line": "\n<?xml version='1.0'?><R><code>2</code><voiceid>60495654</voiceid></R>",
    "XML with character data": "<R><code><![CDATA[2]]></code><voiceid><![CDATA[60495654]]></voiceid></R>",
    "XML in GBK": (
        '<?xml version="1.0" encoding="gbk"?><R><code>2</code><msg>提交成功</msg><voiceid>60495654</voiceid></R>'
    ).encode("gbk"),
}

UNREADABLE = {
    "nothing": "",
    "blanks": " \r\n ",
    "a web page": "<!DOCTYPE html><html><body><h1>502</h1></body></html>",
    "a web page with the right names": "<html><code>2</code><voiceid>60495654</voiceid></html>",
    "a word": "success",
    "a number": "2",
    "a JSON list": '[{"code":2,"voiceid":"60495654"}]',
    "JSON without code": '{"msg":"ok","voiceid":"0"}',
    "JSON with a null code": '{"code":null,"voiceid":"0"}',
    "JSON with a truth as code": '{"code":true,"voiceid":"0"}',
    "JSON with a word as code": '{"code":"ok","voiceid":"0"}',
    "JSON with a broken number as code": '{"code":2.5,"voiceid":"0"}',
    "JSON cut off": '{"code":2,"msg":"ok","voic',
    "JSON nested without end": '{"a":' * 9000,
    "XML cut off": "<SubmitResult><code>2</code><voiceid>6049",
    "XML without code": "<SubmitResult><msg>ok</msg></SubmitResult>",
    "XML with an empty code": "<SubmitResult><code/><voiceid>0</voiceid></SubmitResult>",
    "XML with entities": '<!DOCTYPE r [<!ENTITY a "2">]><r><code>&a;</code><voiceid>60495654</voiceid></r>',
    "too much": '{"code":2,"voiceid":"60495654","msg":"' + "x" * 70_000 + '"}',
    "no text at all": bytes(range(128, 256)),
}


@pytest.mark.parametrize("content_type", ["application/json", "text/xml", "text/html; charset=gbk", ""])
@pytest.mark.parametrize("body", ACCEPTED.values(), ids=ACCEPTED)
def test_an_accepted_call_is_read_whatever_the_form(body: bytes | str, content_type: str) -> None:
    answer = submit(response(body, content_type=content_type))
    assert isinstance(answer, Answered)
    assert answer.accepted == (Accepted("s1-1", "60495654"),)


@pytest.mark.parametrize("answer_format", ["json", "xml"])
@pytest.mark.parametrize("write", [as_json, as_xml])
def test_the_answer_need_not_have_the_format_that_was_asked_for(write: Any, answer_format: str) -> None:
    body = write({"code": 2, "msg": "ok", "voiceid": "60495654"})
    answer = submit(response(body), answer_format=answer_format)
    assert isinstance(answer, Answered)
    assert answer.accepted


@pytest.mark.parametrize("ask", [submit, balance, add_template, delete_template])
@pytest.mark.parametrize("status", [200, 404, 500, 502])
@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_answer_is_unknown(body: bytes | str, status: int, ask: Any) -> None:
    answer = ask(response(body, status=status))
    assert isinstance(answer, Unknown)
    assert str(status) in str(answer.words)
    assert answer.evidence.http_status == status


@pytest.mark.parametrize("body", ["", "<html>slow down</html>", '{"code":429,"msg":"too many requests"}'])
@pytest.mark.parametrize("ask", [submit, balance, add_template, delete_template])
def test_too_many_requests_passes_by_itself(ask: Any, body: str) -> None:
    answer = ask(response(body, status=429))
    assert isinstance(answer, Refused)
    assert (answer.code, answer.concern, answer.retry_after) == ("429", Concern.PASSING, None)


def test_a_pause_that_the_answer_names_is_handed_on() -> None:
    answer = submit(replace(response("<html>slow down</html>", status=429), retry_after=600.0))
    assert isinstance(answer, Refused)
    assert (answer.concern, answer.retry_after) == (Concern.PASSING, 600.0)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_documented_code_counts_beside_an_http_error(status: int) -> None:
    answer = submit(response('{"code":2,"msg":"ok","voiceid":"60495654"}', status=status))
    assert isinstance(answer, Answered)
    assert answer.accepted == (Accepted("s1-1", "60495654"),)


@pytest.mark.parametrize("status", [403, 500, 503])
def test_an_unexplained_code_beside_an_http_error_is_unknown(status: int) -> None:
    answer = submit(response(f'{{"code":{status}1,"msg":"proxy"}}', status=status))
    assert isinstance(answer, Unknown)


def test_words_of_the_provider_are_one_bounded_line_that_any_store_can_hold() -> None:
    msg = "first\nsecond\x00 \ud800" + "很" * 1000
    answer = submit(response(as_json({"code": 4072, "msg": msg, "voiceid": 0}).encode("utf-8", "surrogatepass")))
    assert isinstance(answer, Answered)
    raw = answer.refused[0].raw
    assert len(raw) <= 500
    assert raw.isprintable()
    raw.encode()


@pytest.mark.parametrize("filler", [0, 480, 1990])
def test_a_key_that_the_provider_echoes_is_hidden(filler: int) -> None:
    msg = "." * filler + f"password {API_KEY} is wrong"
    answer = submit(response(as_json({"code": 405, "msg": msg, "voiceid": 0})), password_mode="plain")
    assert isinstance(answer, Refused)
    for text in (answer.raw, answer.evidence.response, answer.evidence.request):
        assert API_KEY[:6] not in text

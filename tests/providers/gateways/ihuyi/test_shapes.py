"""HTTP status and shape decide first: whose word an answer is, before its code says anything."""

from typing import Any

import pytest

from providers.contract.errors import Answered, Refused, SubmitAnswer, TemplateExists, TemplateGone, Unknown
from providers.contract.statuses import Concern

from .support import add_template, as_json, as_xml, balance, delete_template, response, submit

ID = "60495654"
ENDPOINT, PASSING = "wrong address", "wait"
UNKNOWN = "unknown"
NAMED = f"unclear {ID}"


def fate(answer: SubmitAnswer) -> str:
    """What became of the one callee, in one word and its id or code."""
    if isinstance(answer, Answered):
        [one] = [*answer.accepted, *answer.refused, *answer.unclear]
        name = {"Accepted": "taken", "RefusedCallee": "refused", "UnclearCallee": "unclear"}[type(one).__name__]
        return f"{name} {getattr(one, 'provider_id', None) or getattr(one, 'code', '')}"
    if isinstance(answer, Unknown):
        return ENDPOINT if answer.concern is Concern.ENDPOINT else UNKNOWN
    assert isinstance(answer, Refused)
    return PASSING if answer.concern is Concern.PASSING else f"{answer.concern} {answer.code}"


def said(code: Any, voiceid: Any = "0", **more: Any) -> dict[str, Any]:
    return {"code": code, "msg": "words", "voiceid": voiceid, **more}


def wrapped(name: str, members: dict[str, Any]) -> str:
    return as_json({name: members})


XML_OTHER_ROOT = "<error><code>%s</code><message>%s</message></error>"
PROXIES = {
    "504, timeout with the code of a frozen account": (504, '{"code":408,"message":"upstream request timeout"}', UNKNOWN),
    "408 of a gateway": (408, '{"code":408,"message":"Request Timeout"}', UNKNOWN),
    "408 of a gateway, words under msg": (408, '{"code":408,"msg":"Request Timeout"}', UNKNOWN),
    "400 with words under msg": (400, '{"code":400,"msg":"Bad Request"}', UNKNOWN),
    "400 with data beside": (400, '{"code":400,"msg":"Bad Request","data":null}', UNKNOWN),
    "401": (401, '{"code":401,"message":"Unauthorized"}', ENDPOINT),
    "401 as text": (401, '{"code":"401","msg":"认证失败，无法访问系统资源"}', ENDPOINT),
    "403": (403, '{"code":403,"message":"Forbidden"}', ENDPOINT),
    "403 of a firewall": (403, "<html><body>您的访问被阻断</body></html>", ENDPOINT),
    "404": (404, '{"code":404,"message":"Not Found"}', ENDPOINT),
    "404 without a code": (404, '{"message":"no Route matched with those values"}', ENDPOINT),
    "404 page": (404, "<html><h1>404 Not Found</h1></html>", ENDPOINT),
    "405": (405, '{"code":405,"message":"Method Not Allowed"}', ENDPOINT),
    "407 page": (407, "<html>Proxy Authentication Required</html>", ENDPOINT),
    "407 with the code of blocked words": (407, '{"code":407,"message":"Proxy Authentication Required"}', ENDPOINT),
    "451": (451, "", ENDPOINT),
    "404 of a storage": (404, "<Error><Code>NoSuchKey</Code><Message>no</Message></Error>", ENDPOINT),
    "404 in XML": (404, XML_OTHER_ROOT % (404, "Not Found"), ENDPOINT),
    "405 in XML with every member": (405, f"<R><code>405</code><msg>no</msg><voiceid>{0}</voiceid></R>", ENDPOINT),
    "404 in another envelope of the provider": (404, as_json({"code": 404, "msg": "no", "num": "0"}), ENDPOINT),
    "404 below an error": (404, '{"error":{"code":404,"message":"Not Found","status":"NOT_FOUND"}}', ENDPOINT),
    "403 below an error": (500, '{"error":{"code":403,"message":"Forbidden"}}', UNKNOWN),
    "500 of a framework": (500, '{"timestamp":1,"status":500,"error":"Internal Server Error","path":"/"}', UNKNOWN),
    "500 with the code of a failed submission": (500, '{"code":0,"message":"error"}', UNKNOWN),
    "500": (500, '{"code":500,"message":"error"}', UNKNOWN),
    "502 with the code of a wrong key": (502, '{"code":405,"msg":"bad gateway"}', UNKNOWN),
    "502 page": (502, "<html>502 Bad Gateway</html>", UNKNOWN),
    "503 with a code that would hold": (503, '{"code":4080,"message":"busy"}', UNKNOWN),
    "413 page": (413, "<html>413</html>", UNKNOWN),
    "429 page": (429, "<html>429</html>", PASSING),
    "429 of a gateway": (429, '{"code":429,"message":"Too Many Requests"}', PASSING),
    "429 with a code of the provider": (429, '{"code":4081,"message":"slow down"}', PASSING),
    "429 that speaks of success": (429, '{"code":2,"message":"ok"}', UNKNOWN),
    "429 with an id": (429, as_json({"code": 2, "voiceid": ID}), NAMED),
    "429 with something like an id": (429, '{"code":429,"voiceid":"60 49"}', "unclear 429"),
    "200, timeout with the code of a frozen account": (200, '{"code":408,"message":"Request Timeout"}', UNKNOWN),
    "200, frozen account without the id member": (200, '{"code":408,"msg":"Request Timeout"}', UNKNOWN),
    "200, framework that needs a login": (200, '{"code":401,"msg":"认证失败","data":null}', UNKNOWN),
    "200, framework without right": (200, '{"code":403,"msg":"没有权限"}', UNKNOWN),
    "200, framework without route": (200, '{"msg":"Not Found","code":404}', UNKNOWN),
    "200, XML of a gateway": (200, XML_OTHER_ROOT % (408, "timeout"), UNKNOWN),
    "200, captcha": (200, "<!doctype html><html><form id='challenge'>Checking your browser</form></html>", UNKNOWN),
    "200, words that are no text": (200, '{"code":405,"msg":{"zh":"x"},"voiceid":"0"}', UNKNOWN),
    "200, id that is an object": (200, '{"code":405,"msg":"x","voiceid":{}}', UNKNOWN),
    "200, two codes": (200, '{"code":2,"code":405,"msg":"x","voiceid":"0"}', UNKNOWN),
    "200, two codes in other capitals": (200, '{"code":4080,"Code":2,"msg":"x","voiceid":"0"}', UNKNOWN),
    "200, two codes in XML": (200, as_xml(said(2)).replace("<msg>", "<code>405</code><msg>"), UNKNOWN),
    "200, two ids": (200, f'{{"code":4080,"msg":"x","voiceid":"0","voiceid":"{ID}"}}', UNKNOWN),
    "200, code with a zero before it": (200, as_json(said("0405")), UNKNOWN),
    "200, broken code": (200, as_json(said("405.0")), UNKNOWN),
    "200, soap": (200, f"<E><Body>{as_xml(said(405)).split('?>')[1]}</Body></E>", UNKNOWN),
    "200, nothing but two": (200, "2", UNKNOWN),
}  # fmt: skip
OWN_ANSWERS = {
    "200 JSON": (200, as_json(said(405)), "credentials 405"),
    "200 XML": (200, as_xml(said(405)), "credentials 405"),
    "200 XML under another root with every member": (200, "<R><code>4072</code><msg/><voiceid>0</voiceid></R>", "refused 4072"),
    "200 XML with the documented root alone": (200, "<SubmitResult><code>408</code></SubmitResult>", "frozen 408"),
    "200 null instead of an id": (200, as_json(said(4051, None)), "balance 4051"),
    "201": (201, as_json(said(4080)), "refused 4080"),
    "403 JSON with the id member": (403, as_json(said(405)), "credentials 405"),
    "403 XML": (403, as_xml(said(400)), "address 400"),
    "404 XML": (404, as_xml(said(404)), "refused 404"),
    "429 JSON with the id member": (429, as_json(said(4081)), "refused 4081"),
    "500 JSON with the id member": (500, as_json(said(4072, 0)), "refused 4072"),
    "500 in a wrapper": (500, wrapped("SubmitResult", said(4071)), "campaign 4071"),
    "500 taken": (500, as_json(said(2, ID)), f"taken {ID}"),
    "502 taken, XML": (502, as_xml(said(2, ID)), f"taken {ID}"),
    "500 taken without an id": (500, as_json(said(2)), "unclear 2"),
    "429 unexplained": (429, as_json(said(429)), UNKNOWN),
    "403 unexplained": (403, as_json(said(99)), UNKNOWN),
    "500 failed submission": (500, as_json(said(0)), UNKNOWN),
}  # fmt: skip
WITH_AN_ID = {
    "JSON without code": (200, as_json({"msg": "ok", "voiceid": ID}), NAMED),
    "JSON with a null code": (200, as_json({"code": None, "voiceid": ID}), NAMED),
    "JSON with a truth as code": (404, as_json({"code": True, "voiceid": ID}), NAMED),
    "JSON with a word as code": (500, as_json({"code": "ok", "voiceid": ID}), NAMED),
    "JSON with a broken number as code": (502, as_json({"code": 2.0, "voiceid": ID}), NAMED),
    "XML with an empty code": (200, f"<SubmitResult><code/><voiceid>{ID}</voiceid></SubmitResult>", NAMED),
    "code 200": (200, as_json({"code": 200, "msg": "success", "voiceid": ID}), NAMED),
    "code 99": (200, as_xml(said(99, ID)), NAMED),
    "taken beside an HTTP error, without words": (500, as_json({"code": 2, "voiceid": ID}), NAMED),
    "taken beside an HTTP error, XML of another root": (500, f"<r><code>2</code><voiceid>{ID}</voiceid></r>", NAMED),
    "two codes": (200, f'{{"code":2,"code":405,"msg":"x","voiceid":"{ID}"}}', NAMED),
}
CASES = PROXIES | OWN_ANSWERS | WITH_AN_ID


@pytest.mark.parametrize(("status", "body", "expected"), CASES.values(), ids=CASES)
def test_an_answer_counts_as_far_as_its_shape_proves_whose_word_it_is(status: int, body: str, expected: str) -> None:
    answer = submit(response(body, status=status))
    assert fate(answer) == expected
    assert answer.evidence.http_status == status


@pytest.mark.parametrize(("status", "body"), [(401, '{"code":401,"message":"no"}'), (404, "<html>404</html>")])
@pytest.mark.parametrize("ask", [submit, balance, add_template, delete_template])
def test_a_wrong_address_is_told_as_such_by_every_method(ask: Any, status: int, body: str) -> None:
    answer = ask(response(body, status=status))
    assert isinstance(answer, Unknown)
    assert answer.concern is Concern.ENDPOINT
    assert str(status) in str(answer.words)


TEMPLATE_CASES = {
    "exists": (200, '{"code":408,"msg":"模板己存在"}', add_template, TemplateExists),
    "exists, in the wrong words": (200, '{"code":408,"message":"Request Timeout"}', add_template, Unknown),
    "exists, beside an HTTP error": (504, '{"code":408,"msg":"Request Timeout"}', add_template, Unknown),
    "exists, in its envelope": (500, '{"code":408,"msg":"模板己存在","templateid":0}', add_template, TemplateExists),
    "gone": (200, '{"code":404,"msg":"模板ID不存在"}', delete_template, TemplateGone),
    "gone, in the wrong words": (200, '{"code":404,"message":"Not Found"}', delete_template, Unknown),
    "gone, beside an HTTP error": (404, '{"code":404,"msg":"Not Found"}', delete_template, Unknown),
    "gone, in the documented envelope": (
        404,
        "<AddTemplateResult><code>404</code><msg>x</msg></AddTemplateResult>",
        delete_template,
        TemplateGone,
    ),
    "gone, in the envelope of its name": (
        500,
        "<DelTemplateResult><code>404</code><msg>x</msg></DelTemplateResult>",
        delete_template,
        TemplateGone,
    ),
    "deleted, in the wrong words": (200, '{"code":2,"message":"ok"}', delete_template, Unknown),
    "deleted, beside an HTTP error": (500, '{"code":2,"msg":"删除成功"}', delete_template, Unknown),
    "wrong key, without the number of units": (200, '{"code":405,"msg":"no"}', balance, Unknown),
    "wrong key": (200, '{"code":405,"msg":"no","num":"0"}', balance, Refused),
    "wrong key, in its envelope": (403, '{"code":405,"msg":"no","num":0}', balance, Refused),
}


@pytest.mark.parametrize(("status", "body", "ask", "kind"), TEMPLATE_CASES.values(), ids=TEMPLATE_CASES)
def test_the_other_methods_look_at_shapes_too(status: int, body: str, ask: Any, kind: type) -> None:
    assert type(ask(response(body, status=status))) is kind


def test_the_words_of_whoever_answered_are_kept() -> None:
    for body in ('{"code":99,"msg":"处理中","voiceid":"0"}', '{"code":408,"message":"处理中"}', '{"message":"处理中"}'):
        for status in (200, 404, 504):
            answer = submit(response(body, status=status))
            assert isinstance(answer, Unknown)
            assert answer.raw == "处理中"

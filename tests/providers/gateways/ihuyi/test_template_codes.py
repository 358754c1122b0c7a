"""Every documented code of AddTemplate and DelTemplate with its documented words, in XML and in JSON.

ihuyi voice notification API, sections 4.4 and 5.4.
"""

from typing import Any

import pytest

from providers.contract.errors import Refused, TemplateExists, TemplateGone, TemplateTaken
from providers.contract.statuses import Concern
from providers.gateways.ihuyi import codes

from .support import FORMATS, add_template, delete_template, response

ACCOUNT = {
    "400": ("非法ip访问", Refused, Concern.ADDRESS, "IP address"),
    "401": ("用户名不能为空", Refused, Concern.CREDENTIALS, "APIID"),
    "402": ("密码不能为空", Refused, Concern.CREDENTIALS, "APIKEY"),
    "405": ("用户名或密码不正确", Refused, Concern.CREDENTIALS, "APIID or APIKEY is wrong"),
    "4050": ("账号被冻结", Refused, Concern.FROZEN, "frozen"),
}
ADD = ACCOUNT | {
    "404": ("模板内容不能为空", Refused, Concern.NONE, "no template text"),
    "407": ("模板内容含有敏感字符", Refused, Concern.NONE, "words that the provider blocks"),
    "408": ("模板己存在", TemplateExists, None, "already has a template with this text"),
}
DELETE = ACCOUNT | {
    "404": ("模板ID不能为空或模板ID不存在", TemplateGone, None, "does not know this template"),
}

pytestmark = pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS)


def judged(answer: Any, code: str, row: tuple[Any, ...]) -> None:
    said, kind, concern, words = row
    assert isinstance(answer, kind)
    assert words in str(answer.words)
    assert said in answer.evidence.response
    if kind is Refused:
        assert (answer.code, answer.raw, answer.concern, answer.retry_after) == (code, said, concern, None)


@pytest.mark.parametrize("as_number", [True, False], ids=["number", "text"])
@pytest.mark.parametrize(("code", "row"), ADD.items(), ids=ADD)
def test_each_code_of_a_hand_in_becomes_words(code: str, row: tuple[Any, ...], as_number: bool, write: Any) -> None:
    written = int(code) if as_number else code
    judged(add_template(response(write({"code": written, "msg": row[0], "templateid": 0}))), code, row)


@pytest.mark.parametrize("as_number", [True, False], ids=["number", "text"])
@pytest.mark.parametrize(("code", "row"), DELETE.items(), ids=DELETE)
def test_each_code_of_a_deletion_becomes_words(code: str, row: tuple[Any, ...], as_number: bool, write: Any) -> None:
    written = int(code) if as_number else code
    judged(delete_template(response(write({"code": written, "msg": row[0]}))), code, row)


@pytest.mark.parametrize("code", [2, "2"])
def test_success_is_two_and_keeps_the_id(code: Any, write: Any) -> None:
    taken = add_template(response(write({"code": code, "msg": "添加成功", "templateid": "20481"})))
    assert isinstance(taken, TemplateTaken)
    assert taken.template_id == "20481"
    assert isinstance(delete_template(response(write({"code": code, "msg": "删除成功"}))), TemplateTaken)


def test_no_documented_code_is_missing_and_none_is_invented(write: Any) -> None:
    assert set(codes.ADD_TEMPLATE) == {"2", *ADD}
    assert set(codes.DELETE_TEMPLATE) == {"2", *DELETE}

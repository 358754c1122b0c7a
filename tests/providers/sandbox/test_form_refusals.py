"""The form API says no where its document does."""

import time
from typing import Any
from xml.etree import ElementTree

import pytest
import requests

from .running import FORM, Form, Running

NUMBER = FORM.number_for(1)
MOBILE = NUMBER.removeprefix("86")


def test_an_accepted_call_answers_with_number_words_and_id(form: Form) -> None:
    answer = form.submit(NUMBER).json()
    assert answer["code"] == 2 and answer["msg"] == "提交成功"
    assert isinstance(answer["voiceid"], str) and answer["voiceid"].isdigit()


def test_without_a_format_the_answer_is_xml_with_a_namespace(form: Form) -> None:
    answer = form.submit(NUMBER, format="")
    assert answer.headers["Content-Type"].startswith("text/xml")
    root = ElementTree.fromstring(answer.content)  # noqa: S314
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert root.tag.startswith("{") and names == ["SubmitResult", "code", "msg", "voiceid"]
    assert root[0].text == "2"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"account": ""}, 401),
        ({"password": ""}, 402),
        ({"account": "VM99999999"}, 405),
        ({"password": "wrong"}, 405),
        ({"mobile": ""}, 403),
        ({"mobile": "1390000000"}, 406),
        ({"mobile": "139000000000"}, 406),
        ({"mobile": "8613900000000"}, 406),
        ({"mobile": "12900000000"}, 406),
        ({"mobile": "13900000000,13900000001"}, 406),
        ({"mobile": "02151234567"}, 2),
        ({"mobile": "075588888888"}, 2),
        ({"mobile": "02112345678"}, 406),
        ({"content": ""}, 404),
        ({"content": "低息贷款"}, 407),
        ({"content": "something else"}, 4072),
        ({"content": "您的订单号是:9633。已由顺风快递发出，请注意查收。"}, 4072),
        ({"content": "您的订单号是:。已由顺风快递发出,请注意查收。"}, 4072),
        ({"content": f"您的订单号是:{'9' * 20}。已由顺风快递发出,请注意查收。"}, 2),
        ({"content": f"您的订单号是:{'9' * 21}。已由顺风快递发出,请注意查收。"}, 40722),
    ],
)
def test_a_submission_is_checked_field_by_field(form: Form, fields: dict[str, str], code: int) -> None:
    answer = form.submit(NUMBER, **fields).json()
    assert answer["code"] == code
    assert (answer["voiceid"] == "0") is (code != 2)


@pytest.mark.parametrize(("seconds", "code"), [(-595, 2), (595, 2), (-605, 405), (605, 405)])
def test_a_dynamic_password_holds_ten_minutes(form: Form, seconds: int, code: int) -> None:
    fields = form.dynamic("Submit", time.time() + seconds, mobile=MOBILE, content=form.said("1"))
    assert form.submit(NUMBER, **fields).json()["code"] == code


@pytest.mark.parametrize(
    "change", [{"mobile": "13900000009"}, {"content": "您的订单号是:2"}, {"time": "1700000000"}, {"time": ""}]
)
def test_a_dynamic_password_belongs_to_its_number_text_and_time(form: Form, change: dict[str, str]) -> None:
    fields = form.dynamic("Submit", mobile=MOBILE, content=form.said("1"))
    assert form.submit(NUMBER, **{**fields, **change}).json()["code"] == 405


def test_the_other_methods_take_a_dynamic_password_of_the_time_alone(form: Form) -> None:
    assert form.call("GetNum", **form.dynamic("GetNum")).json() == {"code": 2, "msg": "查询成功", "num": "10000000"}
    assert form.call("AddTemplate", **form.dynamic("AddTemplate", content="您好【变量】")).json()["code"] == 2


def test_a_get_request_is_as_good_as_a_post(form: Form) -> None:
    known = form.rehearsal.credentials
    query = {"method": "Submit", "account": known["account"], "password": known["api_key"], "mobile": MOBILE}
    answer = requests.get(form.url, params={**query, "content": form.said("7"), "format": "json"}, timeout=5)
    assert answer.json()["code"] == 2


def test_a_body_of_another_content_type_is_not_looked_at(form: Form) -> None:
    known = form.rehearsal.credentials
    body = {"account": known["account"], "password": known["api_key"], "format": "json"}
    assert b"<code>401</code>" in requests.post(f"{form.url}?method=GetNum", json=body, timeout=5).content


def test_units_are_used_up(form: Form) -> None:
    form.running.console.settings(balance={form.rehearsal.slug: 1})
    assert form.submit(FORM.number_for(1)).json()["code"] == 2
    assert form.call("GetNum").json()["num"] == "0"
    assert form.submit(FORM.number_for(2)).json()["code"] == 4051


def at_second(form: Form, seconds: float) -> Any:
    form.running.console.settings(clock_offset=seconds)
    return form.submit(NUMBER).json()["code"]


def test_a_number_may_be_rung_once_a_second_thrice_a_minute_and_ten_times_a_day(form: Form) -> None:
    # Begin right after midnight in China, so that the day does not end in the middle.
    into_day = (time.time() + 8 * 3600) % 86_400
    start = 86_400 - into_day + 100
    assert [at_second(form, start), at_second(form, start + 0.2)] == [2, 4080]
    assert [at_second(form, start + second) for second in (5, 10, 15)] == [2, 2, 4081]
    assert [at_second(form, start + 100 * step) for step in range(1, 8)] == [2] * 7
    assert at_second(form, start + 900) == 4082
    assert at_second(form, start + 86_400) == 2


def test_refused_submissions_do_not_count_against_the_number(form: Form) -> None:
    assert form.submit(NUMBER, content="something else").json()["code"] == 4072
    assert form.submit(NUMBER).json()["code"] == 2


def test_a_template_is_reviewed_and_then_usable(form: Form) -> None:
    text = "【变量】的快件【变量】已到"
    added = form.call("AddTemplate", content=text).json()
    assert added["code"] == 2 and isinstance(added["templateid"], int)
    pushed = form.running.receiver.wait_for(1)[0]
    assert (pushed.door, pushed.content_type) == ("templates", "application/x-www-form-urlencoded")
    assert pushed.form == {"code": "2", "msg": "审核通过", "templateid": str(added["templateid"])}
    assert form.submit(NUMBER, content="张先生的快件A12已到").json()["code"] == 2


def test_a_template_in_review_or_rejected_cannot_be_used(form: Form) -> None:
    form.running.console.settings(review_delay=0.4)
    form.call("AddTemplate", content="驳回我【变量】")
    assert form.submit(NUMBER, content="驳回我吧").json()["code"] == 4072
    pushed = form.running.receiver.wait_for(1)[0].form
    assert pushed["code"] == "0" and pushed["msg"]
    assert form.submit(NUMBER, content="驳回我吧").json()["code"] == 4072


def test_some_reviews_never_come(form: Form) -> None:
    form.call("AddTemplate", content="待审【变量】")
    time.sleep(0.2)
    assert form.running.receiver.pushed == []
    assert [one["state"] for one in form.running.console.templates(FORM.slug)] == ["approved", "in_review"]


@pytest.mark.parametrize(("content", "code"), [("", 404), ("贷款【变量】", 407)])
def test_a_template_is_checked(form: Form, content: str, code: int) -> None:
    assert form.call("AddTemplate", content=content).json()["code"] == code


def test_a_template_cannot_be_added_twice_or_deleted_twice(form: Form) -> None:
    added = form.call("AddTemplate", content="新模板【变量】").json()
    assert form.call("AddTemplate", content="新模板【变量】").json()["code"] == 408
    identity = str(added["templateid"])
    assert form.call("DelTemplate", templateid=identity).json()["code"] == 2
    assert form.call("DelTemplate", templateid=identity).json()["code"] == 404
    assert form.call("DelTemplate").json()["code"] == 404


def test_without_any_template_nothing_can_be_said(form: Form) -> None:
    assert FORM.template is not None
    form.call("DelTemplate", templateid=FORM.template.id)
    assert form.submit(NUMBER).json()["code"] == 4071


def test_unknown_methods_are_not_found(running: Running, form: Form) -> None:
    assert form.call("Redial").status_code == 404
    assert [row["code"] for row in running.console.requests()] == ["404"]

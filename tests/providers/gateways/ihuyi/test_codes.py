"""Every documented code of the four methods, in both formats, against what must follow from it."""

from decimal import Decimal
from typing import Any

import pytest

from providers.contract.errors import (
    Accepted,
    Answered,
    Balance,
    Refused,
    TemplateExists,
    TemplateGone,
    TemplateTaken,
    Unknown,
)
from providers.contract.statuses import Concern, FailureClass
from providers.gateways.ihuyi import codes

from .support import FORMATS, NOON, add_template, balance, delete_template, response, submit

ACCOUNT_CODES = {
    "400": Concern.ADDRESS,
    "401": Concern.CREDENTIALS,
    "402": Concern.CREDENTIALS,
    "405": Concern.CREDENTIALS,
    "4050": Concern.FROZEN,
}
SUBMIT_ACCOUNT_CODES = ACCOUNT_CODES | {
    "40505": Concern.CONTRACT,
    "4051": Concern.BALANCE,
    "4052": Concern.ADDRESS,
    "4071": Concern.CAMPAIGN,
    "4077": Concern.CAMPAIGN,
    "408": Concern.FROZEN,
}
UNTIL_MIDNIGHT = 12 * 3600.0
SUBMIT_CALLEE_CODES = {
    "403": (FailureClass.OTHER, None),
    "4030": (FailureClass.BLACKLISTED, None),
    "404": (FailureClass.CONTENT, None),
    "406": (FailureClass.OTHER, None),
    "407": (FailureClass.CONTENT, None),
    "4072": (FailureClass.CONTENT, None),
    "40722": (FailureClass.CONTENT, None),
    "4080": (FailureClass.OTHER, 2.0),
    "4081": (FailureClass.OTHER, 60.0),
    "4082": (FailureClass.OTHER, UNTIL_MIDNIGHT),
}
UNDOCUMENTED = ("1", "3", "99", "200", "500", "4053", "4086", "-1", "-2", "99999")

NO_IDS = (
    0, "0", "", "000", " ", "60 49", "6049\t56", "x" * 65, "9" * 41, "9" * 200, "-1", -1, "-60495654", "null", "NULL",
    "none", "None", "undefined", "NaN", "false", "error", "number error", "N/A", "无", "６０４９５６５４", "60495654.0", "0x0",
)  # fmt: skip

pytestmark = pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS)


@pytest.mark.parametrize(("code", "concern"), SUBMIT_ACCOUNT_CODES.items())
def test_a_reason_of_account_or_campaign_refuses_the_request_and_names_the_concern(
    code: str, concern: Concern, write: Any
) -> None:
    answer = submit(response(write({"code": code, "msg": "拒绝", "voiceid": 0})))
    assert isinstance(answer, Refused)
    assert (answer.code, answer.raw, answer.concern, answer.retry_after) == (code, "拒绝", concern, None)
    assert str(answer.words)
    assert answer.evidence.http_status == 200


@pytest.mark.parametrize(("code", "expected"), SUBMIT_CALLEE_CODES.items())
def test_a_reason_of_the_number_or_text_refuses_the_callee_alone(code: str, expected: Any, write: Any) -> None:
    answer = submit(response(write({"code": int(code), "msg": "拒绝", "voiceid": "0"})))
    assert isinstance(answer, Answered)
    assert (answer.accepted, answer.unclear) == ((), ())
    [refused] = answer.refused
    assert (refused.ref, refused.code, refused.raw) == ("s1-1", code, "拒绝")
    assert (refused.failure, refused.retry_after) == expected
    assert str(refused.words)


@pytest.mark.parametrize("code", UNDOCUMENTED)
def test_an_unexplained_code_says_nothing_about_whether_a_call_was_made(code: str, write: Any) -> None:
    answer = submit(response(write({"code": code, "msg": "处理中", "voiceid": "0"})))
    assert isinstance(answer, Unknown)
    assert (answer.code, answer.raw, answer.concern) == (code, "处理中", Concern.NONE)
    assert code in str(answer.words)


def test_an_accepted_call_carries_the_number_its_receipt_will_name(write: Any) -> None:
    answer = submit(response(write({"code": 2, "msg": "提交成功", "voiceid": "60495654"})))
    assert isinstance(answer, Answered)
    assert answer.accepted == (Accepted("s1-1", "60495654"),)
    assert (answer.refused, answer.unclear) == ((), ())


@pytest.mark.parametrize("voiceid", NO_IDS)
def test_an_accepted_call_without_usable_id_waits_for_its_receipt(voiceid: Any, write: Any) -> None:
    answer = submit(response(write({"code": 2, "msg": "提交成功", "voiceid": voiceid})))
    assert isinstance(answer, Answered)
    assert (answer.accepted, answer.refused) == ((), ())
    [unclear] = answer.unclear
    assert (unclear.ref, unclear.provider_id, unclear.code, unclear.raw) == ("s1-1", "", "2", "提交成功")
    assert "matched by phone number and time" in str(unclear.words)


def test_an_accepted_call_whose_answer_has_no_voiceid_member_is_unclear(write: Any) -> None:
    answer = submit(response(write({"code": 2, "msg": "提交成功"})))
    assert isinstance(answer, Answered)
    assert len(answer.unclear) == 1


@pytest.mark.parametrize("code", ["4080", "405", "4086", "0", "4071", "4072", "408", "99"])
def test_a_refusal_that_tells_the_id_of_a_call_is_unclear_and_keeps_it(code: str, write: Any) -> None:
    answer = submit(response(write({"code": code, "msg": "?", "voiceid": "60495654"})))
    assert isinstance(answer, Answered)
    assert (answer.accepted, answer.refused) == ((), ())
    [unclear] = answer.unclear
    assert (unclear.provider_id, unclear.code, unclear.raw) == ("60495654", code, "?")


@pytest.mark.parametrize("voiceid", ["60 49 56", "9" * 200, "60495654.0", "６０４９５６５４", "call 7"])
def test_a_refusal_beside_something_like_an_id_is_unclear(voiceid: str, write: Any) -> None:
    answer = submit(response(write({"code": "4080", "msg": "?", "voiceid": voiceid})))
    assert isinstance(answer, Answered)
    assert (answer.accepted, answer.refused) == ((), ())
    assert [unclear.provider_id for unclear in answer.unclear] == [""]


@pytest.mark.parametrize("voiceid", ["", "0", 0, "-1", "null", "none", "number error"])
def test_a_refusal_counts_however_it_says_that_there_is_no_id(voiceid: Any, write: Any) -> None:
    answer = submit(response(write({"code": "4072", "msg": "?", "voiceid": voiceid})))
    assert isinstance(answer, Answered)
    assert [refused.code for refused in answer.refused] == ["4072"]


def test_a_failed_submission_is_unknown_because_nothing_says_when_it_failed(write: Any) -> None:
    answer = submit(response(write({"code": 0, "msg": "提交失败", "voiceid": 0})))
    assert isinstance(answer, Unknown)
    assert (answer.code, answer.raw) == ("0", "提交失败")


@pytest.mark.parametrize("ask", [balance, add_template, delete_template])
@pytest.mark.parametrize(("code", "concern"), ACCOUNT_CODES.items())
def test_the_other_methods_name_the_same_account_concerns(code: str, concern: Concern, ask: Any, write: Any) -> None:
    answer = ask(response(write({"code": code, "msg": "拒绝", "num": 0})))
    assert isinstance(answer, Refused)
    assert (answer.code, answer.raw, answer.concern, answer.retry_after) == (code, "拒绝", concern, None)


@pytest.mark.parametrize("ask", [balance, add_template, delete_template])
@pytest.mark.parametrize("code", [*UNDOCUMENTED, "0", "4051"])
def test_the_other_methods_do_not_know_what_unexplained_codes_mean(code: str, ask: Any, write: Any) -> None:
    answer = ask(response(write({"code": code, "msg": "?", "num": 0})))
    assert isinstance(answer, Unknown)
    assert (answer.code, answer.raw, answer.concern) == (code, "?", Concern.NONE)


@pytest.mark.parametrize(("num", "amount"), [("856", 856), (856, 856), ("0", 0), (" 12 ", 12), ("-3", -3)])
def test_the_balance_is_a_count_of_units(num: Any, amount: int, write: Any) -> None:
    answer = balance(response(write({"code": 2, "msg": "查询成功", "num": num})))
    assert isinstance(answer, Balance)
    assert (answer.amount, answer.unit) == (Decimal(amount), "units")


@pytest.mark.parametrize("num", ["", "many", "1,234", "NaN", "1e3", "９"])
def test_a_balance_that_is_no_number_is_unknown(num: str, write: Any) -> None:
    assert isinstance(balance(response(write({"code": 2, "msg": "查询成功", "num": num}))), Unknown)


@pytest.mark.parametrize("templateid", [20481, "20481"])
def test_a_template_that_was_taken_in_has_its_number(templateid: Any, write: Any) -> None:
    answer = add_template(response(write({"code": 2, "msg": "添加成功", "templateid": templateid})))
    assert isinstance(answer, TemplateTaken)
    assert answer.template_id == "20481"


@pytest.mark.parametrize("templateid", [0, "0", "", "-1", "null", "9" * 41])
def test_a_template_taken_in_without_number_is_unknown(templateid: Any, write: Any) -> None:
    answer = add_template(response(write({"code": 2, "msg": "添加成功", "templateid": templateid})))
    assert isinstance(answer, Unknown)
    assert answer.raw == "添加成功"


@pytest.mark.parametrize("code", ["404", "407"])
def test_a_template_is_refused_for_its_text(code: str, write: Any) -> None:
    answer = add_template(response(write({"code": code, "msg": "拒绝"})))
    assert isinstance(answer, Refused)
    assert (answer.code, answer.concern) == (code, Concern.NONE)


def test_408_is_a_known_template_when_adding_one(write: Any) -> None:
    assert isinstance(add_template(response(write({"code": 408, "msg": "模板己存在"}))), TemplateExists)


def test_404_is_an_unknown_template_when_deleting_one(write: Any) -> None:
    assert isinstance(delete_template(response(write({"code": 404, "msg": "不存在"}))), TemplateGone)


def test_a_deleted_template_is_confirmed_without_number(write: Any) -> None:
    answer = delete_template(response(write({"code": 2, "msg": "删除成功"})))
    assert isinstance(answer, TemplateTaken)
    assert answer.template_id == ""


def test_the_tables_hold_exactly_the_documented_codes(write: Any) -> None:
    submit_codes = {"0", "2", *SUBMIT_ACCOUNT_CODES, *SUBMIT_CALLEE_CODES}
    assert set(codes.SUBMIT) == submit_codes
    assert len(submit_codes) == 23
    assert set(codes.GET_NUM) == {"2", *ACCOUNT_CODES}
    assert set(codes.ADD_TEMPLATE) == {"2", "404", "407", "408", *ACCOUNT_CODES}
    assert set(codes.DELETE_TEMPLATE) == {"2", "404", *ACCOUNT_CODES}
    assert NOON % 86400 == 4 * 3600  # noon in China, so that "until midnight" above is half a day

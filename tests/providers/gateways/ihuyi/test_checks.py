"""What is found before anything is sent: numbers, texts, the shape of a message; and the declared facts."""

from typing import Any

import pytest

from providers.contract.abilities import Ability
from providers.contract.errors import Answered, Refused
from providers.contract.fields import FieldKind, problems_of
from providers.contract.messages import Callee
from providers.gateways.ihuyi import IhuyiGateway

from .support import TEXT, Wire, access, gateway, message, response

SENT_AS = {
    "8613900000000": "13900000000",
    "8619900000000": "19900000000",
    "862151000029": "02151000029",
    "86215100029": "0215100029",
    "861051000029": "01051000029",
    "867551000029": "07551000029",
    "8675551000029": "075551000029",
    "867017000029": "07017000029",
}
NOT_TAKEN = [
    "",
    "86",
    "13900000000",
    "8612900000000",
    "861390000000",
    "86139000000000",
    "+8613900000000",
    "86139000a0000",
    "86１３９00000000",
    "8602151000029",
    "8621510002",
    "86755510000299",
    "864001234567",
    "868001234567",
    "85251000029",
    "886912345678",
    "14155550100",
]


@pytest.mark.parametrize(("number", "mobile"), SENT_AS.items())
def test_a_mainland_number_is_sent_in_its_national_form(number: str, mobile: str) -> None:
    wire = Wire(response('{"code":2,"msg":"ok","voiceid":"1"}'))
    assert gateway.number_problem(number, Ability.VOICE_TEMPLATE) is None
    gateway.submit(message(number), access(), wire)
    assert wire.form["mobile"] == mobile


@pytest.mark.parametrize("number", NOT_TAKEN)
def test_any_other_number_is_named_as_a_problem_of_mobile(number: str) -> None:
    problem = gateway.number_problem(number, Ability.VOICE_TEMPLATE)
    assert problem is not None
    assert problem.field == "mobile"
    assert number in str(problem.words)


PROBLEMS = [
    ({"kind": Ability.SMS}, {}, ["kind"]),
    ({"callees": ()}, {}, ["mobile"]),
    ({"callees": (Callee("a", "8613900000000", TEXT), Callee("b", "8613900000001", TEXT))}, {}, ["mobile"]),
    ({"number": "14155550100"}, {}, ["mobile"]),
    ({"text": ""}, {}, ["content"]),
    ({"text": " \u3000 "}, {}, ["content"]),
    ({"text": "字" * 181}, {}, ["content"]),
    ({"text": "字" * 51}, {"max_text": 50}, ["content"]),
    ({"text": "one\ntwo"}, {}, ["content"]),
    ({"text": "bell\x07"}, {}, ["content"]),
    ({"text": "half \ud83d"}, {}, ["content"]),
    ({"text": "您的订单号是:【变量】。"}, {}, ["content"]),
    ({"options": {"format": "xml"}}, {}, ["format"]),
    ({"number": "1", "text": "", "options": {"templateid": "1"}}, {}, ["templateid", "mobile", "content"]),
]


@pytest.mark.parametrize(("changes", "settings", "fields"), PROBLEMS)
def test_a_message_with_problems_is_refused_with_nothing_sent(
    changes: dict[str, Any], settings: dict[str, Any], fields: list[str]
) -> None:
    wire = Wire(response('{"code":2,"msg":"ok","voiceid":"1"}'))
    asked = message(**changes)
    problems = gateway.check(asked, access(**settings))
    answer = gateway.submit(asked, access(**settings), wire)
    assert [problem.field for problem in problems] == fields
    assert all(str(problem.words) for problem in problems)
    assert isinstance(answer, Refused)
    assert answer.words == problems[0].words
    assert wire.requests == []


@pytest.mark.parametrize(
    ("text", "settings"),
    [(TEXT, {}), ("字" * 180, {}), ("字" * 1000, {"max_text": "1000"}), ("😀 a&b", {}), ("a\u3000b", {})],
)
def test_a_message_without_problems_is_sent_once(text: str, settings: dict[str, Any]) -> None:
    wire = Wire(response('{"code":2,"msg":"ok","voiceid":"1"}'))
    assert gateway.check(message(text=text), access(**settings)) == []
    assert isinstance(gateway.submit(message(text=text), access(**settings), wire), Answered)
    assert wire.form["content"] == text


def test_a_call_has_one_callee_whatever_the_account_says() -> None:
    assert gateway.callees_per_request(Ability.VOICE_TEMPLATE, access(max_callees_voice_template=50)) == 1


def test_the_gateway_is_able_to_what_the_document_describes() -> None:
    assert gateway.abilities == {
        Ability.VOICE_TEMPLATE,
        Ability.RECEIVES_RECEIPTS,
        Ability.REVIEWS_TEMPLATES,
        Ability.REPORTS_BALANCE,
    }
    assert gateway.template_variable == "【变量】"


def test_the_values_of_a_new_account_have_no_problems() -> None:
    settings = {field.name: field.default for field in IhuyiGateway.settings}
    assert problems_of(IhuyiGateway.settings, settings) == []
    assert problems_of(IhuyiGateway.credentials, access().credentials) == []
    assert (settings["per_second"], settings["per_minute"], settings["per_day"]) == (1, 3, 10)
    assert (settings["password_mode"], settings["answer_format"], settings["max_text"]) == ("dynamic", "json", 180)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("per_second", 2),
        ("per_minute", 4),
        ("per_day", 11),
        ("per_day", 0),
        ("max_text", 0),
        ("max_text", 1001),
        ("password_mode", "md5"),
        ("answer_format", "csv"),
        ("read_seconds", 600),
    ],
)
def test_a_setting_outside_its_range_is_a_problem(name: str, value: Any) -> None:
    assert [problem.field for problem in problems_of(IhuyiGateway.settings, {name: value})] == [name]


def test_only_the_key_is_secret_and_the_address_is_always_there() -> None:
    kinds = {field.name: field.kind for field in IhuyiGateway.credentials}
    assert kinds == {"base_url": FieldKind.URL, "account": FieldKind.TEXT, "api_key": FieldKind.SECRET}
    assert all(field.required for field in IhuyiGateway.credentials)

"""What goes over the wire, field by field, and what never does."""

from collections.abc import Callable
from hashlib import md5
from typing import Any
from urllib.parse import parse_qs

import pytest

from providers.contract.errors import NotSent, Refused, Unknown
from providers.contract.http import HttpFailure
from providers.contract.statuses import Concern
from providers.contract.words import Words
from providers.gateways.ihuyi import IhuyiGateway
from providers.gateways.ihuyi.signing import balance_password, submit_password

from .support import ACCOUNT, API_KEY, TEXT, Wire, access, gateway, message, response

TIME = "1716523200"
TEMPLATE = "您的订单号是:【变量】。已由顺风快递发出,请注意查收。"


def hex_md5(text: str) -> str:
    return md5(text.encode()).hexdigest()


ASKS: dict[str, Callable[..., Any]] = {
    "Submit": lambda account, wire: gateway.submit(message(), account, wire),
    "GetNum": gateway.balance,
    "AddTemplate": lambda account, wire: gateway.add_template(TEMPLATE, account, wire),
    "DelTemplate": lambda account, wire: gateway.delete_template("20481", account, wire),
}

DYNAMIC_SUBMIT = hex_md5(f"{ACCOUNT}{API_KEY}13900000000{TEXT}{TIME}")
DYNAMIC_BALANCE = hex_md5(f"{ACCOUNT}{API_KEY}{TIME}")

FORMS = [
    (
        "Submit",
        {},
        [
            ("account", ACCOUNT),
            ("password", DYNAMIC_SUBMIT),
            ("mobile", "13900000000"),
            ("content", TEXT),
            ("time", TIME),
            ("format", "json"),
        ],
    ),
    (
        "Submit",
        {"password_mode": "plain", "answer_format": "xml"},
        [
            ("account", ACCOUNT),
            ("password", API_KEY),
            ("mobile", "13900000000"),
            ("content", TEXT),
            ("format", "xml"),
        ],
    ),
    ("GetNum", {}, [("account", ACCOUNT), ("password", DYNAMIC_BALANCE), ("time", TIME), ("format", "json")]),
    ("GetNum", {"password_mode": "plain"}, [("account", ACCOUNT), ("password", API_KEY), ("format", "json")]),
    ("AddTemplate", {}, [("account", ACCOUNT), ("password", API_KEY), ("content", TEMPLATE)]),
    ("AddTemplate", {"password_mode": "plain"}, [("account", ACCOUNT), ("password", API_KEY), ("content", TEMPLATE)]),
    ("DelTemplate", {}, [("account", ACCOUNT), ("password", API_KEY), ("templateid", "20481")]),
    ("DelTemplate", {"answer_format": "xml"}, [("account", ACCOUNT), ("password", API_KEY), ("templateid", "20481")]),
]


@pytest.mark.parametrize(("method", "settings", "fields"), FORMS)
def test_a_request_has_exactly_the_documented_fields(
    method: str, settings: dict[str, str], fields: list[tuple[str, str]]
) -> None:
    wire = Wire(response('{"code":405,"msg":""}'))
    ASKS[method](access(**settings), wire)
    assert list(wire.form.items()) == fields
    [request] = wire.requests
    assert request.method == "POST"
    assert request.url == f"https://api.vm.ihuyi.com/webservice/voice.php?method={method}"
    assert request.headers == {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("mode", ["plain", "dynamic"])
@pytest.mark.parametrize("method", ASKS)
def test_the_url_carries_the_method_and_nothing_else(method: str, mode: str) -> None:
    wire = Wire(response('{"code":405,"msg":""}'))
    ASKS[method](access(password_mode=mode), wire)
    assert parse_qs(wire.query) == {"method": [method]}
    assert ACCOUNT not in wire.requests[0].url


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        ("https://api.vm.ihuyi.com/", "https://api.vm.ihuyi.com/webservice/voice.php?method=GetNum"),
        ("http://127.0.0.1:8090/room", "http://127.0.0.1:8090/room/webservice/voice.php?method=GetNum"),
    ],
)
def test_the_address_of_the_account_is_used(base_url: str, url: str) -> None:
    wire = Wire(response('{"code":2,"msg":"","num":"1"}'))
    gateway.balance(access(base_url=base_url), wire)
    assert wire.requests[0].url == url


def test_the_timeouts_of_the_account_are_used() -> None:
    wire = Wire(response('{"code":2,"msg":"","num":"1"}'))
    gateway.balance(access(connect_seconds=3, read_seconds="45"), wire)
    assert (wire.requests[0].connect_seconds, wire.requests[0].read_seconds) == (3.0, 45.0)


def test_the_form_is_percent_encoded_utf8() -> None:
    wire = Wire(response('{"code":405,"msg":""}'))
    gateway.submit(message(text="订单 a&b=c+d%"), access(), wire)
    assert b"content=%E8%AE%A2%E5%8D%95+a%26b%3Dc%2Bd%25&" in wire.requests[0].body


def test_the_balance_password_is_the_digest_of_the_documents_example() -> None:
    digest = balance_password("test", "1q784322ba1d9bb88d50cf5cdfd89k7d", 1451544941)
    assert digest == "73f6e7a36e0fd30ad7eea940ca1896b2"


def test_the_submit_password_joins_the_parts_as_in_the_documents_example() -> None:
    digest = submit_password("test", "1q784322ba1d9bb88d50cf5cdfd89k7d", "138xxxxxxxx", "1125", 1451544941)
    assert digest == hex_md5("test1q784322ba1d9bb88d50cf5cdfd89k7d138xxxxxxxx11251451544941")


def test_each_request_takes_the_time_anew() -> None:
    moments = iter([1451544941.9, 1451544941.9, 1451544950.0, 1451544950.0])
    own = IhuyiGateway(clock=lambda: next(moments))
    times = []
    for _ in range(2):
        wire = Wire(response('{"code":405,"msg":"","voiceid":0}'))
        own.submit(message(), access(), wire)
        times.append(wire.form["time"])
    assert times == ["1451544941", "1451544950"]


@pytest.mark.parametrize("method", ASKS)
def test_evidence_shows_the_request_without_password_and_whole_account(method: str) -> None:
    wire = Wire(response('{"code":2,"msg":"ok","voiceid":"1","templateid":1,"num":"1"}'))
    evidence = ASKS[method](access(), wire).evidence
    assert evidence.operation == method
    assert "account=VM••••01" in evidence.request
    assert "password=••••" in evidence.request
    for hidden in (ACCOUNT, API_KEY, wire.form["password"]):
        assert hidden not in evidence.request + evidence.response
    assert evidence.response.startswith('{"code":2')
    assert evidence.seconds == 0.25


def test_evidence_is_bounded() -> None:
    wire = Wire(response('{"code":2,"msg":"' + "x" * 50_000 + '","voiceid":"1"}'))
    evidence = gateway.submit(message(text="字" * 900), access(max_text=1000), wire).evidence
    assert len(evidence.request) <= 2000
    assert len(evidence.response) <= 2000


FAILURE_WORDS = Words("The network said no.")
FAILURES = [
    (HttpFailure(False, FAILURE_WORDS, 0.1), NotSent, Concern.NONE),
    (HttpFailure(False, FAILURE_WORDS, 0.1, certificate=True), NotSent, Concern.ENDPOINT),
    (HttpFailure(True, FAILURE_WORDS, 30.0), Unknown, Concern.NONE),
]


@pytest.mark.parametrize("method", ASKS)
@pytest.mark.parametrize(("failure", "kind", "concern"), FAILURES)
def test_only_a_connection_that_was_never_made_counts_as_not_sent(
    failure: HttpFailure, kind: Any, concern: Any, method: str
) -> None:
    wire = Wire(failure)
    answer = ASKS[method](access(), wire)
    assert isinstance(answer, kind)
    assert answer.words == FAILURE_WORDS
    assert answer.concern == concern
    assert answer.evidence.http_status == 0
    assert len(wire.requests) == 1


@pytest.mark.parametrize("method", ASKS)
@pytest.mark.parametrize(
    ("broken", "concern"),
    [
        ({"account": ""}, Concern.CREDENTIALS),
        ({"api_key": ""}, Concern.CREDENTIALS),
        ({"base_url": ""}, Concern.ENDPOINT),
        ({"base_url": "ftp://api.vm.ihuyi.com"}, Concern.ENDPOINT),
        ({"base_url": "https://name:word@api.vm.ihuyi.com"}, Concern.ENDPOINT),
    ],
)
def test_nothing_is_sent_with_an_incomplete_account(broken: dict[str, str], concern: Concern, method: str) -> None:
    wire = Wire(response('{"code":2}'))
    answer = ASKS[method](access(**broken), wire)
    assert isinstance(answer, NotSent)
    assert answer.concern == concern
    assert wire.requests == []


@pytest.mark.parametrize("text", ["", "  ", "one\ntwo", "lone \ud800"])
def test_a_template_that_cannot_be_handed_in_is_refused_with_nothing_sent(text: str) -> None:
    wire = Wire(response('{"code":2}'))
    assert isinstance(gateway.add_template(text, access(), wire), Refused)
    assert wire.requests == []


@pytest.mark.parametrize("template_id", ["", "0", " 1", "1&x=2", "号"])
def test_a_deletion_without_template_number_is_refused_with_nothing_sent(template_id: str) -> None:
    wire = Wire(response('{"code":2}'))
    assert isinstance(gateway.delete_template(template_id, access(), wire), Refused)
    assert wire.requests == []

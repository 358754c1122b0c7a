"""A wire that answers as told and remembers what it was asked, and answers in both formats."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

from providers.contract.abilities import Ability
from providers.contract.errors import BalanceAnswer, SubmitAnswer, TemplateAnswer
from providers.contract.http import HttpFailure, HttpRequest, HttpResponse
from providers.contract.messages import AccountAccess, Callee, Message
from providers.gateways.ihuyi import IhuyiGateway

NOON = 1_716_523_200.0  # 2024-05-24 12:00:00 in China
API_KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
ACCOUNT = "VM00000001"
TEXT = "您的订单号是:0648。已由顺风快递发出,请注意查收。"

gateway = IhuyiGateway(clock=lambda: NOON)


class Wire:
    """Answers every request with *answer* and keeps the requests."""

    def __init__(self, answer: HttpResponse | HttpFailure) -> None:
        self.answer = answer
        self.requests: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpResponse | HttpFailure:
        self.requests.append(request)
        return self.answer

    @property
    def form(self) -> dict[str, str]:
        """The fields of the only request, in their order."""
        [request] = self.requests
        return dict(parse_qsl(request.body.decode("ascii"), keep_blank_values=True, strict_parsing=True))

    @property
    def query(self) -> str:
        [request] = self.requests
        return urlsplit(request.url).query


def response(body: bytes | str, status: int = 200, content_type: str = "text/html") -> HttpResponse:
    return HttpResponse(status, content_type, body.encode() if isinstance(body, str) else body, 0.25)


def as_json(members: Mapping[str, Any]) -> str:
    return json.dumps(members, ensure_ascii=False)


def as_xml(members: Mapping[str, Any]) -> str:
    children = "\n".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in members.items())
    return f'<?xml version="1.0" encoding="utf-8"?>\n<SubmitResult xmlns="urn:some">\n{children}\n</SubmitResult>'


FORMATS = {"json": as_json, "xml": as_xml}


def access(**changes: Any) -> AccountAccess:
    """A complete account; *changes* go to the credential or setting of that name."""
    credentials = {"base_url": "https://api.vm.ihuyi.com", "account": ACCOUNT, "api_key": API_KEY}
    settings = {name: value for name, value in changes.items() if name not in credentials}
    return AccountAccess(credentials | {name: changes[name] for name in credentials if name in changes}, settings)


def message(number: str = "8613900000000", text: str = TEXT, **changes: Any) -> Message:
    values: dict[str, Any] = {
        "kind": Ability.VOICE_TEMPLATE,
        "ref": "s1",
        "callees": (Callee("s1-1", number, text),),
    }
    return Message(**(values | changes))


def submit(answer: HttpResponse | HttpFailure, **changes: Any) -> SubmitAnswer:
    return gateway.submit(message(), access(**changes), Wire(answer))


def balance(answer: HttpResponse | HttpFailure) -> BalanceAnswer:
    return gateway.balance(access(), Wire(answer))


def add_template(answer: HttpResponse | HttpFailure) -> TemplateAnswer:
    return gateway.add_template("您的订单号是:【变量】。", access(), Wire(answer))


def delete_template(answer: HttpResponse | HttpFailure) -> TemplateAnswer:
    return gateway.delete_template("20481", access(), Wire(answer))

"""An invented brand of the platform, and shortcuts to talk to it."""

from collections.abc import Mapping
from typing import Any

from providers.contract.abilities import Ability
from providers.contract.errors import SubmitAnswer
from providers.contract.http import HttpFailure, HttpResponse
from providers.contract.messages import AccountAccess, Callee, Message
from providers.gateways._platform import BrandFacts, build_gateway

from .wire import Wire, response

KEY, SECRET = "bDqJFiq9", "7bz1lzh9"
MOMENT = 1630468800
SIGN = "05d7a50893e22a5c4bb3216ae3396c7c"

FACTS = BrandFacts(
    slug="invented",
    name="Invented",
    website="https://invented.test",
    base_url="https://api.invented.test/v9",
    voice_path="/calls",
    sms_path="/texts",
    documents={
        Ability.VOICE_FILE: "voice file page",
        Ability.VOICE_TEXT: "voice text page",
        Ability.SMS: "sms page",
    },
    files_document="voice files page",
    rehearsed=frozenset({Ability.SMS}),
)
gateway = build_gateway(FACTS, clock=lambda: MOMENT + 0.9)

CREDENTIALS = {
    "base_url": "https://api.invented.test/v9/",
    "api_key": KEY,
    "api_secret": SECRET,
    "voice_app_id": "4luaKsL2",
    "sms_app_id": "sApp0001",
}
NUMBERS = ("919800000001", "919800000002", "919800000003")


def access(settings: Mapping[str, Any] | None = None, **credentials: Any) -> AccountAccess:
    return AccountAccess(CREDENTIALS | credentials, settings or {})


def callees(*texts: str) -> tuple[Callee, ...]:
    """One callee per text: job-7/1, job-7/2 and so on."""
    return tuple(Callee(f"job-7/{place}", NUMBERS[place - 1], text) for place, text in enumerate(texts, 1))


def voice_file(count: int = 2, **changes: Any) -> Message:
    return _message(Ability.VOICE_FILE, callees(*[""] * count), {"file_id": "12022abc.mp3"}, changes)


def voice_text(text: str = "hello world", **changes: Any) -> Message:
    return _message(Ability.VOICE_TEXT, callees(text), {"options": {"language": "EN"}}, changes)


def sms(*texts: str, **changes: Any) -> Message:
    return _message(Ability.SMS, callees(*(texts or ("one", "one", "two"))), {}, changes)


def submit(message: Message, content: Any, status: int = 200, content_type: str = "application/json") -> SubmitAnswer:
    """What becomes of *message* when the provider answers with *content* (JSON, text, bytes or a failure)."""
    failed = isinstance(content, HttpFailure | HttpResponse)
    return gateway.submit(message, access(), Wire(content if failed else response(content, status, content_type)))


def fields(message: Message, account: AccountAccess | None = None) -> list[str]:
    """The names of the fields that the check complains about."""
    return [problem.field for problem in gateway.check(message, account or access())]


def _message(kind: Ability, people: tuple[Callee, ...], needs: dict[str, Any], changes: dict[str, Any]) -> Message:
    values: dict[str, Any] = {"kind": kind, "ref": "job-7", "callees": people, **needs}
    return Message(**(values | changes))

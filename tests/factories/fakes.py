"""A gateway without a network, whose answers a test writes down."""

import threading
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from providers.contract.abilities import Ability
from providers.contract.errors import Accepted, Answered, Balance, SubmitAnswer, TemplateTaken
from providers.contract.events import ReceiptEvent, ReplyEvent, ReviewEvent
from providers.contract.fields import Field, FieldKind, Problem
from providers.contract.gateway import Gateway, KindFacts
from providers.contract.http import HttpFailure, HttpRequest
from providers.contract.messages import AccountAccess, Message
from providers.contract.push import Acknowledgement, PushBody, PushDoor, PushReading
from providers.contract.statuses import FailureClass, Review, Verdict
from providers.contract.words import Words

FAKE_SLUG = "fake"


class NoHttp:
    """A client that fails the test when anything is sent by accident."""

    def send(self, request: HttpRequest) -> HttpFailure:
        raise AssertionError(f"unexpected request to {request.url}")


class FakeGateway(Gateway):
    """Accepts everybody unless ``answer`` says otherwise; reads pushes of lines ``id|ref|number|verdict|code|at``
    (with ``|keys`` where some were pressed), ``review|id|review`` and ``reply|id|number|text|at``."""

    slug = FAKE_SLUG
    name = "Fake"
    website = "https://example.com"
    credentials = (
        Field("base_url", "Base URL", FieldKind.URL, required=True, default="https://api.example.com"),
        Field("key", "Key", FieldKind.SECRET, required=True),
    )
    settings = (Field("max_callees_voice_file", "Most callees", FieldKind.INTEGER, minimum=1, maximum=1000),)
    kinds = {
        Ability.VOICE_FILE: KindFacts(options=(), max_callees=1000, has_text=False, document="fake"),
        Ability.VOICE_TEXT: KindFacts(options=(), max_callees=1, has_text=True, document="fake", reports_keys=True),
        Ability.VOICE_TEMPLATE: KindFacts(options=(), max_callees=1, has_text=True, document="fake"),
        Ability.SMS: KindFacts(options=(), max_callees=1000, has_text=True, document="fake", groups_texts=True),
    }
    services = frozenset(
        {Ability.RECEIVES_RECEIPTS, Ability.REVIEWS_TEMPLATES, Ability.REPORTS_BALANCE, Ability.RECEIVES_REPLIES}
    )
    doors = (PushDoor("receipts", "Receipts"),)
    number_words = "any digits"
    template_variable = "【变量】"

    def __init__(self, answer: Callable[[Message], SubmitAnswer] | None = None) -> None:
        self.answer = answer or accept_all
        self.asked: list[Message] = []
        self._lock = threading.Lock()

    @property
    def numbers_asked(self) -> list[str]:
        return [callee.number for message in self.asked for callee in message.callees]

    def number_problem(self, number: str, kind: Ability) -> Problem | None:
        return Problem("number", Words("Not a number.")) if number.startswith("999") else None

    def check(self, message: Message, access: AccountAccess) -> list[Problem]:
        found = (self.number_problem(callee.number, message.kind) for callee in message.callees)
        return [problem for problem in found if problem]

    def prepare(self, message: Message, access: AccountAccess) -> SubmitAnswer:
        with self._lock:
            self.asked.append(message)
        return self.answer(message)

    def balance(self, access: AccountAccess, http: Any) -> Balance:
        return Balance(Decimal("12.5"), "units")

    def add_template(self, text: str, access: AccountAccess, http: Any) -> TemplateTaken:
        return TemplateTaken("77")

    def delete_template(self, template_id: str, access: AccountAccess, http: Any) -> TemplateTaken:
        return TemplateTaken("")

    def read_push(self, push: PushBody) -> PushReading:
        lines = push.body.decode().splitlines()
        others = ("review|", "reply|")
        if not lines or any(line.count("|") not in (5, 6) and not line.startswith(others) for line in lines):
            return PushReading(problem=Words("This body cannot be read."))
        return PushReading(tuple(map(_event, lines)))

    def acknowledge(self, push: PushBody) -> Acknowledgement:
        return Acknowledgement(body=b"success")


def accept_all(message: Message) -> Answered:
    return Answered(tuple(Accepted(callee.ref, f"id-{callee.number}") for callee in message.callees))


def _event(line: str) -> ReceiptEvent | ReviewEvent | ReplyEvent:
    if line.startswith("review|"):
        _, template_id, review = line.split("|")
        return ReviewEvent(template_id, Review(review), "2", "ok")
    from datetime import UTC, datetime

    if line.startswith("reply|"):
        _, provider_id, number, text, said = line.split("|")
        return ReplyEvent(provider_id, number, text, datetime.fromisoformat(said) if said else None)
    provider_id, ref, number, verdict, code, minute, *keys = line.split("|")
    failure = FailureClass.NO_ANSWER if verdict == "undelivered" else FailureClass.NONE
    at = datetime(2026, 5, 1, 9, int(minute), tzinfo=UTC) if minute else None
    words = Words(f"Said {code}.")
    told = ReceiptEvent(provider_id, ref, number, Verdict(verdict), failure, code, "raw", words, 7, reported_at=at)
    return replace(told, pressed=keys[0], charged_seconds=60, redials=1) if keys else told

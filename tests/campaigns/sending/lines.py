"""A line to the provider that a test holds in its hand, for what happens while requests are in flight."""

import time
from collections.abc import Callable

import pytest

from campaigns.sending import dispatcher
from providers.contract.errors import SubmitAnswer
from providers.contract.gateway import Prepared
from providers.contract.http import HttpFailure, HttpRequest, HttpResponse
from providers.contract.messages import AccountAccess, Message
from tests.factories import FakeGateway

RESPONSE = HttpResponse(200, "", b"", 0.01)


class HeldLine:
    """Keeps every answer until ``holds`` says no; ``look`` is called at each collecting, with how many there were.

    ``delays`` are pairs of a request's key and the seconds it was told to wait, ``most`` is how many were in flight at
    once.
    """

    def __init__(self) -> None:
        self.holds: Callable[[int], bool] = lambda collected: False
        self.look: Callable[[int], None] = lambda collected: None
        self.delays: list[tuple[int, float]] = []
        self.most = 0
        self._waiting: list[int] = []
        self._collected = 0

    @property
    def in_flight(self) -> int:
        return len(self._waiting)

    def start(self, key: int, request: HttpRequest, delay: float = 0.0) -> None:
        self.delays.append((key, delay))
        self._waiting.append(key)
        self.most = max(self.most, len(self._waiting))

    def collect(self, seconds: float) -> list[tuple[int, HttpResponse | HttpFailure]]:
        self._collected += 1
        self.look(self._collected)
        if self.holds(self._collected) or not self._waiting:
            time.sleep(seconds if self._waiting else 0.0)
            return []
        answered, self._waiting = self._waiting, []
        return [(key, RESPONSE) for key in answered]


def hold_line(monkeypatch: pytest.MonkeyPatch, gateway: FakeGateway) -> HeldLine:
    """What ``dispatch`` sends goes over this line, and is answered as ``gateway.answer`` says when it comes back."""
    line = HeldLine()

    def prepare(message: Message, access: AccountAccess) -> Prepared | SubmitAnswer:
        gateway.asked.append(message)
        return Prepared(HttpRequest("POST", "https://api.example.com"), lambda outcome: gateway.answer(message))

    monkeypatch.setattr(gateway, "prepare", prepare)
    monkeypatch.setattr(dispatcher, "_transport", lambda: line)
    return line

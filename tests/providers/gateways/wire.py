"""A wire that answers as told and remembers what it was asked."""

import json
from typing import Any

from providers.contract.http import HttpFailure, HttpRequest, HttpResponse
from providers.contract.words import Words

REFUSED_CONNECTION = HttpFailure(False, Words("No connection."), 0.01, "ConnectionError")
NO_ANSWER = HttpFailure(True, Words("No answer."), 30.0, "ReadTimeout")
BAD_CERTIFICATE = HttpFailure(False, Words("Not proven."), 0.02, "SSLError", certificate=True)


class Wire:
    """An HttpClient that gives *answer* to everything."""

    def __init__(self, answer: HttpResponse | HttpFailure = NO_ANSWER) -> None:
        self.answer = answer
        self.requests: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpResponse | HttpFailure:
        self.requests.append(request)
        return self.answer

    @property
    def only(self) -> HttpRequest:
        [request] = self.requests
        return request

    @property
    def json(self) -> Any:
        return json.loads(self.only.body)


def response(content: Any, status: int = 200, content_type: str = "application/json") -> HttpResponse:
    """An answer: bytes and text as they are, anything else as JSON."""
    if isinstance(content, str):
        content = content.encode()
    body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    return HttpResponse(status, content_type, body, 0.25)

"""Transport of requests to a provider while the database work goes on."""

from typing import Protocol

from providers.contract.http import HttpClient, HttpFailure, HttpRequest, HttpResponse


class Transport(Protocol):
    """Start requests, collect answers; see ``providers.contract.multiplex`` for the one with many in flight."""

    @property
    def in_flight(self) -> int: ...

    def start(self, key: int, request: HttpRequest, delay: float = 0.0) -> None: ...

    def collect(self, seconds: float) -> list[tuple[int, HttpResponse | HttpFailure]]: ...


class OneByOne:
    """A transport over an ordinary client: each request is made when it is started. ``delay`` is not waited for."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http
        self._arrived: list[tuple[int, HttpResponse | HttpFailure]] = []

    @property
    def in_flight(self) -> int:
        return len(self._arrived)

    def start(self, key: int, request: HttpRequest, delay: float = 0.0) -> None:
        self._arrived.append((key, self._http.send(request)))

    def collect(self, seconds: float) -> list[tuple[int, HttpResponse | HttpFailure]]:
        arrived, self._arrived = self._arrived, []
        return arrived

"""The transport of campaigns for whoever has a single question: a test of the connection, a balance, records, files."""

from .http import HttpFailure, HttpRequest, HttpResponse
from .multiplex import LOOK_SECONDS, MultiplexClient


class BlockingClient:
    """An :class:`~.http.HttpClient` over :class:`~.multiplex.MultiplexClient`: what it can do, a campaign can do.

    Each request has a transport and a connection of its own, both closed when it returns: any thread may use it, also
    in a process that forks, and nothing lies open while nobody asks.
    """

    def send(self, request: HttpRequest) -> HttpResponse | HttpFailure:
        client = MultiplexClient()
        try:
            client.start(0, request)
            while True:
                for _, outcome in client.collect(LOOK_SECONDS):
                    return outcome
        finally:
            client.close()

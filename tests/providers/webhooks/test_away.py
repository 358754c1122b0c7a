"""Ten minutes without a database, as the clock of the door sees them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django.test import Client

from campaigns.models import Receipt
from campaigns.receipts.ingest import apply_pushes
from providers.models import Account, InboundPush
from providers.webhooks import book as books
from providers.webhooks import draining, receiving
from tests.factories.pushes import wait_for_pushes

pytestmark = pytest.mark.stores

BEGAN = datetime(2026, 5, 1, 9, tzinfo=UTC)
MINUTES, PER_MINUTE = 10, 12


class Outage:
    """A database that refuses the door whatever it asks, and the clock of the door."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = BEGAN
        self.is_on = False
        for module, name in ((draining, "_insert"), (books.PushAddress.objects, "open")):
            monkeypatch.setattr(module, name, self._refusing(getattr(module, name)))
        monkeypatch.setattr(receiving.time, "time", self.time)
        for module in (draining, books):
            monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)

    def time(self) -> float:
        return self.now.timestamp()

    def _refusing(self, real):
        def perhaps(*args):
            if self.is_on:
                raise OperationalError("could not connect to server")
            return real(*args)

        return perhaps


@pytest.fixture
def outage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outage]:
    made = Outage(monkeypatch)
    yield made
    made.is_on = False
    wait_for_pushes()


def body(number: int) -> bytes:
    return b"id%d||8613800000001|delivered|%d|1" % (number, number)


def test_ten_minutes_without_a_database_lose_nothing(
    client: Client, account: Account, path: str, outage: Outage
) -> None:
    """Pushes go on coming, some of them twice; afterwards all are applied with the time at which they came."""
    assert client.post(path, body(0), content_type="text/plain").content == b"success"
    wait_for_pushes()
    outage.is_on = True
    times = {body(0): outage.now}
    for number in range(1, MINUTES * PER_MINUTE + 1):
        outage.now += timedelta(minutes=1) / PER_MINUTE
        times[body(number)] = outage.now
        for _ in range(2 if number % 10 == 0 else 1):
            answer = client.post(path, body(number), content_type="text/plain")
            assert (answer.status_code, answer.content) == (200, b"success")
    assert outage.now - BEGAN == timedelta(minutes=10)
    assert client.post(path.replace("/push/", "/push/x"), b"", content_type="text/plain").status_code == 503
    assert InboundPush.objects.count() == 1
    outage.is_on = False
    wait_for_pushes()
    while apply_pushes():
        pass
    kept = {bytes(push.body): push.received_at for push in InboundPush.objects.all()}
    assert kept == times
    assert InboundPush.objects.filter(state="applied").count() == MINUTES * PER_MINUTE * 1.1 + 1
    assert Receipt.objects.count() == MINUTES * PER_MINUTE + 1

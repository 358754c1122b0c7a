"""Wake-ups of the receipts queue: never at the price of the answer to a push."""

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from providers.webhooks import wake


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Tasks that were handed to a broker which is away; the clock stands still unless moved."""
    names: list[str] = []

    def away(self: Celery, name: str, *args: object, **kwargs: object) -> None:
        names.append(name)
        raise OperationalError("nobody there")

    monkeypatch.setattr(Celery, "send_task", away)
    monkeypatch.setattr(wake, "_last", 0.0)
    return names


def test_a_broker_that_is_away_is_not_asked_by_every_push(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(wake.time, "monotonic", lambda: now)
    for _ in range(50):
        wake.wake_receipts()
        now += 0.2
    assert len(asked) == 1
    now += wake.AWAY_SECONDS + 1
    wake.wake_receipts()
    assert len(asked) == 2

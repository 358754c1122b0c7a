"""For all tests of campaigns."""

import pytest

from campaigns.people.audience import working


@pytest.fixture(autouse=True)
def short_lists_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also on a slow machine, where the time for that would be over, and a worker would be waited for."""
    monkeypatch.setattr(working, "AT_ONCE_SECONDS", 120.0)

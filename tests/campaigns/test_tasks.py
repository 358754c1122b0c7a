"""The doors of the queues."""

import pytest
from celery.worker import state

from campaigns.tasks import worker_is_stopping


@pytest.mark.parametrize("flag", ["should_stop", "should_terminate"])
@pytest.mark.parametrize("status", [0, 1, True])
def test_a_worker_that_is_to_end_says_so_whatever_its_exit_status(
    monkeypatch: pytest.MonkeyPatch, flag: str, status: int
) -> None:
    assert not worker_is_stopping()
    monkeypatch.setattr(state, flag, status)
    assert worker_is_stopping()
    monkeypatch.setattr(state, flag, False)
    assert not worker_is_stopping()

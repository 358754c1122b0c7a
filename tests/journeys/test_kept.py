"""What PostgreSQL confirmed to us survives its own sudden end, although its default is to confirm before it has it."""

import pytest

from .restored import told_by

pytestmark = pytest.mark.journey


def test_a_server_that_confirms_too_early_by_default_loses_nothing_of_ours() -> None:
    told = told_by("kept_story")
    assert told["default"] == "off"
    assert told["all_sent"]
    assert not told["held"]
    assert told["twice"] == 0
    assert [failure for judged in told["judged"] for failure in judged["failures"]] == []

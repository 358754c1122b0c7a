"""Whatever is lost and restored in whatever order: nobody is reached twice unless a person released it, knowing."""

import os

import pytest
from django.conf import settings as installation
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.factories import FakeGateway

from .machine import Restoring

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

EXAMPLES = int(os.environ.get("NOTIFYADMIN_TEST_EXAMPLES", "0"))
"""More of them, all different each time, for whoever has changed the tripwire; few and always the same otherwise."""


def test_in_any_order_of_backups_and_restores_nobody_is_reached_twice_unless_it_was_released(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So that it is put back afterwards.
    monkeypatch.setattr(installation, "DEPARTURES_FOLDER", installation.DEPARTURES_FOLDER)
    Restoring.gateway = fake_gateway
    run_state_machine_as_test(
        Restoring,
        settings=settings(
            max_examples=EXAMPLES or 12,
            stateful_step_count=25,
            derandomize=not EXAMPLES,
            phases=[Phase.generate, Phase.shrink] if not EXAMPLES else [Phase.generate],
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

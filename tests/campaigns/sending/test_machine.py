"""Any order of whatever workers, providers, staff and time do loses nobody and sends to nobody twice."""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.factories import FakeGateway

from .machine import Sending

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

EXAMPLES = int(os.environ.get("NOTIFYADMIN_TEST_EXAMPLES", "0"))
"""More of them, all different each time, for whoever has changed the sending; few and always the same otherwise."""


def test_in_any_order_of_events_nobody_is_lost_and_nobody_is_asked_for_twice(fake_gateway: FakeGateway) -> None:
    Sending.gateway = fake_gateway
    run_state_machine_as_test(
        Sending,
        settings=settings(
            max_examples=EXAMPLES or 12,
            stateful_step_count=36,
            derandomize=not EXAMPLES,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

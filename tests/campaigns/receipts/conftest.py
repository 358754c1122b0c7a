"""A provider that can be asked for its records."""

from datetime import timedelta

import pytest

from providers.contract.abilities import Ability
from providers.contract.records import RecordFacts
from tests.factories import FakeGateway

from .records import Provider


@pytest.fixture
def provider(fake_gateway: FakeGateway) -> Provider:
    known = Provider()
    facts = RecordFacts(max_ids=2, longest=timedelta(days=31))
    fake_gateway.services |= {Ability.PULLS_RECEIPTS}  # type: ignore[misc]
    fake_gateway.records = dict.fromkeys((Ability.VOICE_TEXT, Ability.SMS), facts)  # type: ignore[misc]
    fake_gateway.records_by_id = known.by_id  # type: ignore[method-assign]
    fake_gateway.records_by_time = known.by_time  # type: ignore[method-assign]
    return known

"""How long a number waits that has had its calls of the day: until midnight in China."""

from datetime import UTC, datetime

import pytest

from providers.contract.errors import Answered
from providers.gateways.ihuyi import IhuyiGateway

from .support import Wire, access, message, response


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        (datetime(2024, 5, 24, 4, 0, tzinfo=UTC), 12 * 3600),
        (datetime(2024, 5, 24, 15, 59, 59, tzinfo=UTC), 1),
        (datetime(2024, 5, 24, 16, 0, tzinfo=UTC), 24 * 3600),
        (datetime(2024, 12, 31, 20, 30, tzinfo=UTC), 19.5 * 3600),
    ],
)
def test_the_daily_limit_waits_for_the_next_day_in_china(now: datetime, seconds: float) -> None:
    gateway = IhuyiGateway(clock=now.timestamp)
    answer = gateway.submit(message(), access(), Wire(response('{"code":4082,"msg":"","voiceid":"0"}')))
    assert isinstance(answer, Answered)
    assert answer.refused[0].retry_after == seconds

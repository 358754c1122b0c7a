"""How fast a campaign goes, and what came in when. Read from the movements, never from the recipients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from campaigns.models import Campaign
from campaigns.models.statuses import RecipientState
from notifyadmin.db.sql import fetch, time_of

GONE = (
    RecipientState.SUBMITTED,
    RecipientState.DELIVERED,
    RecipientState.UNDELIVERED,
    RecipientState.EXPIRED,
    RecipientState.UNKNOWN,
)
"""States of those who were sent to. Who is unknown may have been: nobody may assume that they were not."""

DONE_WITH = (*GONE, RecipientState.REJECTED, RecipientState.SKIPPED)
"""States of those whose turn has come, whatever came of it."""

RATE_MINUTES = 5
LEAST_SECONDS = 5.0

_MOMENTS = """SELECT minute, state, sum(amount) FROM campaigns_movement WHERE campaign_id = %s
    GROUP BY minute, state ORDER BY minute"""


@dataclass(slots=True)
class Moment:
    """What changed in one minute (or quarter of an hour, see :mod:`.compact`): recipients by state."""

    at: datetime
    states: dict[str, int] = field(default_factory=dict)

    def number(self, *states: str) -> int:
        return sum(self.states.get(state, 0) for state in states)

    @property
    def sent(self) -> int:
        return self.number(*GONE)


def moments(campaign: Campaign) -> list[Moment]:
    """Everything that changed, in order."""
    found: dict[datetime, Moment] = {}
    # Past the ORM, which takes longer to write this down than any database to answer it; pages ask every two seconds.
    for at, state, number in fetch(_MOMENTS, [campaign.pk]):
        minute = time_of(at)
        if minute is not None:
            found.setdefault(minute, Moment(minute)).states[state] = int(number)
    return list(found.values())


def per_minute(campaign: Campaign, found: Sequence[Moment], now: datetime) -> float:
    """Recipients per minute whose turn came, over the last minutes of *found*."""
    since = now.replace(second=0, microsecond=0) - timedelta(minutes=RATE_MINUTES - 1)
    number = sum(moment.number(*DONE_WITH) for moment in found if moment.at >= since)
    began = max(since, campaign.started_at) if campaign.started_at else since
    seconds = max((now - began).total_seconds(), LEAST_SECONDS)
    return float(max(60 * number / seconds, 0.0))


def in_steps(found: Sequence[Moment], start: datetime, step: timedelta, number: int) -> list[Moment]:
    """*found* summed up in *number* steps from *start* on; nothing is left out of the last one."""
    steps = [Moment(start + place * step) for place in range(number)]
    for moment in found:
        place = min(max(int((moment.at - start) / step), 0), number - 1)
        _add(steps[place].states, moment.states)
    return steps


def _add(into: dict[str, int], states: Mapping[str, int]) -> None:
    for state, number in states.items():
        into[state] = into.get(state, 0) + number

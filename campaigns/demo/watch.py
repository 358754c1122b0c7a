"""Waiting for campaigns to end, with progress that moves."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection

from campaigns.counters.selectors import tallies_of
from campaigns.models.statuses import RecipientState

from .story import Act

SENDING = (RecipientState.PENDING, RecipientState.HELD, RecipientState.SUBMITTING)
WAITING = (RecipientState.SUBMITTED, RecipientState.UNKNOWN)
"""A receipt settles either: of somebody unknown it is matched some seconds later than it comes."""
STALLED_SECONDS = 90.0


@dataclass
class Seen:
    """When each campaign was seen to be over, in seconds after the start."""

    seconds: dict[int, float]
    timed_out: bool = False


def watch(acts: Sequence[Act], wait: float, say: Callable[[str], None], check: Callable[[], None]) -> Seen:
    """Look on until nobody waits any more, or until *wait* seconds passed without a receipt after the last request.

    Whoever is unknown waits as well, because only a receipt or the provider's records can tell.
    """
    started = time.monotonic()
    seen = Seen({})
    last_change, last_counts = started, None
    while len(seen.seconds) < len(acts):
        check()
        counts = tallies_of([act.campaign.pk for act in acts])
        connection.close()
        now = time.monotonic()
        if counts != last_counts:
            last_change, last_counts = now, counts
            say(_line(acts, counts, now - started))
        _note(acts, counts, seen, now - started)
        sending = any(counts[act.campaign.pk].get(state) for act in acts for state in SENDING)
        if now - last_change > (max(wait, STALLED_SECONDS) if sending else wait):
            seen.timed_out = True
            break
        time.sleep(0.5)
    return seen


def _note(acts: Sequence[Act], counts: dict[int, dict[str, int]], seen: Seen, seconds: float) -> None:
    for act in acts:
        open_now = any(counts[act.campaign.pk].get(state) for state in (*SENDING, *WAITING))
        if not open_now:
            seen.seconds.setdefault(act.campaign.pk, seconds)


def _line(acts: Sequence[Act], counts: dict[int, dict[str, int]], seconds: float) -> str:
    total = sum(act.campaign.total for act in acts)
    waiting = sum(counts[act.campaign.pk].get(state, 0) for act in acts for state in SENDING)
    silent = sum(counts[act.campaign.pk].get(state, 0) for act in acts for state in WAITING)
    unknown = sum(counts[act.campaign.pk].get(RecipientState.UNKNOWN, 0) for act in acts)
    line = f"{seconds:7.1f} s   sent {total - waiting:,} of {total:,}   settled {total - waiting - silent:,}"
    return f"{line}   unknown {unknown:,}" if unknown else line

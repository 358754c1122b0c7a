"""What a forecast consists of."""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from providers.contract.words import Words

STEPS = (60, 900, 3_600, 21_600, 86_400)
"""Seconds to which the ends of holds are rounded, ever coarser, until they fit a table."""


@dataclass(frozen=True, slots=True)
class Held:
    """*count* recipients would wait until *until*, for the reason in *words*."""

    until: datetime
    count: int
    words: Words


@dataclass(frozen=True, slots=True)
class Forecast:
    """``now`` recipients could be submitted at once, those in ``held`` later, in the order of time.

    With a rate of the campaign's own, ``now`` are those of the first minute, and ``end`` is when the last one leaves;
    how fast the provider is, is not part of it. Whoever will be skipped for their content counts like the others.
    """

    now: int
    held: tuple[Held, ...] = ()
    end: datetime | None = None

    @property
    def later(self) -> int:
        return sum(held.count for held in self.held)

    def coarse(self, most: int) -> tuple[Held, ...]:
        """``held`` in at most some *most* groups: the ends are rounded up as far as that needs."""
        held = self.held
        for seconds in STEPS:
            if len(held) <= most:
                break
            counts: Counter[tuple[datetime, str]] = Counter()
            for one in self.held:
                counts[round_up(one.until, seconds), one.words.pack()] += one.count
            held = in_time(counts)
        return held


def round_up(until: datetime, seconds: int) -> datetime:
    """The next moment that is a whole number of *seconds*."""
    return datetime.fromtimestamp(math.ceil(until.timestamp() / seconds) * seconds, UTC)


def in_time(counts: Counter[tuple[datetime, str]]) -> tuple[Held, ...]:
    """Counts by end and packed words, in the order of time."""
    return tuple(Held(until, count, Words.unpack(words)) for (until, words), count in sorted(counts.items()))

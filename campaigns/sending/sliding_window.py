"""Sliding windows over the times of earlier submissions to one number. Pure."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from providers.contract.gateway import Frequency

MARGIN = 1.0
"""Seconds by which two submissions lie further apart than the window says. A provider that keeps whole seconds may see
a distance up to one second shorter than ours, and the second request may need less time on its way than the first."""


def effective(frequencies: Sequence[Frequency], learned: Mapping[str, int]) -> tuple[Frequency, ...]:
    """The limits with what the provider's refusals have taught: it only lowers them, and never below one."""
    return tuple(
        replace(limit, most=max(1, min(limit.most, int(learned.get(limit.name, limit.most))))) for limit in frequencies
    )


def free_at(recent: Sequence[float], frequencies: Sequence[Frequency], now: float) -> float:
    """The earliest time, not before *now*, at which one more submission breaks no window.

    *recent* are the Unix seconds of earlier submissions in ascending order. They may lie after *now*, because other
    workers' clocks write them too; such a one counts in every window.
    """
    wait = waits(recent, frequencies, now)
    return wait[0] if wait else now


def waits(recent: Sequence[float], frequencies: Sequence[Frequency], now: float) -> tuple[float, Frequency] | None:
    """Until when a number has to wait and for which limit, or None when it is free (see :func:`free_at`)."""
    filled = [
        (recent[-limit.most] + limit.seconds + MARGIN, limit) for limit in frequencies if len(recent) >= limit.most
    ]
    latest = max(filled, key=lambda one: one[0], default=None)
    return latest if latest and latest[0] > now else None


def kept(recent: Sequence[float], frequencies: Sequence[Frequency], now: float) -> list[float]:
    """*recent* without what no window reaches any more."""
    longest = max((limit.seconds for limit in frequencies), default=0.0)
    return list(recent[bisect_right(recent, now - longest - MARGIN) :])


def within(recent: Sequence[float], seconds: float, end: float) -> int:
    """How many of *recent* lie in the window of *seconds* before *end*, which itself does not count."""
    return sum(end - seconds < time < end for time in recent)

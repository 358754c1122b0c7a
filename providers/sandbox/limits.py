"""How often one number may be submitted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from providers.contract.rehearsal import Frequency

DAY_SECONDS = 86_400.0
CHINA_SECONDS = 8 * 3600.0


def day_start(at: float) -> float:
    """Midnight in China before the Unix time *at*."""
    return at - (at + CHINA_SECONDS) % DAY_SECONDS


class NumberLimits:
    """Remembers the accepted submissions of the day and judges the next one; seconds and minutes are sliding."""

    def __init__(self, rules: Sequence[Frequency]) -> None:
        self._rules = rules
        self._day = 0.0
        self._times: defaultdict[str, list[float]] = defaultdict(list)

    def broken(self, number: str, at: float) -> str:
        """The code of the first rule that a submission now would break, or ``""``."""
        times = self._times.get(number)
        if not times:
            return ""
        for rule in self._rules:
            since = at - rule.seconds if rule.seconds else day_start(at)
            if sum(time >= since for time in times) >= rule.most:
                return rule.code
        return ""

    def count(self, numbers: Iterable[str], at: float) -> None:
        if not self._rules:
            return
        self._forget_yesterday(at)
        for number in numbers:
            self._times[number].append(at)

    def clear(self) -> None:
        self._times.clear()

    def _forget_yesterday(self, at: float) -> None:
        today = day_start(at)
        if today == self._day:
            return
        self._day = today
        # A minute rule may still look across midnight.
        keep = today - 60
        recent = {number: [time for time in times if time >= keep] for number, times in self._times.items()}
        self._times = defaultdict(list, {number: times for number, times in recent.items() if times})

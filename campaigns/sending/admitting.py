"""Who of the wanted may be sent to after all, as the database knows it when the account's gate is locked."""

from collections.abc import Sequence
from datetime import datetime

from notifyadmin.db.sql import fetch_each, rows
from notifyadmin.db.statement import Rows, Statement
from providers.contract.gateway import Frequency

from .chunk_leases import Aside, Wanted
from .holding import Hold
from .number_limits import judge, reading, recent_in
from .plan import only
from .suppressing import looking_up, without_suppressed

LOOK_AHEAD = 32
"""So many people may be looked up in vain, because it is not known yet how many requests may leave."""


class Admitting:
    """Goes through the wanted of one turn from the front. Needs the transaction that holds the lock of the gate.

    ``recent`` is when the numbers of the admitted were used, these uses included; ``asides`` are those who keep a limit
    per number by waiting.
    """

    def __init__(self, account_id: int, frequencies: Sequence[Frequency]) -> None:
        self.recent: dict[str, list[float]] = {}
        self.asides: list[Aside] = []
        self._account_id, self._frequencies = account_id, frequencies
        self._found: Sequence[Rows] = ()

    def looking_ahead(self, wanted: Sequence[Wanted]) -> list[Statement | None]:
        """For all *wanted*, if they are few: asked together with what opens the gate, to save a way to the database."""
        few = sum(len(request.members) for _, request in wanted) <= LOOK_AHEAD
        return self._looking(wanted) if wanted and few else []

    def looked(self, found: Sequence[Rows]) -> None:
        """What :meth:`looking_ahead` has found."""
        self._found = found

    def admit(self, some: Sequence[Wanted], now: datetime) -> Sequence[Wanted]:
        """The next ones, without those whom a receipt of an earlier request has reached since they were planned, the
        suppressed, and those who have to wait for a limit per number."""
        found = self._found or fetch_each(self._looking(some))
        suppressed, reached, lately = found
        # What is known of a number already is newer.
        self.recent = recent_in(lately) | self.recent
        left = without({pk for (pk,) in reached}, some) if reached else some
        return self._within_limits(without_suppressed(left, {number for (number,) in suppressed}, now), now)

    def _looking(self, some: Sequence[Wanted]) -> list[Statement | None]:
        numbers = {member.number for _, request in some for member in request.members} if self._frequencies else set()
        used = reading(self._account_id, numbers) if numbers else None
        return [looking_up(some), _looking_for_reached(some), used]

    def _within_limits(self, some: Sequence[Wanted], now: datetime) -> Sequence[Wanted]:
        if not self._frequencies:
            return some
        numbers = [(member.id, member.number) for _, request in some for member in request.members]
        admission = judge(self.recent, self._frequencies, numbers, now)
        if not admission.holds:
            return some
        self.asides += map(_aside, admission.holds)
        return without({hold.id for hold in admission.holds}, some)


def without(ids: set[int], some: Sequence[Wanted]) -> list[Wanted]:
    """*some* without the recipients *ids*, and without requests that would be for nobody."""
    kept = (
        (claim, only(request, [place for place, one in enumerate(request.members) if one.id not in ids]))
        for claim, request in some
    )
    return [(claim, request) for claim, request in kept if request.members]


def _aside(hold: Hold) -> Aside:
    return Aside(hold.id, hold.words, hold.until)


def _looking_for_reached(some: Sequence[Wanted]) -> Statement | None:
    tried = [(member.id,) for _, request in some for member in request.members if member.attempts]
    if not tried:
        return None
    source, parameter = rows({"id": "bigint"}, tried)
    sql = f"""
        SELECT r.id FROM campaigns_recipient r JOIN {source} ON v.id = r.id WHERE r.state NOT IN ('pending', 'held')
    """  # noqa: S608
    return Statement(sql, [parameter])

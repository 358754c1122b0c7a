"""Whom the local records of what left name, by campaign: one bit for each position."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from campaigns.models import Campaign, Submission, SubmissionState
from campaigns.sending.departures import reading
from campaigns.sending.departures.reading import Left
from campaigns.sending.plan import in_order

AT_ONCE = 1000


@dataclass(slots=True)
class Named:
    """The people of one campaign whom the records name, the first moment at which, and in how many requests."""

    at: datetime
    requests: int = 0
    bits: bytearray = field(default_factory=bytearray)

    def add(self, positions: str, total: int) -> None:
        for position in in_order(positions):
            if position <= total:
                place = position >> 3
                if place >= len(self.bits):
                    self.bits.extend(bytes(place + 1 - len(self.bits)))
                self.bits[place] |= 1 << (position & 7)

    def __contains__(self, position: object) -> bool:
        if not isinstance(position, int):
            return False
        place = position >> 3
        return place < len(self.bits) and bool(self.bits[place] >> (position & 7) & 1)


@dataclass(slots=True)
class Records:
    """By campaign's key; ``elsewhere`` counts by reference the requests of campaigns that are not in this database."""

    named: dict[int, Named] = field(default_factory=dict)
    elsewhere: dict[str, int] = field(default_factory=dict)


def read_since(moment: datetime, taken_at: datetime) -> Records | None:
    """What left since *moment* and whose outcome this database, which is of *taken_at*, does not know. None where the
    records do not reach back that far. Memory is a bit for each recipient."""
    if not reading.covers(moment, taken_at):
        return None
    records = Records()
    left = reading.left_since(moment)
    while some := list(islice(left, AT_ONCE)):
        _take(records, _unsettled(some))
    return records


def _unsettled(left: Sequence[Left]) -> list[Left]:
    """Without those whose outcome is here: their people have the state that it gave them."""
    rows = Submission.objects.filter(reference__in=[one.reference for one in left])
    settled = set(rows.exclude(state=SubmissionState.INTENT).values_list("reference", flat=True))
    return [one for one in left if one.reference not in settled]


def _take(records: Records, left: Sequence[Left]) -> None:
    rows = Campaign.objects.filter(reference__in={one.campaign for one in left})
    known = {reference: (pk, total) for reference, pk, total in rows.values_list("reference", "pk", "total")}
    for one in left:
        if one.campaign not in known:
            records.elsewhere[one.campaign] = records.elsewhere.get(one.campaign, 0) + 1
            continue
        pk, total = known[one.campaign]
        named = records.named.setdefault(pk, Named(one.at))
        named.at, named.requests = min(named.at, one.at), named.requests + 1
        named.add(one.positions, total)

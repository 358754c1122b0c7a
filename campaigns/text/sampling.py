"""Looking at everybody, or at blocks from the whole of a large audience, where everybody would take too long."""

from dataclasses import dataclass

from campaigns.models import Campaign

from .predicting import block_starts

BLOCKS = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """``size`` of ``total`` recipients; ``sql`` is the condition on positions of the rows ``r`` with its parameters."""

    size: int
    total: int
    sql: str
    parameters: tuple[int, ...]

    @property
    def is_part(self) -> bool:
        return self.size < self.total


def sample(campaign: Campaign, most: int) -> Sample:
    """Up to *most* recipients of the campaign's audience: everybody, or blocks from the whole of it."""
    total = campaign.total
    if total <= most:
        return Sample(total, total, "r.position >= %s", (0,))
    block = most // BLOCKS
    ends = [(first, first + block - 1) for first in block_starts(total, most, block)]
    places = " OR ".join(["r.position BETWEEN %s AND %s"] * len(ends))
    return Sample(len(ends) * block, total, places, tuple(bound for pair in ends for bound in pair))

"""How long the texts of an audience are: from the shortest to the longest, and in how many parts they go."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from campaigns.models import Campaign
from campaigns.models.statuses import CampaignKind
from campaigns.text import placeholders
from campaigns.text.predicting import looked_at
from campaigns.text.preview import longest_text
from campaigns.text.sms import Size, size


@dataclass(slots=True)
class Extent:
    """What was found among ``looked`` of ``total`` recipients; ``missing`` of them lack a value and get nothing.

    ``shortest`` and ``longest`` are characters, ``position`` is who has the heaviest text: of messages the one with the
    most parts. ``parts`` counts messages by their number of parts, ``encodings`` by how they are coded; both are empty
    for what is read out. ``over`` counts those above ``limit``, the most characters that are read out.
    """

    total: int
    looked: int = 0
    missing: int = 0
    shortest: int = 0
    longest: int = 0
    position: int = 1
    limit: int | None = None
    over: int = 0
    weight: tuple[int, int] = (0, 0)
    parts: Counter[int] = field(default_factory=Counter)
    encodings: Counter[str] = field(default_factory=Counter)

    @property
    def is_sample(self) -> bool:
        return self.looked < self.total

    @property
    def measured(self) -> int:
        return self.looked - self.missing

    @property
    def by_parts(self) -> list[tuple[int, int]]:
        """(parts, messages), the fewest parts first."""
        return sorted(self.parts.items())

    @property
    def by_encoding(self) -> list[tuple[str, int]]:
        """(encoding, messages), the most common first."""
        return self.encodings.most_common()

    def add(self, position: int, text: str, times: int, measured: Size | None) -> None:
        """Count *text*, which *times* recipients get."""
        length = len(text)
        weight = (measured.parts, measured.units) if measured else (0, length)
        if weight > self.weight:
            self.weight, self.position = weight, position
        self.longest = max(self.longest, length)
        self.shortest = min(self.shortest or length, length)
        if self.limit is not None and length > self.limit:
            self.over += times
        if measured:
            self.parts[measured.parts] += times
            self.encodings[measured.encoding] += times


def extent(campaign: Campaign, text: str) -> Extent | None:
    """Look at everybody, or at a sample of a large audience (see predicting); None where nothing can be measured."""
    if not campaign.total or not text or not campaign.account.gateway.kinds[campaign.ability].has_text:
        return None
    is_message = campaign.kind == CampaignKind.SMS
    found = Extent(campaign.total, limit=None if is_message else longest_text(campaign))
    for position, written, times in _texts(campaign, text):
        found.looked += times
        if written is None:
            found.missing += 1
            continue
        found.add(position, written, times, size(written) if is_message else None)
    return found


def _texts(campaign: Campaign, text: str) -> Iterator[tuple[int, str | None, int]]:
    """(position, text or None where a value is missing, how many get it)."""
    if not placeholders.names(text):
        yield 1, text, campaign.total
        return
    for person in looked_at(campaign):
        try:
            yield person.position, placeholders.render(text, person.variables), 1
        except placeholders.MissingVariable:
            yield person.position, None, 1

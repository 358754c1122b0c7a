"""What a provider said to people whose failure no class describes, grouped by its own code, or else its own words.

In a large campaign that is read from a sample of both ends, as exact numbers would mean looking at everybody.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from campaigns.counters.selectors import CACHED_SECONDS
from campaigns.models import Campaign
from campaigns.models.recipient_reasons import readable
from notifyadmin.caching import kept
from notifyadmin.db.sql import fetch
from providers.contract.statuses import FailureClass
from providers.contract.words import Words

VAGUE = (FailureClass.NONE.value, FailureClass.OTHER.value)
"""Classes that leave open what was wrong."""

MOST_LINES = 5
COUNTED_UP_TO = 20_000
CACHED_ABOVE = 1_000
SAMPLE = 200
"""Rows from each end of a group."""

Key = tuple[int, str, str]
"""Campaign's id, state and failure class."""


@dataclass(frozen=True, slots=True)
class Said:
    """One code, or one sentence where there is none, and how many got it; None where only a sample was read."""

    code: str
    raw: str
    reason: str
    number: int | None

    @property
    def own(self) -> str:
        """The provider's own."""
        return " ".join(part for part in (self.code, self.raw) if part)

    @property
    def label(self) -> str:
        """The provider's own, or what we made of it; empty where there is neither."""
        return self.own or (readable(Words.unpack(self.reason).text) if self.reason else "")

    @property
    def text(self) -> str:
        """What finds these people in the list of recipients."""
        return self.raw if self.raw and self.raw == " ".join(self.raw.split()) else self.code


def said_to(campaign: Campaign, state: str, failure: str, number: int) -> list[Said]:
    """What was said to the *number* of people in *state* with *failure*, most first. One statement, or none."""
    if number <= CACHED_ABOVE:
        return _counted(campaign.pk, state, failure)
    read = _counted if number <= COUNTED_UP_TO else _from_sample
    key = f"said-{campaign.pk}-{state}-{failure}"
    return kept(key, lambda: read(campaign.pk, state, failure), CACHED_SECONDS)


def samples_of(keys: Iterable[Key]) -> dict[tuple[str, str], list[str]]:
    """By state and failure class what was said most in all campaigns of *keys*, from a sample. One statement."""
    counted: dict[tuple[str, str], Counter[str]] = {}
    for state, failure, code, raw, reason, number in _sampled(list(keys)):
        line = Said(code, raw, reason, number)
        if line.own:
            counted.setdefault((state, failure), Counter())[line.own] += line.number or 0
    return {key: [label for label, _number in labels.most_common(MOST_LINES)] for key, labels in counted.items()}


def unexplained() -> str:
    """The label of those to whom neither the provider nor this program gave a reason."""
    return gettext("No reason given")


_SAME = "code, CASE WHEN code = '' THEN raw ELSE '' END, CASE WHEN code = '' AND raw = '' THEN reason ELSE '' END"
_GROUPED = f"code, max(raw), max(reason), count(*) FROM {{rows}} GROUP BY {{more}}{_SAME}"


def _counted(campaign_id: int, state: str, failure: str) -> list[Said]:
    sql = _SELECT + " ORDER BY 4 DESC, 1, 2"
    return [Said(*row) for row in fetch(sql, [campaign_id, state, failure])]


_SELECT = "SELECT " + _GROUPED.format(
    rows="campaigns_recipient WHERE campaign_id = %s AND state = %s AND failure = %s", more=""
)


def _from_sample(campaign_id: int, state: str, failure: str) -> list[Said]:
    rows = sorted(_sampled([(campaign_id, state, failure)]), key=lambda row: -row[-1])
    return [Said(code, raw, reason, None) for _state, _failure, code, raw, reason, _number in rows]


def _sampled(keys: Sequence[Key]) -> list[tuple[str, str, str, str, str, int]]:
    if not keys:
        return []
    ends = " UNION ALL ".join(_ONE.format(order=order, most=SAMPLE) for _ in keys for order in ("ASC", "DESC"))
    sql = "SELECT state, failure, " + _GROUPED.format(rows=f"({ends}) AS samples", more="state, failure, ")
    found = fetch(sql, [value for key in keys for _ in range(2) for value in key])
    return [(state, failure, *rest) for state, failure, *rest in found]


_ONE = """SELECT * FROM (SELECT state, failure, code, raw, reason FROM campaigns_recipient
    WHERE campaign_id = %s AND state = %s AND failure = %s ORDER BY position {order} LIMIT {most}) AS sample"""

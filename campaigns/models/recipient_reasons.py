"""The reasons that occur in a campaign, found in a sample of every state and failure class."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import get_language, gettext

from campaigns.models import Campaign
from campaigns.models.campaign import CACHED_ABOVE
from campaigns.models.statuses import FAILURE_LABELS, RecipientState
from notifyadmin.caching import kept
from notifyadmin.db.sql import fetch
from providers.contract.statuses import FailureClass
from providers.contract.words import Words

SAMPLE = 200
"""Rows of each state and class, from both of its ends, in which reasons are looked for."""

KEPT_SECONDS = 60
MOST = 60


@dataclass(frozen=True, slots=True)
class Group:
    """How many of a campaign are in a state with a failure class, by the counters."""

    state: str
    failure: str
    amount: int


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence (without its values) that recipients in a state with a failure class have as their reason."""

    state: str
    failure: str
    text: str

    @property
    def packed(self) -> str:
        """As it stands in the address."""
        return f"{self.state}:{self.failure or 'none'}:{self.text}"

    @property
    def label(self) -> str:
        where = [str(RecipientState(self.state).label), class_label(self.failure)]
        return f"{' · '.join(filter(None, where))}: {readable(self.text)}"


def class_label(failure: str) -> str:
    """The failure class as people read it; nothing for none."""
    known = FailureClass.known(failure)
    return str(FAILURE_LABELS[FailureClass.OTHER if known is None else known])


def readable(text: str) -> str:
    """The sentence in the reader's language, with an ellipsis for each of its values."""
    translated = gettext(text)
    try:
        return translated % _Anything()
    except (TypeError, ValueError):
        return translated


class _Anything(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"


def occurring(campaign: Campaign, groups: Sequence[Group]) -> list[Reason]:
    """The reasons of *groups*, the campaign's; what is rare may be missing, and is found by its text.

    One statement; for large campaigns kept for a minute.
    """
    if campaign.total <= CACHED_ABOVE:
        return _occurring(campaign, groups)
    return kept(f"reasons-{campaign.pk}", lambda: _occurring(campaign, groups), KEPT_SECONDS)


def _occurring(campaign: Campaign, groups: Sequence[Group]) -> list[Reason]:
    found = {Reason(state, failure, Words.unpack(packed).text) for state, failure, packed in _sampled(campaign, groups)}
    in_order = sorted(found, key=lambda reason: (reason.state, reason.failure, reason.text))[:MOST]
    _remember(in_order)
    return in_order


def named(text: str) -> list[str]:
    """The sentences among those lately seen as reasons that have *text* in them as their reader reads them."""
    if get_language() == "en":
        return []  # the sentences are English, and the search in the column finds them
    seen: dict[str, None] = cache.get(_SEEN) or {}
    return [sentence for sentence in seen if text.casefold() in readable(sentence).casefold()]


_SEEN = "reasons-seen"
_MOST_SEEN = 500


def _remember(found: Iterable[Reason]) -> None:
    seen: dict[str, None] = cache.get(_SEEN) or {}
    seen |= dict.fromkeys(reason.text for reason in found)
    cache.set(_SEEN, dict(list(seen.items())[-_MOST_SEEN:]), 24 * 3600)


def _sampled(campaign: Campaign, groups: Sequence[Group]) -> list[tuple[str, str, str]]:
    """(state, failure class, reason) of rows at both ends of every group."""
    samples, parameters = [], []
    for group in groups:
        for order in ("ASC", "DESC"):
            samples.append(_ONE.format(order=order, most=SAMPLE))
            parameters += [campaign.pk, group.state, group.failure]
    if not samples:
        return []
    union = " UNION ALL ".join(samples)
    sql = f"SELECT DISTINCT state, failure, reason FROM ({union}) AS samples WHERE reason <> ''"  # noqa: S608
    return [(state, failure, reason) for state, failure, reason in fetch(sql, parameters)]


_ONE = """
    SELECT * FROM (SELECT state, failure, reason FROM campaigns_recipient
    WHERE campaign_id = %s AND state = %s AND failure = %s ORDER BY position {order} LIMIT {most}) AS sample
"""

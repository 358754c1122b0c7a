"""What pages ask about lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.models import AudienceProblem, Campaign, ListFile, ListPurpose, ListState, RowFate

PER_PAGE = 100
MOST_NAMED = 3
"""Earlier campaigns that are named; more would hide what the warning says."""

_FATES = (
    (RowFate.DUPLICATE, "duplicates", "expired"),
    (RowFate.KNOWN, "known", "submitted"),
    (RowFate.SUPPRESSED, "suppressed", "skipped"),
    (RowFate.BAD, "bad", "rejected"),
)
"""Fate, the column that counts it, and its colour."""


@dataclass(frozen=True, slots=True)
class SentBefore:
    """A list of this campaign whose very content went out with another campaign of the same kind."""

    digest: str
    list_name: str
    campaign_id: int
    campaign_name: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the rows that were left out; ``after`` is where the next ones begin, 0 if there are none."""

    problems: Sequence[AudienceProblem]
    after: int


def sent_before(campaign: Campaign) -> list[SentBefore]:
    """The lists of *campaign* whose content was sent before by a started campaign of its kind, newest first.

    Two queries, whatever the number of lists; only the newest few are named.
    """
    digests = dict(campaign.lists.exclude(digest="").values_list("digest", "name"))
    if not digests:
        return []
    earlier = (
        ListFile.objects.filter(digest__in=digests, purpose=ListPurpose.AUDIENCE, good__gt=0)
        .filter(campaign__kind=campaign.kind, campaign__started_at__isnull=False, campaign__test_of__isnull=True)
        .exclude(campaign_id=campaign.pk)
        .order_by("-campaign__started_at")
        .values_list("digest", "campaign_id", "campaign__name", "campaign__started_at")
    )
    return [
        SentBefore(digest, digests[digest], campaign_id, name, started_at)
        for digest, campaign_id, name, started_at in earlier[:MOST_NAMED]
        if started_at is not None
    ]


def being_read(campaign: Campaign) -> bool:
    """Whether a list of *campaign* is still being read: then its audience is not complete."""
    return campaign.lists.filter(state=ListState.READING).exists()


def parts(list_file: ListFile, good_label: Any) -> list[tuple[str, Any, int, str]]:
    """(colour, label, number, fate) of everything that became of the rows; the numbers add up to ``rows``."""
    others = [(colour, fate.label, getattr(list_file, column), str(fate)) for fate, column, colour in _FATES]
    return [("delivered", good_label, list_file.good, ""), *others]


def left_out(list_file: ListFile) -> int:
    """Rows that were not taken, for whatever reason."""
    return list_file.bad + list_file.duplicates + list_file.known + list_file.suppressed


def problems_page(list_file: ListFile, fate: str = "", after: int = 0, most: int = PER_PAGE) -> Page:
    """Rows that were left out, in the order of the list, only of the *fate* if one is given; *after* an id."""
    rows = AudienceProblem.objects.filter(list_file=list_file, id__gt=after).order_by("id")
    if fate in RowFate.values:
        rows = rows.filter(fate=fate)
    found = list(rows[: most + 1])
    return Page(found[:most], found[most - 1].pk if len(found) > most else 0)

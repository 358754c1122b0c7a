"""References of ours that this database never wrote: whoever says one knows of requests that are not in it."""

import re
from collections.abc import Iterable

from campaigns.models import Campaign, Submission
from campaigns.models.campaign import TAG_LENGTH, tag_of

from . import services

REFERENCE = re.compile(
    r"(?P<submission>(?P<campaign>[0-9a-z]{10})-\d{1,9}-(?P<token>\d{1,9})-\d{1,9})(?:\.(?P<position>\d{1,9}))?"
)
"""A request's reference, with the position of one of its people or without."""


def foreign(references: Iterable[str]) -> set[str]:
    """Those of our requests that this database never wrote.

    Of our requests is what names a campaign that is here, or one that is not but was made by this installation. What
    was called so before the database was last accepted is known to be lost.
    """
    asked = {parts["submission"]: parts for text in references if (parts := REFERENCE.fullmatch(text.strip()))}
    if not asked:
        return set()
    chosen = Submission.objects.filter(reference__in=list(asked))
    unwritten = set(asked) - set(chosen.values_list("reference", flat=True))
    if not unwritten:
        return set()
    row = services.installation()
    ours = _campaigns({asked[submission]["campaign"] for submission in unwritten}, tag_of(row.identity))
    return {
        submission
        for submission in unwritten
        if asked[submission]["campaign"] in ours and int(asked[submission]["token"]) >= row.token_base
    }


def _campaigns(names: set[str], tag: str) -> set[str]:
    here = set(Campaign.objects.filter(reference__in=list(names)).values_list("reference", flat=True))
    return here | {name for name in names if name[:TAG_LENGTH] == tag}

"""Which requests were about a recipient, also those whose outcome never reached its row."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from campaigns.models import Chunk, Recipient, Submission, SubmissionState
from campaigns.sending.plan import in_positions

LOST = SubmissionState.LOST


def submissions_by_recipient(
    recipients: Sequence[Recipient], states: Iterable[str], since: datetime, until: datetime
) -> Mapping[int, list[Submission]]:
    """The submissions in *states*, started from *since* to *until*, by recipient's id. Two queries.

    One that is LOST may have started at any time until it ended.
    """
    chunks = _chunks(recipients)
    found: dict[int, list[Submission]] = {}
    then = Q(started_at__range=(since, until)) | Q(state=LOST, started_at__lte=until, finished_at__gte=since)
    submissions = Submission.objects.filter(
        then, chunk_id__in={chunk_id for chunk_id in chunks.values() if chunk_id}, state__in=list(states)
    ).only("id", "chunk_id", "positions", "state", "started_at", "finished_at")
    by_chunk: dict[int, list[Submission]] = {}
    for submission in submissions:
        by_chunk.setdefault(submission.chunk_id, []).append(submission)
    for recipient in recipients:
        beside = by_chunk.get(chunks[recipient.pk] or 0, [])
        found[recipient.pk] = [one for one in beside if in_positions(recipient.position, one.positions)]
    return found


def _chunks(recipients: Sequence[Recipient]) -> dict[int, int | None]:
    """The chunk that each recipient is in."""
    ranges: dict[int, list[tuple[int, int, int]]] = {}
    campaigns = {recipient.campaign_id for recipient in recipients}
    for campaign_id, first, last, pk in Chunk.objects.filter(campaign_id__in=campaigns).values_list(
        "campaign_id", "first", "last", "pk"
    ):
        ranges.setdefault(campaign_id, []).append((first, last, pk))
    return {recipient.pk: _chunk_of(recipient, ranges.get(recipient.campaign_id, [])) for recipient in recipients}


def _chunk_of(recipient: Recipient, ranges: Iterable[tuple[int, int, int]]) -> int | None:
    return next((pk for first, last, pk in ranges if first <= recipient.position <= last), None)

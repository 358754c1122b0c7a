"""Recipients are numbered by position and cut into chunks, which is what workers claim."""

from django.utils import timezone

from campaigns.models import Campaign, Chunk
from campaigns.models.campaign import CHUNK_SIZE
from campaigns.sending.departures.services import token_base


def cut_into_chunks(campaign: Campaign, first: int) -> None:
    """Chunks for the positions from *first* to the total; a last chunk that has room is filled up before.

    They are due at once, so that starting a campaign need not touch them: what does not run is not claimed.
    """
    last = Chunk.objects.filter(campaign=campaign).order_by("-number").first()
    if last is not None and last.last < last.first + CHUNK_SIZE - 1:
        last.last = min(last.first + CHUNK_SIZE - 1, campaign.total)
        last.save(update_fields=["last"])
        first = last.last + 1
    number = last.number + 1 if last else 1
    now, token = timezone.now(), token_base()
    Chunk.objects.bulk_create(
        Chunk(
            campaign=campaign,
            number=number + place,
            first=start,
            last=min(start + CHUNK_SIZE - 1, campaign.total),
            next_attempt_at=now,
            token=token,
        )
        for place, start in enumerate(range(first, campaign.total + 1, CHUNK_SIZE))
    )

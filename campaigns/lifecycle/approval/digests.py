"""What of a campaign an approval is about, as one value that changes whenever any of it does."""

import hashlib
import json
from typing import Any

from campaigns.models import Campaign, Chunk, Recipient

COLUMNS = (
    *("kind", "account_id", "text", "voice_file_id", "template_id", "options", "columns", "total"),
    *("time_zone", "window_days", "window_from", "window_until", "spread_until", "per_minute"),
)
"""The moment of the start is not among them: who may start chooses it after the approval. Neither is the suppression
list, which only ever takes people out."""


def digest(campaign: Campaign) -> str:
    """64 hexadecimal digits. *campaign* is as the database has it. As quick for a million recipients as for some."""
    told: dict[str, Any] = {name: getattr(campaign, name) for name in COLUMNS}
    told["template"] = [campaign.template.provider_id, campaign.template.text] if campaign.template else None
    told["voice_file"] = campaign.voice_file.digest if campaign.voice_file else None
    told["audience"] = _audience(campaign)
    written = json.dumps(told, sort_keys=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()


def _audience(campaign: Campaign) -> list[Any]:
    """Chunks are made with the people in them and never used again; rows get new keys, and none is changed in place."""
    chunks = Chunk.objects.filter(campaign=campaign).order_by("number").values_list("pk", "first", "last")
    people = Recipient.objects.filter(campaign=campaign).values_list("pk", "number")
    ends = [people.order_by("position").first(), people.order_by("-position").first()]
    return [list(chunks), ends]

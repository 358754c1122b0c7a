"""What is sent: accounts at the stand-in provider, and campaigns of any size, made by the import's bulk path."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from campaigns.models import Campaign, Chunk, Recipient, Submission, Tally, recipient_rows
from campaigns.models.campaign import CHUNK_SIZE
from campaigns.models.statuses import CampaignState, RecipientState
from providers import registry
from providers.contract.abilities import Ability
from providers.contract.rehearsal import Rehearsal
from providers.models import Account, VoiceFile, VoiceFileCopy
from providers.sandbox.mounts import rehearsals
from providers.voicetemplates.services import take_over

BATCH = 1000
WAITING = ("pending", "held", "submitting")
_COLUMN = "code"
_serial = count(1)


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to send: a gateway that can be rehearsed, a kind of campaign, and callees per request."""

    rehearsal: Rehearsal
    kind: Ability
    callees: int


def batch(kind: Ability = Ability.VOICE_FILE) -> Shape:
    """A gateway that takes a thousand callees of *kind* in one request."""
    return next(shape for shape in _shapes() if shape.kind == kind and shape.callees >= BATCH)


def single() -> Shape:
    """A gateway that takes one number per request."""
    return next(shape for shape in _shapes() if shape.kind == Ability.VOICE_TEMPLATE and shape.callees == 1)


def _shapes() -> Iterator[Shape]:
    for slug, rehearsal in sorted(rehearsals().items()):
        for kind, facts in registry.get(slug).kinds.items():
            yield Shape(rehearsal, kind, facts.max_callees)


def account(shape: Shape, url: str, **columns: Any) -> Account:
    """An account at the stand-in provider *url* that fills requests as far as the documents allow."""
    known = {field.name for field in registry.get(shape.rehearsal.slug).settings}
    limit = f"max_callees_{shape.kind}"
    made = Account(
        name=f"bench {os.getpid()} {next(_serial)}",
        provider=shape.rehearsal.slug,
        settings={limit: min(shape.callees, BATCH)} if limit in known else {},
        **columns,
    )
    made.set_credentials({"base_url": url + shape.rehearsal.base_path, **shape.rehearsal.credentials})
    made.save()
    return made


@transaction.atomic
def draft(shape: Shape, at: Account, recipients: int) -> Campaign:
    """A draft for *recipients* different numbers, cut into chunks as an imported list is."""
    campaign = Campaign.objects.create(
        name=f"bench {next(_serial)}", kind=shape.kind, account=at, total=recipients, **_content(shape, at)
    )
    recipient_rows.insert(Recipient, _columns(), _rows(shape, campaign))
    now, starts = timezone.now(), range(1, recipients + 1, CHUNK_SIZE)
    Chunk.objects.bulk_create(
        Chunk(
            campaign=campaign,
            number=number,
            first=first,
            last=min(first + CHUNK_SIZE - 1, recipients),
            next_attempt_at=now,
        )
        for number, first in enumerate(starts, 1)
    )
    _analyze()
    return campaign


def waiting(campaigns: Sequence[Campaign]) -> int:
    """How many recipients of *campaigns* have not been settled yet."""
    rows = Tally.objects.filter(campaign__in=campaigns, state__in=WAITING)
    return int(rows.aggregate(sum=Sum("amount"))["sum"] or 0)


def submitted(campaign: Campaign) -> int:
    """How many recipients the provider has taken, by looking at every one of them."""
    return campaign.recipients.filter(state=RecipientState.SUBMITTED).count()


def rewind(campaign: Campaign) -> None:
    """Make a draft of a stopped campaign again, as if it had never been started."""
    moved = Recipient.objects.filter(campaign=campaign).exclude(state=RecipientState.PENDING)
    moved.update(state=RecipientState.PENDING, submission=None, provider_id="", attempts=0)
    Submission.objects.filter(campaign=campaign).delete()
    campaign.chunks.update(token=0, lease_until=None, next_attempt_at=timezone.now())
    Campaign.objects.filter(pk=campaign.pk).update(state=CampaignState.DRAFT, started_at=None)
    campaign.refresh_from_db()


def _content(shape: Shape, at: Account) -> Mapping[str, Any]:
    if shape.kind == Ability.VOICE_FILE:
        file = VoiceFile.objects.create(name="bench")
        VoiceFileCopy.objects.create(voice_file=file, account=at, file_id=shape.rehearsal.file_id)
        return {"voice_file": file}
    if shape.kind == Ability.VOICE_TEMPLATE:
        assert shape.rehearsal.template
        known = shape.rehearsal.template
        variable = registry.get(shape.rehearsal.slug).template_variable
        template = take_over(account=at, name="bench", provider_id=known.id, text=known.text, by=None)
        text = known.text.replace(variable, f"{{{_COLUMN}}}")
        return {"template": template, "text": text, "columns": [_COLUMN]}
    return {"text": "Your parcel waits for you.", "columns": [_COLUMN]}


_OWN_COLUMNS = ("campaign_id", "position", "number", "variables", "state")


def defaults_without(*columns: str) -> dict[str, Any]:
    """What must have a value in every new row of a recipient and is not among *columns*."""
    return {
        str(field.column): field.get_default()
        for field in Recipient._meta.concrete_fields
        if not field.primary_key and not field.null and field.column not in columns
    }


def _others() -> dict[str, Any]:
    """The columns that must have a value and have the same in every new row."""
    return defaults_without(*_OWN_COLUMNS)


def _columns() -> tuple[str, ...]:
    return (*_OWN_COLUMNS, *_others())


def _rows(shape: Shape, campaign: Campaign) -> Iterator[tuple[Any, ...]]:
    rest = tuple(_others().values())
    for position in range(1, campaign.total + 1):
        variables = json.dumps({_COLUMN: str(1000 + position)})
        yield (campaign.pk, position, shape.rehearsal.number_for(position), variables, "pending", *rest)


def _analyze() -> None:
    # As autovacuum does soon after an import; without it the first plans of a run are guesses.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE campaigns_recipient")
        cursor.execute("ANALYZE campaigns_chunk")


_SEGMENTS = 7


def make_room_in_log() -> None:
    """Let PostgreSQL have segments of its log to use again, as a server has that has run for a while.

    A fresh one makes each of them, 16 MB, while everybody waits: some 60 ms for every 5,000 requests.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for _ in range(_SEGMENTS):
            cursor.execute("SELECT pg_logical_emit_message(true, 'bench', ''), pg_switch_wal()")
        cursor.execute("CHECKPOINT")

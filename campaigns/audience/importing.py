"""Rows into a draft campaign's audience, and out of it again."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from campaigns.models import AudienceProblem, Campaign, Chunk, Recipient
from campaigns.models.campaign import CHUNK_SIZE
from campaigns.statuses import CampaignState, RecipientState
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words, gettext_noop

from . import bulk
from .judging import Bad, Good, Judge, Judgement
from .reading import Row

TYPED_LENGTH = 60
SHOWN_CELL = 300

_RECIPIENT_COLUMNS = (
    *("campaign_id", "position", "number", "typed", "variables", "state"),
    *("failure", "reason", "code", "raw", "attempts", "provider_id", "cost", "currency"),
)
_PROBLEM_COLUMNS = ("campaign_id", "row", "number", "words", "values", "cells")


class NotADraft(Refusal):
    """The campaign has left the state in which it may be changed."""

    def __init__(self) -> None:
        super().__init__(Words(gettext_noop("A campaign can only be changed while it is a draft.")))


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many rows became recipients, how many were repeated numbers, and how many were bad otherwise."""

    good: int
    bad: int
    duplicates: int

    @property
    def rows(self) -> int:
        return self.good + self.bad + self.duplicates


def add_audience(campaign: Campaign, rows: Iterable[Row], columns: Sequence[str], home: str = "") -> ImportResult:
    """Add the good *rows* to the draft *campaign* and keep the others, with reasons, in place of the last list's.

    *columns* name the rows' values; *home* is the country of numbers without country code. One bad row never blocks
    a good one. Raises NotADraft.
    """
    judgement = Judge.of(campaign, columns, home).judge(rows)
    with transaction.atomic():
        locked = _locked(campaign)
        _set_aside_known(locked, judgement)
        _store_recipients(locked, judgement.good)
        _store_problems(locked, judgement.bad)
        added = [name for name in columns if name not in locked.columns]
        locked.columns = [*locked.columns, *added]
        locked.save(update_fields=["columns", "total", "updated_at"])
    campaign.total, campaign.columns = locked.total, locked.columns
    duplicates = sum(bad.duplicate for bad in judgement.bad)
    return ImportResult(len(judgement.good), len(judgement.bad) - duplicates, duplicates)


def clear_audience(campaign: Campaign) -> None:
    """Take everybody out of the draft *campaign* again. Raises NotADraft."""
    with transaction.atomic():
        locked = _locked(campaign)
        # Straight deletes: nobody in a draft has receipts or submissions, and the database would refuse if so.
        for model in (Recipient, Chunk, AudienceProblem):
            rows = model.objects.filter(campaign=locked)
            rows._raw_delete(rows.db)
        locked.total, locked.columns = 0, []
        locked.save(update_fields=["columns", "total", "updated_at"])
    campaign.total, campaign.columns = 0, []


def _locked(campaign: Campaign) -> Campaign:
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.state != CampaignState.DRAFT:
        raise NotADraft
    return locked


def _set_aside_known(campaign: Campaign, judgement: Judgement) -> None:
    if not campaign.total:
        return
    known = set(Recipient.objects.filter(campaign=campaign).values_list("number", flat=True))
    words = Words(gettext_noop("This number is already in the campaign."))
    repeated = [Bad(good.row, words, duplicate=True) for good in judgement.good if good.number in known]
    judgement.good = [good for good in judgement.good if good.number not in known]
    judgement.bad = sorted([*judgement.bad, *repeated], key=lambda bad: bad.row.row)


def _store_recipients(campaign: Campaign, good: Sequence[Good]) -> None:
    first = campaign.total + 1
    rows = (_recipient_row(campaign.pk, position, person) for position, person in enumerate(good, first))
    bulk.insert(Recipient, _RECIPIENT_COLUMNS, rows)
    campaign.total += len(good)
    cut_into_chunks(campaign, first)


def _recipient_row(campaign_id: int, position: int, good: Good) -> tuple[object, ...]:
    # Escaped as Django itself writes JSON: SQLite compares the keys of its paths letter by letter.
    variables = json.dumps(good.variables)
    typed = _storable(good.row.number)[:TYPED_LENGTH]
    state = RecipientState.PENDING.value
    return (campaign_id, position, good.number, typed, variables, state, "", "", "", "", 0, "", "", "")


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
    now = timezone.now()
    Chunk.objects.bulk_create(
        Chunk(
            campaign=campaign,
            number=number + place,
            first=start,
            last=min(start + CHUNK_SIZE - 1, campaign.total),
            next_attempt_at=now,
        )
        for place, start in enumerate(range(first, campaign.total + 1, CHUNK_SIZE))
    )


def _store_problems(campaign: Campaign, bad: Iterable[Bad]) -> None:
    earlier = AudienceProblem.objects.filter(campaign=campaign)
    earlier._raw_delete(earlier.db)
    bulk.insert(AudienceProblem, _PROBLEM_COLUMNS, _problem_rows(campaign.pk, bad))


def _problem_rows(campaign_id: int, bad: Iterable[Bad]) -> Iterator[tuple[object, ...]]:
    for problem in bad:
        values = {name: _storable(value) for name, value in problem.words.values.items()}
        cells = [_storable(cell)[:SHOWN_CELL] for cell in problem.row.cells]
        number = _storable(problem.row.number)[:TYPED_LENGTH]
        yield (
            campaign_id,
            problem.row.row,
            number,
            problem.words.text,
            json.dumps(values, ensure_ascii=False),
            json.dumps(cells, ensure_ascii=False),
        )


def _storable(value: object) -> object:
    # No database keeps NUL, and single surrogates cannot be written in UTF-8.
    if not isinstance(value, str):
        return value
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()

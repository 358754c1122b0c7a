"""A contact list, or some of it, as the audience of a draft campaign, as if it had been brought as a file.

Set-based and in batches: of each, the numbers are judged, and one statement copies whoever is fit. Each batch is a
transaction of its own, so that nobody waits for a large list, and counts what it did in the same transaction.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F

from campaigns.models import (
    AudienceProblem,
    Campaign,
    ContactList,
    ListFile,
    ListPurpose,
    ListState,
    Recipient,
    RowFate,
    recipient_rows,
)
from campaigns.models.new_recipients import insert_select
from campaigns.models.statuses import CampaignState
from campaigns.models.suppressed import suppressed
from campaigns.people.audience import working
from campaigns.people.audience.chunks import cut_into_chunks
from campaigns.people.audience.destinations import NotADraft, known_numbers
from campaigns.people.audience.job import JOB
from campaigns.text import placeholders
from notifyadmin.db.sql import rows
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words, gettext_noop

from .selectors import Choice

BATCH = 20_000

NOBODY = Words(gettext_noop("Nobody in this contact list fits these tags."))
KNOWN = Words(gettext_noop("This number is already in the campaign."))
SUPPRESSED = Words(gettext_noop("This number is on the suppression list."))
EMPTY = gettext_noop("“%(column)s” is empty for this contact, and the text needs it.")

_PROBLEM_COLUMNS = ("row", "number", "fate", "words", "values", "cells")
_COPIED = {"id": "bigint", "place": "int"}

Contact = tuple[int, str, str]
"""Id, number, and the values as JSON text where somebody needs them."""


@dataclass(slots=True)
class _Sorted:
    """A batch: who is taken, and the problems of the others as (row, number, fate, words)."""

    taken: list[tuple[int, int]] = field(default_factory=list)
    left_out: list[tuple[int, str, RowFate, Words]] = field(default_factory=list)

    def count(self, fate: RowFate) -> int:
        return sum(one[2] == fate for one in self.left_out)


def take(campaign: Campaign, choice: Choice, user: AbstractBaseUser | None) -> ListFile:
    """Copy the chosen contacts into the draft *campaign*; returns the list that stands for them, as far as it is.

    Numbers that are suppressed, in the campaign already or not fit for its account are left out with a reason. Of a
    long list only the beginning is copied at once; a worker does the rest, as of any list that is read. Raises Refusal
    when nobody is chosen, NotADraft.
    """
    if campaign.state != CampaignState.DRAFT:
        raise NotADraft
    size = choice.rows().count()
    if not size:
        raise Refusal(NOBODY)
    made = _list_for(campaign, choice, size, user)
    working.read(made.pk, seconds=working.AT_ONCE_SECONDS)
    made.refresh_from_db()
    campaign.refresh_from_db(fields=["total", "columns"])
    return made


def take_on(made: ListFile, going: Callable[[], bool]) -> bool:
    """Copy on behind the last contact of *made* as long as *going*; whether everybody was copied.

    The caller holds the list's lease and is in no transaction. Raises LostLease, NotADraft; what was copied stays.
    """
    choice = Choice(_contacts_of(made), made.options["having"], made.options["lacking"])
    campaign = made.campaign
    assert campaign is not None  # noqa: S101 - see _list_for
    needed = [name for name in placeholders.names(campaign.text) if name in choice.contact_list.columns]
    while batch := _next(choice, made, with_values=bool(needed)):
        with transaction.atomic():
            locked = _locked(campaign)
            found = _sort(batch, made.last_row, locked, needed)
            copied = _copy(found, locked, made)
            _keep_problems(found, locked, made)
            _count(batch, copied, found, made)
        if not going():
            return False
    return True


def _contacts_of(made: ListFile) -> ContactList:
    assert made.contact_list is not None  # noqa: S101 - a list without one is read from its file
    return made.contact_list


def _list_for(campaign: Campaign, choice: Choice, size: int, user: AbstractBaseUser | None) -> ListFile:
    columns = list(enumerate(choice.contact_list.columns, 1))
    return ListFile.objects.create(
        purpose=ListPurpose.AUDIENCE,
        campaign=campaign,
        campaign_kind=campaign.kind,
        contact_list=choice.contact_list,
        name=choice.name,
        size=size,
        state=ListState.READING,
        mapping={"header": False, "number": 0, "columns": [list(column) for column in columns], "home": ""},
        options={"having": list(choice.having), "lacking": list(choice.lacking), "behind": 0},
        created_by_id=user.pk if user else None,
    )


def _next(choice: Choice, made: ListFile, *, with_values: bool) -> list[Contact]:
    """The contacts behind the last one, by key: no query stays open between two transactions."""
    fields = ("pk", "number", "variables") if with_values else ("pk", "number", "number")
    behind = choice.rows().filter(pk__gt=made.options["behind"])
    return list(behind.order_by("pk").values_list(*fields)[:BATCH])


def _locked(campaign: Campaign) -> Campaign:
    locked = Campaign.objects.select_for_update(of=("self",)).select_related("account").get(pk=campaign.pk)
    if locked.state != CampaignState.DRAFT:
        raise NotADraft
    return locked


def _sort(batch: Iterable[Contact], row: int, campaign: Campaign, needed: list[str]) -> _Sorted:
    numbers = [number for _, number, _ in batch]
    forbidden, known = suppressed(numbers, campaign.kind), _known(campaign, numbers)
    unfit = _judge(campaign, needed)
    found = _Sorted()
    for place, (pk, number, values) in enumerate(batch, row + 1):
        if number in forbidden:
            found.left_out.append((place, number, RowFate.SUPPRESSED, SUPPRESSED))
        elif number in known:
            found.left_out.append((place, number, RowFate.KNOWN, KNOWN))
        elif words := unfit(number, values):
            found.left_out.append((place, number, RowFate.BAD, words))
        else:
            found.taken.append((pk, place))
    return found


def _known(campaign: Campaign, numbers: list[str]) -> set[str]:
    if not campaign.total:
        return set()
    return set(known_numbers(Recipient, "campaign_id", campaign.pk, numbers, None))


def _judge(campaign: Campaign, needed: list[str]) -> Callable[[str, object], Words | None]:
    gateway, kind = campaign.account.gateway, campaign.ability

    def unfit(number: str, values: object) -> Words | None:
        problem = gateway.number_problem(number, kind)
        if problem is not None:
            return problem.words
        missing = (name for name in needed if not (isinstance(values, dict) and values.get(name)))
        name = next(missing, None)
        return Words(EMPTY, {"column": name}) if name else None

    return unfit


def _copy(found: _Sorted, campaign: Campaign, made: ListFile) -> int:
    """Returns how many were copied: whoever was deleted from the contact list meanwhile is not, and leaves no gap."""
    if not found.taken:
        return 0
    first = campaign.total + 1
    source, parameter = rows(_COPIED, found.taken)
    columns = {
        "campaign_id": "%s",
        "position": "%s + row_number() OVER (ORDER BY v.place)",
        **{name: f"c.{name}" for name in ("number", "typed", "variables")},
        "list_file_id": "%s",
        "row": "v.place",
    }
    joined = f"FROM {source} JOIN campaigns_contact c ON c.id = v.id"
    copied = insert_select(columns, joined, [campaign.pk, campaign.total, made.pk, parameter])
    campaign.total += copied
    cut_into_chunks(campaign, first)
    names = made.contact_list.columns if made.contact_list else []
    campaign.columns = [*campaign.columns, *(name for name in names if name not in campaign.columns)]
    campaign.save(update_fields=["columns", "total", "updated_at"])
    return copied


def _keep_problems(found: _Sorted, campaign: Campaign, made: ListFile) -> None:
    told = (
        (row, number, fate.value, words.text, json.dumps(dict(words.values), ensure_ascii=False), json.dumps([number]))
        for row, number, fate, words in found.left_out
    )
    recipient_rows.insert(
        AudienceProblem, _PROBLEM_COLUMNS, told, {"campaign_id": campaign.pk, "list_file_id": made.pk}
    )


def _count(batch: Sequence[Contact], copied: int, found: _Sorted, made: ListFile) -> None:
    """The list's counters, by whoever holds its lease. Raises LostLease."""
    made.options["behind"] = batch[-1][0]
    made.last_row += len(batch)
    JOB.renew(
        made,
        options=made.options,
        last_row=made.last_row,
        read=F("read") + len(batch),
        rows=F("rows") + copied + len(found.left_out),
        good=F("good") + copied,
        bad=F("bad") + found.count(RowFate.BAD),
        known=F("known") + found.count(RowFate.KNOWN),
        suppressed=F("suppressed") + found.count(RowFate.SUPPRESSED),
    )

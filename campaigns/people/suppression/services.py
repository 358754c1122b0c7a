"""Everything that writes the suppression list, except reading a file into it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from campaigns.alerts.services import record
from campaigns.models import ActivityKind, Campaign, ListFile, Suppression, SuppressionReason, SuppressionSource
from campaigns.people.audience import keeping
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words, gettext_noop

BATCH = 1000

ADDED_ONE = gettext_noop("+%(number)s was put on the suppression list.")
ADDED = gettext_noop("%(count)s numbers were put on the suppression list.")
CHANGED = gettext_noop("+%(number)s was changed on the suppression list.")
REMOVED = gettext_noop("+%(number)s was taken off the suppression list.")
REMOVED_LIST = gettext_noop("“%(name)s” was taken off the suppression list again: %(count)s numbers.")
REPLIED = gettext_noop("+%(number)s wrote back “%(text)s” and gets no more messages.")


@dataclass(frozen=True, slots=True)
class Added:
    """How many numbers are new on the list, and how many of those that were there are now forbidden more."""

    new: int
    widened: int


def add(
    numbers: Sequence[str],
    *,
    calls: bool,
    messages: bool,
    reason: str,
    note: str,
    user: AbstractBaseUser | None,
    list_file: ListFile | None = None,
) -> Added:
    """Put *numbers* (digits with country code) on the list. Who is on it already keeps reason, source and date, and is
    forbidden what *calls* and *messages* add."""
    values = {"calls": calls, "messages": messages, "reason": reason, "note": note}
    with transaction.atomic():
        added = put(numbers, values | {"source": SuppressionSource.STAFF, "created_by": user, "list_file": list_file})
        if added.new:
            words = (
                Words(ADDED_ONE, {"number": numbers[0]}) if len(numbers) == 1 else Words(ADDED, {"count": added.new})
            )
            record(ActivityKind.SUPPRESSED, words, user=user)
    return added


def put(numbers: Collection[str], values: dict[str, Any]) -> Added:
    """:func:`add` without the activity line. Set-based, and safe beside others who do the same.

    *values* are the columns of the new rows. Needs a transaction.
    """
    new = widened = 0
    chosen = list(dict.fromkeys(numbers))
    for start in range(0, len(chosen), BATCH):
        batch = chosen[start : start + BATCH]
        known = set(Suppression.objects.filter(number__in=batch).values_list("number", flat=True))
        rows = [Suppression(number=number, **values) for number in batch if number not in known]
        Suppression.objects.bulk_create(rows, ignore_conflicts=True)
        new += len(rows)
        widened += widen(known, calls=values["calls"], messages=values["messages"])
    return Added(new, widened)


def widen(numbers: Collection[str], *, calls: bool, messages: bool) -> int:
    """Forbid those of *numbers* that are on the list what is true besides; returns how many changes that were."""
    known = Suppression.objects.filter(number__in=numbers)
    return (known.filter(calls=False).update(calls=True) if calls else 0) + (
        known.filter(messages=False).update(messages=True) if messages else 0
    )


def change(entry: Suppression, values: dict[str, Any], user: AbstractBaseUser | None) -> None:
    """Change what is forbidden, the reason or the note of one number."""
    with transaction.atomic():
        Suppression.objects.filter(pk=entry.pk).update(**values)
        record(ActivityKind.SUPPRESSED, Words(CHANGED, {"number": entry.number}), user=user)


def remove(entry: Suppression, user: AbstractBaseUser | None) -> None:
    """Take a number off the list; who was skipped because of it stays skipped. Raises Refusal when it is gone."""
    with transaction.atomic():
        gone, _ = Suppression.objects.filter(pk=entry.pk).delete()
        if not gone:
            raise Refusal(Words(gettext_noop("This number is not on the list any more.")))
        record(ActivityKind.SUPPRESSED, Words(REMOVED, {"number": entry.number}), user=user)


def remove_list(list_file: ListFile, user: AbstractBaseUser | None) -> int:
    """Take off what came with one file, and forget the file. Returns how many numbers that were."""
    with transaction.atomic():
        rows = Suppression.objects.filter(list_file=list_file)
        count = int(rows._raw_delete(rows.db))
        words = Words(REMOVED_LIST, {"name": str(list_file), "count": count})
        stored = list_file.stored
        list_file.delete()
        transaction.on_commit(partial(keeping.remove, stored))
        if count:
            record(ActivityKind.SUPPRESSED, words, user=user)
    return count


def opt_out(number: str, text: str, *, account_id: int, campaign: Campaign | None) -> bool:
    """*number* replied *text*, which means stop: no more messages to it. False if that was so already.

    Calls stay allowed: the reply answers a message, and who wants neither can be put down for both by staff.
    """
    reply = {"reason": SuppressionReason.OPT_OUT, "source": SuppressionSource.REPLY, "note": text[:300]}
    added = put([number], {"calls": False, "messages": True, **reply})
    if not (added.new or added.widened):
        return False
    words = Words(REPLIED, {"number": number, "text": text[:100]})
    record(ActivityKind.SUPPRESSED, words, account_id=account_id, campaign=campaign)
    return True

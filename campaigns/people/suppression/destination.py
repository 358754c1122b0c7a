"""Lists into the suppression list."""

from collections.abc import Collection, Mapping, Sequence

from django.utils import timezone

from campaigns.models import ListFile, Suppression, SuppressionReason, SuppressionSource, recipient_rows
from campaigns.people.audience.judging import Person, Plan, Rules
from notifyadmin.db.sql import execute, has_row_locks, moment
from providers.contract.words import Words, gettext_noop

from .forms import BOTH, flags_of
from .services import widen

AT_ONCE = 5000
"""Numbers in one statement; SQLite binds no more than some ten thousand."""


class Suppressions:
    """The suppression list. What the list's file forbids, and why, stands in its options."""

    known_words = Words(gettext_noop("This number is on the suppression list already; it keeps its reason and date."))

    def __init__(self, list_file: ListFile, plan: Plan) -> None:
        self._list_file = list_file
        self._flags = flags_of(list_file.options.get("what", BOTH))
        self._reason = list_file.options.get("reason", SuppressionReason.OPT_OUT)

    def rules(self) -> Rules:
        return Rules()

    def lock(self) -> int:
        if has_row_locks():
            # Nobody else may add a number between our question and our answer; a batch takes less than a second.
            execute("LOCK TABLE campaigns_suppression IN SHARE ROW EXCLUSIVE MODE", [])
        return -1

    def suppressed(self, numbers: Collection[str]) -> Collection[str]:
        return ()

    def known(self, numbers: Collection[str]) -> Mapping[str, int | None]:
        """Who is on the list already is at once forbidden what this file adds."""
        known: dict[str, int | None] = {}
        asked = list(numbers)
        for start in range(0, len(asked), AT_ONCE):
            part = asked[start : start + AT_ONCE]
            found = Suppression.objects.filter(number__in=part).values_list("number", "list_file_id", "row")
            known |= {number: row if owner == self._list_file.pk else None for number, owner, row in found}
            widen(part, **self._flags)
        return known

    def add(self, people: Sequence[Person]) -> None:
        now = moment(timezone.now())
        same: dict[str, str | int] = {
            **self._flags,
            "reason": str(self._reason),
            "source": SuppressionSource.IMPORT.value,
            "note": "",
            "list_file_id": self._list_file.pk,
            "created_at": now if isinstance(now, str) else now.isoformat(),
        }
        if self._list_file.created_by_id:
            same["created_by_id"] = self._list_file.created_by_id
        recipient_rows.insert(Suppression, ("number", "row"), ((person.number, person.row) for person in people), same)

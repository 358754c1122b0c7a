"""Lists into a contact list."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence

from django.utils import timezone

from campaigns.models import Contact, ContactList, ListFile, recipient_rows
from campaigns.people.audience.destinations import known_numbers, storable
from campaigns.people.audience.judging import Person, Plan, Rules
from notifyadmin.db.sql import moment
from providers.contract.words import Words, gettext_noop

from . import tags
from .services import locked_for_adding

TAGS = "tags"
"""The name under which the column of tags is kept, see targets.Target.roles."""

_COLUMNS = ("number", "typed", "variables", "tags", "row")


class Contacts:
    """A contact list. Who is in it already is kept as it is."""

    known_words = Words(gettext_noop("This number is in the contact list already, and was kept as it is."))

    def __init__(self, list_file: ListFile, plan: Plan) -> None:
        self._list_file, self._plan = list_file, plan
        self._has_tags = any(name == TAGS for _, name in plan.columns)
        self._contact_list: ContactList | None = list_file.contact_list

    def rules(self) -> Rules:
        return Rules()

    def lock(self) -> int:
        assert self._list_file.contact_list_id is not None  # noqa: S101 - its page makes it so
        self._contact_list = locked_for_adding(self._list_file.contact_list_id)
        return self._contact_list.total

    def suppressed(self, numbers: Collection[str]) -> Collection[str]:
        """Nobody: a contact may be kept, and campaigns leave it out as long as it is on the suppression list."""
        return ()

    def known(self, numbers: Collection[str]) -> Mapping[str, int | None]:
        return known_numbers(Contact, "contact_list_id", self._owner.pk, numbers, self._list_file.pk)

    def add(self, people: Sequence[Person]) -> None:
        owner, now = self._owner, moment(timezone.now())
        same: dict[str, str | int] = {
            "contact_list_id": owner.pk,
            "list_file_id": self._list_file.pk,
            "created_at": now if isinstance(now, str) else now.isoformat(),
        }
        recipient_rows.insert(Contact, _COLUMNS, self._rows(people), same)
        owner.total += len(people)
        names = [name for _, name in self._plan.columns if name != TAGS and name not in owner.columns]
        owner.columns = [*owner.columns, *names]
        owner.save(update_fields=["columns", "total", "updated_at"])

    def _rows(self, people: Sequence[Person]) -> Iterator[tuple[object, ...]]:
        for person in people:
            variables, packed = _parted(person.variables) if self._has_tags else (person.variables, "")
            yield person.number, storable(person.typed), variables, packed, person.row

    @property
    def _owner(self) -> ContactList:
        assert self._contact_list is not None  # noqa: S101 - locked before anything else
        return self._contact_list


def _parted(variables: str) -> tuple[str, str]:
    """The values without the tags, and the tags."""
    values = json.loads(variables)
    told = values.pop(TAGS, "")
    return json.dumps(values), tags.pack(tags.read(told)) if told else ""

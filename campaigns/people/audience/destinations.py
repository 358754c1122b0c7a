"""Where the rows of lists go: into a draft's audience, and wherever else lists are read for."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Protocol

from django.db import connection
from django.db.models import Model

from campaigns.models import Campaign, ListFile, ListPurpose, Recipient, Suppression, recipient_rows
from campaigns.models.new_recipients import NEW
from campaigns.models.statuses import CampaignState
from campaigns.models.suppressed import suppressed
from campaigns.text import placeholders
from notifyadmin.db.any_of import among
from notifyadmin.db.sql import fetch
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words, gettext_noop

from .chunks import cut_into_chunks
from .judging import Person, Plan, Rules

TYPED_LENGTH = 60


class NotADraft(Refusal):
    """The campaign has left the state in which it may be changed."""

    def __init__(self) -> None:
        super().__init__(Words(gettext_noop("A campaign can only be changed while it is a draft.")))


class Destination(Protocol):
    """One place that takes numbers. Made anew for each reading; all but ``rules`` run inside a batch's transaction."""

    known_words: Words
    """What is said about a row whose number is there already, not from the same list."""

    def rules(self) -> Rules:
        """What it demands of every row."""

    def lock(self) -> int:
        """First of all: lock what is written to; returns how many are there, -1 where that is not known.

        Raises a Refusal where nothing may be added any more.
        """

    def suppressed(self, numbers: Collection[str]) -> Collection[str]:
        """Those of *numbers* (digits with country code) that must not be taken."""

    def known(self, numbers: Collection[str]) -> Mapping[str, int | None]:
        """Those of *numbers* that are there already, with their row if they are from the very list that is read."""

    def add(self, people: Sequence[Person]) -> None:
        """Take *people*: none of them is suppressed or known, and no number comes twice."""


class Audience:
    """A draft campaign's audience. *list_id* is the list that the rows come from, if they come from one."""

    known_words = Words(gettext_noop("This number is already in the campaign."))

    def __init__(self, campaign: Campaign, plan: Plan, list_id: int | None = None) -> None:
        self.campaign, self._plan, self._list_id = campaign, plan, list_id

    def rules(self) -> Rules:
        names = [name for _, name in self._plan.columns]
        # A placeholder that no column of this list has is a fault of the text, told once and not for every row.
        needed = frozenset(name for name in placeholders.names(self.campaign.text) if name in names)
        gateway, kind = self.campaign.account.gateway, self.campaign.ability
        return Rules(partial(gateway.number_problem, kind=kind), needed)

    def lock(self) -> int:
        self.campaign = Campaign.objects.select_for_update().get(pk=self.campaign.pk)
        if self.campaign.state != CampaignState.DRAFT:
            raise NotADraft
        return self.campaign.total

    def suppressed(self, numbers: Collection[str]) -> Collection[str]:
        return suppressed(numbers, self.campaign.kind) if Suppression.objects.exists() else ()

    def known(self, numbers: Collection[str]) -> Mapping[str, int | None]:
        return known_numbers(Recipient, "campaign_id", self.campaign.pk, numbers, self._list_id)

    def add(self, people: Sequence[Person]) -> None:
        first = self.campaign.total + 1
        rows = (
            (place, number, typed if typed.isdecimal() else storable(typed), variables, row)
            for place, (row, number, typed, variables, _) in enumerate(people, first)
        )
        recipient_rows.insert(Recipient, _COLUMNS, rows, self._same())
        self.campaign.total += len(people)
        cut_into_chunks(self.campaign, first)
        new = [name for _, name in self._plan.columns if name not in self.campaign.columns]
        self.campaign.columns = [*self.campaign.columns, *new]
        self.campaign.save(update_fields=["columns", "total", "updated_at"])

    def _same(self) -> dict[str, str | int]:
        of_list = {} if self._list_id is None else {"list_file_id": self._list_id}
        return {"campaign_id": self.campaign.pk, **NEW, **of_list}


_COLUMNS = ("position", "number", "typed", "variables", "row")


def _audience_of(list_file: ListFile, plan: Plan) -> Destination:
    assert list_file.campaign is not None  # noqa: S101 - its page makes it so
    return Audience(list_file.campaign, plan, list_file.pk)


_MAKERS: dict[str, Callable[[ListFile, Plan], Destination]] = {ListPurpose.AUDIENCE: _audience_of}


def register(purpose: ListPurpose, make: Callable[[ListFile, Plan], Destination]) -> None:
    """Say where the rows of lists with *purpose* go. Called when the application starts."""
    _MAKERS[purpose] = make


def destination_of(list_file: ListFile, plan: Plan) -> Destination:
    """Where the rows of *list_file* go, by its purpose."""
    return _MAKERS[list_file.purpose](list_file, plan)


def known_numbers(
    model: type[Model], owner: str, owner_id: int, numbers: Collection[str], list_id: int | None
) -> dict[str, int | None]:
    """Those of *numbers* that *model* has for its owner (column and id), with their row if they are of that list."""
    table = connection.ops.quote_name(model._meta.db_table)
    condition, parameter = among(numbers)
    sql = f"SELECT number, list_file_id, row FROM {table} WHERE {owner} = %s AND number {condition}"  # noqa: S608
    rows = fetch(sql, [owner_id, parameter])
    return {number: row if list_id is not None and list_file == list_id else None for number, list_file, row in rows}


def storable(text: str, length: int = TYPED_LENGTH) -> str:
    """*text* as a database takes it: cut, without NUL, and with no single surrogates, which UTF-8 cannot write."""
    text = text[:length]
    if text.isprintable():
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()

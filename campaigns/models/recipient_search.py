"""The recipients who fit, without looking through all of them.

A state and a failure class have an index, and so have the last four digits. What has none, a text, a reason or fewer
digits, is looked for among a bounded number of neighbouring rows at a time (docs/decisions/0018).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, Q, QuerySet, Sum
from django.db.models.sql.compiler import SQLCompiler

from campaigns.models import Campaign, Recipient, Tally
from campaigns.models.endings import EndsIn
from campaigns.models.keys import counts_of
from notifyadmin.db.dialect import is_postgresql

from .recipient_filters import NO_CLASS, Filters
from .recipient_reasons import Group, named

ROWS = 2_000
"""That one page looks at when rows have to be looked at one by one."""

SORTED_AT_ONCE = 5_000
"""Rows of states and classes that are sorted by number without an index for it."""

COUNTED = 1_000
"""Up to which those are counted whom no counter knows."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where those who fit are: querysets that have no row in common, each in the order of an index.

    With *searches* further conditions hold, for which a bounded number of rows is looked at. ``most`` is how many rows
    there are at most, None where no counter knows; ``is_exact`` says that it is as many.
    """

    parts: Sequence[QuerySet[Recipient]]
    searches: Q | None
    most: int | None
    is_exact: bool


def groups_of(campaign: Campaign) -> list[Group]:
    """The states and failure classes that somebody is in."""
    rows = Tally.objects.filter(campaign=campaign).values_list("state", "failure").annotate(n=Sum("amount"))
    return [Group(*row) for row in rows.order_by("state", "failure") if row[2] > 0]


def sources(campaign: Campaign, filters: Filters, groups: Sequence[Group] | None = None) -> Sources:
    """Where to look for those who fit *filters*; *groups* are the campaign's, asked for when they are needed."""
    everybody = Recipient.objects.filter(campaign=campaign)
    conditions = _conditions(filters)
    if filters.by_ending:
        return Sources([_narrowed(_ending_in(campaign, filters.number), filters)], conditions, None, False)
    if filters.pressed:
        return _by_keys(campaign, filters, conditions)
    if not (filters.state or filters.failure):
        return Sources([everybody], conditions, campaign.total, conditions is None)
    chosen = fitting(groups_of(campaign) if groups is None else groups, filters)
    most = sum(group.amount for group in chosen)
    if filters.key == "number" and most > SORTED_AT_ONCE:
        # The index by number knows nothing of states: they become something to look for.
        some = _any_of(chosen)
        return Sources([everybody], some if conditions is None else some & conditions, most, conditions is None)
    parts = [everybody.filter(state=group.state, failure=group.failure) for group in chosen]
    return Sources(parts, conditions, most, conditions is None)


def _by_keys(campaign: Campaign, filters: Filters, conditions: Q | None) -> Sources:
    """Who pressed something: an index has them by position, and among them the rest is looked for."""
    everybody, pressed = Recipient.objects.filter(campaign=campaign), Q(pressed=filters.pressed)
    most = counts_of(campaign).get(filters.pressed, 0)
    states = _narrowing(replace(filters, pressed=""))
    rest = [each for each in (states, conditions) if each is not None]
    is_exact = not rest
    if filters.key == "number" and most > SORTED_AT_ONCE:
        rest, rows = [pressed, *rest], everybody
    else:
        rows = everybody.filter(pressed)
    return Sources([rows], reduce(and_, rest) if rest else None, most, is_exact)


def fitting(groups: Sequence[Group], filters: Filters) -> list[Group]:
    """Those of *groups* that the state and the class of *filters* leave."""
    failure = "" if filters.failure == NO_CLASS else filters.failure
    return [
        group
        for group in groups
        if (not filters.state or group.state == filters.state) and (not filters.failure or group.failure == failure)
    ]


def filtered(campaign: Campaign, filters: Filters) -> QuerySet[Recipient]:
    """All who fit, as one queryset: for what is done to them as a set, and is not asked for by a page."""
    everybody = Recipient.objects.filter(campaign=campaign)
    rows = _narrowed(_ending_in(campaign, filters.number) if filters.by_ending else everybody, filters)
    conditions = _conditions(filters)
    return rows if conditions is None else rows.filter(conditions)


def _ending_in(campaign: Campaign, digits: str) -> QuerySet[Recipient]:
    rows = Recipient.objects.filter(campaign=campaign, number__endswith=digits)
    return rows.filter(EndsIn(campaign_id=campaign.pk, digits=digits))


def _narrowed(rows: QuerySet[Recipient], filters: Filters) -> QuerySet[Recipient]:
    condition = _narrowing(filters)
    return rows if condition is None else rows.filter(condition)


def _narrowing(filters: Filters) -> Q | None:
    """State, failure class and keys."""
    found: list[Q] = []
    if filters.state:
        found.append(Q(state=filters.state))
    if filters.failure:
        found.append(Q(failure="" if filters.failure == NO_CLASS else filters.failure))
    if filters.pressed:
        found.append(Q(pressed=filters.pressed))
    return reduce(and_, found) if found else None


def _any_of(groups: Sequence[Group]) -> Q:
    return reduce(or_, (Q(state=group.state, failure=group.failure) for group in groups), Q(pk__in=[]))


def _conditions(filters: Filters) -> Q | None:
    """What no index answers."""
    found: list[Q] = []
    if filters.number and not filters.by_ending:
        found.append(Q(number__endswith=filters.number))
    if filters.reason:
        found.append(with_reason(filters.reason))
    if filters.text:
        found.append(_with_text(filters.text))
    return reduce(and_, found) if found else None


def with_reason(reason: str) -> Q:
    """Who has this sentence as the reason, whatever its values."""
    return Q(reason=reason) | Q(reason__startswith=f'{{"text": {json.dumps(reason, ensure_ascii=False)},')


def _with_text(text: str) -> Q:
    """Who has *text* in a value of the audience, in the reason as its reader reads it, or in what the provider said."""
    said = Q(code__icontains=text) | Q(raw__icontains=text) | Q(typed__icontains=text) | Q(provider_id=text)
    reasons = reduce(or_, (with_reason(reason) for reason in named(text)), Q(pk__in=[]))
    return said | reasons | Q(reason__icontains=text) | Q(InValues(F("variables"), text))


class InValues(Func):
    """Whether a value of a JSON object has a text in it, whatever its capitals."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, variables: F, text: str, **extra: Any) -> None:
        super().__init__(variables, **extra)
        self.text = text

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *shape: Any, **context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        column, parameters = compiler.compile(self.source_expressions[0])
        pattern = f"%{connection.ops.prep_for_like_query(self.text)}%"
        if is_postgresql(connection):
            each, like = f"jsonb_each_text({column})", "ILIKE"
        else:
            each, like = f"json_each({column})", "LIKE"
        sql = f"EXISTS (SELECT 1 FROM {each} AS pair WHERE pair.value {like} %s ESCAPE '\\')"  # noqa: S608
        return sql, (*parameters, pattern)

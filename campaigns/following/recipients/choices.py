"""What the filters of the list offer: only what occurs, with how often."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from campaigns.models import Campaign
from campaigns.models.keys import are_reported, counts_of
from campaigns.models.recipient_filters import NO_CLASS, Filters
from campaigns.models.recipient_reasons import Group, Reason, class_label, occurring
from campaigns.models.statuses import RecipientState

MOST_KEYS = 30
"""Keys that a filter offers: a menu has ten or so, and what is typed as an answer may be anything."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry of a filter; ``amount`` is None where nobody has counted."""

    value: str
    label: str
    amount: int | None
    is_chosen: bool


def choices(campaign: Campaign, filters: Filters, groups: Sequence[Group]) -> dict[str, Any]:
    """Context of the filters."""
    return {
        "state_choices": _states(filters, groups),
        "class_choices": _classes(filters, groups),
        "reason_choices": _reasons(filters, occurring(campaign, groups)),
        "key_choices": _keys(filters, counts_of(campaign) if are_reported(campaign) else {}),
    }


def _keys(filters: Filters, counts: Mapping[str, int]) -> list[Choice]:
    shown = counts if filters.pressed in ("", *counts) else {filters.pressed: 0, **counts}
    return [
        Choice(keys, gettext("Pressed %(keys)s") % {"keys": keys}, number, keys == filters.pressed)
        for keys, number in list(shown.items())[:MOST_KEYS]
    ]


def _states(filters: Filters, groups: Iterable[Group]) -> list[Choice]:
    amounts = _summed((group.state, group.amount) for group in groups)
    shown = [state for state in RecipientState if amounts.get(state.value) or state == filters.state]
    return [Choice(s.value, str(s.label), amounts.get(s.value, 0), s == filters.state) for s in shown]


def _classes(filters: Filters, groups: Iterable[Group]) -> list[Choice]:
    within = [group for group in groups if group.state == filters.state or (not filters.state and group.failure)]
    amounts = _summed((group.failure or NO_CLASS, group.amount) for group in within)
    if filters.failure:
        amounts.setdefault(filters.failure, 0)
    elif set(amounts) <= {NO_CLASS}:
        return []
    ranked = sorted(amounts.items(), key=lambda pair: -pair[1])
    return [Choice(value, _class_label(value), amount, value == filters.failure) for value, amount in ranked]


def _class_label(value: str) -> str:
    return gettext("No failure class") if value == NO_CLASS else class_label(value)


def _reasons(filters: Filters, reasons: Iterable[Reason]) -> list[Choice]:
    fitting = [
        reason
        for reason in reasons
        if filters.state in ("", reason.state) and filters.failure in ("", reason.failure or NO_CLASS)
    ]
    if filters.reason:
        chosen = Reason(filters.state, "" if filters.failure == NO_CLASS else filters.failure, filters.reason)
        fitting = [*([] if chosen in fitting else [chosen]), *fitting]
    return [Choice(reason.packed, reason.label, None, reason.text == filters.reason) for reason in fitting]


def _summed(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for key, amount in pairs:
        sums[key] = sums.get(key, 0) + amount
    return sums

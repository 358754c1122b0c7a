"""The recipients of a campaign as a file: the same people in the same order as on the page.

Read by key in large slices, as tuples of the few fields that the columns need, and made into cells column by column:
per row nothing is looked up and no object is made.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.exports.listings import BLOCK, FIRST, Asked, Listing, timed
from campaigns.exports.views import ExportView
from campaigns.models import Campaign, Recipient
from campaigns.models.recipient_reasons import class_label
from campaigns.models.recipient_search import Sources, sources
from campaigns.models.statuses import RecipientState
from notifyadmin.web.exports import Row, Table
from notifyadmin.web.keys import row_of
from notifyadmin.web.phones import ERASED, grouped
from notifyadmin.web.words import in_words

from . import columns
from .bulk import Chosen
from .paging import beyond, end_of_search, merged, until

Values = Sequence[Any]
Maker = Callable[..., list[str]]


def table_of(asked: Asked) -> Table:
    """Those who are chosen by the address, or fit its filters, in the columns that the viewer sees (or all of them)."""
    campaign = row_of(Campaign.objects.all(), asked.key)
    if campaign is None:
        raise Http404
    chosen = Chosen.of(asked.query)
    found = _sources(campaign, chosen, is_ticked="id" in asked.query and not asked.query.get("all"))
    shown = _columns(campaign, asked)
    most = found.most if found.most is not None else 0
    titles = [timed(column.label) if column.key in _TIMED else str(column.label) for column in shown]
    return Table(f"recipients-{campaign.pk}", titles, _blocks(found, chosen, shown), most)


def _columns(campaign: Campaign, asked: Asked) -> list[columns.Column]:
    return columns.offered(campaign) if asked.query.get("columns") == "all" else columns.shown(campaign, asked.user)


def _sources(campaign: Campaign, chosen: Chosen, *, is_ticked: bool) -> Sources:
    if is_ticked:
        return Sources([chosen.rows(campaign)], None, len(chosen.ids or ()), False)
    return sources(campaign, chosen.filters)


def _blocks(found: Sources, chosen: Chosen, shown: Sequence[columns.Column]) -> Iterator[Sequence[Row]]:
    fields = list(dict.fromkeys(["pk", chosen.filters.key, *(field for column in shown for field in column.needs)]))
    for values in _slices(found, chosen, fields):
        if values:
            by_field = dict(zip(fields, zip(*values, strict=True), strict=True))
            cells = [_maker(column)(*(by_field[field] for field in column.needs)) for column in shown]
            yield list(zip(*cells, strict=True))


def _slices(found: Sources, chosen: Chosen, fields: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows in the order of the page; nothing stays open between two slices."""
    key, descending = chosen.filters.key, chosen.filters.descending
    place = fields.index(key)
    last: Any = None
    for number in count() if found.parts else ():
        size = BLOCK if number else FIRST
        parts = [beyond(part, key, last, descending) for part in found.parts]
        end = None
        if found.searches is not None:
            end = end_of_search(parts, key, descending)
            parts = [until(part, key, end, descending).filter(found.searches) for part in parts]
        values = _values(parts, key, descending, fields, size)
        yield values
        if len(values) == size:
            last = values[-1][place]
        elif end is None:
            return
        else:
            last = end


def _values(
    parts: Sequence[QuerySet[Recipient]], key: str, descending: bool, fields: Sequence[str], most: int
) -> list[tuple[Any, ...]]:
    if len(parts) == 1:
        return list(parts[0].order_by(f"-{key}" if descending else key).values_list(*fields)[:most])
    return list(merged([part.values_list(*fields) for part in parts], key, descending, most))


def _maker(column: columns.Column) -> Maker:
    """What makes the cells of a column out of the values of its fields."""
    if column.key.startswith(columns.OWN):
        name = column.key.removeprefix(columns.OWN)
        return lambda variables: [str(each.get(name, "")) for each in variables]
    return _MAKERS.get(column.key, _texts)


def _texts(values: Values) -> list[str]:
    return [str(value) if value is not None else "" for value in values]


def _numbers(values: Values) -> list[str]:
    # What is left of an erased number is no number.
    return [grouped(number) if str(number).startswith(ERASED) else f"+{number}" if number else "" for number in values]


def _states(values: Values) -> list[str]:
    labels = {state.value: str(state.label) for state in RecipientState}
    return [labels.get(value, str(value)) for value in values]


def _classes(values: Values) -> list[str]:
    labels = {failure: class_label(failure) for failure in set(values)}
    return [labels[failure] for failure in values]


def _reasons(reasons: Values, codes: Values, raws: Values, until_: Values, states: Values) -> list[str]:
    words = {reason: in_words(reason) for reason in set(reasons)}
    rows = zip(reasons, codes, raws, until_, states, strict=True)
    return [
        words[reason] if reason and not (code or held) else _reason(words[reason], code, raw, held, state)
        for reason, code, raw, held, state in rows
    ]


def _reason(words: str, code: str, raw: str, held: Any, state: str) -> str:
    """As on the page."""
    is_delivered = state == RecipientState.DELIVERED
    parts = [words or ("" if is_delivered else raw)]
    if code and (words or not is_delivered):
        parts.append(f"({code})")
    if held:
        parts.append(gettext("until {}").format(_times([held])[0]))
    return " ".join(filter(None, parts))


def _times(values: Values) -> list[str]:
    zone = timezone.get_current_timezone()
    return [_written(value, zone) if value is not None else "" for value in values]


@lru_cache(maxsize=20_000)
def _written(value: Any, zone: Any) -> str:
    """To the second, as a spreadsheet takes it. All of one request have the same time."""
    return str(value.astimezone(zone).isoformat(" ", "seconds"))[:19]


def _costs(costs: Values, currencies: Values) -> list[str]:
    return [f"{cost} {currency}".strip() for cost, currency in zip(costs, currencies, strict=True)]


_TIMED = ("submitted_at", "answered_at", "settled_at", "changed_at", "held_until")

_MAKERS: dict[str, Maker] = {
    "number": _numbers,
    "state": _states,
    "failure": _classes,
    "reason": _reasons,
    "cost": _costs,
    **dict.fromkeys(_TIMED, _times),
}

LISTING = Listing("recipients", _("Recipients"), "campaigns.view_campaign", table_of)


class ExportRecipients(ExportView):
    permission_required = "campaigns.view_campaign"
    listing_name = "recipients"
    about_campaign = True

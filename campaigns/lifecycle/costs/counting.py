"""How many recipients and message parts an audience has, by what the numbers begin with."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Count, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Substr

from campaigns.models import Campaign
from campaigns.text import placeholders, sms
from providers.accounts.prices.countries import LONGEST

PAGE = 5_000


class Amount(NamedTuple):
    """``units`` are parts of messages, or calls."""

    recipients: int
    units: int


def count(campaign: Campaign, *, in_parts: bool) -> dict[str, Amount]:
    """The whole audience by the first digits of the numbers.

    One statement, except for a message with placeholders: then everybody's text is made, in bounded memory. Who lacks
    a value would be skipped and does not count.
    """
    if in_parts and placeholders.names(campaign.text):
        return _by_text(campaign)
    each = sms.parts(campaign.text) if in_parts else 1
    return {start: Amount(number, number * each) for start, number in _by_start(campaign)}


def _by_start(campaign: Campaign) -> Iterator[tuple[str, int]]:
    # The unique index of campaign and number holds all that this reads.
    starts = campaign.recipients.order_by().annotate(start=Substr("number", 1, LONGEST)).values("start")
    return starts.annotate(n=Count("number")).values_list("start", "n").iterator()


def _by_text(campaign: Campaign) -> dict[str, Amount]:
    people: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    names = placeholders.names(campaign.text)
    for start, *values in _values(campaign, names):
        try:
            text = placeholders.render(campaign.text, dict(zip(names, values, strict=True)))
        except placeholders.MissingVariable:
            continue
        people[start] += 1
        parts[start] += sms.parts(text)
    return {start: Amount(people[start], parts[start]) for start in people}


def _values(campaign: Campaign, names: tuple[str, ...]) -> Iterator[Any]:
    wanted = {
        f"value_{place}": Coalesce(KeyTextTransform(name, "variables"), Value(""), output_field=TextField())
        for place, name in enumerate(names)
    }
    people = campaign.recipients.order_by("position").annotate(start=Substr("number", 1, LONGEST), **wanted)
    return people.values_list("start", *wanted).iterator(PAGE)

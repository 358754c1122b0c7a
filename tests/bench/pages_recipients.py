"""The list of recipients of a very large campaign against that of a small one, and its export."""

import csv
import io
import json
import random
import time
from collections.abc import Callable, Iterator
from statistics import median, quantiles
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, Recipient, recipient_rows
from campaigns.models.statuses import CampaignState
from notifyadmin.web.exports import safe_cell
from notifyadmin.web.words import in_words
from providers.contract.words import Words

from . import stage
from .benches import Bench
from .results import Figure, at_least, at_most, told

PAGE_FACTOR = 1.3
FIRST_BYTE_MS = 200.0
EXPORT_FACTOR = 1.5
TIMES = 40
PLAIN_ROWS = 100_000
"""The slow side is not waited for any longer."""

ENDINGS = 10_000
SEED = 7
BUSY = Words("The line was busy %(times)s times.", {"times": 2}).pack()
_USUAL = ("delivered", "", "", "")
_PLACES = ("", "after", "before", "last")

Query = Callable[[Campaign, random.Random], str]


def of_lists(bench: Bench) -> Iterator[Figure]:
    """Pages first, then the export. Sides take turns."""
    settings.ALLOWED_HOSTS.append("testserver")
    large, small = _campaign(bench, bench.sizes.large), _campaign(bench, bench.sizes.small)
    client = Client()
    client.force_login(User.objects.create_superuser("bench"), settings.AUTHENTICATION_BACKENDS[-1])
    yield from _of_pages(bench, client, large, small)
    yield from _of_export(bench, client, large)


def _at(query: str) -> Query:
    """*query* at some place: the beginning, the end, or behind a row in between."""

    def made(campaign: Campaign, dice: random.Random) -> str:
        place, row = dice.choice(_PLACES), dice.randint(1, campaign.total)
        where = f"{place}={1 if place == 'last' else row}" if place else ""
        return "&".join(filter(None, [query, where]))

    return made


def _ending(digits: int) -> Query:
    def made(campaign: Campaign, dice: random.Random) -> str:
        return f"number={_number(campaign.total, dice.randint(1, campaign.total))[-digits:]}"

    return made


PAGES: dict[str, Query] = {
    "nothing": _at(""),
    "a usual state": _at("state=delivered"),
    "a rare state": _at("state=unknown"),
    "a state of several classes": _at("state=undelivered"),
    "a class": _at("failure=busy"),
    "a rare class": _at("failure=content"),
    "a reason": _at("reason=undelivered:busy:The line was busy %25(times)s times."),
    "the last rows first": _at("sort=-position"),
    "by number": lambda campaign, dice: f"sort=number&after={_number(campaign.total, dice.randint(1, campaign.total))}",
    "a usual text": _at("text=hall 3"),
    "a text that nobody has": _at("text=nobody has this"),
}
DIGITS: dict[str, Query] = {"last four digits": _ending(4), "last eight digits": _ending(8), "whole": _ending(13)}


def _of_pages(bench: Bench, client: Client, large: Campaign, small: Campaign) -> Iterator[Figure]:
    for pages, name in ((PAGES, "at any page and filter"), (DIGITS, "by last digits")):
        times = {side.pk: [] for side in (large, small)}
        for words, query in pages.items():
            found = _measured(client, (large, small), query)
            for key, seconds in found.items():
                times[key] += seconds
            mine, other = _p95(found[large.pk]), _p95(found[small.pk])
            yield told(f"  {words}: {large.total:,} against {small.total:,}", bench.stack, mine / other, "×", _ms(mine))
        mine, other = _p95(times[large.pk]), _p95(times[small.pk])
        note = f"95th percentile of the page, {_ms(mine)} against {_ms(other)}, by Django's test client"
        yield at_most(f"recipients {name}: {large.total:,}", bench.stack, mine / other, PAGE_FACTOR, "×", note)


def _measured(client: Client, sides: tuple[Campaign, ...], query: Query) -> dict[int, list[float]]:
    times: dict[int, list[float]] = {side.pk: [] for side in sides}
    dice = random.Random(SEED)
    for number in range(TIMES + 2):
        for side in sides:
            url = f"{reverse('campaigns:recipients', args=[side.pk])}?{query(side, dice)}"
            begun = time.perf_counter()
            assert client.get(url).status_code == 200
            if number >= 2:
                times[side.pk].append(time.perf_counter() - begun)
    return times


def _of_export(bench: Bench, client: Client, campaign: Campaign) -> Iterator[Figure]:
    settings.EXPORT_AT_ONCE_CSV = campaign.total
    sides = {"ours": lambda: _ours(client, campaign), "plain": lambda: _plain(campaign)}
    sizes = {"ours": campaign.total, "plain": min(campaign.total, PLAIN_ROWS)}
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for _ in range(bench.sizes.rounds):
        for name, run in sides.items():
            runs[name].append(run())
    rates = {name: sizes[name] / median(whole for _first, whole in found) for name, found in runs.items()}
    first = max(first for first, _whole in runs["ours"]) * 1000
    yield told(f"  {campaign.total:,} recipients exported as CSV", bench.stack, rates["ours"], "/s")
    yield told("  the same by iterator() and csv.writer", bench.stack, rates["plain"], "/s")
    note = "from the request to the first piece with somebody in it; the slowest of the rounds"
    yield at_most("export: first byte", bench.stack, first, FIRST_BYTE_MS, "ms", note)
    note = "the same cells: number, state, reason, provider's id, two times, seconds listened"
    yield at_least(
        "export: against iterator() and csv.writer",
        bench.stack,
        rates["ours"] / rates["plain"],
        EXPORT_FACTOR,
        "×",
        note,
    )


def _ours(client: Client, campaign: Campaign) -> tuple[float, float]:
    begun = time.perf_counter()
    pieces = client.get(reverse("campaigns:recipients_export", args=[campaign.pk, "csv"])).streaming_content
    next(pieces), next(pieces)
    first = time.perf_counter() - begun
    for _piece in pieces:
        pass
    return first, time.perf_counter() - begun


def _plain(campaign: Campaign) -> tuple[float, float]:
    begun = time.perf_counter()
    text = io.StringIO()
    writer = csv.writer(text)
    people = Recipient.objects.filter(campaign=campaign, position__lte=PLAIN_ROWS).order_by("position")
    for number, person in enumerate(people.iterator()):
        writer.writerow([safe_cell(cell) for cell in _cells(person)])
        if number % 1000 == 0:
            text.seek(0)
            text.truncate()
    return 0.0, time.perf_counter() - begun


def _cells(person: Recipient) -> list[str]:
    from django.utils import timezone

    def clock(value: Any) -> str:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}" if value else ""

    said = [f"+{person.number}", person.get_state_display(), in_words(person.reason), person.provider_id]
    return [*said, clock(person.submitted_at), clock(person.settled_at), str(person.talk_seconds or "")]


def _campaign(bench: Bench, recipients: int) -> Campaign:
    """A finished campaign in which everything occurs: most were reached, some things are rare."""
    with transaction.atomic():
        campaign = _written(bench, recipients)
    with connection.cursor() as cursor:
        # What PostgreSQL does by itself a minute after a million rows have come, in the midst of the measuring.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return campaign


def _written(bench: Bench, recipients: int) -> Campaign:
    at = stage.account(stage.batch(), bench.gateway.url)
    campaign = Campaign.objects.create(
        name=f"{recipients:,}",
        kind="voice_text",
        account=at,
        total=recipients,
        columns=["place"],
        state=CampaignState.FINISHED,
    )
    own = ("position", "number", "variables", "state", "failure", "reason", "code", "provider_id", "submitted_at")
    same = {**stage.defaults_without(*own, "settled_at", "campaign_id"), "campaign_id": campaign.pk}
    recipient_rows.insert(Recipient, (*own, "settled_at"), _rows(recipients), same)
    return campaign


def _rows(recipients: int) -> Iterator[tuple[Any, ...]]:
    rare = recipients // 100
    for position in range(1, recipients + 1):
        state, failure, reason, code = _outcome(position, rare)
        variables = json.dumps({"place": f"Hall {position % 10}"})
        sent = f"2026-03-01 08:{position * 59 // recipients:02}:00+00:00"
        settled = f"2026-03-01 09:{position % 60:02}:{position % 59:02}+00:00"
        number = _number(recipients, position)
        yield position, number, variables, state, failure, reason, code, f"id{position:012}", sent, settled


def _outcome(position: int, rare: int) -> tuple[str, str, str, str]:
    if position % rare == 1:
        return "unknown", "", "The connection broke.", ""
    if position % rare == 2:
        return "rejected", "content", "The content was refused.", "140"
    if position % 10 == 3:
        return "undelivered", "busy", BUSY, "486"
    if position % 10 == 4:
        return "undelivered", "no_answer", "Nobody answered.", "480"
    return _USUAL


def _number(recipients: int, position: int) -> str:
    """In every campaign fifty or more people share their last four digits, so that pages are equally full."""
    endings = min(ENDINGS, recipients // 50)
    return str(8613000000000 + position // endings * 10_000 + position % endings)


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"

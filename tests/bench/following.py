"""The campaign page's numbers against the grouped count that they replace, in the same large campaign."""

import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Sum
from django.test.utils import override_settings

from campaigns.counters.rollups.compact import compact_movements, compact_tallies
from campaigns.counters.selectors import figures, tallies
from campaigns.following.overview.following import context
from campaigns.models import Campaign, Recipient, Submission
from campaigns.models.statuses import RecipientState

from . import stage
from .benches import Bench
from .results import Figure, at_least, told

TIMES_FASTER = 20.0
LARGE = 1_000_000
ROUNDS = 5
BATCHES = 50

_ENDINGS = """
    UPDATE campaigns_recipient SET
        state = CASE position %% 10 WHEN 0 THEN 'undelivered' WHEN 1 THEN 'rejected' WHEN 2 THEN 'submitted'
            WHEN 3 THEN 'pending' ELSE 'delivered' END,
        failure = CASE position %% 20 WHEN 0 THEN 'busy' WHEN 10 THEN 'no_answer' WHEN 1 THEN 'content'
            WHEN 11 THEN 'blacklisted' ELSE '' END,
        talk_seconds = CASE WHEN position %% 10 > 3 THEN position %% 60 END,
        cost = CASE WHEN position %% 10 > 3 THEN '0.02' ELSE '' END,
        currency = CASE WHEN position %% 10 > 3 THEN 'USD' ELSE '' END
    WHERE campaign_id = %s AND position BETWEEN %s AND %s
"""


def campaign_page(bench: Bench) -> Iterator[Figure]:
    """As it polls itself: every number, reason and picture of a running campaign, without the template."""
    shape = stage.batch()
    campaign = stage.draft(shape, stage.account(shape, bench.gateway.url), bench.sizes.large)
    _end(campaign)
    Campaign.objects.filter(pk=campaign.pk).update(state="running", started_at=campaign.created_at)
    campaign = Campaign.objects.select_related("account").get(pk=campaign.pk)
    # As the sweep does every few seconds.
    compact_tallies()
    compact_movements()
    _must_be_equal(campaign)
    with override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}):
        page = _seconds(lambda: context(campaign, may_send_again=True), ROUNDS * 3)
    grouped = _seconds(lambda: list(_grouped(campaign)), ROUNDS)
    counts = _seconds(lambda: tallies(campaign), ROUNDS * 3)
    name = f"campaign page, {campaign.total:,}: against a grouped count"
    note = "every query and computation of the page that moves, with no cache, against one GROUP BY of the recipients"
    if campaign.total >= LARGE:
        yield at_least(name, bench.stack, grouped / page, TIMES_FASTER, "×", note)
    else:
        yield told(name, bench.stack, grouped / page, "×", f"{note}; required at {LARGE:,}")
    yield told("  all numbers of the page", bench.stack, page * 1000, "ms")
    yield told("  its counts by state alone", bench.stack, counts * 1000, "ms")
    yield told("  one grouped count", bench.stack, grouped * 1000, "ms")


def _end(campaign: Campaign) -> None:
    """Everybody ends in one of many ways, in as many statements as receipts would come in."""
    step = -(-campaign.total // BATCHES)
    with connection.cursor() as cursor:
        for first in range(1, campaign.total + 1, step):
            cursor.execute(_ENDINGS, [campaign.pk, first, first + step - 1])
        cursor.execute("ANALYZE campaigns_recipient")
    Submission.objects.filter(campaign=campaign).delete()


def _grouped(campaign: Campaign) -> Any:
    rows = Recipient.objects.filter(campaign=campaign).order_by().values_list("state", "failure")
    return rows.annotate(n=Count("id"), oldest=Min("submitted_at"))


def _must_be_equal(campaign: Campaign) -> None:
    """A number that is quick and wrong is worth nothing."""
    rows = list(_grouped(campaign))
    found = figures(campaign)
    states: dict[str, int] = {}
    for state, _failure, number, _oldest in rows:
        states[state] = states.get(state, 0) + number
    failed = (RecipientState.UNDELIVERED, RecipientState.REJECTED)
    failures = {(state, failure): number for state, failure, number, _ in rows if state in failed}
    assert found.states == states == tallies(campaign)
    assert sum(states.values()) == campaign.total
    assert {(one.state, one.failure): one.number for one in found.failures} == failures
    people = Recipient.objects.filter(campaign=campaign)
    assert found.talk_seconds == people.aggregate(sum=Sum("talk_seconds"))["sum"]


def _seconds(work: Callable[[], object], times: int) -> float:
    work()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return median(taken)

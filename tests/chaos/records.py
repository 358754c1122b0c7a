"""Reading the books: our own from the database, the sandbox's from its ledger."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from campaigns.counters.selectors import tallies
from campaigns.demo.story import Act
from campaigns.models import Campaign, Submission, SubmissionState
from providers.contract.magic import Effect
from providers.sandbox.client import SandboxConsole
from providers.sandbox.weather import OF_REQUESTS

from .oracle import Books, Entry, longest_gap
from .victims import Kill, strands

PASSING = frozenset(
    name
    for name, one in OF_REQUESTS.items()
    if one.effect is Effect.SLOW or (one.effect is Effect.HTTP_ERROR and one.http_status == 429)
)
"""What the weather may do to a request without anybody becoming unknown."""

Forgotten = tuple[float, float]
"""From when to when a database was lost that was put back from a backup (Unix seconds)."""
NOTHING: Forgotten = (0.0, -1.0)


class Stranded:
    """Counts, after a kill, who is in requests without an outcome and was not so after an earlier kill.

    Of one campaign never more than its account allows at once: what is written down beyond that was not in flight.
    """

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._ceilings: dict[int, int] = {}

    def count(self) -> dict[int, int]:
        """People by campaign."""
        found: Counter[int] = Counter()
        intents = Submission.objects.filter(state=SubmissionState.INTENT)
        for pk, campaign_id, size in intents.values_list("pk", "campaign_id", "size"):
            if pk not in self._seen:
                found[campaign_id] += size
            self._seen.add(pk)
        return {campaign_id: min(count, self._ceiling(campaign_id)) for campaign_id, count in found.items()}

    def _ceiling(self, campaign_id: int) -> int:
        if campaign_id not in self._ceilings:
            campaign = Campaign.objects.select_related("account").get(pk=campaign_id)
            largest = campaign.account.gateway.callees_per_request(campaign.ability, campaign.account.access())
            self._ceilings[campaign_id] = campaign.account.parallel_requests * largest
        return self._ceilings[campaign_id]


def unknown_numbers(act: Act) -> frozenset[str]:
    return frozenset(act.campaign.recipients.filter(state="unknown").values_list("number", flat=True))


def still_sending(acts: Sequence[Act]) -> bool:
    """Whether anybody waits to be sent to, or is in a request."""
    waiting = sum(tallies(act.campaign).get(state, 0) for act in acts for state in ("pending", "held", "submitting"))
    return bool(waiting) or Submission.objects.filter(state=SubmissionState.INTENT).exists()


def read_books(
    acts: Sequence[Act],
    console: SandboxConsole,
    kills: Sequence[Kill],
    unknown_before: Mapping[int, frozenset[str]],
    forgotten: Forgotten = NOTHING,
) -> list[Books]:
    """The books of every campaign. What was heard while the database was *forgotten* is not known any more."""
    entries, endpoints = _entries(console, forgotten)
    spoilt = _spoilt(console)
    return [
        Books(
            name=f"{act.gateway.slug} {act.kind}",
            total=act.campaign.total,
            people=dict(act.campaign.recipients.values_list("number", "state").iterator()),
            counted=tallies(act.campaign),
            entries=entries.get((act.gateway.slug, str(act.kind)), []),
            state=Campaign.objects.values_list("state", flat=True).get(pk=act.campaign.pk),
            unknown_before=unknown_before[act.campaign.pk],
            unknown_ever=_unknown_ever(act),
            in_flight=sum(kill.in_flight.get(act.campaign.pk, 0) for kill in kills),
            spoilt=spoilt[act.gateway.slug, endpoints.get((act.gateway.slug, str(act.kind)), "")],
        )
        for act in acts
    ]


def standstills(acts: Sequence[Act], console: SandboxConsole, held: Forgotten = NOTHING) -> dict[str, float]:
    """Per campaign, the longest time between two of its requests, in seconds; not while sending was *held*."""
    _, endpoints = _entries(console)
    times: dict[tuple[str, str], list[float]] = {}
    for row in console.requests():
        times.setdefault((row["provider"], row["endpoint"]), []).append(row["at"])
    found = {}
    for act in acts:
        endpoint = endpoints.get((act.gateway.slug, str(act.kind)), "")
        moments = times.get((act.gateway.slug, endpoint), [])
        gaps = (longest_gap(at for at in moments if at <= held[0]), longest_gap(at for at in moments if at >= held[1]))
        found[f"{act.gateway.slug} {act.kind}"] = max(gaps)
    return found


def slowest_recovery(kills: Sequence[Kill], held: Forgotten = NOTHING) -> float:
    """The longest time from a kill until a request that it cut off was given an outcome, in seconds; without those that
    got theirs while sending was *held*."""
    slowest = 0.0
    moments = sorted(kill.at for kill in kills if strands(kill.victim))
    unknown = Submission.objects.filter(state=SubmissionState.UNKNOWN, finished_at__isnull=False)
    for started, finished in unknown.values_list("started_at", "finished_at"):
        cut = next((at for at in moments if at >= started.timestamp()), None)
        if cut is not None and finished is not None and not held[0] <= finished.timestamp() <= held[1]:
            slowest = max(slowest, finished.timestamp() - cut)
    return slowest


def _unknown_ever(act: Act) -> int:
    left = Submission.objects.filter(campaign=act.campaign, state=SubmissionState.UNKNOWN)
    return sum(left.values_list("size", flat=True))


def _entry(row: Mapping[str, Any], forgotten: Forgotten) -> Entry:
    """Of several receipts the better one may have been forgotten; then the other is all that is known."""
    begin, end = forgotten
    heard = bool(row["acknowledged"])
    if heard and begin <= row["last_push_at"] <= end:
        return Entry(row["number"], row["verdict"], False)
    is_half_known = heard and row["acknowledged"] > 1 and row["at"] <= end < row["last_push_at"]
    return Entry(
        row["number"], "contradictory" if is_half_known and row["verdict"] == "delivered" else row["verdict"], heard
    )


def _entries(
    console: SandboxConsole, forgotten: Forgotten = NOTHING
) -> tuple[dict[tuple[str, str], list[Entry]], dict[tuple[str, str], str]]:
    """The ledger's acceptances, and the endpoint of each kind, by provider and kind."""
    entries: dict[tuple[str, str], list[Entry]] = {}
    endpoints: dict[tuple[str, str], str] = {}
    for row in console.ledger():
        key = (row["provider"], row["kind"])
        entries.setdefault(key, []).append(_entry(row, forgotten))
        endpoints[key] = row["endpoint"]
    return entries, endpoints


def _spoilt(console: SandboxConsole) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for row in console.requests():
        if row["effect"] and row["effect"] not in PASSING:
            found[row["provider"], row["endpoint"]] += row["asked"]
    return found

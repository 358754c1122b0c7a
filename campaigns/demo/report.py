"""The table of a demonstration, and its comparison with the sandbox's own ledger."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campaigns.models import Campaign
from campaigns.models.statuses import RecipientState
from providers.sandbox.client import SandboxConsole

from .story import Act
from .watch import Seen

HEADS = ("kind", "provider", "recipients", "submitted", "delivered", "undelivered", "rejected", "unknown", "seconds")
TAKEN_STATES = {RecipientState.SUBMITTED, RecipientState.DELIVERED, RecipientState.UNDELIVERED, RecipientState.EXPIRED}
VERDICTS = {
    "delivered": {RecipientState.DELIVERED},
    "undelivered": {RecipientState.UNDELIVERED},
    # Both were said: somebody was reached, whatever was said besides.
    "contradictory": {RecipientState.DELIVERED},
    "unknown": {RecipientState.SUBMITTED, RecipientState.EXPIRED},
    "none": {RecipientState.SUBMITTED, RecipientState.EXPIRED},
}


@dataclass(frozen=True)
class Difference:
    """One number about which our states and the ledger do not agree."""

    act: Act
    number: str
    words: str

    def __str__(self) -> str:
        return f"{self.act.gateway.name} {self.act.kind}: {self.number} {self.words}"


def table(acts: Sequence[Act], seen: Seen) -> str:
    """All campaigns in one table of text. ``submitted`` counts everybody whom the provider took."""
    rows = [HEADS, *(_row(act, seen) for act in acts)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    lines = [_aligned(row, widths) for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def incomplete(acts: Sequence[Act]) -> list[str]:
    """Campaigns in which somebody is neither reached nor finally failed, in words."""
    found: list[str] = []
    for act in acts:
        counts = _counts(act.campaign)
        open_now = {
            state: number
            for state, number in counts.items()
            if state not in (RecipientState.DELIVERED, RecipientState.UNDELIVERED, RecipientState.REJECTED)
        }
        if open_now or sum(counts.values()) != act.campaign.total:
            words = ", ".join(f"{number:,} {state}" for state, number in sorted(open_now.items()))
            found.append(f"{act.gateway.name} {act.kind}: {words or 'the states do not add up'}")
    return found


def differences(acts: Sequence[Act], console: SandboxConsole) -> list[Difference]:
    """Every number that the ledger and we see differently. Empty when both agree about everybody."""
    return [difference for act in acts for difference in _compare(act, console)]


def _compare(act: Act, console: SandboxConsole) -> Iterator[Difference]:
    taken: Counter[str] = Counter()
    verdicts: dict[str, str] = {}
    for entry in console.ledger(provider=act.gateway.slug):
        if entry["kind"] == act.kind:
            number = entry["number"]
            taken[number] += 1
            verdicts[number] = entry["verdict"]
    for number, state in act.campaign.recipients.values_list("number", "state").iterator():
        yield from _one(act, number, state, taken.pop(number, 0), verdicts.get(number, ""))
    for number in taken:
        yield Difference(act, number, "was taken by the sandbox and is not one of ours")


def _one(act: Act, number: str, state: str, times: int, verdict: str) -> Iterator[Difference]:
    if times > 1:
        yield Difference(act, number, f"was taken {times} times")
    if times and state not in VERDICTS.get(verdict, set()):
        yield Difference(act, number, f"is {state} here and {verdict} in the ledger")
    if not times and state in TAKEN_STATES:
        yield Difference(act, number, f"is {state} here and was never taken")


def _row(act: Act, seen: Seen) -> tuple[str, ...]:
    counts = _counts(act.campaign)
    taken = sum(counts[state] for state in TAKEN_STATES)
    seconds = seen.seconds.get(act.campaign.pk)
    numbers = (
        act.campaign.total,
        taken,
        counts[RecipientState.DELIVERED],
        counts[RecipientState.UNDELIVERED],
        counts[RecipientState.REJECTED],
        counts[RecipientState.UNKNOWN],
    )
    ended = f"{seconds:.1f}" if seconds is not None else "-"
    return (str(act.kind), act.gateway.name, *(f"{number:,}" for number in numbers), ended)


def _counts(campaign: Campaign) -> Counter[str]:
    return Counter(campaign.recipients.values_list("state", flat=True).iterator())


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.ljust(width) if place < 2 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells)

"""What the sandbox's ledger and our own books must agree about when the dust has settled. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

WAITING = frozenset({"pending", "held", "submitting"})
NEVER_TAKEN = frozenset({"rejected", "skipped", "cancelled", *WAITING})
"""States that say that the provider does not have this person."""
SURELY_TAKEN = frozenset({"submitted", "delivered", "undelivered", "expired"})
SILENT = frozenset({"submitted", "unknown", "expired"})
"""What somebody may be about whom the provider has not said anything yet."""
TOLD = {
    "delivered": frozenset({"delivered"}),
    "undelivered": frozenset({"undelivered"}),
    "contradictory": frozenset({"delivered"}),
}
"""Verdict of the ledger to the states that it allows once its receipts were acknowledged."""
LEAST_KNOWN = 0.99
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One acceptance in the ledger; ``heard`` says that a push about it was acknowledged by us."""

    number: str
    verdict: str
    heard: bool


@dataclass(frozen=True, slots=True)
class Books:
    """One campaign when everything is over: people by number with their states, and the ledger's entries.

    ``counted`` are the application's own counters. ``unknown_before`` are the numbers that were unknown before late
    receipts were let go, ``unknown_ever`` how many were in requests whose answer was never read, ``in_flight`` how many
    were in requests at the moment of a kill (all kills together), ``spoilt`` how many were in requests whose answer the
    weather took away. ``state`` is the campaign's own.
    """

    name: str
    total: int
    people: Mapping[str, str]
    counted: Mapping[str, int]
    entries: Sequence[Entry]
    state: str = "running"
    unknown_before: frozenset[str] = frozenset()
    unknown_ever: int = 0
    in_flight: int = 0
    spoilt: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the books of one campaign come to; the campaign passed when ``failures`` is empty."""

    name: str
    accepted: int
    doubled: Sequence[str]
    lost: Sequence[str]
    unknown_ever: int
    bound: int
    unknown_before: int
    told: int
    known: int
    failures: Sequence[str]

    @property
    def known_share(self) -> float:
        """Of those who were unknown and about whom the provider has since said something."""
        return self.known / self.told if self.told else 1.0


def judge(books: Books) -> Judgement:
    """Compare one campaign's books."""
    times = Counter(entry.number for entry in books.entries)
    entries = {entry.number: entry for entry in books.entries}
    told = [number for number in books.unknown_before if number in entries and _informs(entries[number])]
    failures: list[str] = []
    judgement = Judgement(
        name=books.name,
        accepted=len(times),
        doubled=sorted(number for number, count in times.items() if count > 1),
        lost=sorted(number for number, state in books.people.items() if state in WAITING),
        unknown_ever=books.unknown_ever,
        bound=books.in_flight + books.spoilt,
        unknown_before=len(books.unknown_before),
        told=len(told),
        known=sum(books.people[number] != "unknown" for number in told),
        failures=failures,
    )
    failures.extend(f"{books.name}: {words}" for words in _failures(books, judgement, entries))
    return judgement


def longest_gap(times: Iterable[float]) -> float:
    """The longest time between neighbours, in the unit of *times*; 0 with fewer than two."""
    ordered = sorted(times)
    return max((after - before for before, after in pairwise(ordered)), default=0.0)


def _informs(entry: Entry) -> bool:
    return entry.heard and entry.verdict in TOLD


def _failures(books: Books, judged: Judgement, entries: Mapping[str, Entry]) -> Iterator[str]:
    yield from _named("accepted twice", judged.doubled)
    yield from _named("still waiting", judged.lost)
    yield from _named("accepted and not ours", [number for number in entries if number not in books.people])
    states = Counter(books.people.values())
    if len(books.people) != books.total or sum(books.counted.values()) != books.total:
        yield f"{len(books.people)} people and {sum(books.counted.values())} counted, of {books.total}"
    if {state: count for state, count in books.counted.items() if count} != dict(states):
        yield f"the counters say {dict(books.counted)}, the rows {dict(states)}"
    if books.state not in ("running", "finished"):
        yield f"the campaign is {books.state}"
    yield from _disagreements(books.people, entries)
    if judged.unknown_ever > judged.bound:
        yield f"{judged.unknown_ever} became unknown, but only {judged.bound} were in flight or spoilt"
    if judged.known_share < LEAST_KNOWN:
        yield f"of {judged.told} unknown about whom the provider spoke, only {judged.known} are known"


def _disagreements(people: Mapping[str, str], entries: Mapping[str, Entry]) -> Iterator[str]:
    taken = [(state, entries[number], number) for number, state in people.items() if number in entries]
    yield from _named("accepted, but never by our books", [one[2] for one in taken if one[0] in NEVER_TAKEN])
    never = [number for number, state in people.items() if state in SURELY_TAKEN and number not in entries]
    yield from _named("taken by our books, but never accepted", never)
    wrong = [f"{one[2]} ({one[0]}, not {one[1].verdict})" for one in taken if _wrong(one[0], one[1])]
    yield from _named("heard of, but in a wrong state", wrong)


def _wrong(state: str, entry: Entry) -> bool:
    if state in NEVER_TAKEN or state == "unknown":
        return False  # counted apart
    if _informs(entry):
        return state not in TOLD[entry.verdict] and not (entry.verdict == "contradictory" and state == "undelivered")
    # Where a provider keeps records, they tell what became of somebody although no receipt ever does.
    recorded = TOLD["delivered"] if entry.verdict == "none" else frozenset()
    return state not in SILENT | TOLD.get(entry.verdict, frozenset()) | recorded


def _named(words: str, numbers: Sequence[str]) -> Iterator[str]:
    if numbers:
        more = f" and {len(numbers) - SHOWN} more" if len(numbers) > SHOWN else ""
        yield f"{len(numbers)} {words}: {', '.join(numbers[:SHOWN])}{more}"

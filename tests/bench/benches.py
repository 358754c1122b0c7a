"""What is measured, by name. Sides of a ratio take turns, and the median of the rounds counts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .desk import Provider
from .results import Figure
from .stacks import POSTGRES, STACKS


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is sent."""

    rounds: int = 3
    batch: int = 200_000
    plain: int = 1_500
    cost: int = 200_000
    single: int = 20_000
    flight_seconds: float = 20.0
    large: int = 1_000_000
    small: int = 1_000
    starts: int = 25
    list: int = 200_000
    workbook: int = 100_000
    receipts: int = 100_000
    plain_receipts: int = 10_000
    receiving_seconds: float = 6.0


QUICK = Sizes(
    rounds=2,
    batch=60_000,
    plain=300,
    cost=40_000,
    single=5_000,
    flight_seconds=8.0,
    large=100_000,
    starts=11,
    list=40_000,
    workbook=20_000,
    receipts=20_000,
    plain_receipts=3_000,
    receiving_seconds=3.0,
)


@dataclass(frozen=True, slots=True)
class Bench:
    """Where a measurement is made: the stack's name, a running stand-in provider, and how much is sent."""

    stack: str
    gateway: Provider
    sizes: Sizes


@dataclass(frozen=True, slots=True)
class Measure:
    """One measurement: its words for people, the stacks it is made on, and where its code is."""

    words: str
    stacks: tuple[str, ...]
    module: str
    function: str

    def load(self) -> Callable[[Bench], Iterator[Figure]]:
        """The code; it needs Django, so only inside a stack."""
        from importlib import import_module

        found: Callable[[Bench], Iterator[Figure]] = getattr(import_module(f"tests.bench.{self.module}"), self.function)
        return found


MEASURES = {
    "plain": Measure("against one Celery task per recipient", STACKS, "rates", "against_plain"),
    "cost": Measure("CPU, statements and messages of batches", STACKS, "costs", "of_batches"),
    "two": Measure("two workers against one", (POSTGRES,), "rates", "two_workers"),
    "flight": Measure("256 requests in flight from one process", STACKS, "rates", "in_flight"),
    "single": Measure("one number per request at zero delay", STACKS, "costs", "of_single"),
    "import": Measure("lists of 200,000 rows into an audience, XLSX, and memory", STACKS, "imports", "of_lists"),
    "receiving": Measure(
        "receipts received against other views and beside everything else", STACKS, "receiving", "of_receipts"
    ),
    "applying": Measure("receipts applied against bulk_update", STACKS, "applying", "of_receipts"),
    "start": Measure("start of a million against a thousand, and memory", STACKS, "starts", "large_campaign"),
    "recipients": Measure("pages and export of a million recipients", STACKS, "pages_recipients", "of_lists"),
    "page": Measure("campaign page against a grouped count", STACKS, "following", "campaign_page"),
    "scale": Measure("four workers against one at a slow gateway", (POSTGRES,), "rates", "four_workers"),
}

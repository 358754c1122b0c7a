"""A callee that a sandbox took, and what is going to be said about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Receipt:
    """One planned receipt. Seconds: ``after`` the usual delay, ``age`` it happened before it is pushed.

    ``late`` adds the sandbox's late seconds, ``early`` comes before the answer, ``lost_id`` carries a foreign id.
    """

    code: str
    after: float = 0.0
    age: float = 0.0
    late: bool = False
    early: bool = False
    lost_id: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """A callee that was accepted, and what is going to be said about it.

    ``ref`` is the caller's own reference as the request carried it, ``facts`` what the receipt must repeat.
    ``verdict`` is what a careful reader of the receipts must end up with: delivered, undelivered, unknown (a code
    that no document explains), none (no receipt that could be matched) or contradictory (both were said).
    """

    provider_id: str
    number: str
    ref: str
    text: str
    kind: str
    at: float
    verdict: str
    code: str
    receipts: tuple[Receipt, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

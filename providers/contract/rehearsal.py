"""What a gateway's sandbox module declares: the provider as its documents describe it, saying no where they do.

A rehearsal only decides. The sandbox server listens, keeps the books, spoils answers and pushes receipts; it offers
the rehearsal a :class:`Desk` to look things up. Every number here is digits with country code unless said otherwise.
"""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from .books import Books, StoredFile
from .magic import COMMON_OUTCOMES, ORDINARY, TAILS, Outcome, Receipts, magic_digits, magic_tail, ordinary_tail
from .taken import Receipt, Taken


@dataclass(frozen=True, slots=True)
class SandboxRequest:
    """One request as it arrived. ``path`` is below the mount, header names are lower case, ``received_at`` is Unix."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    received_at: float


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before anything spoils it."""

    body: bytes
    content_type: str
    status: int = 200


def json_reply(members: Mapping[str, object], status: int = 200) -> Reply:
    body = json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(body, "application/json;charset=UTF-8", status)


def text_reply(text: str, status: int = 200, content_type: str = "text/plain; charset=utf-8") -> Reply:
    return Reply(text.encode(), content_type, status)


@dataclass(frozen=True, slots=True)
class Template:
    """A voice template at the provider; ``state`` is in_review, approved or rejected."""

    id: str
    text: str
    state: str = "approved"
    words: str = ""


@dataclass(frozen=True, slots=True)
class Frequency:
    """At most ``most`` accepted submissions per number in ``seconds`` (0: in one natural day of China time)."""

    code: str
    most: int
    seconds: float


class Desk(Protocol):
    """What the sandbox remembers for one provider. Looking changes nothing except :meth:`serial`."""

    @property
    def balance(self) -> float: ...

    @property
    def books(self) -> Books: ...

    def serial(self) -> int:
        """A number never given before, from 1, also across restarts."""

    def too_often(self, number: str, at: float) -> str:
        """The code of the frequency rule that *number* would break, or ``""``."""

    def templates(self) -> Sequence[Template]:
        """All templates that were not deleted."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider decided. The server books it, unless ``effect`` says that the request was never taken.

    ``code`` is the provider's status, ``asked`` how many callees were asked for, ``cost`` what is taken off the
    balance. ``bare`` is the reply of a success that lacks everything but its status.
    """

    reply: Reply
    endpoint: str
    code: str
    accepted: bool = False
    asked: int = 0
    taken: tuple[Taken, ...] = ()
    cost: float = 0.0
    effect: Outcome | None = None
    bare: Reply | None = None
    added: Template | None = None
    stored: StoredFile | None = None
    deleted: str = ""


@dataclass(frozen=True, slots=True)
class Push:
    """A push ready to be sent."""

    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Rehearsal(ABC):
    """One provider in the sandbox. A gateway's ``sandbox`` module exposes an instance as ``rehearsal``."""

    slug: str
    base_path: str
    credentials: Mapping[str, str]
    """Field name of the account form to the value that is right here; the base URL is not among them."""
    file_id: str = ""
    """The provider's id of a voice file that exists here, or empty."""
    template: Template | None = None
    """A voice template that is approved here from the start."""
    starting_balance: float = 1_000_000.0
    doors: tuple[str, ...] = ()
    receipt_door: Mapping[str, str]
    """Kind of campaign to the door that its receipts are pushed to."""
    review_door: str = ""
    reply_door: str = ""
    frequencies: tuple[Frequency, ...] = ()
    own_outcomes: tuple[Outcome, ...] = ()
    failure_code: str
    """The receipt code of an everyday failure."""
    unknown_code: str

    @abstractmethod
    def handle(self, request: SandboxRequest, desk: Desk) -> Answer:
        """Decide on one request."""

    @abstractmethod
    def receipt(self, taken: Taken, receipt: Receipt, happened_at: float) -> Mapping[str, object]:
        """The members of one receipt push, as the document names them."""

    @abstractmethod
    def push(self, door: str, bodies: Sequence[Mapping[str, object]], form: str) -> Push:
        """Put receipts or a review into one push; more than one only if :meth:`groups` says so."""

    @abstractmethod
    def acknowledged(self, status: int, body: bytes) -> bool:
        """Whether the document takes this answer to a push as received."""

    @abstractmethod
    def head(self, index: int) -> str:
        """The *index*-th way to begin a number, everything but its last six digits.

        Raises ValueError when there are not that many.
        """

    def groups(self, door: str) -> bool:
        """Whether a documented form of this door carries several receipts in one push."""
        return False

    def review(self, template: Template) -> tuple[Template, Mapping[str, object]] | None:
        """Decide on a template: its new state and the members of the review push, or None to keep silent."""
        return None

    def reply(self, number: str, text: str, reply_id: str, written_at: float) -> Mapping[str, object]:
        """The members of the push of what *number* wrote back, where there is a ``reply_door``."""
        raise NotImplementedError

    def success_code(self, kind: str) -> str:
        """The receipt code of success for *kind*."""
        raise NotImplementedError

    def receipt_code(self, kind: str, outcome: Outcome) -> str:
        """The code that the final receipt of *outcome* carries."""
        return outcome.receipt_code or self.success_code(kind)

    def succeeds(self, kind: str, code: str) -> bool:
        return code == self.success_code(kind)

    @cached_property
    def outcomes(self) -> Mapping[str, Outcome]:
        """All magic outcomes of this provider by their three digits."""
        return {outcome.digits: outcome for outcome in (*COMMON_OUTCOMES, *self.own_outcomes)}

    def outcome_of(self, number: str) -> Outcome:
        digits = magic_digits(number)
        return self.outcomes.get(digits, ORDINARY) if digits else ORDINARY

    def request_outcome(self, numbers: Iterable[str]) -> Outcome | None:
        """The first magic outcome among *numbers* that concerns the request as a whole."""
        return next((found for found in map(self.outcome_of, numbers) if found.concerns_request), None)

    def number_for(self, index: int, outcome: str = "") -> str:
        """A valid number with country code, a different one for each *index* from 0.

        *outcome* is a magic outcome's name or three digits; without it the number is ordinary. Magic numbers share
        their last six digits, so there are only as many of one outcome as there are heads.
        Raises KeyError for an unknown outcome and ValueError beyond the last head.
        """
        if not outcome:
            return self.head(index // TAILS) + ordinary_tail(index)
        return self.head(index) + magic_tail(self._digits_of(outcome))

    def _digits_of(self, outcome: str) -> str:
        if outcome in self.outcomes:
            return outcome
        for found in self.outcomes.values():
            if found.name == outcome:
                return found.digits
        raise KeyError(f"{self.slug} has no outcome {outcome}")

    def take(
        self,
        outcome: Outcome,
        *,
        provider_id: str,
        number: str,
        ref: str,
        text: str,
        kind: str,
        at: float,
        facts: Mapping[str, str] | None = None,
    ) -> Taken:
        """Accept a callee and plan its receipts."""
        code = self.unknown_code if outcome.receipts is Receipts.UNKNOWN_CODE else self.receipt_code(kind, outcome)
        plan = plan_receipts(outcome.receipts, code, self.failure_code)
        verdict = self.verdict(outcome, kind, code)
        return Taken(provider_id, number, ref, text, kind, at, verdict, code, plan, facts or {})

    def verdict(self, outcome: Outcome, kind: str, code: str) -> str:
        """What a careful reader ends up with; see :class:`Taken`."""
        by_receipts = {
            Receipts.NONE: "none",
            Receipts.UNKNOWN_ID: "none",
            Receipts.UNKNOWN_CODE: "unknown",
            Receipts.CONTRADICTORY: "contradictory",
        }
        return by_receipts.get(outcome.receipts) or ("delivered" if self.succeeds(kind, code) else "undelivered")


def plan_receipts(receipts: Receipts, code: str, failure: str) -> tuple[Receipt, ...]:
    """The receipts that follow one another for a callee."""
    one = Receipt(code)
    plans: dict[Receipts, tuple[Receipt, ...]] = {
        Receipts.NONE: (),
        Receipts.LATE: (Receipt(code, late=True),),
        Receipts.TWICE: (one, Receipt(code, after=0.1, age=0.1)),
        Receipts.THRICE: (one, Receipt(code, after=0.1, age=0.1), Receipt(code, after=0.2, age=0.2)),
        Receipts.EARLY: (Receipt(code, early=True),),
        Receipts.OUT_OF_ORDER: (one, Receipt(failure, after=0.2, age=60.2)),
        Receipts.CONTRADICTORY: (Receipt(failure), Receipt(code, after=0.2)),
        Receipts.UNKNOWN_ID: (Receipt(code, lost_id=True),),
    }
    return plans.get(receipts, (one,))


def foreign_id(provider_id: str) -> str:
    """An id in the same form that was never handed out, the same one each time it is asked for."""
    digits = str(int(hashlib.sha256(provider_id.encode()).hexdigest(), 16))
    return ("9" + digits)[: max(len(provider_id), 8)]

"""What the viewer narrowed a campaign's recipients to, as it stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from campaigns.models.endings import ENDING
from campaigns.models.statuses import RecipientState
from notifyadmin.web import keyset
from providers.contract.statuses import FailureClass

LONGEST_TEXT = 60
LONGEST_REASON = 400
LONGEST_KEYS = 32
WHOLE_NUMBER = 10
"""Digits from which something is a whole number rather than its end."""

NO_CLASS = "none"
"""In the address: in the state, but without a failure class."""

SORTS = ("position", "-position", "number", "-number")


@dataclass(frozen=True, slots=True)
class Filters:
    """A state, a failure class, one of their reasons, keys, a number or its last digits, a text; and the order.

    ``reason`` is a sentence as it is stored (without its values), of recipients in ``state`` with ``failure``.
    ``failure`` is :data:`NO_CLASS` for those of a state who have none. ``pressed`` is what was pressed in the call.
    """

    state: str = ""
    failure: str = ""
    reason: str = ""
    number: str = ""
    text: str = ""
    pressed: str = ""
    sort: str = "position"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        """The filters in an address; what they do not know counts as not given."""
        state, failure = query.get("state", ""), query.get("failure", "")
        found = cls(
            state=state if state in RecipientState.values else "",
            failure=failure if failure and (failure == NO_CLASS or failure in _CLASSES) else "",
            number=_digits(query.get("number", "")),
            text=" ".join(query.get("text", "").replace("\x00", "").split())[:LONGEST_TEXT],
            pressed="".join(query.get("pressed", "").replace("\x00", "").split())[:LONGEST_KEYS],
            sort=query.get("sort", "") if query.get("sort", "") in SORTS else SORTS[0],
        )
        return found._with_reason(query.get("reason", ""))

    def _with_reason(self, packed: str) -> "Filters":
        """A reason belongs to a state and a class; with others chosen besides it means nobody's."""
        state, _colon, rest = packed[:LONGEST_REASON].replace("\x00", "").partition(":")
        failure, _colon, reason = rest.partition(":")
        fits = self.state in ("", state) and self.failure in ("", failure)
        if not reason or state not in RecipientState.values or not fits:
            return self
        return replace(self, state=state, failure=failure if failure in {*_CLASSES, NO_CLASS} else "", reason=reason)

    @property
    def packed_reason(self) -> str:
        """The reason as it stands in the address."""
        return f"{self.state}:{self.failure}:{self.reason}" if self.reason else ""

    def __bool__(self) -> bool:
        return bool(self.state or self.failure or self.number or self.text or self.pressed)

    @property
    def by_ending(self) -> bool:
        """Whether the digits are enough for the index of endings."""
        return len(self.number) >= ENDING

    @property
    def searches(self) -> bool:
        """Whether rows have to be looked at one by one."""
        return bool(self.text or self.reason or (self.number and not self.by_ending))

    @property
    def key(self) -> str:
        """The column by which is sorted and leafed through."""
        return self.sort.lstrip("-")

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The names and values of these filters in an address, as far as they are given."""
        sort = "" if self.sort == SORTS[0] else self.sort
        narrowed = {"reason": self.packed_reason} if self.reason else {"state": self.state, "failure": self.failure}
        given = {**narrowed, "pressed": self.pressed, "number": self.number, "text": self.text, "sort": sort}
        return [(name, value) for name, value in given.items() if value]

    def address(self, **more: object) -> str:
        """The query string of these filters and *more*."""
        return keyset.address({**dict(self.pairs), **more})


def _digits(typed: str) -> str:
    """As numbers are stored: without the zeros by which countries are dialled. Last digits may begin with zeros."""
    digits = keyset.digits_of(typed)
    return digits.lstrip("0") if len(digits) >= WHOLE_NUMBER else digits


_CLASSES = frozenset(failure.value for failure in FailureClass if failure.value)

"""sendSms/batch: ``array`` lists the accepted numbers of all texts; the rest are refused only if the counts say so."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from providers.contract.errors import Answered
from providers.contract.errors import Refused as RefusedAnswer
from providers.contract.messages import Message
from providers.contract.words import Words, gettext_noop

from .callees import NOTHING_SAID, TAKEN_CODES, Fate, Taken, Turned, answered, fate_by_code, rows_of, together
from .exchanges import Exchange
from .reading import Envelope, digits_of, id_of, text_of, whole_of

_UNLISTED_NUMBER = Words(gettext_noop("The provider did not take this number and gives no reason for it."))
_ORDERS_LIMIT = 100_000
_SHORTEST_NUMBER = 7


class _People(NamedTuple):
    """The callees of a request, found by number and by reference."""

    refs: Mapping[str, str]
    numbers: Mapping[str, str]


def read_sms_batch(message: Message, envelope: Envelope, exchange: Exchange) -> Answered | RefusedAnswer | None:
    """Who is on the list was taken. Who is not was refused if both counts are there and agree with the list."""
    array, counts = envelope.members.get("array"), _counts(envelope.members)
    rows = list(rows_of(array))
    if not rows and counts is None:
        return None
    fates, doubted = _fates(message, rows, exchange)
    missing = len(message.callees) - len(fates)
    whole = not doubted and len(rows) == len(fates) and _is_a_list(array)
    rest: Fate = Turned(_UNLISTED_NUMBER) if whole and counts == (len(rows), missing) else NOTHING_SAID
    return answered(message, lambda callee: fates.get(callee.ref, rest), exchange)


def _counts(members: Mapping[str, Any]) -> tuple[int, int] | None:
    """Accepted and refused numbers as the answer counts them; None unless it counts both, as documented."""
    success, fail = whole_of(members.get("success")), whole_of(members.get("fail"))
    return None if success is None or fail is None else (success, fail)


def _is_a_list(array: Any) -> bool:
    """Whether nothing in the list can be an accepted number that was not understood."""
    return array is None or (isinstance(array, list) and all(isinstance(row, dict) for row in array))


def _fates(
    message: Message, rows: list[Mapping[str, Any]], exchange: Exchange
) -> tuple[dict[str, Fate], frozenset[str]]:
    """What the rows say by reference, and whom they leave in doubt because reference and number contradict."""
    people = _People(
        {callee.number: callee.ref for callee in message.callees},
        {callee.ref: callee.number for callee in message.callees},
    )
    fates: dict[str, Fate] = {}
    doubted: set[str] = set()
    for row in rows:
        ref, contradicted = _person(row, people)
        doubted |= contradicted
        if ref:
            fates[ref] = together(fates.get(ref), _fate(row, exchange))
    return fates, frozenset(doubted)


def _person(row: Mapping[str, Any], people: _People) -> tuple[str, set[str]]:
    """The reference of whom the row is about, or ``""`` and those of whom it may be.

    The number stands beside our own reference. A reference that is none of ours says nothing, one that belongs to
    another number makes the row worthless: nobody can tell which of the two is wrong.
    """
    written, number = row.get("orderId"), _number_beside(row)
    if isinstance(written, str) and people.numbers.get(written) == number:
        return written, set()  # as nearly all are
    named = {part.strip() for part in text_of(written, _ORDERS_LIMIT).split(",")} & people.numbers.keys()
    if not number:
        return (named.pop(), set()) if len(named) == 1 else ("", named)
    ref = people.refs.get(number) or _of_national(number, named, people)
    if named and ref not in named:
        return "", named | ({ref} if ref else set())
    return ref, set()


def _number_beside(row: Mapping[str, Any]) -> str:
    """The digits of the row's number; of a masked one none, since it contradicts nothing."""
    written = row.get("number")
    return "" if isinstance(written, str) and "*" in written else digits_of(written)


def _of_national(number: str, named: set[str], people: _People) -> str:
    """The one person named by reference whose number ends like this one, written without its country code."""
    short = number.lstrip("0")
    alike = [ref for ref in named if len(short) >= _SHORTEST_NUMBER and people.numbers[ref].endswith(short)]
    return alike[0] if len(alike) == 1 else ""


def _fate(row: Mapping[str, Any], exchange: Exchange) -> Fate:
    """A row says that its number was accepted, unless it has a status of its own, which no page shows."""
    message_id, code = id_of(row.get("msgId") or row.get("msgid")), text_of(row.get("status"))
    if code in ("", *TAKEN_CODES):
        return Taken(message_id)
    return fate_by_code(code, message_id, exchange.raw(row.get("reason")), exchange)

"""What became of each callee of a request, from the rows of an answer. Where a row leaves a doubt, the doubt stays."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from providers.contract.errors import Accepted, Answered, RefusedCallee, UnclearCallee
from providers.contract.errors import Refused as RefusedAnswer
from providers.contract.messages import Callee, Message
from providers.contract.statuses import Concern, FailureClass
from providers.contract.words import Words, gettext_noop

from .codes import NO_RATE, OK, doubt_of, fact_of
from .exchanges import Exchange
from .reading import id_of, text_of

# "200" is what reports of newer accounts say for a call that was set up. Taking it for a refusal could make a person
# send again to somebody whose phone rings; taking it for accepted at worst waits for a report in vain.
TAKEN_CODES = frozenset({OK, "200"})
ROW_PAUSE_SECONDS = 60.0
"""How long one number waits that was refused alone for coming too fast, where the answer names no time."""

_SILENT = Words(gettext_noop("The provider's answer does not say what became of this number."))
_TWO_THINGS = gettext_noop(
    "The provider refused this number with code %(code)s and gave it an id all the same; what became of it is not"
    " known."
)


class Taken(NamedTuple):
    """The provider took this callee."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Turned:
    """The provider's documents say that this callee was not taken."""

    words: Words
    code: str = ""
    raw: str = ""
    failure: FailureClass = FailureClass.OTHER
    concern: Concern = Concern.NONE


@dataclass(frozen=True, slots=True)
class Unclear:
    """The answer does not say it; an id or a code is kept all the same."""

    words: Words = _SILENT
    provider_id: str = ""
    code: str = ""
    raw: str = ""


Fate = Taken | Turned | Unclear
NOTHING_SAID = Unclear()


def rows_of(value: Any) -> Iterator[Mapping[str, Any]]:
    """The objects in a list, or the one object that stands in place of a list of one."""
    for row in value if isinstance(value, list) else [value]:
        if isinstance(row, dict):
            yield row


def fate_of_call(row: Mapping[str, Any], exchange: Exchange) -> Fate:
    """What a row of a call says: its own code, and the id of the call if there is one."""
    code, provider_id = text_of(row.get("terminationCode")), id_of(row.get("voiceId"))
    if code in TAKEN_CODES:
        return Taken(provider_id)
    if not code:
        return Unclear(provider_id=provider_id)
    return fate_by_code(code, provider_id, exchange.raw(row.get("terminationReason")), exchange)


def fate_by_code(code: str, provider_id: str, raw: str, exchange: Exchange) -> Fate:
    """What a *code* for one number means that is not one of success. Only a documented one without an id refuses."""
    fact = fact_of(exchange.endpoint, code)
    if fact is None:
        return Unclear(doubt_of(exchange.endpoint, code), provider_id, code, raw)
    if provider_id:
        return Unclear(Words(_TWO_THINGS, {"code": code}), provider_id, code, raw)
    return Turned(Words(fact.words), code, raw, fact.failure, fact.concern)


def together(first: Fate | None, second: Fate) -> Fate:
    """What two rows about one number say: an acceptance decides, since that phone rings, then a doubt."""
    return second if first is None or _weight(second) > _weight(first) else first


def _weight(fate: Fate) -> int:
    match fate:
        case Taken(provider_id):
            return 4 if provider_id else 3
        case Unclear():
            return 2 if fate.provider_id else 1
        case Turned():
            return 0


def answered(message: Message, fate: Callable[[Callee], Fate], exchange: Exchange) -> Answered | RefusedAnswer:
    """Every callee of *message* in one of three lists, unless all are refused for a reason that they share."""
    fates = [(callee.ref, fate(callee)) for callee in message.callees]
    return _refused_for_all([one for _, one in fates], exchange) or Answered(
        tuple(Accepted(ref, one.provider_id) for ref, one in fates if isinstance(one, Taken)),
        tuple(_refused(ref, one, exchange) for ref, one in fates if isinstance(one, Turned)),
        tuple(
            UnclearCallee(ref, one.words, one.provider_id, one.code, one.raw)
            for ref, one in fates
            if isinstance(one, Unclear)
        ),
        exchange.evidence,
    )


def _refused(ref: str, fate: Turned, exchange: Exchange) -> RefusedCallee:
    named = exchange.retry_after
    pause = (ROW_PAUSE_SECONDS if named is None else named) if fate.concern is Concern.PASSING else None
    return RefusedCallee(ref, fate.code, fate.raw, fate.words, fate.failure, pause)


def _refused_for_all(fates: Sequence[Fate], exchange: Exchange) -> RefusedAnswer | None:
    """Row for row the same code about the account or the campaign: the request is refused as a whole.

    Nobody then is rejected for what a person can put right, and the next request does not have to learn it again.
    """
    first = next(iter(fates), None)
    if not isinstance(first, Turned) or first.code == NO_RATE or first.concern in (Concern.NONE, Concern.PASSING):
        return None
    if not all(isinstance(fate, Turned) and fate.code == first.code for fate in fates):
        return None
    return RefusedAnswer(first.code, first.raw, first.words, first.concern, evidence=exchange.evidence)

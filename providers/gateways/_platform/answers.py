"""From what came back to what it means for each callee. Where an answer leaves a doubt, the doubt is the answer."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from providers.contract.abilities import Ability
from providers.contract.errors import (
    Accepted,
    Answered,
    Balance,
    BalanceAnswer,
    Evidence,
    NotSent,
    RefusedCallee,
    SubmitAnswer,
    UnclearCallee,
)
from providers.contract.errors import Refused as RefusedAnswer
from providers.contract.errors import Unknown as UnknownAnswer
from providers.contract.http import HttpFailure, HttpResponse
from providers.contract.messages import Callee, Message
from providers.contract.statuses import Concern
from providers.contract.words import Words, gettext_noop

from .codes import OK, concern_of, fact_of, words_of
from .reading import RAW_LIMIT, Envelope, amount_of, clean, digits_of, envelope_of, text_of, whole_of

# "200" is what reports of newer accounts say for a call that was set up. Taking it for a refusal could make a person
# send again to somebody whose phone rings; taking it for accepted at worst waits for a report in vain.
_TAKEN = frozenset({OK, "200"})
_SILENT = Words(gettext_noop("The provider's answer does not say what became of this number."))
_UNREADABLE = gettext_noop("The provider answered with something unreadable; whether it took the request is not known.")
_TOO_FAST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that was made: what came back, what is kept of it, and how texts from it are made safe."""

    outcome: HttpResponse | HttpFailure
    evidence: Evidence
    hide: Callable[[str], str]

    def raw(self, value: Any) -> str:
        """The provider's own words, bounded and without secrets that it may repeat."""
        return clean(self.hide(text_of(value, 4 * RAW_LIMIT)), RAW_LIMIT)


def submit_answer(message: Message, exchange: Exchange) -> SubmitAnswer:
    """What became of *message*."""
    envelope = envelope_or_end(exchange, len(message.callees))
    if not isinstance(envelope, Envelope):
        return envelope
    answered = _READERS[message.kind](message, envelope.members, exchange)
    return answered or unreadable(exchange, envelope)


def unreadable(exchange: Exchange, envelope: Envelope) -> UnknownAnswer:
    """A success without what it should have said."""
    return _unknown(Words(_UNREADABLE), exchange, envelope)


def balance_answer(exchange: Exchange) -> BalanceAnswer:
    """What is left (getBalance). No page names a currency, so none is claimed."""
    envelope = envelope_or_end(exchange, 1)
    if not isinstance(envelope, Envelope):
        return envelope
    amount = amount_of(envelope.members.get("balance"))
    if not amount:
        return _unknown(Words(gettext_noop("The provider's answer has no readable balance.")), exchange, envelope)
    named = ((name, amount_of(envelope.members.get(name))) for name in (gettext_noop("gift"), gettext_noop("credit")))
    parts = tuple((name, value) for name, value in named if value)
    return Balance(Decimal(amount), "", parts, exchange.evidence)


def envelope_or_end(exchange: Exchange, callees: int) -> Envelope | RefusedAnswer | UnknownAnswer | NotSent:
    """The envelope of a success, or what came in its place; *callees* were asked for."""
    outcome = exchange.outcome
    if isinstance(outcome, HttpFailure):
        return _no_answer(outcome, exchange)
    envelope = envelope_of(outcome.body)
    if envelope is None:
        return _by_http_status(outcome, exchange)
    return envelope if envelope.status == OK else _failed(envelope, exchange, callees)


def _no_answer(failure: HttpFailure, exchange: Exchange) -> UnknownAnswer | NotSent:
    if failure.sent:
        return UnknownAnswer(failure.words, evidence=exchange.evidence)
    concern = Concern.ENDPOINT if failure.certificate else Concern.NONE
    return NotSent(failure.words, concern=concern, evidence=exchange.evidence)


def _by_http_status(response: HttpResponse, exchange: Exchange) -> RefusedAnswer | UnknownAnswer:
    """Without an envelope only 429 counts as a refusal; anything else may come from a machine in between."""
    code = f"HTTP {response.status}"
    if response.status == 429:
        words = Words(gettext_noop("Requests came too fast for the provider; it goes on by itself after a pause."))
        return RefusedAnswer(code, "", words, Concern.PASSING, _TOO_FAST_SECONDS, exchange.evidence)
    if response.status in (404, 405):
        words = Words(gettext_noop("The address answered that it has no such API. Check the account's base URL."))
        return UnknownAnswer(words, code, evidence=exchange.evidence)
    return UnknownAnswer(Words(_UNREADABLE), code, evidence=exchange.evidence)


def _failed(envelope: Envelope, exchange: Exchange, callees: int) -> RefusedAnswer | UnknownAnswer:
    code, fact = envelope.status, fact_of(envelope.status)
    if not fact.nothing_taken:
        return _unknown(words_of(code), exchange, envelope)
    concern, raw = concern_of(code, callees), exchange.raw(envelope.reason)
    return RefusedAnswer(code, raw, words_of(code), concern, fact.retry_after, exchange.evidence)


def _unknown(words: Words, exchange: Exchange, envelope: Envelope) -> UnknownAnswer:
    return UnknownAnswer(words, envelope.status, exchange.raw(envelope.reason), exchange.evidence)


def _read_send_group(message: Message, members: Mapping[str, Any], exchange: Exchange) -> Answered | None:
    """voice/sendGroup: ``data`` lists each callee with an id and a code of its own."""
    rows = list(_rows(members.get("data")))
    if not rows:
        return None
    outcomes: dict[str, _Outcome] = {}
    for row in rows:
        outcome = _callee_outcome(row, exchange)
        number = digits_of(row.get("callee"))
        # Should a number be listed twice, one acceptance decides: that phone rings.
        if not isinstance(outcomes.get(number), _Taken):
            outcomes[number] = outcome
    return _answered(message, lambda callee: outcomes.get(callee.number, _NOTHING), exchange)


def _read_send_code(message: Message, members: Mapping[str, Any], exchange: Exchange) -> Answered | None:
    """voice/sendCode: success says that the call was taken; a missing id is made up for by our reference."""
    data = members.get("data")
    row = next(_rows(data), None)
    provider_id = text_of(row.get("voiceId") if row else data)
    return _answered(message, lambda _: _Taken(provider_id), exchange)


def _read_sms_batch(message: Message, members: Mapping[str, Any], exchange: Exchange) -> Answered | None:
    """sendSms/batch: ``array`` lists the accepted numbers of all texts; the rest are refused, if the counts agree."""
    rows = list(_rows(members.get("array")))
    taken = _taken_messages(message, rows)
    missing = len(message.callees) - len(taken)
    counts = _counts(members)
    if not rows and counts is None:
        return None
    agree = counts is None or counts == (len(rows), missing)
    rest: _Outcome = _Turned("", "", _UNLISTED_NUMBER) if agree and len(rows) == len(taken) else _Silent()
    return _answered(message, lambda callee: taken.get(callee.ref, rest), exchange)


_UNLISTED_NUMBER = Words(gettext_noop("The provider did not take this number and gives no reason for it."))


def _counts(members: Mapping[str, Any]) -> tuple[int, int] | None:
    """Accepted and refused numbers as the answer counts them; None if it counts nothing."""
    success, fail = whole_of(members.get("success")), whole_of(members.get("fail"))
    return (success or 0, fail or 0) if success or fail else None


def _taken_messages(message: Message, rows: list[Mapping[str, Any]]) -> dict[str, "_Outcome"]:
    refs = {callee.ref for callee in message.callees}
    by_number = {callee.number: callee.ref for callee in message.callees}
    taken: dict[str, _Outcome] = {}
    for row in rows:
        order_id = text_of(row.get("orderId"))
        ref = order_id if order_id in refs else by_number.get(digits_of(row.get("number")))
        if ref:
            taken[ref] = _Taken(text_of(row.get("msgId") or row.get("msgid")))
    return taken


class _Taken(NamedTuple):
    provider_id: str


@dataclass(frozen=True, slots=True)
class _Turned:
    code: str
    raw: str
    words: Words


@dataclass(frozen=True, slots=True)
class _Silent:
    words: Words = _SILENT


_NOTHING = _Silent()
_Outcome = _Taken | _Turned | _Silent


def _callee_outcome(row: Mapping[str, Any], exchange: Exchange) -> _Outcome:
    code = text_of(row.get("terminationCode"))
    if code in _TAKEN:
        return _Taken(text_of(row.get("voiceId")))
    if not code:
        return _Silent()
    if not fact_of(code).nothing_taken:
        return _Silent(words_of(code))
    return _Turned(code, exchange.raw(row.get("terminationReason")), words_of(code))


def _answered(message: Message, outcome_of: Callable[[Callee], _Outcome], exchange: Exchange) -> Answered:
    accepted: list[Accepted] = []
    refused: list[RefusedCallee] = []
    unclear: list[UnclearCallee] = []
    for callee in message.callees:
        match outcome_of(callee):
            case _Taken(provider_id):
                accepted.append(Accepted(callee.ref, provider_id))
            case _Turned(code, raw, words):
                fact = fact_of(code)
                refused.append(RefusedCallee(callee.ref, code, raw, words, fact.failure, fact.retry_after))
            case _Silent(words):
                unclear.append(UnclearCallee(callee.ref, words))
    return Answered(tuple(accepted), tuple(refused), tuple(unclear), exchange.evidence)


def _rows(value: Any) -> Iterator[Mapping[str, Any]]:
    """The objects in a list, or the one object that stands in place of a list of one."""
    for row in value if isinstance(value, list) else [value]:
        if isinstance(row, dict):
            yield row


_READERS: Mapping[Ability, Callable[[Message, Mapping[str, Any], Exchange], Answered | None]] = {
    Ability.VOICE_FILE: _read_send_group,
    Ability.VOICE_TEXT: _read_send_code,
    Ability.SMS: _read_sms_batch,
}

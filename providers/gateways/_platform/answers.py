"""From what came back to what it means for each callee. Where an answer leaves a doubt, the doubt is the answer."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from providers.contract.abilities import Ability
from providers.contract.errors import Answered, Balance, BalanceAnswer, SubmitAnswer
from providers.contract.errors import Refused as RefusedAnswer
from providers.contract.messages import Message
from providers.contract.words import Words, gettext_noop

from .callees import NOTHING_SAID, Fate, Taken, Unclear, answered, fate_of_call, rows_of, together
from .exchanges import Exchange, envelope_or_end, unknown, unreadable
from .reading import Envelope, amount_of, digits_of, id_of
from .sms_answers import read_sms_batch


def submit_answer(message: Message, exchange: Exchange) -> SubmitAnswer:
    """What became of *message*."""
    envelope = envelope_or_end(exchange, len(message.callees))
    if not isinstance(envelope, Envelope):
        return envelope
    return _READERS[message.kind](message, envelope, exchange) or unreadable(exchange, envelope)


def balance_answer(exchange: Exchange) -> BalanceAnswer:
    """What is left (getBalance). No page names a currency, so none is claimed."""
    envelope = envelope_or_end(exchange, 1)
    if not isinstance(envelope, Envelope):
        return envelope
    amount = amount_of(envelope.members.get("balance"))
    if not amount:
        return unknown(Words(gettext_noop("The provider's answer has no readable balance.")), exchange, envelope)
    named = ((name, amount_of(envelope.members.get(name))) for name in (gettext_noop("gift"), gettext_noop("credit")))
    parts = tuple((name, value) for name, value in named if value)
    return Balance(Decimal(amount), "", parts, exchange.evidence)


def _read_send_group(message: Message, envelope: Envelope, exchange: Exchange) -> Answered | RefusedAnswer | None:
    """voice/sendGroup: ``data`` lists each callee with an id and a code of its own."""
    fates: dict[str, Fate] = {}
    for row in rows_of(envelope.members.get("data")):
        number = digits_of(row.get("callee"))
        fates[number] = together(fates.get(number), fate_of_call(row, exchange))
    if not fates:
        return None
    return answered(message, lambda callee: fates.get(callee.number, NOTHING_SAID), exchange)


def _read_send_code(message: Message, envelope: Envelope, exchange: Exchange) -> Answered | RefusedAnswer | None:
    """voice/sendCode: ``data`` is the id; a missing one is made up for by our reference, which reports echo.

    A row as sendGroup has them is read like one. A success that has neither words nor data is none of the platform's.
    """
    data = envelope.members.get("data")
    fate: Fate | None = None
    for row in rows_of(data):
        fate = together(fate, _fate_of_code(row, message.callees[0].number, envelope, exchange))
    if fate is None:
        if not (envelope.worded or "data" in envelope.members):
            return None
        fate = Taken(id_of(data))
    decided = fate
    return answered(message, lambda _: decided, exchange)


def _fate_of_code(row: Mapping[str, Any], number: str, envelope: Envelope, exchange: Exchange) -> Fate:
    if digits_of(row.get("callee")) not in ("", number):
        return NOTHING_SAID
    if "terminationCode" in row:
        return fate_of_call(row, exchange)
    provider_id = id_of(row.get("voiceId"))
    return Taken(provider_id) if provider_id or envelope.worded else Unclear()


_READERS: Mapping[Ability, Callable[[Message, Envelope, Exchange], Answered | RefusedAnswer | None]] = {
    Ability.VOICE_FILE: _read_send_group,
    Ability.VOICE_TEXT: _read_send_code,
    Ability.SMS: read_sms_batch,
}

"""From an answer to the contract's words: what was taken, what was refused, what nobody may assume."""

import re
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from providers.contract.errors import (
    Accepted,
    Answered,
    Balance,
    BalanceAnswer,
    Refused,
    RefusedCallee,
    SubmitAnswer,
    TemplateAnswer,
    TemplateExists,
    TemplateGone,
    TemplateTaken,
    UnclearCallee,
    Unknown,
)
from providers.contract.statuses import Concern
from providers.contract.words import Words, gettext_noop

from .answers import Answer
from .client import Reply
from .codes import ADD_TEMPLATE, DELETE_TEMPLATE, GET_NUM, SUBMIT, Effect, Meaning, Table, undocumented

CHINA = ZoneInfo("Asia/Shanghai")
TOO_FAST_SECONDS = 30.0

_NUM = re.compile(r"-?\d{1,12}(\.\d{1,4})?", re.ASCII)


def submission(reply: Reply, ref: str, now: float) -> SubmitAnswer:
    """What became of the one call with our reference *ref*; *now* is Unix seconds."""
    judged = _judge(reply, SUBMIT)
    if not isinstance(judged, tuple):
        return judged
    meaning, answer = judged
    if meaning.effect is Effect.UNCLEAR:
        return _unknown(meaning.words, reply)
    if meaning.effect is Effect.TAKEN:
        return _taken(reply, answer, ref)
    if answer.voiceid:
        words = gettext_noop("The provider refused with the code %(code)s and yet told the number of a call.")
        return _unclear(reply, ref, Words(words, {"code": answer.code}))
    if meaning.concern is not Concern.NONE:
        return _refused(meaning, reply)
    return _refused_callee(reply, answer, meaning, ref, now)


def balance(reply: Reply) -> BalanceAnswer:
    """Units left, as GetNum tells them."""
    judged = _judge(reply, GET_NUM)
    if not isinstance(judged, tuple):
        return judged
    meaning, answer = judged
    if meaning.effect is not Effect.TAKEN:
        return _refused(meaning, reply)
    if not _NUM.fullmatch(answer.num):
        return _unknown(Words(gettext_noop("The provider's answer names no number of units.")), reply)
    return Balance(Decimal(answer.num), gettext_noop("units"), evidence=reply.evidence)


def addition(reply: Reply) -> TemplateAnswer:
    """What became of a template that was handed in."""
    judged = _judge(reply, ADD_TEMPLATE)
    if not isinstance(judged, tuple):
        return judged
    meaning, answer = judged
    if meaning.effect is Effect.EXISTS:
        return TemplateExists(meaning.words, reply.evidence)
    if meaning.effect is not Effect.TAKEN:
        return _refused(meaning, reply)
    if not answer.templateid:
        text = gettext_noop(
            "The provider took the template in but did not tell its number. Look it up in the provider's console."
        )
        return _unknown(Words(text), reply)
    return TemplateTaken(answer.templateid, reply.evidence)


def deletion(reply: Reply) -> TemplateAnswer:
    """What became of a template that was to be deleted."""
    judged = _judge(reply, DELETE_TEMPLATE)
    if not isinstance(judged, tuple):
        return judged
    meaning, _ = judged
    if meaning.effect is Effect.GONE:
        return TemplateGone(meaning.words, reply.evidence)
    if meaning.effect is not Effect.TAKEN:
        return _refused(meaning, reply)
    return TemplateTaken("", reply.evidence)


def seconds_to_next_day(now: float) -> float:
    """From *now* (Unix seconds) to the next midnight in China."""
    today = datetime.fromtimestamp(now, CHINA).date()
    return datetime.combine(today + timedelta(days=1), time.min, CHINA).timestamp() - now


def _judge(reply: Reply, table: Table) -> tuple[Meaning, Answer] | Refused | Unknown:
    """The meaning of a readable answer, or what an unreadable one amounts to.

    A code outside the table is believed only in a proper answer: beside an HTTP error it may come from a proxy.
    """
    answer = reply.answer
    if answer is not None and (answer.code in table or 200 <= reply.status < 300):
        return table.get(answer.code) or undocumented(answer.code), answer
    if reply.status == 429:
        words = Words(gettext_noop("The provider receives too many requests from us; it goes on in a moment."))
        return Refused("429", "", words, Concern.PASSING, TOO_FAST_SECONDS, reply.evidence)
    text = gettext_noop(
        "The provider's answer could not be read (HTTP status %(status)s). "
        "If that stays so, check the address of the API in the account."
    )
    return _unknown(Words(text, {"status": reply.status}), reply)


def _taken(reply: Reply, answer: Answer, ref: str) -> SubmitAnswer:
    if answer.voiceid:
        return Answered((Accepted(ref, answer.voiceid),), evidence=reply.evidence)
    # Without it no receipt can name this call; a second call would be worse than a person looking at it.
    words = gettext_noop(
        "The provider accepted the call but did not tell its number, so its receipt cannot be matched."
    )
    return _unclear(reply, ref, Words(words))


def _refused_callee(reply: Reply, answer: Answer, meaning: Meaning, ref: str, now: float) -> Answered:
    wait = seconds_to_next_day(now) if meaning.until_next_day else meaning.retry_after
    callee = RefusedCallee(ref, answer.code, answer.msg, meaning.words, meaning.failure, wait, meaning.frequency)
    return Answered((), (callee,), evidence=reply.evidence)


def _unclear(reply: Reply, ref: str, words: Words) -> Answered:
    return Answered((), unclear=(UnclearCallee(ref, words),), evidence=reply.evidence)


def _refused(meaning: Meaning, reply: Reply) -> Refused:
    code, raw = _own_words(reply)
    return Refused(code, raw, meaning.words, meaning.concern, evidence=reply.evidence)


def _unknown(words: Words, reply: Reply) -> Unknown:
    code, raw = _own_words(reply)
    return Unknown(words, code, raw, reply.evidence)


def _own_words(reply: Reply) -> tuple[str, str]:
    return (reply.answer.code, reply.answer.msg) if reply.answer else ("", "")

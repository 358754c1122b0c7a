"""From an answer to the contract's words: what was taken, what was refused, what nobody may assume."""

import re
from dataclasses import replace
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
from .codes import TABLES, Effect, Meaning, unexplained

CHINA = ZoneInfo("Asia/Shanghai")
SUCCESS = "2"
ELSEWHERE = frozenset({401, 403, 404, 405, 407, 451})
"""HTTP status codes that, without the provider's envelope, come from something else than its API."""

NOT_THE_API = gettext_noop(
    "The address of the API answered with the HTTP status %(status)s, and not in the form of the provider: "
    "the address is wrong, or something on the way there blocks us. Check the address of the API in the account."
)
NOT_ITS_FORM = gettext_noop(
    "The answer (HTTP status %(status)s, code %(code)s) does not have the form of the provider's documented answers; "
    "it may come from something on the way there. Whether the request was taken is not known."
)
UNREADABLE = gettext_noop(
    "The provider's answer could not be read (HTTP status %(status)s). "
    "If that stays so, check the address of the API in the account."
)

_NUM = re.compile(r"-?\d{1,12}(\.\d{1,4})?", re.ASCII)


def submission(reply: Reply, ref: str, now: float) -> SubmitAnswer:
    """What became of the one call with our reference *ref*; *now* is Unix seconds."""
    judged = _judge(reply)
    if isinstance(judged, tuple) and judged[0].effect is Effect.TAKEN:
        return _taken(reply, judged[1], ref)
    if reply.answer and (reply.answer.voiceid or reply.answer.is_call_doubtful):
        return _perhaps_taken(reply, ref)
    if not isinstance(judged, tuple):
        return judged
    meaning, answer = judged
    if meaning.effect is Effect.UNCLEAR:
        return _unknown(meaning.words, reply)
    if meaning.concern is not Concern.NONE:
        return _refused(meaning, reply)
    return _refused_callee(reply, answer, meaning, ref, now)


def balance(reply: Reply) -> BalanceAnswer:
    """Units left, as GetNum tells them."""
    judged = _judge(reply)
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
    judged = _judge(reply)
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
    judged = _judge(reply)
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


def _judge(reply: Reply) -> tuple[Meaning, Answer] | Refused | Unknown:
    """The meaning of an answer that counts, or what another one amounts to."""
    answer = reply.answer
    if answer is None or not _counts(answer, reply):
        return _without_envelope(reply)
    meaning = TABLES[reply.method].get(answer.code)
    return (meaning, answer) if meaning else _unknown(unexplained(answer.code), reply)


def _counts(answer: Answer, reply: Reply) -> bool:
    """Whether the code in *answer* is the provider's word.

    The codes are the numbers of HTTP, so a proxy's error looks much like a refusal; beside an HTTP error only the
    provider's own envelope counts. Without an error a failure needs what the document gives to every failure. That
    something was taken is proven by its id, not by words.
    """
    if not answer.code:
        return False
    if not reply.is_good:
        return answer.has_envelope(reply.method)
    needs_no_id = reply.method == "DelTemplate"
    return answer.is_documented(reply.method) or (answer.code == SUCCESS and not needs_no_id)


def _without_envelope(reply: Reply) -> Refused | Unknown:
    """What HTTP alone says. Nothing, where the body speaks of success all the same."""
    is_success = reply.answer is not None and reply.answer.code == SUCCESS
    if reply.status == 429 and not is_success:
        words = Words(gettext_noop("The provider receives too many requests from us; it goes on in a moment."))
        return Refused("429", _own_words(reply)[1], words, Concern.PASSING, reply.retry_after, reply.evidence)
    if reply.status in ELSEWHERE and not is_success:
        return replace(_unknown(Words(NOT_THE_API, {"status": reply.status}), reply), concern=Concern.ENDPOINT)
    if reply.answer and reply.answer.code:
        return _unknown(Words(NOT_ITS_FORM, {"code": reply.answer.code, "status": reply.status}), reply)
    return _unknown(Words(UNREADABLE, {"status": reply.status}), reply)


def _taken(reply: Reply, answer: Answer, ref: str) -> SubmitAnswer:
    if answer.voiceid:
        return Answered((Accepted(ref, answer.voiceid),), evidence=reply.evidence)
    # Nobody can ask for this call by its id; a second call would be worse than waiting for its receipt.
    words = gettext_noop(
        "The provider accepted the call but did not tell its id. "
        "Its receipt is matched by phone number and time; wait for it before calling again."
    )
    return _unclear(reply, ref, Words(words))


def _perhaps_taken(reply: Reply, ref: str) -> SubmitAnswer:
    words = gettext_noop(
        "The provider did not say clearly that it took the call, and yet gave it an id. "
        "Wait for a receipt before calling again."
    )
    return _unclear(reply, ref, Words(words))


def _refused_callee(reply: Reply, answer: Answer, meaning: Meaning, ref: str, now: float) -> Answered:
    wait = seconds_to_next_day(now) if meaning.until_next_day else meaning.retry_after
    callee = RefusedCallee(ref, answer.code, answer.msg, meaning.words, meaning.failure, wait, meaning.frequency)
    return Answered((), (callee,), evidence=reply.evidence)


def _unclear(reply: Reply, ref: str, words: Words) -> Answered:
    code, raw = _own_words(reply)
    provider_id = reply.answer.voiceid if reply.answer else ""
    callee = UnclearCallee(ref, words, provider_id, code, raw)
    return Answered((), unclear=(callee,), evidence=reply.evidence)


def _refused(meaning: Meaning, reply: Reply) -> Refused:
    code, raw = _own_words(reply)
    return Refused(code, raw, meaning.words, meaning.concern, evidence=reply.evidence)


def _unknown(words: Words, reply: Reply) -> Unknown:
    code, raw = _own_words(reply)
    return Unknown(words, code, raw, reply.evidence)


def _own_words(reply: Reply) -> tuple[str, str]:
    return (reply.answer.code, reply.answer.msg) if reply.answer else ("", "")

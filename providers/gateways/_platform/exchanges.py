"""An exchange with the platform as a whole: is it the platform that answers, and does it say yes, no or nothing.

The HTTP status and the shape decide before any code does: a machine in between answers in JSON too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from providers.contract.errors import Evidence, NotSent
from providers.contract.errors import Refused as RefusedAnswer
from providers.contract.errors import Unknown as UnknownAnswer
from providers.contract.http import HttpFailure, HttpResponse
from providers.contract.statuses import Concern
from providers.contract.words import Words, gettext_noop

from .codes import OK, concern_of, doubt_of, fact_of, leaves_something
from .reading import RAW_LIMIT, Envelope, clean, envelope_of, json_of, text_of

TOO_MANY_REQUESTS = 429
NOT_THE_API = frozenset({401, 403, 404, 405, 407, 451})
"""What servers say that are no API of the provider's, or that do not let us through to it. The provider's own pages
give refused credentials and addresses as codes, never as one of these."""

_UNREADABLE = gettext_noop("The provider answered with something unreadable; whether it took the request is not known.")
_NOTHING_LEARNT = gettext_noop("The provider could not be asked: its answer was unreadable.")
_NO_SUCH_API = gettext_noop(
    "The address answered that it has no such API (HTTP %(status)s), so the provider was not reached there. Check the"
    " account's base URL."
)
_TURNED_AWAY = gettext_noop(
    "A server at this address turned the request away without an answer of the provider's API (HTTP %(status)s). Check"
    " the account's base URL, and whether this server's address is blocked there."
)
_TOO_FAST = Words(gettext_noop("Requests came too fast for the provider; it goes on by itself after a pause."))


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that was made: what came back, what is kept of it, and how texts from it are made safe."""

    outcome: HttpResponse | HttpFailure
    evidence: Evidence
    hide: Callable[[str], str]

    @property
    def endpoint(self) -> str:
        """The documented name of what was called."""
        return self.evidence.operation

    @property
    def retry_after(self) -> float | None:
        """The seconds that the HTTP header of the answer asks to wait, if it does."""
        return self.outcome.retry_after if isinstance(self.outcome, HttpResponse) else None

    def raw(self, value: Any) -> str:
        """The provider's own words, bounded and without secrets that it may repeat."""
        return clean(self.hide(text_of(value, 4 * RAW_LIMIT)), RAW_LIMIT)


def envelope_or_end(exchange: Exchange, callees: int) -> Envelope | RefusedAnswer | UnknownAnswer | NotSent:
    """The envelope of a success, or what came in its place; *callees* were asked for."""
    outcome = exchange.outcome
    if isinstance(outcome, HttpFailure):
        return _no_answer(outcome, exchange)
    envelope = envelope_of(outcome.body)
    if envelope is None or not _is_the_platforms(envelope, outcome.status):
        return _by_http_status(outcome, exchange)
    return envelope if envelope.status == OK else _failed(envelope, exchange, callees)


def unreadable(exchange: Exchange, envelope: Envelope) -> UnknownAnswer:
    """A success without what it should have said."""
    return unknown(_unreadable(exchange), exchange, envelope)


def unknown(words: Words, exchange: Exchange, envelope: Envelope) -> UnknownAnswer:
    """An answer of the platform that leaves a doubt, with its own code and words."""
    return UnknownAnswer(words, envelope.status, exchange.raw(envelope.reason), exchange.evidence)


def _is_the_platforms(envelope: Envelope, http_status: int) -> bool:
    """Whether this can be nothing but the platform's own envelope.

    Machines in between say ``{"status": -1, "message": …}``. A refusal therefore needs the words too that all pages
    show beside the status; a success only with an HTTP status of error, since ids and numbers are proof enough else.
    Beside an error, the status must also be a text as on all pages.
    """
    if 200 <= http_status < 300:
        return envelope.worded or envelope.status == OK
    return http_status >= 400 and envelope.worded and envelope.literal


def _no_answer(failure: HttpFailure, exchange: Exchange) -> UnknownAnswer | NotSent:
    if failure.sent:
        return UnknownAnswer(failure.words, evidence=exchange.evidence)
    concern = Concern.ENDPOINT if failure.certificate else Concern.NONE
    return NotSent(failure.words, concern=concern, evidence=exchange.evidence)


def _by_http_status(response: HttpResponse, exchange: Exchange) -> RefusedAnswer | UnknownAnswer:
    """Without an envelope only 429 says that nothing was taken, unless the body says otherwise; anything else may come
    from a machine in between."""
    code, raw = f"HTTP {response.status}", exchange.raw(_foreign_words(response.body))
    if response.status == TOO_MANY_REQUESTS and not _speaks_of_success(response.body):
        return RefusedAnswer(code, raw, _TOO_FAST, Concern.PASSING, response.retry_after, exchange.evidence)
    if response.status not in NOT_THE_API:
        return UnknownAnswer(_unreadable(exchange), code, raw, exchange.evidence)
    text = _NO_SUCH_API if response.status in (404, 405) else _TURNED_AWAY
    words = Words(text, {"status": response.status})
    return UnknownAnswer(words, code, raw, exchange.evidence, Concern.ENDPOINT)


def _speaks_of_success(body: bytes) -> bool:
    envelope = envelope_of(body)
    return envelope is not None and envelope.status == OK


def _failed(envelope: Envelope, exchange: Exchange, callees: int) -> RefusedAnswer | UnknownAnswer:
    code, fact = envelope.status, fact_of(exchange.endpoint, envelope.status)
    if fact is None:
        return unknown(doubt_of(exchange.endpoint, code), exchange, envelope)
    concern = concern_of(fact, code, callees)
    pause = exchange.retry_after if concern is Concern.PASSING else None
    raw = exchange.raw(envelope.reason)
    return RefusedAnswer(code, raw, Words(fact.words), concern, pause, exchange.evidence, fact.narrow)


def _unreadable(exchange: Exchange) -> Words:
    return Words(_UNREADABLE if leaves_something(exchange.endpoint) else _NOTHING_LEARNT)


def _foreign_words(body: bytes) -> str:
    """The words in an answer of another shape, where it has some that people can use."""
    members = json_of(body)
    if not isinstance(members, dict):
        return ""
    found = (text_of(members.get(name), 4 * RAW_LIMIT) for name in ("reason", "message", "msg", "error", "detail"))
    return next(filter(None, found), "")

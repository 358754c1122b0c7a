"""What the documents forbid, found before anything is sent."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from providers.contract.abilities import Ability
from providers.contract.fields import Field, FieldKind, Problem, problems_of
from providers.contract.messages import AccountAccess, Callee, Message
from providers.contract.words import Words, gettext_noop

from .account import APP_ID_FIELDS, setting
from .options import CALLED_INFO_LIMIT, LONGEST_SENDER, SHORT_TEXT_LANGUAGES
from .payloads import called_info, redials

SMS_TEXT_LIMIT = 1024
"""Characters as the provider counts them, like all limits here: see :func:`length_of`."""
_NUMBER = re.compile("[1-9][0-9]{6,14}")


def length_of(text: str) -> int:
    """The length of *text* in units of UTF-16, which is how the provider's programs count: an emoji is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def number_field(kind: Ability) -> str:
    """The document's name of the field that carries numbers."""
    return "numbers" if kind is Ability.SMS else "callee"


def number_problem(number: str, kind: Ability) -> Problem | None:
    """Country code and number together are 7 to 15 digits (sendGroup, sendCode, sendSms); no country code has a 0."""
    if _NUMBER.fullmatch(number):
        return None
    text = gettext_noop("“%(number)s” is not a number of 7 to 15 digits that begins with a country code.")
    return Problem(number_field(kind), Words(text, {"number": number[:40]}))


def account_problems(kind: Ability, fields: Iterable[Field], access: AccountAccess) -> Iterator[Problem]:
    """Credentials that are missing or malformed for *kind*."""
    yield from problems_of(fields, access.credentials)
    name = APP_ID_FIELDS[kind]
    if not access.credentials.get(name):
        yield Problem(name, Words(gettext_noop("The account has no application id (appId) for this kind of message.")))


def callee_problems(message: Message, limit: int) -> Iterator[Problem]:
    """Too few, too many, malformed or repeated numbers."""
    field = number_field(message.kind)
    if not message.callees:
        yield Problem(field, Words(gettext_noop("There is nobody to send to.")))
    if len(message.callees) > limit:
        text = gettext_noop("%(count)s numbers are too many for one request; the limit is %(limit)s.")
        yield Problem(field, Words(text, {"count": len(message.callees), "limit": limit}))
    seen: set[str] = set()
    for callee in message.callees:
        problem = number_problem(callee.number, message.kind)
        if problem:
            yield problem
        elif callee.number in seen:
            # No page says what becomes of a repeated number; answers could not be told apart either.
            text = gettext_noop("The number %(number)s is twice in one request.")
            yield Problem(field, Words(text, {"number": callee.number}))
        seen.add(callee.number)


def option_problems(fields: Sequence[Field], options: Mapping[str, Any]) -> Iterator[Problem]:
    """Options outside their documented ranges."""
    given = dict(options)
    interval = given.get("recallInterval")
    if not redials(options) and interval not in (None, ""):
        given.pop("recallInterval")
        # The vendor's own example sends 0 together with no redial; any other interval without redial is a mistake.
        if str(interval).strip() != "0":
            text = gettext_noop("A time between redials is only allowed together with redials.")
            yield Problem("recallInterval", Words(text))
    yield from problems_of(fields, given)
    yield from _endless_numbers(fields, given)


def content_problems(message: Message, settings: Sequence[Field], access: AccountAccess) -> Iterator[Problem]:
    """What is played, spoken or written."""
    if message.kind is Ability.SMS:
        yield from _text_problems("content", message.callees, SMS_TEXT_LIMIT)
        yield from _sender_problems(message, int(setting(settings, "max_sender", access)))
        return
    if length_of(called_info(message)) > CALLED_INFO_LIMIT:
        text = gettext_noop("Our reference and the note have %(length)s characters together; the limit is %(limit)s.")
        values = {"length": length_of(called_info(message)), "limit": CALLED_INFO_LIMIT}
        yield Problem("calledInfo", Words(text, values))
    if message.kind is Ability.VOICE_TEXT:
        yield from _text_problems("text", message.callees, spoken_limit(message.options, settings, access))
    elif not message.file_id.strip():
        yield Problem("fileId", Words(gettext_noop("No voice file of this provider was chosen.")))


def _sender_problems(message: Message, limit: int) -> Iterator[Problem]:
    length = length_of(str(message.options.get("senderId") or ""))
    if limit < length <= LONGEST_SENDER:  # the field itself refuses what is longer
        text = gettext_noop("The sender has %(length)s characters; the limit of this account is %(limit)s.")
        yield Problem("senderId", Words(text, {"length": length, "limit": limit}))


def spoken_limit(options: Mapping[str, Any], settings: Sequence[Field], access: AccountAccess) -> int:
    """The most characters that are read out in the language of *options*."""
    short = str(options.get("language", "")) in SHORT_TEXT_LANGUAGES
    return int(setting(settings, "max_text_voice_text_short" if short else "max_text_voice_text", access))


def _text_problems(field: str, callees: Iterable[Callee], limit: int) -> Iterator[Problem]:
    # Hundreds of callees often share one text; it is judged once.
    for text in dict.fromkeys(callee.text for callee in callees):
        if not text.strip():
            yield Problem(field, Words(gettext_noop("The text is empty.")))
        elif length_of(text) > limit:
            words = gettext_noop("The text has %(length)s characters; the limit is %(limit)s.")
            yield Problem(field, Words(words, {"length": length_of(text), "limit": limit}))


def _endless_numbers(fields: Iterable[Field], given: Mapping[str, Any]) -> Iterator[Problem]:
    # "nan" is inside every range and cannot be written in JSON.
    for field in fields:
        value = str(given.get(field.name, "")).strip().lower()
        if field.kind is FieldKind.DECIMAL and value and not _finite(value):
            yield Problem(field.name, Words(gettext_noop("“%(value)s” is not a number."), {"value": value[:40]}))


def _finite(value: str) -> bool:
    try:
        return math.isfinite(float(value))
    except ValueError:
        return True

"""What must not be sent, found before anything is sent. Problems carry the document's field names."""

import unicodedata
from collections.abc import Iterator

from providers.contract.abilities import Ability
from providers.contract.fields import Problem
from providers.contract.messages import AccountAccess, Message
from providers.contract.words import Words, gettext_noop

from .facts.fields import setting
from .facts.numbers import number_problem
from .texts import usable_id

VARIABLE = "【变量】"
"""How a variable stands in a template (ihuyi voice notification API, section 1.6)."""

# Control characters cannot be spoken, single surrogates cannot be written in UTF-8.
_UNSPEAKABLE = {"Cc", "Cs"}


def message_problems(message: Message, access: AccountAccess) -> Iterator[Problem]:
    """Everything that the document forbids in *message*."""
    if message.kind != Ability.VOICE_TEMPLATE:
        yield Problem("kind", Words(gettext_noop("This provider only reads out approved voice templates.")))
    for name in message.options:
        yield Problem(name, Words(gettext_noop("The provider takes no further fields with a call.")))
    if len(message.callees) != 1:
        text = gettext_noop("A request holds exactly one number, not %(count)s.")
        yield Problem("mobile", Words(text, {"count": len(message.callees)}))
    for callee in message.callees:
        problem = number_problem(callee.number)
        if problem:
            yield problem
        yield from _call_text_problems(callee.text, int(setting(access, "max_text")))


def template_problems(text: str) -> Iterator[Problem]:
    """Why *text* cannot be handed in as a template. The document names no longest template."""
    return _content_problems(text)


def template_id_problems(template_id: str) -> Iterator[Problem]:
    """Why *template_id* cannot be the id of a template."""
    if usable_id(template_id) != template_id or not template_id:
        yield Problem("templateid", Words(gettext_noop("This is not the number of a template at the provider.")))


def _call_text_problems(text: str, limit: int) -> Iterator[Problem]:
    yield from _content_problems(text)
    if len(text) > limit:
        words = gettext_noop("%(length)s characters are too many; the account allows %(limit)s.")
        yield Problem("content", Words(words, {"length": len(text), "limit": limit}))
    if VARIABLE in text:
        words = gettext_noop("A variable of the template has no value; %(variable)s would be read out.")
        yield Problem("content", Words(words, {"variable": VARIABLE}))


def _content_problems(text: str) -> Iterator[Problem]:
    if not text.strip():
        yield Problem("content", Words(gettext_noop("The text is empty.")))
    place = (
        0
        if text.isprintable()
        else next((at for at, sign in enumerate(text, 1) if unicodedata.category(sign) in _UNSPEAKABLE), 0)
    )
    if place:
        words = gettext_noop("Character %(place)s is a line break or another character that cannot be spoken.")
        yield Problem("content", Words(words, {"place": place}))

"""What looks like a variable and is none: other brackets, blanks inside, another word, a number.

A provider takes only its own literal for a variable; everything else is read out as it stands, or the template is
rejected. The literal is given, so this knows the brackets and the word of no provider.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from providers.contract.words import Words, gettext_noop

OPENING = "[［【〖〔{｛(（<＜《〈「『﹝〚"
CLOSING = "]］】〗〕}｝)）>＞》〉」』﹞〛"
BRACES = "{｛"
LONGEST_INNER = 20
WORDS = frozenset({"变量", "變量", "变數", "变数", "變數", "参数", "參數", "variable", "var", "param", "parameter"})
"""What people call a variable, besides the provider's own word."""

_OPEN, _CLOSE = re.escape(OPENING), re.escape(CLOSING)
_BRACKETED = re.compile(
    rf"[$#]?([{_OPEN}])\1?\s*(?P<inner>[^{_OPEN}{_CLOSE}\r\n]{{0,{LONGEST_INNER}}}?)\s*([{_CLOSE}])\3?"
)
_SIGNED = re.compile(rf"([#%$＃％])\s*(?P<inner>[^\s#%$＃％{_OPEN}{_CLOSE}]{{1,{LONGEST_INNER}}})\s*\1")

OTHER_BRACKETS = gettext_noop("Character %(place)s: “%(found)s” is not a variable; it would be read out as it stands.")
NUMBERED = gettext_noop(
    "Character %(place)s: “%(found)s” has a number. Newer documents show that, this interface takes only “%(literal)s”."
)
OTHER_WORD = gettext_noop(
    "Character %(place)s: “%(found)s” is read out as it stands. If it shall be a variable, it is written “%(literal)s”."
)
UNCLOSED = gettext_noop("Character %(place)s: “%(found)s” is never closed.")
UNOPENED = gettext_noop("Character %(place)s: “%(found)s” was never opened.")


@dataclass(frozen=True, slots=True)
class Hint:
    """What is allowed but likely a mistake. ``start`` and ``end`` say where in the text, -1 where it has no one place.

    ``replacement`` is the right form of what stands there, empty where nobody can tell.
    """

    words: Words
    start: int = -1
    end: int = -1
    replacement: str = ""


def find(text: str, literal: str) -> list[Hint]:
    """Everything in *text* that looks like *literal*, how a variable is written, in order of place."""
    if len(literal) < 3:
        return []
    found = list(_alike(text, literal))
    return sorted([*found, *_unbalanced(text, literal, found)], key=lambda hint: hint.start)


def _alike(text: str, literal: str) -> Iterator[Hint]:
    """Bracketed words first; what stands between two signs counts where no bracketed word does."""
    taken = [match.span() for match in _proper(literal).finditer(text)]
    for pattern in (_BRACKETED, _SIGNED):
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            words = _judged(match.group(), match["inner"], literal)
            if words:
                taken.append(match.span())
                yield _hint(words, text, start, end, literal)


@lru_cache(maxsize=16)
def _proper(literal: str) -> re.Pattern[str]:
    """The literal, unless one of its brackets stands there twice."""
    before, after = re.escape(literal[0]), re.escape(literal[-1])
    return re.compile(rf"(?<!{before}){re.escape(literal)}(?!{after})")


def _judged(found: str, inner: str, literal: str) -> str:
    """Which sentence fits *found* with the word *inner*; empty when it is ordinary text."""
    own = found.startswith(literal[0]) and found.endswith(literal[-1]) and len(found) == len(inner) + 2
    word = _plain(inner)
    if word in _known(literal):
        return OTHER_BRACKETS
    if word.rstrip("0123456789") in _known(literal):
        return NUMBERED
    if own and word:
        return OTHER_WORD
    return OTHER_WORD if found.lstrip("$#")[:1] in BRACES or (not word and found.startswith(literal[0])) else ""


def _unbalanced(text: str, literal: str, found: list[Hint]) -> Iterator[Hint]:
    """The literal's own brackets without a partner."""
    opening, closing, word = literal[0], literal[-1], literal[1:-1]
    covered = {place for hint in found for place in range(hint.start, hint.end)}
    waiting: int | None = None
    for place, sign in enumerate(text):
        if place in covered or sign not in (opening, closing):
            continue
        if sign == closing:
            if waiting is None:
                yield _lone(UNOPENED, text, place, word, literal)
            waiting = None
            continue
        if waiting is not None:
            yield _lone(UNCLOSED, text, waiting, word, literal)
        waiting = place
    if waiting is not None:
        yield _lone(UNCLOSED, text, waiting, word, literal)


def _lone(words: str, text: str, place: int, word: str, literal: str) -> Hint:
    """A bracket without partner; with the provider's word beside it, it is a variable that lacks one sign."""
    start, end = place, place + 1
    if text.startswith(word, end):
        return _hint(words, text, start, end + len(word), literal)
    if words == UNOPENED and text.endswith(word, 0, place):
        return _hint(words, text, start - len(word), end, literal)
    return _hint(words, text, start, end, "")


def _hint(words: str, text: str, start: int, end: int, literal: str) -> Hint:
    values = {"place": start + 1, "found": text[start:end]}
    if "%(literal)s" in words:
        values["literal"] = literal
    return Hint(Words(words, values), start, end, literal)


def _plain(inner: str) -> str:
    """Without blanks, full-width letters and capitals, and the particles people put around the word."""
    bare = "".join(unicodedata.normalize("NFKC", inner).split()).lower()
    return bare.strip("_-.:：")


@lru_cache(maxsize=16)
def _known(literal: str) -> frozenset[str]:
    return WORDS | {_plain(literal[1:-1])}

"""What a template's text has to be before anybody reviews it, and how it will sound."""

from collections.abc import Sequence
from typing import NamedTuple

from providers.contract.words import Words, gettext_noop

from . import lookalikes
from .lookalikes import Hint

LONGEST = 1000


class Piece(NamedTuple):
    """Part of a shown text: ``kind`` is empty for plain text, ``chip`` for a variable, ``miss`` for a mistake."""

    text: str
    kind: str = ""


def problems(text: str, literal: str) -> list[Words]:
    """Why *text* cannot be handed in; *literal* is how a variable is written."""
    if not text.strip():
        return [Words(gettext_noop("The text is empty. Write what shall be said."))]
    found = []
    if len(text) > LONGEST:
        words = gettext_noop("%(length)s characters are too many; the limit is %(limit)s.")
        found.append(Words(words, {"length": len(text), "limit": LONGEST}))
    if literal and not _has_words(text.replace(literal, "")):
        found.append(Words(gettext_noop("There are only variables. A reviewer needs the words around them.")))
    return found


def hints(text: str, literal: str) -> list[Hint]:
    """What is allowed but likely a mistake, each with its place where it has one."""
    if not literal or not text.strip():
        return []
    found = lookalikes.find(text, literal)
    if (place := text.find(literal * 2)) >= 0:
        words = gettext_noop("Two variables stand next to each other; nobody can tell where one ends.")
        found.append(Hint(Words(words), place, place + 2 * len(literal)))
    if literal not in text:
        found.append(Hint(Words(gettext_noop("There is no variable: everybody hears exactly the same."))))
    return found


def variables(text: str, literal: str) -> int:
    """How many variables *text* has."""
    return text.count(literal) if literal else 0


def marked(text: str, literal: str, hints: Sequence[Hint]) -> list[Piece]:
    """*text* cut into pieces, with its variables and what only looks like one."""
    spans = [(hint.start, hint.end, "miss") for hint in hints if hint.replacement]
    start = text.find(literal) if literal else -1
    while start >= 0:
        spans.append((start, start + len(literal), "chip"))
        start = text.find(literal, start + len(literal))
    pieces, at = [], 0
    for start, end, kind in sorted(spans):
        if start < at:
            continue
        shown = _name(literal) if kind == "chip" else text[start:end]
        pieces += [Piece(text[at:start]), Piece(shown, kind)]
        at = end
    return [piece for piece in [*pieces, Piece(text[at:])] if piece.text]


def spoken(text: str, literal: str, examples: Sequence[str]) -> list[Piece]:
    """*text* with example values in the place of its variables; where there is none, the variable stays."""
    parts = text.split(literal) if literal else [text]
    pieces = [Piece(parts[0])]
    for place, part in enumerate(parts[1:]):
        value = examples[place].strip() if place < len(examples) else ""
        pieces += [Piece(value, "chip") if value else Piece(_name(literal), "miss"), Piece(part)]
    return [piece for piece in pieces if piece.text]


def _name(literal: str) -> str:
    """The word of the variable without its brackets."""
    return literal[1:-1] if len(literal) > 2 else literal


def _has_words(text: str) -> bool:
    """Whether anything but blanks and signs is there."""
    return any(sign.isalnum() for sign in text)

"""A campaign's text against the template that the provider approved: alike outside the variables, to the character."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.audience.reading import numbered_column
from providers.contract.words import Words, gettext_noop

from .placeholders import placeholder

SHOWN = 12
_PLACEHOLDER = re.compile(r"\{[^{}\r\n]+\}")


@dataclass(frozen=True, slots=True)
class Difference:
    """The first character (counted from 1) where a text leaves its template, and how the template goes on there."""

    place: int
    expected: str

    @property
    def words(self) -> Words:
        if not self.expected:
            text = gettext_noop("The text differs from the template at character %(place)s: the template ends there.")
            return Words(text, {"place": self.place})
        text = gettext_noop(
            "The text differs from the template at character %(place)s: the template goes on with “%(expected)s”."
        )
        return Words(text, {"place": self.place, "expected": self.expected})


def difference(text: str, template: str, variable: str) -> Difference | None:
    """Where *text* first differs from *template*, in which every *variable* stands for one or more characters."""
    literals = template.split(variable) if variable else [template]
    first = _common(text, literals[0])
    if first < len(literals[0]):
        return Difference(first + 1, literals[0][first:][:SHOWN])
    place = first
    for literal in literals[1:-1]:
        found = text.find(literal, place + 1)
        if found < 0 or place >= len(text):
            return _absent(text, place, literal, variable)
        place = found + len(literal)
    return _end(text, place, literals, variable)


def starting_text(template: str, variable: str, columns: Sequence[str]) -> str:
    """*template* with each *variable* replaced by a placeholder: the columns in order, then numbered names."""
    literals = template.split(variable) if variable else [template]
    text = literals[0]
    for place, literal in enumerate(literals[1:]):
        name = columns[place] if place < len(columns) else numbered_column(place + 2)
        text += placeholder(name) + literal
    return text


def _end(text: str, place: int, literals: Sequence[str], variable: str) -> Difference | None:
    last = literals[-1]
    if len(literals) == 1:
        return Difference(place + 1, "") if len(text) > place else None
    if len(text) >= place + 1 + len(last) and text.endswith(last):
        return None
    found = text.rfind(last, place + 1) if last else -1
    return Difference(found + len(last) + 1, "") if found >= 0 else _absent(text, place, last, variable)


def _absent(text: str, place: int, literal: str, variable: str) -> Difference:
    """*literal* does not follow the variable at *place*: where it should go on, as well as that can be told."""
    if place >= len(text):
        return Difference(len(text) + 1, (variable + literal)[:SHOWN])
    filled = _PLACEHOLDER.match(text, place)
    if filled:
        same = _common(text[filled.end() :], literal)
        return Difference(filled.end() + same + 1, literal[same:][:SHOWN])
    return _partly(text, place, literal)


def _partly(text: str, place: int, literal: str) -> Difference:
    """The longer of the beginning and the end of *literal* that stands behind *place* tells where the rest is not."""
    for length in range(len(literal) - 1, 0, -1):
        begun = text.find(literal[:length], place + 1)
        if begun >= 0:
            return Difference(begun + length + 1, literal[length:][:SHOWN])
        ended = text.find(literal[-length:], place + 1)
        if ended >= 0:
            return Difference(ended, literal[:-length][-SHOWN:])
    return Difference(len(text) + 1, literal[:SHOWN])


def _common(text: str, other: str) -> int:
    same = 0
    for mine, theirs in zip(text, other, strict=False):
        if mine != theirs:
            break
        same += 1
    return same

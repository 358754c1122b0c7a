"""Where a text differs from its template, told at the place that a person would point to.

Of all readings of the text the one that needs the fewest changes counts, and of those the one that gets furthest
before the first change; characters that look alike count as the smallest change. Its first change is the difference.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from providers.contract.words import Words, gettext_noop

SHOWN = 12
MOST_CELLS = 250_000
"""Template times text, in characters, up to which all readings are compared: some tenths of a second."""

_ALIKE = dict(zip("。、“”‘’—–…【】《》「」", '.,""\'\'--.[]<>""', strict=True))
_VALUE, _MORE = "", "more"
"""Tokens besides characters: a variable's first character, and its further ones."""

_SMALL, _MIDDLE, _LARGE = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Difference:
    """The first character (``place``, from 1) where a text leaves its template.

    ``found`` is how the text goes on there and ``expected`` how the template does, both shortened; empty at an end.
    ``hint`` says what is likely behind it, where that can be told.
    """

    place: int
    expected: str
    found: str = ""
    hint: Words | None = None

    @property
    def words(self) -> Words:
        if not self.expected:
            text = gettext_noop("The text differs from the template at character %(place)s: the template ends there.")
            return Words(text, {"place": self.place})
        if not self.found:
            text = gettext_noop(
                "The text differs from the template at character %(place)s: the template goes on with “%(expected)s”."
            )
            return Words(text, {"place": self.place, "expected": self.expected})
        text = gettext_noop(
            "The text differs from the template at character %(place)s: it goes on with “%(found)s”, "
            "and the template with “%(expected)s”."
        )
        return Words(text, {"place": self.place, "found": self.found, "expected": self.expected})


def find_difference(text: str, literals: Sequence[str], variable: str) -> Difference:
    """The difference of a *text* that does not pass; *variable* is how one is written in the template."""
    tokens = list(_tokens(literals))
    if (len(tokens) + 1) * (len(text) + 1) > MOST_CELLS:
        at, place = _furthest(text, literals)
        return _told(text, place, tokens, at, variable, None)
    at, place, change = _first_change(text, tokens)
    return _told(text, place, tokens, at, variable, _hint(change, tokens[at : at + 1], text[place : place + 1]))


def _tokens(literals: Sequence[str]) -> Iterator[str]:
    yield from literals[0]
    for literal in literals[1:]:
        yield _VALUE
        yield _MORE
        yield from literal


def _first_change(text: str, tokens: Sequence[str]) -> tuple[int, int, str]:
    """The token and the place of the first change, and its kind: "other", "absent" or "extra"."""
    rows = _costs(text, tokens)
    at = place = 0
    while True:
        steps = _steps(text, tokens, at, place, rows, len(text))
        _, change, tokens_on, places_on = next(step for step in steps if step[0] == rows[at][place])
        if change:
            return at, place, change
        at, place = at + tokens_on, place + places_on


def _costs(text: str, tokens: Sequence[str]) -> list[list[int]]:
    """For each token and place what the rest needs at least: one number, the cost first, then how early it begins."""
    size = len(text)
    rows: list[list[int]] = [[] for _ in range(len(tokens) + 1)]
    for at in range(len(tokens), -1, -1):
        rows[at] = [0] * (size + 1)
        for place in range(size, -1, -1):
            steps = _steps(text, tokens, at, place, rows, size)
            rows[at][place] = min((step[0] for step in steps), default=0)
    return rows


def _steps(
    text: str, tokens: Sequence[str], at: int, place: int, rows: Sequence[Sequence[int]], size: int
) -> Iterator[tuple[int, str, int, int]]:
    """Ways to go on from a token and a place: (key, kind of change or nothing, tokens passed, places passed)."""
    unit, early = size + 2, size + 1 - place
    if at < len(tokens):
        token = tokens[at]
        if token is _MORE:
            yield rows[at + 1][place], "", 1, 0
            if place < size:
                yield rows[at][place + 1], "", 0, 1
            return
        if token is _VALUE:
            if place < size:
                yield rows[at + 1][place + 1], "", 1, 1
            # A variable's two tokens go together.
            yield _paid(rows[at + 2][place], _MIDDLE, unit, early), "absent", 2, 0
            return
        if place < size:
            if token == text[place]:
                yield rows[at + 1][place + 1], "", 1, 1
            else:
                yield _paid(rows[at + 1][place + 1], _other_weight(token, text[place]), unit, early), "other", 1, 1
        yield _paid(rows[at + 1][place], _weight(token), unit, early), "absent", 1, 0
    if place < size:
        yield _paid(rows[at][place + 1], _weight(text[place]), unit, early), "extra", 0, 1


def _paid(rest: int, weight: int, unit: int, early: int) -> int:
    return (rest // unit + weight) * unit + early


def _weight(sign: str) -> int:
    return _SMALL if _is_blank(sign) else _LARGE


def _other_weight(expected: str, found: str) -> int:
    return _SMALL if _plain(expected) == _plain(found) else _LARGE


def _plain(sign: str) -> str:
    plain = unicodedata.normalize("NFKC", sign)
    return _ALIKE.get(plain, plain).lower()


def _is_blank(sign: str) -> bool:
    return unicodedata.category(sign) in {"Zs", "Zl", "Zp", "Cf", "Cc"}


def _hint(change: str, tokens: Sequence[str], found: str) -> Words | None:
    expected = tokens[0] if tokens else ""
    if change == "extra":
        return _extra_hint(found)
    if change == "absent":
        return _absent_hint(expected)
    values = {"found": found, "expected": expected}
    if _is_blank(expected) and _is_blank(found):
        return Words(gettext_noop("Both are blanks, but of different kinds. Copy the one of the template."))
    if _plain(expected) != _plain(found):
        return None
    if expected.lower() == found.lower():
        return Words(gettext_noop("Capital and small letters are not the same: “%(found)s”, “%(expected)s”."), values)
    if _is_wide(expected) and not _is_wide(found):
        text = gettext_noop("“%(found)s” is half-width, and the template has the full-width “%(expected)s”.")
    elif _is_wide(found) and not _is_wide(expected):
        text = gettext_noop("“%(found)s” is full-width, and the template has the half-width “%(expected)s”.")
    else:
        text = gettext_noop("“%(found)s” looks like “%(expected)s” but is another character.")
    return Words(text, values)


def _extra_hint(found: str) -> Words | None:
    if not _is_blank(found):
        return None
    text = gettext_noop("Here is a blank or an invisible character (%(code)s) that the template does not have.")
    return Words(text, {"code": f"U+{ord(found):04X}"})


def _absent_hint(expected: str) -> Words | None:
    if expected is _VALUE:
        return Words(gettext_noop("A variable of the template has no value here."))
    if _is_blank(expected):
        return Words(gettext_noop("The template has a blank here that the text lacks."))
    if unicodedata.category(expected).startswith("P"):
        return Words(gettext_noop("“%(expected)s” is missing."), {"expected": expected})
    return None


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in ("F", "W", "A")


def _furthest(text: str, literals: Sequence[str]) -> tuple[int, int]:
    """Token and place that a plain reading from the front reaches, where comparing all readings takes too long."""
    at = place = _same(text, 0, literals[0])
    if place < len(literals[0]):
        return at, place
    for literal in literals[1:]:
        found = text.find(literal, place + 1)
        if found < 0 or place >= len(text):
            return (at, place) if place >= len(text) else (at + 2, len(text))
        at, place = at + 2 + len(literal), found + len(literal)
    return at, place


def _same(text: str, place: int, literal: str) -> int:
    rest = text[place : place + len(literal)]
    signs = zip(rest, literal, strict=False)
    return next((count for count, (mine, theirs) in enumerate(signs) if mine != theirs), len(rest))


def _told(text: str, place: int, tokens: Sequence[str], at: int, variable: str, hint: Words | None) -> Difference:
    shown = (variable if token is _VALUE else "" if token is _MORE else token for token in tokens[at:])
    expected = ""
    for piece in shown:
        if len(expected) >= SHOWN:
            break
        expected += piece
    return Difference(place + 1, expected[:SHOWN], text[place : place + SHOWN], hint)

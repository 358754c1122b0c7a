"""Placeholders: ``{column}`` in a campaign's text stands for the recipient's value of that column.

Everything else is text as it stands, also a brace without a partner. Blanks around the name do not count.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

MAX_NAME = 60
_PLACEHOLDER = re.compile(r"\{([^{}\r\n]+)\}")


class MissingVariable(LookupError):
    """The recipient has no value, or an empty one, for the placeholder ``name``."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a rendered text. ``name`` is the placeholder it came from, empty for text as it stood."""

    text: str
    name: str = ""
    missing: bool = False


def names(text: str) -> tuple[str, ...]:
    """The placeholders of *text*, each once, in order of appearance."""
    return tuple(dict.fromkeys(_parts(text)[1::2]))


def render(text: str, variables: Mapping[str, str]) -> str:
    """*text* with the recipient's values. Raises MissingVariable for the first one that is absent or blank."""
    parts = _parts(text)
    if len(parts) == 1:
        return text
    filled = list(parts)
    for place in range(1, len(parts), 2):
        filled[place] = value_of(parts[place], variables)
    return "".join(filled)


def value_of(name: str, variables: Mapping[str, str]) -> str:
    """The recipient's value of *name*. Raises MissingVariable when it is absent or blank."""
    value = variables.get(name)
    if value is None or not value.strip():
        raise MissingVariable(name)
    return value


def pieces(text: str, variables: Mapping[str, str]) -> list[Piece]:
    """*text* cut at its placeholders, for a preview that marks them; never raises."""
    parts = _parts(text)
    cut = [Piece(part) if place % 2 == 0 else _piece(part, variables) for place, part in enumerate(parts)]
    return [piece for piece in cut if piece.text]


def stray_braces(text: str) -> bool:
    """Whether a brace remains that is part of no placeholder, perhaps a full-width one out of an input method."""
    return any(sign in "{}｛｝" for part in _parts(text)[::2] for sign in part)


def placeholder(name: str) -> str:
    """How *name* is written in a text."""
    return f"{{{name}}}"


def usable_name(name: str) -> str:
    """A column's header as a placeholder name: one line without braces, quotes and backslashes, bounded."""
    plain = re.sub(r'[{}"\\\x00-\x1f\x7f]+', " ", name)
    return " ".join(plain.split())[:MAX_NAME].strip()


def _piece(name: str, variables: Mapping[str, str]) -> Piece:
    try:
        return Piece(value_of(name, variables), name)
    except MissingVariable:
        return Piece(placeholder(name), name, missing=True)


@lru_cache(maxsize=256)
def _parts(text: str) -> tuple[str, ...]:
    # Text and names by turns, beginning and ending with text; the last campaigns' texts stay cut.
    parts = _PLACEHOLDER.split(text)
    whole = [parts[0]]
    for name, rest in zip(parts[1::2], parts[2::2], strict=True):
        if name.strip():
            whole += [name.strip(), rest]
        else:
            whole[-1] += placeholder(name) + rest
    return tuple(whole)

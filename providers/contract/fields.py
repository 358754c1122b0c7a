"""Values that a gateway asks for: credentials, account settings and the options of a request.

A declaration carries everything that the document says about the value, so that the account form, the compose
form and the check before sending are all made from the same line.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .words import Words, gettext_noop


class FieldKind(StrEnum):
    TEXT = "text"
    SECRET = "secret"  # noqa: S105
    URL = "url"
    INTEGER = "integer"
    DECIMAL = "decimal"
    CHOICE = "choice"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Problem:
    """One value that must not be sent: which field (the document's own name), and why, for staff."""

    field: str
    words: Words


@dataclass(frozen=True, slots=True)
class Field:
    """One declared value.

    ``minimum`` and ``maximum`` bound a number (in ``unit``), ``min_length`` and ``max_length`` a text (characters),
    ``pattern`` is a full-match regular expression which ``pattern_words`` puts into words, ``choices`` are
    (value, label) pairs, ``default`` is what the document says happens when it is left out (for credentials and
    settings: the value a new account starts with), ``source`` names the document.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str = ""
    pattern_words: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    help: str = ""
    advanced: bool = False
    source: str = ""

    def problems(self, value: Any) -> Iterator[Problem]:
        """Why *value* must not be sent; empty and absent are the same."""
        if value is None or value == "":
            if self.required:
                yield Problem(self.name, Words(gettext_noop("This value is required.")))
            return
        if self.kind in (FieldKind.INTEGER, FieldKind.DECIMAL):
            yield from self._number_problems(value)
        elif self.kind is FieldKind.CHOICE:
            yield from self._choice_problems(value)
        elif self.kind is not FieldKind.BOOLEAN:
            yield from self._text_problems(str(value))

    def _number_problems(self, value: Any) -> Iterator[Problem]:
        number = _as_number(value, whole=self.kind is FieldKind.INTEGER)
        if number is None:
            yield Problem(self.name, Words(gettext_noop("“%(value)s” is not a number."), {"value": value}))
            return
        below = self.minimum is not None and number < self.minimum
        above = self.maximum is not None and number > self.maximum
        if below or above:
            text = gettext_noop("%(value)s is outside the allowed range of %(minimum)s to %(maximum)s.")
            yield Problem(self.name, Words(text, {"value": value, "minimum": self.minimum, "maximum": self.maximum}))

    def _choice_problems(self, value: Any) -> Iterator[Problem]:
        if str(value) not in {choice for choice, _ in self.choices}:
            yield Problem(self.name, Words(gettext_noop("“%(value)s” is not one of the choices."), {"value": value}))

    def _text_problems(self, text: str) -> Iterator[Problem]:
        if self.max_length is not None and len(text) > self.max_length:
            words = gettext_noop("%(length)s characters are too many; the limit is %(limit)s.")
            yield Problem(self.name, Words(words, {"length": len(text), "limit": self.max_length}))
        if self.min_length is not None and len(text) < self.min_length:
            words = gettext_noop("%(length)s characters are too few; at least %(limit)s are needed.")
            yield Problem(self.name, Words(words, {"length": len(text), "limit": self.min_length}))
        if self.pattern and not re.fullmatch(self.pattern, text):
            yield Problem(self.name, Words(self.pattern_words or gettext_noop("This value has the wrong form.")))


def problems_of(fields: Iterable[Field], values: Mapping[str, Any]) -> list[Problem]:
    """All problems of *values* against the declared *fields*, in the order of declaration."""
    return [problem for field in fields for problem in field.problems(values.get(field.name))]


def _as_number(value: Any, *, whole: bool) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = int(str(value)) if whole else float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None

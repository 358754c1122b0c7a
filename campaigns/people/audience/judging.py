"""Rows judged one by one: who may become a recipient or a contact, and why the others do not."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from typing import NamedTuple

from campaigns.models import RowFate
from notifyadmin.db.dialect import json_key
from notifyadmin.web.exports import safe_cell
from providers.contract.fields import Problem as Refusal
from providers.contract.words import Words, gettext_noop

from . import phones
from .formats import RawRow

MAX_VALUE = 1000
_UNSPEAKABLE = {"Cc", "Cs"}


class Plan(NamedTuple):
    """What the columns of a list mean: whether the first row is a header, and by place from 0 which one holds the
    numbers and which others are kept under which name. ``home`` is the country of numbers without country code.
    """

    header: bool
    number: int
    columns: tuple[tuple[int, str], ...] = ()
    home: str = ""


class Person(NamedTuple):
    """A number that is good by itself: its row, as digits, as typed, its values as JSON text, and the row's cells."""

    row: int
    number: str
    typed: str
    variables: str
    cells: tuple[str, ...]


new_person: Callable[[tuple[int, str, str, str, tuple[str, ...]]], Person] = partial(tuple.__new__, Person)
"""A person out of a tuple, three times as fast as by its name."""


class Problem(NamedTuple):
    """A row, or one of the numbers in it, that is left out, and why."""

    row: int
    typed: str
    fate: str
    words: Words
    cells: tuple[str, ...]


class BadValue(ValueError):
    """A row cannot be used as it is; ``words`` say why and what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


@dataclass(slots=True)
class Judged:
    """What became of some rows: every one of them is in one of the two, and once for each number in it."""

    people: list[Person] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a destination demands of a row: numbers without a problem, and the named columns filled."""

    number_problem: Callable[[str], Refusal | None] = lambda number: None
    needed: Collection[str] = ()


class Judge:
    """Judges the rows of one list under a plan. With *width*, cells beyond it are a fault of the row's separators."""

    def __init__(self, plan: Plan, rules: Rules, *, width: int = 0) -> None:
        self._place, self._home, self._width = plan.number, plan.home, width
        self._number_problem = rules.number_problem
        self._quote = json_key()
        places = [place for place, _ in plan.columns]
        self._picked = _picker(places)
        self._names = [name for _, name in plan.columns]
        self._keys = [f"{self._quote(name)}: " for name in self._names]
        self._template = "{" + ", ".join(key.replace("%", "%%") + "%s" for key in self._keys) + "}"
        self._needed = [place for place, name in enumerate(self._names) if name in rules.needed]
        self._widest = max([plan.number, *places]) + 1

    def judge(self, rows: Iterable[RawRow]) -> Judged:
        """Every row, in order. Whether a number is somewhere already is not asked here."""
        judged = Judged()
        people, place, home, number_problem = judged.people, self._place, self._home, self._number_problem
        for row, written in rows:
            missing = self._widest - len(written)
            cells = written + ("",) * missing if missing > 0 else written
            try:
                if self._width and len(cells) > self._width:
                    self._refuse_width(cells)
                numbers = phones.numbers(cells[place], home)
                variables = self._variables(cells)
            except (phones.BadNumber, BadValue) as bad:
                judged.problems.append(Problem(row, cells[place], RowFate.BAD.value, bad.words, written))
                continue
            for typed, number in numbers:
                refused = number_problem(number)
                if refused is None:
                    people.append(new_person((row, number, typed, variables, written)))
                else:
                    judged.problems.append(Problem(row, typed, RowFate.BAD.value, refused.words, written))
        return judged

    def _refuse_width(self, cells: Sequence[str]) -> None:
        if any(cell.strip() for cell in cells[self._width :]):
            text = gettext_noop(
                "The row has %(cells)s cells, and there are names for %(columns)s columns. "
                "A value that contains the separator must stand in quotation marks."
            )
            raise BadValue(Words(text, {"cells": len(cells), "columns": self._width}))

    def _variables(self, cells: Sequence[str]) -> str:
        """The values that are filled, as JSON text. Raises BadValue."""
        values = list(map(str.strip, self._picked(cells)))
        together = "".join(values)
        if "'" in together:
            values = list(map(_unmarked, values))
        # One look at all of them: hardly any row has something wrong.
        if len(together) > MAX_VALUE or "\ufffd" in together or not together.isprintable():
            for name, value in zip(self._names, values, strict=True):
                _refuse_value(name, value)
        if all(values):
            return self._template % tuple(map(self._quote, values))
        for place in self._needed:
            if not values[place]:
                text = gettext_noop("The column “%(column)s” is empty, and the text needs it.")
                raise BadValue(Words(text, {"column": self._names[place]}))
        filled = [key + self._quote(value) for key, value in zip(self._keys, values, strict=True) if value]
        return "{" + ", ".join(filled) + "}"


def _picker(places: Sequence[int]) -> Callable[[Sequence[str]], Iterable[str]]:
    """Takes the cells at *places* out of a row."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: [cells[place] for place in places]


def _unmarked(value: str) -> str:
    """*value* without the apostrophe that marks a text for spreadsheets, as our own files set it."""
    return value[1:] if value[:1] == "'" and safe_cell(value[1:]) == value else value


def _refuse_value(name: str, value: str) -> None:
    """Raise BadValue where *value* of the column *name* can be neither spoken nor written."""
    if len(value) > MAX_VALUE:
        text = gettext_noop("The column “%(column)s” has %(length)s characters; the limit is %(limit)s.")
        raise BadValue(Words(text, {"column": name, "length": len(value), "limit": MAX_VALUE}))
    place = next((at for at, sign in enumerate(value, 1) if unicodedata.category(sign) in _UNSPEAKABLE), 0)
    if place:
        text = gettext_noop(
            "The column “%(column)s” has a line break or another control character at character %(place)s."
        )
        raise BadValue(Words(text, {"column": name, "place": place}))
    if "\ufffd" in value:
        text = gettext_noop(
            "The column “%(column)s” has a damaged letter at character %(place)s: the file is not wholly in one "
            "encoding. Type the value again, or save the list as “CSV UTF-8”."
        )
        raise BadValue(Words(text, {"column": name, "place": value.index("\ufffd") + 1}))

"""From judged rows to written ones: who is there already, who must not be reached, and who is new."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from campaigns.models import AudienceProblem, RowFate, recipient_rows
from providers.contract.words import Words, gettext_noop

from .destinations import Destination, storable
from .judging import Judged, Person, Problem

SUPPRESSED = Words(gettext_noop("This number is on the suppression list."))
MOST_REMEMBERED = 1_000_000
"""Numbers that are remembered, in some 70 MB; beyond them the database is asked about all."""

_PROBLEM_COLUMNS = ("row", "number", "fate", "words", "values", "cells")


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of rows; each counts once for every number in it. ``read`` are bytes."""

    read: int = 0
    good: int = 0
    bad: int = 0
    duplicates: int = 0
    known: int = 0
    suppressed: int = 0

    @property
    def rows(self) -> int:
        return self.good + self.bad + self.duplicates + self.known + self.suppressed


class Intake:
    """Takes the batches of one list into one destination, in order.

    As long as nobody else adds to the destination, the numbers taken so far are remembered here, and only those that
    come again are looked up; else the database is asked about all. *cells_of* gives the cells to keep of a problem.
    """

    def __init__(
        self,
        destination: Destination,
        campaign_id: int | None,
        list_id: int | None,
        cells_of: Callable[[Problem], Sequence[str]] = lambda problem: problem.cells,
    ) -> None:
        self._destination, self._cells_of = destination, cells_of
        owners = {"campaign_id": campaign_id, "list_file_id": list_id}
        self._owners = {column: value for column, value in owners.items() if value is not None}
        self._seen: set[int] | None = set()
        self._there = 0

    def take(self, judged: Judged) -> Counts:
        """Write what became of *judged*, within the caller's transaction. Raises the destination's Refusal."""
        there = self._destination.lock()
        if there != self._there:
            self._seen = None
        people, left_out = self._sorted(judged.people)
        if people:
            self._destination.add(people)
        if self._seen is not None:
            self._seen.update(map(int, [person.number for person in people]))
            if len(self._seen) > MOST_REMEMBERED:
                self._seen = None
        self._there = there + len(people)
        # In the order of the list: pages and files of them go by the order in which they were written.
        problems = sorted([*judged.problems, *left_out], key=lambda problem: problem.row)
        recipient_rows.insert(AudienceProblem, _PROBLEM_COLUMNS, self._problem_rows(problems), self._owners)
        fates = Counter(problem.fate for problem in problems)
        return Counts(
            good=len(people),
            bad=fates[RowFate.BAD],
            duplicates=fates[RowFate.DUPLICATE],
            known=fates[RowFate.KNOWN],
            suppressed=fates[RowFate.SUPPRESSED],
        )

    def _sorted(self, people: Sequence[Person]) -> tuple[Sequence[Person], Sequence[Problem]]:
        """Those who are new, and the others with what they are instead."""
        if not people:
            return people, ()
        numbers = {person.number for person in people}
        suppressed = self._destination.suppressed(numbers)
        known = self._known(numbers)
        if len(numbers) == len(people) and not suppressed and not known:
            return people, ()
        return self._one_by_one(people, suppressed, known)

    def _known(self, numbers: Collection[str]) -> Mapping[str, int | None]:
        if self._seen is not None:
            if self._seen.isdisjoint(map(int, numbers)):
                return {}
            seen = self._seen
            numbers = [number for number in numbers if int(number) in seen]
        return self._destination.known(numbers) if numbers else {}

    def _one_by_one(
        self, people: Sequence[Person], suppressed: Collection[str], known: Mapping[str, int | None]
    ) -> tuple[Sequence[Person], Sequence[Problem]]:
        new: dict[str, Person] = {}
        left_out = []
        for person in people:
            number = person.number
            if number in suppressed:
                left_out.append(_problem(person, RowFate.SUPPRESSED, SUPPRESSED))
            elif number in new:
                left_out.append(_problem(person, RowFate.DUPLICATE, _repeats(new[number].row)))
            elif number not in known:
                new[number] = person
            elif known[number] is None:
                left_out.append(_problem(person, RowFate.KNOWN, self._destination.known_words))
            else:
                left_out.append(_problem(person, RowFate.DUPLICATE, _repeats(known[number])))
        return list(new.values()), left_out

    def _problem_rows(self, problems: Sequence[Problem]) -> Iterator[tuple[object, ...]]:
        longest = settings.LIST_MAX_CELL
        for problem in problems:
            values = {name: _storable(value) for name, value in problem.words.values.items()}
            cells = [storable(cell, longest) for cell in self._cells_of(problem)]
            yield (
                problem.row,
                storable(problem.typed),
                problem.fate,
                problem.words.text,
                json.dumps(values, ensure_ascii=False),
                json.dumps(cells, ensure_ascii=False),
            )


def _problem(person: Person, fate: RowFate, words: Words) -> Problem:
    return Problem(person.row, person.typed, fate.value, words, person.cells)


def _repeats(row: int | None) -> Words:
    return Words(gettext_noop("The same number is already in row %(row)s."), {"row": row})


def _storable(value: object) -> object:
    return storable(value, 300) if isinstance(value, str) else value

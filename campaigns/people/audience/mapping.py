"""What the columns of a list mean: recognised, remembered from the last list of the same shape, or said by people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext

from campaigns.models import ListFile, ListPurpose
from campaigns.text.placeholders import usable_name
from notifyadmin.web.exports import safe_cell

from .formats import Found
from .meaning import Meaning
from .problems import titles_of
from .titles import is_number_title, plain_title

NUMBER, VALUE, SKIP = "number", "value", "skip"
PROBLEM_TITLES = frozenset({"problem", "问题", "問題"})
"""Names of the column that our own files of bad rows add; it is left out when they come back."""
MANY = 60
"""More columns than this are hardly all meant to be kept with every person, so people are asked."""


@dataclass(frozen=True, slots=True)
class Uses:
    """What columns are good for in one place: whether it keeps values, and further things that a column may be there,
    as (name, label). What people said is remembered for each ``purpose``.
    """

    purpose: str = ListPurpose.AUDIENCE
    values: bool = True
    roles: tuple[tuple[str, Any], ...] = ()

    def role_of(self, title: str) -> str:
        """The further thing that *title* names, by its name or by its label in the reader's language; else empty."""
        plain = plain_title(title)
        return next((name for name, label in self.roles if plain in (plain_title(name), plain_title(str(label)))), "")


AUDIENCE = Uses()


@dataclass(frozen=True, slots=True)
class Column:
    """One column as people see it: its title, some of its values, and what it is taken for under which name."""

    place: int
    title: str
    samples: tuple[str, ...]
    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a list would be read if nobody said otherwise.

    ``certain`` says that nobody needs to be asked; ``as_before`` that people said so about the last list of its shape.
    """

    header: bool
    columns: tuple[Column, ...]
    home: str
    certain: bool = False
    as_before: bool = False

    def meaning(self) -> Meaning:
        number = next((column.place for column in self.columns if column.role == NUMBER), 0)
        kept = tuple((column.place, column.name) for column in self.columns if column.role not in (NUMBER, SKIP))
        return Meaning(self.header, number, kept, self.home)


@dataclass(slots=True)
class _Names:
    """Names that nobody has yet."""

    taken: set[str] = field(default_factory=set)

    def free(self, wished: str) -> str:
        name, again = wished, 2
        while name.casefold() in self.taken:
            name, again = f"{wished} {again}", again + 1
        self.taken.add(name.casefold())
        return name


def propose(
    found: Found, home: str, *, header: bool | None = None, uses: Uses = AUDIENCE, earlier: Iterable[ListFile] = ()
) -> Proposal:
    """How *found* would be read. *header* says whether the first row is one, None leaves it to its look.

    *home* is the country of numbers without country code where nobody said another. Corrected rows of one of the
    *earlier* lists mean what they meant there.
    """
    corrected = _corrected(found, home, uses, earlier) if header is None else None
    if corrected:
        return corrected
    guessed = _guessed(found, home, found.has_header if header is None else header, uses)
    before = Meaning.remembered(uses.purpose, found.shape)
    if before and header in (None, before.header):
        return _as_before(guessed, before, uses)
    return guessed


def _guessed(found: Found, home: str, header: bool, uses: Uses) -> Proposal:
    titles = found.titles if header else ()
    names = _Names()
    columns = tuple(_column(found, titles, place, uses, names) for place in range(max(found.width, len(titles))))
    filled = [column for column in columns if column.role != SKIP]
    named = header and any(column.role == NUMBER and is_number_title(column.title) for column in columns)
    certain = (named and len(filled) <= MANY) or len(filled) == 1
    return Proposal(header, columns, home, certain=certain)


def _column(found: Found, titles: Sequence[str], place: int, uses: Uses, names: _Names) -> Column:
    title = titles[place] if place < len(titles) else ""
    samples = tuple(found.samples[place]) if place < len(found.samples) else ()
    wished = usable_name(title) or numbered(place)
    if place == found.number_column:
        return Column(place, title, samples, NUMBER, wished)
    if plain_title(title) in PROBLEM_TITLES or not (title.strip() or any(samples)):
        return Column(place, title, samples, SKIP, wished)
    role = uses.role_of(title)
    if role:
        return Column(place, title, samples, role, role)
    return (
        Column(place, title, samples, VALUE, names.free(wished))
        if uses.values
        else Column(place, title, samples, SKIP, wished)
    )


def _as_before(guessed: Proposal, before: Meaning, uses: Uses) -> Proposal:
    """What was said last time in place of the guess. Where the two differ, people see it before anything is read."""
    # The country is not remembered: lists of one shape go to accounts in several, and a guess would ring strangers.
    if before.number >= len(guessed.columns):
        return guessed
    columns = tuple(_column_as_before(column, before, uses) for column in guessed.columns)
    certain = guessed.certain and columns == guessed.columns
    return replace(guessed, header=before.header, columns=columns, certain=certain, as_before=True)


def _column_as_before(column: Column, before: Meaning, uses: Uses) -> Column:
    if column.place == before.number:
        return replace(column, role=NUMBER)
    name = dict(before.columns).get(column.place)
    if name is None:
        return replace(column, role=SKIP)
    return replace(column, role=name if name in dict(uses.roles) else VALUE, name=name)


def _corrected(found: Found, home: str, uses: Uses, earlier: Iterable[ListFile]) -> Proposal | None:
    """The proposal for our own file of bad rows that comes back."""
    if not found.titles or plain_title(found.titles[-1]) not in PROBLEM_TITLES:
        return None
    titles = list(found.titles[:-1])
    mapped = (list_file for list_file in earlier if list_file.mapping)
    known = next((one for one in mapped if [safe_cell(title) for title in titles_of(one)] == titles), None)
    if known is None:
        return None
    guessed = _guessed(found, home, header=True, uses=uses)
    return replace(_as_before(guessed, Meaning.of(known), uses), header=True, certain=True)


def numbered(place: int) -> str:
    """The name of the column at *place* (from 0) where it has none, in the language of the person who reads it."""
    return gettext("column %(number)s") % {"number": place + 1}

"""Rows judged one by one: who becomes a recipient, and why the others do not."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from campaigns.compose import placeholders
from campaigns.models import Campaign
from providers.contract.abilities import Ability
from providers.contract.gateway import Gateway
from providers.contract.words import Words, gettext_noop

from . import phones
from .reading import Row

MAX_VALUE = 1000
_UNSPEAKABLE = {"Cc", "Cs"}


@dataclass(frozen=True, slots=True)
class Good:
    """A row that may become a recipient."""

    row: Row
    number: str
    variables: dict[str, str]


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that may not, and why."""

    row: Row
    words: Words
    duplicate: bool = False


@dataclass(slots=True)
class Judgement:
    """What became of the rows; every row stands in exactly one of the two lists."""

    good: list[Good] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)


@dataclass(slots=True)
class Judge:
    """Judges rows for one campaign: its account's provider, its kind, and the placeholders of its text."""

    gateway: Gateway
    kind: Ability
    home: str
    columns: Sequence[str]
    needed: Sequence[str] = ()

    @classmethod
    def of(cls, campaign: Campaign, columns: Sequence[str], home: str) -> "Judge":
        # A placeholder that no column of this list has is a fault of the text, told once and not for every row.
        needed = [name for name in placeholders.names(campaign.text) if name in columns]
        return cls(campaign.account.gateway, campaign.ability, home, columns, needed)

    def judge(self, rows: Iterable[Row]) -> Judgement:
        """Every row, in order; a number's first row wins over its later ones."""
        judgement = Judgement()
        seen: dict[str, int] = {}
        for row in rows:
            verdict = self.verdict(row)
            if isinstance(verdict, Good) and verdict.number in seen:
                words = gettext_noop("The same number is already in row %(row)s.")
                verdict = Bad(row, Words(words, {"row": seen[verdict.number]}), duplicate=True)
            if isinstance(verdict, Good):
                seen[verdict.number] = row.row
                judgement.good.append(verdict)
            else:
                judgement.bad.append(verdict)
        return judgement

    def verdict(self, row: Row) -> Good | Bad:
        """One row by itself."""
        if row.problem:
            return Bad(row, row.problem)
        try:
            number = phones.normalise(row.number, self.home)
        except phones.BadNumber as problem:
            return Bad(row, problem.words)
        refused = self.gateway.number_problem(number, self.kind)
        if refused:
            return Bad(row, refused.words)
        variables = {name: value for name, value in zip(self.columns, row.values, strict=False) if value}
        words = self._variable_words(variables)
        return Bad(row, words) if words else Good(row, number, variables)

    def _variable_words(self, variables: dict[str, str]) -> Words | None:
        for name in self.needed:
            if not variables.get(name):
                text = gettext_noop("The column “%(column)s” is empty, and the text needs it.")
                return Words(text, {"column": name})
        for name, value in variables.items():
            words = value_words(name, value)
            if words:
                return words
        return None


def value_words(name: str, value: str) -> Words | None:
    """Why *value* of the column *name* can be neither spoken nor written, or None."""
    if len(value) > MAX_VALUE:
        text = gettext_noop("The column “%(column)s” has %(length)s characters; the limit is %(limit)s.")
        return Words(text, {"column": name, "length": len(value), "limit": MAX_VALUE})
    if value.isprintable():
        return None
    place = next((at for at, sign in enumerate(value, 1) if unicodedata.category(sign) in _UNSPEAKABLE), 0)
    if not place:
        return None
    text = gettext_noop("The column “%(column)s” has a line break or another control character at character %(place)s.")
    return Words(text, {"column": name, "place": place})

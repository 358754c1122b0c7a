"""Whether a text passes as an approved voice template. Pure: no database, no network.

The rule. A text passes if there is a way to read it as the template in which every variable stands for at least one
character, and for at most as many as the account's provider allows; outside the variables it is the template to the
character: punctuation, full width, case and blanks included. Where several readings are possible one that passes is
enough, for nobody can tell which the provider takes. What a value consists of does not decide: documents name digits,
letters and Chinese characters, real values hold more, so other characters are told as a warning.

Source: the document of the gateway that reviews templates (its README names the sections); staff find the rule in
docs/voice-templates.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from providers.contract.words import Words, gettext_noop

from .differing import Difference, find_difference

HARMLESS = frozenset("-. ")
"""Characters that documents do not name and that values are known to hold."""

SHOWN_VALUE = 30

DIFFERS = Words(
    gettext_noop(
        "This recipient's text is not what the approved template says, so the provider would refuse the call. "
        "Outside the variables both must be alike to the character."
    )
)


class Fit(StrEnum):
    """How a text fits its template; the first is the only one that passes."""

    PASSES = "passes"
    TOO_LONG = "too_long"
    EMPTY = "empty"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the value of the variable *number* (from 1). ``limit`` is 0 where it is not about length."""

    fit: Fit
    number: int
    value: str = ""
    limit: int = 0

    @property
    def words(self) -> Words:
        if self.fit is Fit.EMPTY:
            text = gettext_noop(
                "Variable %(number)s of the template has no value, so the provider would refuse the call. "
                "Give it one in the list."
            )
            return Words(text, {"number": self.number})
        text = gettext_noop(
            "Variable %(number)s of the template, “%(value)s”, has %(length)s characters and the account allows "
            "%(limit)s, so the provider would refuse the call. Shorten it in the list."
        )
        shown = self.value if len(self.value) <= SHOWN_VALUE else f"{self.value[:SHOWN_VALUE]}…"
        values = {"number": self.number, "value": shown, "length": len(self.value), "limit": self.limit}
        return Words(text, values)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a provider would say. ``difference`` is told where the text differs, ``fault`` where a value is to blame.

    ``warnings`` name what may be refused, of texts that pass.
    """

    fit: Fit
    difference: Difference | None = None
    fault: Fault | None = None
    warnings: tuple[Words, ...] = ()

    @property
    def passes(self) -> bool:
        return self.fit is Fit.PASSES


@dataclass(frozen=True, slots=True)
class Template:
    """An approved text, cut at its variables. ``longest`` is the most characters of one value, 0 for no limit."""

    literals: tuple[str, ...]
    variable: str
    longest: int = 0

    @classmethod
    def of(cls, text: str, variable: str, longest: int | None = None) -> "Template":
        """*variable* is how a variable is written in *text*; where it is empty there are none."""
        return cls(tuple(text.split(variable)) if variable else (text,), variable, longest or 0)

    def fit(self, text: str) -> Fit:
        """How *text* fits, without saying where. Takes some machine words of work per character and variable."""
        if _passes(text, self.literals, 1, self.longest):
            return Fit.PASSES
        if self.longest and _passes(text, self.literals, 1, 0):
            return Fit.TOO_LONG
        return Fit.EMPTY if _passes(text, self.literals, 0, 0) else Fit.DIFFERS

    def values(self, text: str) -> list[str] | None:
        """What the variables stand for in a reading of *text* that passes, or None if there is none."""
        return _values(text, self.literals, 1, self.longest, last_long=False)

    def fault(self, text: str) -> Fault | None:
        """The value that is to blame, or None where the text passes or differs outside the variables."""
        fit = self.fit(text)
        if fit is Fit.TOO_LONG:
            readings = (_values(text, self.literals, 1, 0, last_long=last_long) or [] for last_long in (False, True))
            values = min(readings, key=self._excess)
            at = next(place for place, value in enumerate(values) if len(value) > self.longest)
            return Fault(fit, at + 1, values[at], self.longest)
        if fit is Fit.EMPTY:
            values = _values(text, self.literals, 0, 0, last_long=True) or []
            return Fault(fit, values.index("") + 1)
        return None

    def refusal(self, text: str) -> Words | None:
        """Why the provider would refuse *text*, or None. Quick enough to ask for everybody; says no place."""
        fit = self.fit(text)
        if fit is Fit.PASSES:
            return None
        fault = self.fault(text)
        return fault.words if fault else DIFFERS

    def judge(self, text: str) -> Verdict:
        """Everything about *text*. To explain a difference takes work in proportion to both lengths multiplied."""
        fit = self.fit(text)
        if fit is Fit.DIFFERS:
            return Verdict(fit, difference=find_difference(text, self.literals, self.variable))
        if fit is not Fit.PASSES:
            return Verdict(fit, fault=self.fault(text))
        return Verdict(fit, warnings=tuple(self.warnings(text)))

    def warnings(self, text: str) -> list[Words]:
        """Characters in the values of a text that passes which may get it refused after all."""
        return _warnings(self.values(text) or [])

    def _excess(self, values: Sequence[str]) -> int:
        return sum(max(0, len(value) - self.longest) for value in values)


def difference(text: str, template: str, variable: str) -> Difference | None:
    """Where *text*, filled or not, differs from *template*; how long a value is does not count."""
    shape = Template.of(template, variable)
    return None if shape.fit(text) is Fit.PASSES else find_difference(text, shape.literals, variable)


def _warnings(values: Sequence[str]) -> list[Words]:
    found = []
    for number, value in enumerate(values, 1):
        doubtful = sorted({sign for sign in value if not sign.isalnum() and sign not in HARMLESS})
        if doubtful:
            text = gettext_noop(
                "Variable %(number)s holds %(signs)s. The provider's document names digits, letters and Chinese "
                "characters; whether it takes others is not known."
            )
            found.append(Words(text, {"number": number, "signs": " ".join(f"“{sign}”" for sign in doubtful)}))
    return found


def _passes(text: str, literals: tuple[str, ...], shortest: int, longest: int) -> bool:
    return bool(_ends(text, literals, shortest, longest)[-1])


def _ends(text: str, literals: tuple[str, ...], shortest: int, longest: int) -> list[int]:
    """For each literal the places (bits of a number) at which it can end in a reading of all up to it; 0: nowhere."""
    first, rest = literals[0], literals[1:]
    if not text.startswith(first):
        return [0]
    reached = 1 << len(first)
    if not rest:
        return [reached if len(text) == len(first) else 0]
    whole = (1 << (len(text) + 1)) - 1
    ends = [reached]
    for literal in rest[:-1]:
        reached = (_moved(reached, shortest, longest, whole) & _places(text, literal)) << len(literal)
        ends.append(reached)
        if not reached:
            return ends
    start = len(text) - len(rest[-1])
    at_end = 1 << start if start >= 0 and text.endswith(rest[-1]) else 0
    ends.append((_moved(reached, shortest, longest, whole) & at_end) << len(rest[-1]))
    return ends


def _moved(places: int, shortest: int, longest: int, whole: int) -> int:
    """All places that lie *shortest* to *longest* (0: any number) behind one of *places*."""
    if not longest:
        first = (places & -places) << shortest
        return whole & ~(first - 1)
    moved, width = places << shortest, 1
    while width < longest - shortest + 1:
        step = min(width, longest - shortest + 1 - width)
        moved |= moved << step
        width += step
    return moved & whole


@lru_cache(maxsize=8)
def _places(text: str, literal: str) -> int:
    """Where *literal* begins in *text*, overlapping ones too."""
    if not literal:
        return (1 << (len(text) + 1)) - 1
    found, at = 0, text.find(literal)
    while at >= 0:
        found |= 1 << at
        at = text.find(literal, at + 1)
    return found


def _values(text: str, literals: tuple[str, ...], shortest: int, longest: int, *, last_long: bool) -> list[str] | None:
    """A reading, made from the end: each variable as long as it can be when *last_long*, else as short."""
    ends = _ends(text, literals, shortest, longest)
    if not ends[-1]:
        return None
    values: list[str] = []
    at = len(text)
    for place in range(len(literals) - 1, 0, -1):
        at -= len(literals[place])
        low = max(0, at - longest) if longest else 0
        within = ends[place - 1] & ((1 << (at - shortest + 1)) - 1) & ~((1 << low) - 1)
        start = (within & -within).bit_length() - 1 if last_long else within.bit_length() - 1
        values.append(text[start:at])
        at = start
    return values[::-1]

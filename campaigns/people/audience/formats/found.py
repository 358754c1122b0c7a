"""What a look at a list shows, the rows it is read into, and why it may not be read at all."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from providers.contract.words import Words

RawRow = tuple[int, tuple[str, ...]]
"""A row's number as its spreadsheet shows it, counted from 1, and its cells as they stand in it."""

At = Callable[[int], None]
"""Told now and then how many bytes of the file have been read."""


class UnreadableList(ValueError):
    """The list as a whole cannot be read; ``words`` say why and what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at the head of a list showed, and all that is needed to read it whole.

    ``format`` is csv, tsv, txt, xlsx, xls or ods; ``encoding`` and ``delimiter`` are empty for workbooks, ``sheets``
    and ``sheet`` for text. ``has_header``, ``number_column`` (from 0) and ``titles`` (the cells of the first row,
    header or not) are what people are asked about. ``width`` counts the columns with something in them,
    ``sample`` holds the first rows with something in them, the header among them, and ``samples`` some values of each
    column. ``shape`` is the same for lists that are alike, whatever their format.
    """

    format: str
    encoding: str = ""
    delimiter: str = ""
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    has_header: bool = False
    titles: tuple[str, ...] = ()
    number_column: int = 0
    width: int = 0
    sample: tuple[tuple[str, ...], ...] = ()
    samples: tuple[tuple[str, ...], ...] = field(default=())
    shape: str = ""

    def to_json(self) -> dict[str, Any]:
        """For a JSON column; :meth:`from_json` reads it again."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Found":
        """What :meth:`to_json` made."""
        known = {name: _tuples(value) for name, value in stored.items() if name in cls.__dataclass_fields__}
        return cls(**known)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(part) for part in value) if isinstance(value, list | tuple) else value

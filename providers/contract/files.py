"""Voice files at a provider: what it takes, and what it answers about them."""

from dataclasses import dataclass

from .errors import Evidence, NotSent, Refused, Unknown
from .words import Words

NOTHING_SEEN = Evidence()


@dataclass(frozen=True, slots=True)
class FileRules:
    """What a provider takes: ``suffixes`` without dot, and the least and most characters of a name with its suffix.

    A name stands for one file per account for ever. ``page_size`` is how many entries one page of its list has.
    ``document`` names the vendor's page.
    """

    suffixes: tuple[str, ...]
    shortest_name: int
    longest_name: int
    page_size: int
    document: str


@dataclass(frozen=True, slots=True)
class FileTaken:
    """The provider has the file now, under this id."""

    file_id: str
    evidence: Evidence = NOTHING_SEEN


@dataclass(frozen=True, slots=True)
class FileExists:
    """The provider has a file of this name already; its id is not told, but its list tells it."""

    words: Words
    evidence: Evidence = NOTHING_SEEN


FileAnswer = FileTaken | FileExists | Refused | Unknown | NotSent


@dataclass(frozen=True, slots=True)
class FileThere:
    """One entry of a provider's list."""

    file_id: str
    name: str


@dataclass(frozen=True, slots=True)
class FilePage:
    """One page of a provider's list; ``pages`` is how many there are (1 for an empty list), ``total`` the entries."""

    files: tuple[FileThere, ...]
    pages: int
    total: int
    evidence: Evidence = NOTHING_SEEN


FilesAnswer = FilePage | Refused | Unknown | NotSent

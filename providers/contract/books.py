"""What a rehearsal may look up of whom and what it has taken, to answer when it is asked about it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from .taken import Taken


@dataclass(frozen=True, slots=True)
class Booked:
    """A callee that was taken; ``ended_at`` (Unix) is since when its outcome is known, None while it is not."""

    taken: Taken
    ended_at: float | None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A voice file that somebody uploaded; ``size`` in bytes. Nobody needs to hear it again, so no more is kept."""

    id: str
    name: str
    size: int


class Books(Protocol):
    """One provider's part of the ledger. Whether a receipt was pushed makes no difference to it."""

    def with_ids(self, provider_ids: Collection[str]) -> Sequence[Booked]:
        """The callees with these ids, oldest first."""

    def between(self, kinds: Collection[str], start: float, end: float) -> Sequence[Booked]:
        """The callees of these kinds that were taken from *start* to *end* (Unix), oldest first."""

    def files(self) -> Sequence[StoredFile]:
        """The voice files that were uploaded, oldest first."""

    def file(self, file_id: str) -> StoredFile | None:
        """The uploaded voice file with this id."""

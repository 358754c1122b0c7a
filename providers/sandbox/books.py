"""One provider's view of the ledger: whom it has taken, and who of them has an outcome by now."""

import json
import time
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from providers.contract.books import Booked, StoredFile
from providers.contract.taken import Taken

from .ledger import Ledger
from .settings import Settings

COLUMNS = "provider_id, number, ref, text, kind, at, verdict, code, facts"


class LedgerBooks:
    """Implements the contract's Books. An outcome is known once the longest usual receipt delay is over."""

    def __init__(self, slug: str, ledger: Ledger, settings: Settings) -> None:
        self._slug = slug
        self._ledger = ledger
        self._settings = settings

    def with_ids(self, provider_ids: Collection[str]) -> list[Booked]:
        return self._booked(f"provider_id IN ({_marks(provider_ids)})", provider_ids)

    def between(self, kinds: Collection[str], start: float, end: float) -> list[Booked]:
        return self._booked(f"kind IN ({_marks(kinds)}) AND at >= ? AND at <= ?", [*kinds, start, end])

    def files(self) -> list[StoredFile]:
        return self._ledger.files(self._slug)

    def file(self, file_id: str) -> StoredFile | None:
        return next(iter(self._ledger.files(self._slug, file_id)), None)

    def _booked(self, condition: str, values: Iterable[Any]) -> list[Booked]:
        sql = f"SELECT {COLUMNS} FROM callees WHERE provider = ? AND {condition} ORDER BY id"  # noqa: S608
        now = time.time() + self._settings.clock_offset
        delay = self._settings.receipt_delay[1]
        return [_booked(row, now, delay) for row in self._ledger.select(sql, [self._slug, *values])]


def _marks(values: Collection[Any]) -> str:
    return ", ".join("?" * len(values))


def _booked(row: Mapping[str, Any], now: float, delay: float) -> Booked:
    facts = json.loads(row["facts"]) if row["facts"] else {}
    said = (row["provider_id"], row["number"], row["ref"], row["text"], row["kind"], row["at"], row["verdict"])
    ended_at = row["at"] + delay
    return Booked(Taken(*said, row["code"], facts=facts), ended_at if ended_at <= now else None)

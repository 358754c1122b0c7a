"""The sandbox's books in SQLite: what was asked, what was taken, what was pushed. Written in batches.

Rows are buffered until the next flush: before the answer of a request that took somebody, when somebody reads, and
every tenth of a second.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from providers.contract.books import StoredFile
from providers.contract.rehearsal import Template
from providers.contract.taken import Receipt, Taken

SCHEMA = """
CREATE TABLE IF NOT EXISTS requests (id INTEGER PRIMARY KEY, at REAL, provider TEXT, endpoint TEXT, accepted INTEGER,
    code TEXT, asked INTEGER, taken INTEGER, effect TEXT);
CREATE TABLE IF NOT EXISTS callees (id INTEGER PRIMARY KEY, request_id INTEGER, at REAL, provider TEXT, endpoint TEXT,
    provider_id TEXT, number TEXT, ref TEXT, text TEXT, kind TEXT, verdict TEXT, code TEXT, facts TEXT,
    tried INTEGER DEFAULT 0, acknowledged INTEGER DEFAULT 0, last_push_at REAL);
CREATE INDEX IF NOT EXISTS callees_by_id ON callees (provider, provider_id);
CREATE TABLE IF NOT EXISTS pushes (id INTEGER PRIMARY KEY, provider TEXT, door TEXT, callee_id INTEGER,
    template_id TEXT, code TEXT, lost_id INTEGER, happened_at REAL, due REAL, tries INTEGER);
CREATE TABLE IF NOT EXISTS templates (provider TEXT, id TEXT, text TEXT, state TEXT, words TEXT,
    PRIMARY KEY (provider, id));
CREATE TABLE IF NOT EXISTS files (number INTEGER PRIMARY KEY, provider TEXT, id TEXT, name TEXT, size INTEGER,
    UNIQUE (provider, id));
CREATE TABLE IF NOT EXISTS addresses (provider TEXT, door TEXT, url TEXT, PRIMARY KEY (provider, door));
CREATE TABLE IF NOT EXISTS desks (provider TEXT PRIMARY KEY, serial INTEGER, balance REAL);
"""

REQUEST = "INSERT INTO requests VALUES (?,?,?,?,?,?,?,?,?)"
CALLEE = (
    "INSERT INTO callees (id, request_id, at, provider, endpoint, provider_id, number, ref, text, kind, verdict, code,"
    " facts) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
)
PUSH = "INSERT INTO pushes VALUES (?,?,?,?,?,?,?,?,?,?)"
TRIED = "UPDATE callees SET tried = tried + 1, acknowledged = acknowledged + ?, last_push_at = ? WHERE id = ?"
AGAIN = "UPDATE pushes SET tries = ?, due = ? WHERE id = ?"
DONE = "DELETE FROM pushes WHERE id = ?"
IN_ORDER = (REQUEST, CALLEE, PUSH, TRIED, AGAIN, DONE)


@dataclass(slots=True)
class Pending:
    """A push that is still owed: a receipt of a taken callee, or the review of a template with its ``content``."""

    id: int
    provider: str
    door: str
    due: float
    happened_at: float
    callee_id: int = 0
    taken: Taken | None = None
    receipt: Receipt | None = None
    template_id: str = ""
    content: Mapping[str, object] = field(default_factory=dict)
    tries: int = 0


class Ledger:
    """One connection, used by one thread. ``path`` is a file or ``:memory:``."""

    def __init__(self, path: str) -> None:
        self._store = sqlite3.connect(path, isolation_level=None)
        self._store.row_factory = sqlite3.Row
        self._store.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;" + SCHEMA)
        self._waiting: dict[str, list[tuple[Any, ...]]] = {statement: [] for statement in IN_ORDER}
        self._last = {table: self._last_id(table) for table in ("requests", "callees", "pushes")}

    def request(
        self, at: float, provider: str, endpoint: str, *, accepted: bool, code: str, asked: int, taken: int, effect: str
    ) -> int:
        row_id = self._next("requests")
        self._waiting[REQUEST].append((row_id, at, provider, endpoint, int(accepted), code, asked, taken, effect))
        return row_id

    def callee(self, request_id: int, provider: str, endpoint: str, taken: Taken) -> int:
        row_id = self._next("callees")
        facts = json.dumps(taken.facts, ensure_ascii=False) if taken.facts else ""
        self._waiting[CALLEE].append(
            (row_id, request_id, taken.at, provider, endpoint, taken.provider_id, taken.number, taken.ref, taken.text,
             taken.kind, taken.verdict, taken.code, facts)
        )  # fmt: skip
        return row_id

    def owe(self, push: Pending) -> None:
        """Write down a push that is to be made, and give it its id."""
        push.id = self._next("pushes")
        code, lost = (push.receipt.code, int(push.receipt.lost_id)) if push.receipt else ("", 0)
        self._waiting[PUSH].append(
            (push.id, push.provider, push.door, push.callee_id, push.template_id, code, lost, push.happened_at,
             push.due, push.tries)
        )  # fmt: skip

    def tried(self, push: Pending, at: float, *, acknowledged: bool, finished: bool) -> None:
        if push.callee_id:
            self._waiting[TRIED].append((int(acknowledged), at, push.callee_id))
        if finished:
            self.drop(push)
        else:
            self._waiting[AGAIN].append((push.tries, push.due, push.id))

    def drop(self, push: Pending) -> None:
        self._waiting[DONE].append((push.id,))

    def flush(self) -> None:
        if not any(self._waiting.values()):
            return
        self._store.execute("BEGIN")
        for statement, rows in self._waiting.items():
            if rows:
                self._store.executemany(statement, rows)
                rows.clear()
        self._store.execute("COMMIT")

    def select(self, sql: str, values: Iterable[Any] = ()) -> Iterator[dict[str, Any]]:
        """Read, after everything buffered was written."""
        self.flush()
        for row in self._store.execute(sql, tuple(values)):
            yield dict(row)

    def owed(self) -> Iterator[Pending]:
        """What an earlier run did not finish pushing."""
        columns = "p.*, c.at, c.provider_id, c.number, c.ref, c.text, c.kind, c.verdict, c.code AS final, c.facts"
        sql = f"SELECT {columns} FROM pushes p LEFT JOIN callees c ON c.id = p.callee_id ORDER BY p.due"  # noqa: S608
        return map(_pending, list(self.select(sql)))

    def times_since(self, provider: str, at: float) -> Iterator[tuple[str, float]]:
        """Number and time of what was taken since *at*."""
        sql = "SELECT number, at FROM callees WHERE provider = ? AND at >= ? ORDER BY at"
        return ((row["number"], row["at"]) for row in self.select(sql, (provider, at)))

    def save_address(self, provider: str, door: str, url: str) -> None:
        self._store.execute("INSERT OR REPLACE INTO addresses VALUES (?,?,?)", (provider, door, url))

    def addresses(self) -> dict[tuple[str, str], str]:
        return {(row["provider"], row["door"]): row["url"] for row in self.select("SELECT * FROM addresses")}

    def save_desk(self, provider: str, serial: int, balance: float) -> None:
        self._store.execute("INSERT OR REPLACE INTO desks VALUES (?,?,?)", (provider, serial, balance))

    def desk(self, provider: str) -> tuple[int, float] | None:
        row = next(self.select("SELECT * FROM desks WHERE provider = ?", (provider,)), None)
        return (row["serial"], row["balance"]) if row else None

    def save_template(self, provider: str, template: Template) -> None:
        values = (provider, template.id, template.text, template.state, template.words)
        self._store.execute("INSERT OR REPLACE INTO templates VALUES (?,?,?,?,?)", values)

    def drop_template(self, provider: str, template_id: str) -> None:
        self._store.execute("DELETE FROM templates WHERE provider = ? AND id = ?", (provider, template_id))

    def templates(self, provider: str) -> list[Template]:
        rows = self.select("SELECT id, text, state, words FROM templates WHERE provider = ?", (provider,))
        return [Template(**row) for row in rows]

    def save_file(self, provider: str, file: StoredFile) -> None:
        values = (provider, file.id, file.name, file.size)
        self._store.execute("INSERT INTO files (provider, id, name, size) VALUES (?,?,?,?)", values)

    def files(self, provider: str, file_id: str = "") -> list[StoredFile]:
        """All files of *provider*, oldest first, or the one with this id."""
        which, values = (" AND id = ?", (provider, file_id)) if file_id else ("", (provider,))
        sql = f"SELECT id, name, size FROM files WHERE provider = ?{which} ORDER BY number"  # noqa: S608
        return [StoredFile(**row) for row in self.select(sql, values)]

    def clear(self) -> None:
        """Forget everything but the push addresses."""
        self.flush()
        for table in ("requests", "callees", "pushes", "templates", "files", "desks"):
            self._store.execute(f"DELETE FROM {table}")  # noqa: S608

    def close(self) -> None:
        self.flush()
        self._store.close()

    def _next(self, table: str) -> int:
        self._last[table] += 1
        return self._last[table]

    def _last_id(self, table: str) -> int:
        found: int = self._store.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]  # noqa: S608
        return found


def _pending(row: Mapping[str, Any]) -> Pending:
    push = Pending(row["id"], row["provider"], row["door"], row["due"], row["happened_at"], tries=row["tries"])
    if not row["callee_id"]:
        push.template_id = row["template_id"]
        return push
    push.callee_id = row["callee_id"]
    push.receipt = Receipt(row["code"], lost_id=bool(row["lost_id"]))
    facts = json.loads(row["facts"]) if row["facts"] else {}
    said = (row["provider_id"], row["number"], row["ref"], row["text"], row["kind"], row["at"], row["verdict"])
    push.taken = Taken(*said, row["final"], facts=facts)
    return push

"""Celery's file-system broker without its two races.

The transport of kombu writes a message into the folder that readers look at, so a reader may take a file that is still
empty, and rewrites its table of bindings in place, so another process may read it half written; both end the worker.
Here a message and a table appear under their names only when they are whole, and a message is taken by renaming it.
"""

import contextlib
import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    """See the module."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # kombu has it in two ways
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, str_to_bytes(dumps(payload)))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = folder / f"{name}.{uuid.uuid4().hex}.taken"
            try:
                (folder / name).rename(taken)
            except FileNotFoundError:
                continue
            body = taken.read_bytes()
            taken.unlink()
            return loads(body)
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        file: Path = self._exchange_file(exchange)  # type: ignore[no-untyped-call]
        file.parent.mkdir(parents=True, exist_ok=True)
        binding = [routing_key or "", pattern or "", queue or ""]
        with _locked(file.with_suffix(".lock")):
            table = loads(file.read_bytes()) if file.exists() else []
            if binding not in table:
                _write_whole(file, str_to_bytes(dumps([binding, *table])))


class Transport(filesystem.Transport):
    """Registered in place of kombu's own under the scheme ``filesystem``."""

    Channel = Channel


def _write_whole(path: Path, body: bytes) -> None:
    unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex}.unfinished")
    unfinished.write_bytes(body)
    unfinished.replace(path)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

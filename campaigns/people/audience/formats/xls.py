"""Workbooks of Excel 97 to 2003. They hold 65,536 rows of 256 columns at most, and are read in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from providers.contract.words import Words, gettext_noop

from . import xlsreader
from .found import At, RawRow, UnreadableList
from .kinds import BROKEN, ENCRYPTED
from .limits import MEGABYTE, TOO_MUCH

LARGEST = 64 * MEGABYTE


def sheets(path: Path) -> tuple[str, ...]:
    """The names of the sheets. Raises UnreadableList."""
    names, *_others = _told(path)
    return tuple(names)


def rows(path: Path, sheet: str, at: At | None = None) -> Iterator[RawRow]:
    """The rows of *sheet* with something in them. Raises UnreadableList."""
    told = _told(path, sheet)
    if sheet not in next(told):
        raise UnreadableList(BROKEN)
    height, size = max(next(told), 1), path.stat().st_size
    for count, (number, cells) in enumerate(told, 1):
        yield number, tuple(cells)
        if at is not None and count % 1000 == 0:
            at(size * number // height)


def _told(path: Path, *sheet: str) -> Iterator[Any]:
    """What the reader writes, line by line, without its last word. Raises UnreadableList."""
    _refuse_size(path)
    command = [sys.executable, "-m", xlsreader.__name__, str(path), *map(json.dumps, sheet)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(  # noqa: S603 - our own program, and no shell
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True
    ) as reader:
        assert reader.stdout is not None  # noqa: S101 - it is a pipe
        try:
            for line in reader.stdout:
                told = json.loads(line) if line.endswith("\n") else None
                if told == xlsreader.END:
                    return
                if isinstance(told, str):
                    raise UnreadableList(ENCRYPTED if told == xlsreader.ENCRYPTED else BROKEN)
                if told is not None:
                    yield told
        finally:
            # Nobody may want the rest.
            reader.kill()
    raise UnreadableList(TOO_MUCH)


def _refuse_size(path: Path) -> None:
    if path.stat().st_size > LARGEST:
        text = gettext_noop(
            "This old workbook (.xls) has more than %(limit)s MB. Save it as “Excel workbook (.xlsx)” or as "
            "“CSV UTF-8”."
        )
        raise UnreadableList(Words(text, {"limit": LARGEST // MEGABYTE}))

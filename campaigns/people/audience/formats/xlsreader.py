"""Reads an old Excel workbook in a process of its own, whose memory and time are bounded.

Such a workbook is unfolded as a whole, all its sheets, by a library that ends the process when there is no memory for
what two cells far apart lie around. So it is not the process of the pages or of a worker.

``python -m campaigns.audience.formats.xlsreader PATH [SHEET]`` writes lines of JSON: the names of the sheets, and with
a sheet, whose name is JSON too, the number of its rows and then each row with something in it, as [number, cells]; at
last ``END``. What went wrong is the one line ``ENCRYPTED`` or ``BROKEN``; a process that ends without any of the three
found no room.
"""

import json
import resource
import sys
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from .cells import of_value

END, ENCRYPTED, BROKEN = "end", "encrypted", "broken"
MEMORY = 1024 * 1024 * 1024
SECONDS = 120


def main(path: str, *sheet: str) -> None:
    """Write what is in the workbook at *path*."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with CalamineWorkbook.from_path(path) as book:
            _tell(book.sheet_names)
            for name in sheet:
                _rows(book, json.loads(name))
        _tell(END)
    except PasswordError:
        _tell(ENCRYPTED)
    except (CalamineError, OSError):
        _tell(BROKEN)


def _rows(book: CalamineWorkbook, name: str) -> None:
    if name not in book.sheet_names:
        return
    table = book.get_sheet_by_name(name)
    _tell(table.total_height)
    for number, values in enumerate(table.to_python(skip_empty_area=False), 1):
        cells = [of_value(value) for value in values]
        if any(cell.strip() for cell in cells):
            _tell([number, cells])


def _tell(what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

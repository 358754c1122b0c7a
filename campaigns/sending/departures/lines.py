"""One line per request that was let out. Pure: no files, no database.

No number of a phone stands in it; positions say who it was.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

END = "."
"""The last field of a whole line: one that was torn does not have it, wherever it was torn."""

HEAD = "#"
"""The first field of lines about the file itself."""


class Line(NamedTuple):
    """A request: its submission's key and reference, the account, whom it is for (ranges of positions), and when it was
    let out, which is after its intent was committed."""

    submission_id: int
    reference: str
    account_id: int
    positions: str
    at: datetime


def pack(line: Line) -> str:
    fields = (str(line.submission_id), line.reference, str(line.account_id), line.positions, line.at.isoformat(), END)
    return "\t".join(fields) + "\n"


def unpack(text: str) -> Line | None:
    """None for whatever is not a whole line of a request."""
    fields = text.rstrip("\n").split("\t")
    if len(fields) != 6 or fields[-1] != END or fields[0] == HEAD:
        return None
    try:
        submission_id, account_id, at = int(fields[0]), int(fields[2]), datetime.fromisoformat(fields[4])
    except ValueError:
        return None
    return Line(submission_id, fields[1], account_id, fields[3], at) if at.tzinfo else None


def unpack_all(data: bytes) -> Iterator[Line]:
    """The whole lines in *data*, whose first and last line may be torn."""
    for text in data.decode("ascii", errors="replace").split("\n"):
        line = unpack(text)
        if line is not None:
            yield line


class Head(NamedTuple):
    """How a file begins: the key of its folder, the boot of the machine, and when."""

    folder: str
    boot: str
    at: datetime


ENDED = f"{HEAD}\tended\t{END}\n"
"""The last line of a file whose writer closed it: nothing of it can be missing."""


def pack_head(head: Head) -> str:
    return "\t".join((HEAD, head.folder, head.boot, head.at.isoformat(), END)) + "\n"


def unpack_head(text: str) -> Head | None:
    fields = text.rstrip("\n").split("\t")
    if len(fields) != 5 or fields[0] != HEAD or fields[-1] != END:
        return None
    try:
        return Head(fields[1], fields[2], datetime.fromisoformat(fields[3]))
    except ValueError:
        return None

"""Delimited text cut into records: which separator, and what to do about quotation marks that do not close."""

import csv
import io
import re
from collections.abc import Generator, Iterable, Iterator, Sequence

from providers.contract.words import Words, gettext_noop

from .found import UnreadableList

SEPARATORS = ("\t", ";", ",", "，", "；", "|")
SAMPLE = 100
LONGEST_RECORD = 50
"""Lines that one quoted record may span; a mark that stays open longer is a character like any other."""

LONGEST_LINE = 8 * 1024 * 1024
"""Characters of one line. What is longer is no list, and must not fill the memory."""

TOO_LONG = Words(
    gettext_noop("The file has a line of millions of characters, so it is no list of people, one in each row.")
)
_AT_A_TIME = 2000
_NEVER = "\x1f"
_DECLARED = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_NUMBER = re.compile(r"[+＋'’(=\"]*[\d０-９][\d０-９ \-().+eE]{5,20}[\d０-９\"')]")


def declared_separator(line: str) -> str:
    """The separator that a first line such as ``sep=;`` names for spreadsheets; else empty."""
    declared = _DECLARED.fullmatch(line.strip())
    return declared.group(1) if declared else ""


def separator_of(lines: Sequence[str]) -> str:
    """The separator under which most sampled lines have alike cells and one looks like a phone number; or empty."""
    sample = [line for line in lines[: SAMPLE * 2] if line.strip()][:SAMPLE]
    candidates = [separator for separator in SEPARATORS if any(separator in line for line in sample)]
    scores = {separator: _score(list(records(["\n".join(sample)], separator))) for separator in candidates}
    if not any(alike for _, alike in scores.values()):
        return ""
    return max(candidates, key=lambda separator: scores[separator])


def records(blocks: Iterable[str], separator: str) -> Iterator[list[str]]:
    """The records in *blocks* of text with ``\\n`` as line end, which may be cut anywhere.

    Blank lines are records with one empty cell, so that counting stays right. Without a *separator* every line is one
    cell. A record may span lines inside quotation marks. Raises UnreadableList.
    """
    separator = separator or _NEVER
    rest = ""
    for block in blocks:
        text = rest + block if rest else block
        end = text.rfind("\n") + 1
        if len(text) - end > LONGEST_LINE:
            raise UnreadableList(TOO_LONG)
        rest = yield from _whole(text[:end], separator, is_last=False)
        rest += text[end:]
    yield from _whole(rest, separator, is_last=True)


def _whole(text: str, separator: str, *, is_last: bool) -> Generator[list[str], None, str]:
    """The whole records of *text*; returns what may go on in the next block."""
    if not text:
        return ""
    if '"' in text:
        return (yield from _quoted(io.StringIO(text, newline="\n").readlines(), separator, is_last=is_last))
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    for line in lines:
        yield line.split(separator)
    return ""


def _quoted(lines: Sequence[str], separator: str, *, is_last: bool) -> Generator[list[str], None, str]:
    place = 0
    while place < len(lines):
        used = yield from _well_formed(lines[place : place + _AT_A_TIME], separator)
        place += used
        if used or place >= len(lines):
            continue
        cells, used = _one(lines[place : place + LONGEST_RECORD], separator)
        if cells is None and not is_last and len(lines) - place < LONGEST_RECORD:
            return "".join(lines[place:])
        yield lines[place].rstrip("\n").split(separator) if cells is None else cells
        place += used
    return ""


def _well_formed(lines: Sequence[str], separator: str) -> Generator[list[str], None, int]:
    """Records up to the first that is not well formed or not whole; returns how many lines they were."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    used = 0
    try:
        for cells in reader:
            if reader.line_num - used > LONGEST_RECORD:
                break
            used = reader.line_num
            yield cells or [""]
    except csv.Error:
        pass
    return used


def _one(lines: Sequence[str], separator: str) -> tuple[list[str] | None, int]:
    """The first record and its number of lines; None and one line if its quotation mark never closes."""
    text = ""
    for used, line in enumerate(lines, 1):
        text += line
        try:
            found = list(csv.reader([text.rstrip("\n")], delimiter=separator, strict=True))
        except csv.Error as error:
            if "unexpected end" in str(error):
                continue
            # Marks inside a cell, as in 5" pipes, are characters.
            return (line.rstrip("\n").split(separator), 1) if used == 1 else (None, 1)
        return (found[0] if found else [""]), used
    return None, 1


def _score(found: Iterable[Sequence[str]]) -> tuple[float, float]:
    rows = [row for row in found if any(cell.strip() for cell in row)]
    if not rows:
        return 0.0, 0.0
    widths = [len(row) for row in rows]
    usual = max(set(widths), key=widths.count)
    alike = widths.count(usual) / len(rows) if usual > 1 else 0.0
    numbers = sum(any(_NUMBER.fullmatch(cell.strip()) for cell in row) for row in rows) / len(rows)
    return numbers, alike

"""Delimited text cut into records: which separator, and what to do about quotation marks that do not close."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

SEPARATORS = ("\t", ";", ",", "，", "；", "|")
SAMPLE = 100
LONGEST_RECORD = 50
"""Lines that one quoted record may span; a mark that stays open longer is a character like any other."""

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_DECLARED = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_NUMBER = re.compile(r"[+＋'’(=\"]*[\d０-９][\d０-９ \-().+eE]{5,20}[\d０-９\"')]")


def records(text: str) -> Iterator[list[str]]:
    """The records of *text*, blank lines as empty records so that counting stays right."""
    lines = _LINE_BREAK.split(text)
    declared = _DECLARED.fullmatch(lines[0].strip())
    if declared:
        yield []
        lines = lines[1:]
    separator = declared.group(1) if declared else separator_of(lines)
    yield from split(lines, separator)


def separator_of(lines: Sequence[str]) -> str:
    """The separator under which most sampled lines have alike cells and one of them looks like a phone number."""
    sample = [line for line in lines[: SAMPLE * 2] if line.strip()][:SAMPLE]
    candidates = [separator for separator in SEPARATORS if any(separator in line for line in sample)]
    if not candidates:
        return ","
    return max(candidates, key=lambda separator: _score(list(split(sample, separator))))


def split(lines: Sequence[str], separator: str) -> Iterator[list[str]]:
    """*lines* as records. A record may span lines inside quotation marks."""
    if not any('"' in line for line in lines):
        for line in lines:
            yield line.split(separator)
        return
    place = 0
    while place < len(lines):
        cells, used = _record(lines, place, separator)
        yield cells
        place += used


def _record(lines: Sequence[str], place: int, separator: str) -> tuple[list[str], int]:
    if '"' not in lines[place]:
        return lines[place].split(separator), 1
    text = lines[place]
    for used in range(1, LONGEST_RECORD + 1):
        cells = _quoted(text, separator)
        if cells is not None:
            return cells, used
        if place + used >= len(lines):
            break
        text += "\n" + lines[place + used]
    return lines[place].split(separator), 1


def _quoted(text: str, separator: str) -> list[str] | None:
    """The one record in *text*, or None if a quotation mark is still open at its end."""
    try:
        found = list(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            return None
        return _lenient(text, separator)
    return found[0] if found else []


def _lenient(text: str, separator: str) -> list[str] | None:
    # Marks inside a cell, as in 5" pipes, are characters.
    if "\n" in text:
        return None
    return text.split(separator)


def _score(found: Iterable[Sequence[str]]) -> tuple[float, float]:
    rows = [row for row in found if any(cell.strip() for cell in row)]
    if not rows:
        return 0.0, 0.0
    widths = [len(row) for row in rows]
    usual = max(set(widths), key=widths.count)
    alike = widths.count(usual) / len(rows) if usual > 1 else 0.0
    numbers = sum(any(_NUMBER.fullmatch(cell.strip()) for cell in row) for row in rows) / len(rows)
    return numbers, alike

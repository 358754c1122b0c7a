"""What the first rows of a list tell: whether one is a header, which column holds the numbers, what lists are alike."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from ..titles import NUMBER_NAMES, is_number_title, plain_title
from .found import RawRow

HEAD_ROWS = 200
SAMPLE_ROWS = 8
SAMPLE_VALUES = 3
SAMPLE_LENGTH = 200

_MAYBE_NUMBER = re.compile(r"[+＋'’‘`(\[=\"tel:]*\d[\d \-‐-―−().\[\]·/;、,，；eE+]{5,60}[\"')]*", re.ASCII)
_CHINA_MOBILE = re.compile(r"(\+|00)?(86)?1[3-9]\d{9}", re.ASCII)
_DATE = re.compile(r"(19|20)\d\d[-/.年]\d{1,2}([-/.月]\d{1,2}.*)?", re.ASCII)


def width_of(head: Sequence[RawRow]) -> int:
    """How many columns have something in them anywhere in the *head*."""
    return max((_filled(cells) for _, cells in head), default=0)


def has_header(head: Sequence[RawRow]) -> bool:
    """Whether the first row names the columns: by a name that we know, or by having no number where the others have."""
    if not head:
        return False
    first = head[0][1]
    if any(is_number_title(cell) and not likeness(cell) for cell in first):
        return True
    place = _most_like(head[1:], range(width_of(head)))
    if len(head) < 2 or place is None:
        return len(head) > 1 and bool(first[0].strip()) and not _has_digit(first[0])
    cell = first[place].strip() if place < len(first) else ""
    return bool(cell) and not _has_digit(cell)


def number_column(head: Sequence[RawRow], *, titled: bool) -> int:
    """The column of the numbers: named so (of several, the one that looks most like it), else the one that looks so."""
    rows = head[1:] if titled else head
    titles = [plain_title(cell) for cell in head[0][1]] if titled and head else []
    whole = [place for place, title in enumerate(titles) if title in NUMBER_NAMES]
    partly = [place for place, title in enumerate(titles) if is_number_title(title)]
    for places in (whole, partly):
        if places:
            found = _most_like(rows, places)
            return places[0] if found is None else found
    return _most_like(rows, range(width_of(head))) or 0


def samples(head: Sequence[RawRow], *, titled: bool, width: int) -> tuple[tuple[str, ...], ...]:
    """Up to three different values of each column, without the header."""
    found: list[dict[str, None]] = [{} for _ in range(width)]
    for _, cells in head[1:] if titled else head:
        for place, cell in enumerate(cells[:width]):
            if cell.strip() and len(found[place]) < SAMPLE_VALUES:
                found[place][shown(cell)] = None
    return tuple(tuple(values) for values in found)


def shown(cell: str) -> str:
    """*cell* as it is kept to be looked at: cut, and without what no database takes (NUL and single surrogates)."""
    return cell[:SAMPLE_LENGTH].replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def shape_of(head: Sequence[RawRow], *, titled: bool, width: int) -> str:
    """A digest that lists with the same column names have in common, or, without names, with alike columns."""
    if titled:
        told = ["titles", *(plain_title(cell) for cell in head[0][1][:width])]
    else:
        told = ["kinds", *(_kind([cells[place] for _, cells in head if place < len(cells)]) for place in range(width))]
    return hashlib.sha256("\x1f".join(told).encode("utf-8", "replace")).hexdigest()


def likeness(cell: str) -> float:
    """How much *cell* looks like a phone number: 0 not at all, 1 as any number, more for one that is surely mobile."""
    text = unicodedata.normalize("NFKC", cell).strip()
    if not _MAYBE_NUMBER.fullmatch(text) or _DATE.fullmatch(text):
        return 0.0
    digits = re.sub(r"\D", "", text.partition("/")[0])
    if _CHINA_MOBILE.fullmatch(digits):
        return 2.0
    return 1.0 if 7 <= len(digits) <= 15 else 0.3


def _most_like(rows: Sequence[RawRow], places: Sequence[int]) -> int | None:
    scores = {place: sum(likeness(cells[place]) for _, cells in rows if place < len(cells)) for place in places}
    best = max(scores, key=lambda place: scores[place], default=None)
    return best if best is not None and scores[best] else None


def _kind(cells: Sequence[str]) -> str:
    filled = [cell for cell in cells if cell.strip()]
    if not filled:
        return ""
    return "number" if sum(map(_has_digit, filled)) * 2 > len(filled) else "text"


def _filled(cells: Sequence[str]) -> int:
    return next((place for place in range(len(cells), 0, -1) if cells[place - 1].strip()), 0)


def _has_digit(cell: str) -> bool:
    return any(letter.isdigit() for letter in cell)

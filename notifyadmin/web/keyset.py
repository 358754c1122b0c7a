"""Pages of long lists by key: no page is slower than the first, and nothing is counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from unicodedata import normalize
from urllib.parse import urlencode

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Leaf(Generic[Row]):
    """The rows of one page in their order, and whether there are others on either side."""

    rows: list[Row]
    has_previous: bool
    has_next: bool


def leaf(rows: QuerySet[Row], key: str, *, before: int | None, after: int, per_page: int) -> Leaf[Row]:
    """The rows of *rows* whose *key* comes last *before* a value, or without that first *after* one."""
    if before is not None:
        found = list(rows.filter(**{f"{key}__lt": before}).order_by(f"-{key}")[: per_page + 1])
        return Leaf(found[:per_page][::-1], len(found) > per_page, True)
    found = list(rows.filter(**{f"{key}__gt": after}).order_by(key)[: per_page + 1])
    return Leaf(found[:per_page], after > 0, len(found) > per_page)


def newest(rows: QuerySet[Row], key: str, *, before: int | None, after: int | None, per_page: int) -> Leaf[Row]:
    """As :func:`leaf`, with the largest *key* first: of the rows *before* a value, or of those *after* one the last."""
    if after is not None:
        found = list(rows.filter(**{f"{key}__gt": after}).order_by(key)[: per_page + 1])
        return Leaf(found[:per_page][::-1], len(found) > per_page, True)
    older = rows if before is None else rows.filter(**{f"{key}__lt": before})
    found = list(older.order_by(f"-{key}")[: per_page + 1])
    return Leaf(found[:per_page], before is not None, len(found) > per_page)


def address(values: Mapping[str, Any]) -> str:
    """The query string of those *values* that are given."""
    return "?" + urlencode({name: value for name, value in values.items() if value})


def digits_of(text: str) -> str:
    """The digits of a number that somebody looks for, however it is written."""
    return "".join(sign for sign in normalize("NFKC", text) if sign in "0123456789")[:15]

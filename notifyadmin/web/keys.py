"""Keys of rows in addresses and forms, where anybody may have written anything."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

Row = TypeVar("Row", bound=Model)

LONGEST = 18
"""Digits of the longest key that every database can look for."""


def key_of(text: object) -> int | None:
    """The key that *text* is, or None where no row can have it."""
    digits = str(text or "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST else None


def row_of(rows: QuerySet[Row], text: object) -> Row | None:
    """The one of *rows* whose key *text* is, if there is one."""
    key = key_of(text)
    return rows.filter(pk=key).first() if key is not None else None


def given(query: QueryDict) -> dict[str, str]:
    """What stands in an address; of what stands there more than once, the last."""
    return {name: query.get(name, "") for name in query}

"""A statement and its rows."""

from collections.abc import Sequence
from typing import Any, NamedTuple

Rows = list[tuple[Any, ...]]


class Statement(NamedTuple):
    """SQL with its bound parameters."""

    sql: str
    parameters: Sequence[Any]

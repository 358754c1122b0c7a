"""Conditions that hold thousands of values in one parameter, which both databases answer out of an index."""

import json
from collections.abc import Collection
from typing import Any

from django.db import connection


def among(values: Collection[int] | Collection[str]) -> tuple[str, Any]:
    """The condition after a column, with one placeholder, and its parameter. All values are of one type."""
    if connection.vendor == "postgresql":
        kind = "text" if isinstance(next(iter(values), 0), str) else "bigint"
        return f"= ANY(%s::{kind}[])", list(values)
    return "IN (SELECT value FROM json_each(%s))", json.dumps(list(values))

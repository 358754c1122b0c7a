"""Calling codes: what a number begins with, and which price holds for it."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import TypeVar

import phonenumbers

Value = TypeVar("Value")
LONGEST = 4
"""Digits that a price may name: one more than the longest calling code, for parts of a shared plan such as 1242."""


@lru_cache(maxsize=16_384)
def calling_code(number: str) -> str:
    """The calling code that *number* (digits) begins with, empty when there is none."""
    known = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    starts = (number[:length] for length in (1, 2, 3))
    return next((start for start in starts if start.isdigit() and start[0] != "0" and int(start) in known), "")


def begins_with_code(code: str) -> bool:
    """Whether *code* is a calling code, or one with a further digit."""
    return bool(calling_code(code))


def holding(number: str, codes: Mapping[str, Value]) -> Value | None:
    """What *codes* says for *number*: the longest code that it begins with, else the one without digits."""
    starts = (number[:length] for length in range(LONGEST, -1, -1))
    return next((codes[start] for start in starts if start in codes), None)


def written(codes: Collection[str]) -> str:
    """Calling codes as people write them."""
    return ", ".join(f"+{code}" for code in sorted(codes))

"""Figures that may be some seconds old."""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

Value = TypeVar("Value")


def kept(key: str, make: Callable[[], Value], seconds: int) -> Value:
    """What *make* returned within the last *seconds*, else what it returns now. It must not return None."""
    found: Value | None = cache.get_or_set(key, make, seconds)
    return make() if found is None else found

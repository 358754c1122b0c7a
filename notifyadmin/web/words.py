"""Sentences that are stored in English and translated when somebody reads them."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext

COUNTS = frozenset(("count", "failed", "seconds", "told", "total", "tried"))
"""Names of values that are numbers of something, and no codes."""


def in_words(words: Any, values: Mapping[str, Any] | None = None) -> str:
    """*words* in the reader's language.

    Takes a catalog key with its *values*, one column that holds both as JSON, or an object with ``text`` and
    ``values``. Values that do not fit the sentence leave it as it is: a wrong translation must not take a page down.
    """
    if not words:
        return ""
    text, values = _parts(words, values)
    translated = gettext(text)
    if not values:
        return translated
    try:
        return translated % _grouped(values)
    except (KeyError, TypeError, ValueError):
        return translated


def _grouped(values: Mapping[str, Any]) -> dict[str, Any]:
    """*values* with counts as people read them: 2,600."""
    return {
        name: number_format(value, force_grouping=True) if name in COUNTS and isinstance(value, int) else value
        for name, value in values.items()
    }


def _parts(words: Any, values: Mapping[str, Any] | None) -> tuple[str, Mapping[str, Any] | None]:
    if hasattr(words, "text") and hasattr(words, "values"):
        return words.text, {**words.values, **(values or {})}
    text = str(words)
    if text.startswith('{"text"'):
        packed = _unpacked(text)
        return packed.get("text", text), {**packed.get("values", {}), **(values or {})}
    return text, values


def _unpacked(text: str) -> dict[str, Any]:
    """What a packed sentence holds; nothing where somebody's own words only begin like one."""
    try:
        packed = json.loads(text)
    except ValueError:
        return {}
    return packed if isinstance(packed["text"], str) and isinstance(packed.get("values", {}), dict) else {}

"""What a request for many people, or its answer, says about one of them: whoever reads a page about one person must not
read about the others."""

import json
import re
from collections.abc import Collection
from typing import Any

from django.utils.translation import ngettext

from .bodies import HIDDEN, known_by

_ENTRY = re.compile(r"\+?(?=\S*\d)[\w.-]{6,}")
"""A number or a reference in a list that is joined by commas; the words of a message are none."""

_DIGITS = re.compile(r"\d{6,}")


def of_one(text: str, names: Collection[str], others: Collection[str], size: int) -> str:
    """*text*, which is about *size* people, without the others. *names* are what ours is known by, *others* numbers."""
    head, gap, body = text.rpartition("\n\n")
    kept = hidden(f"{head}{gap}{_body(body, set(names) - {''})}", others)
    if kept == text:
        return text
    words = ngettext(
        "(%(count)s other recipient of the same request is not shown)",
        "(%(count)s other recipients of the same request are not shown)",
        size - 1,
    )
    return f"{kept}\n{words % {'count': size - 1}}"


def hidden(text: str, others: Collection[str]) -> str:
    """*text* with the numbers of *others* made unreadable."""
    return _DIGITS.sub(lambda found: HIDDEN if found[0] in others else found[0], text)


def _body(text: str, names: set[str]) -> str:
    if text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        content = json.loads(text)
    except ValueError:
        return "…"  # It was cut when it was kept, so nobody can tell whom its pieces are about.
    narrowed = _narrowed(content, names)
    return text if narrowed == content else json.dumps(narrowed, ensure_ascii=False, indent=1)


def _narrowed(content: Any, names: set[str]) -> Any:
    if isinstance(content, dict):
        return {key: _narrowed(value, names) for key, value in content.items()}
    if isinstance(content, list):
        ours = [item for item in content if not isinstance(item, dict) or names & known_by(item)]
        kept = ours if ours or len(content) > 1 else content
        return [_narrowed(item, names) for item in kept]
    return _own_entries(content, names) if isinstance(content, str) else content


def _own_entries(text: str, names: set[str]) -> str:
    entries = text.split(",")
    # The last one may have been cut.
    if len(entries) < 2 or not all(map(_ENTRY.fullmatch, entries[:-1])):
        return text
    ours = [entry for entry in entries if names & known_by({"": entry})]
    return ",".join([*ours, "…"])

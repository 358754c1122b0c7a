"""Pages for comparing, whatever the layout of their templates."""

import re


def tight(page: str | bytes) -> str:
    """*page* without white space beside tags, and with one space wherever else some stands."""
    text = page.decode() if isinstance(page, bytes) else page
    return re.sub(r" ?([<>]) ?", r"\1", re.sub(r"\s+", " ", text))

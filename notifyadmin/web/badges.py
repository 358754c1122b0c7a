"""One colour per state word, over all applications: each registers its own words, nobody overrules another."""

from collections.abc import Mapping

NEUTRAL = "pending"
TOKENS = frozenset(
    {
        "pending",
        "held",
        "submitting",
        "submitted",
        "delivered",
        "undelivered",
        "rejected",
        "unknown",
        "expired",
        "skipped",
        "cancelled",
    }
)
"""The colours of the style sheet: ``--s-<token>`` and the class ``s-<token>``."""

_colours: dict[str, str] = {}


def register(mapping: Mapping[str, str]) -> None:
    """Give state words their colours. Raises ValueError for an unknown colour or a word that already has another."""
    for value, colour in mapping.items():
        if colour not in TOKENS:
            raise ValueError(f"{colour} is not a colour of the style sheet")
        if _colours.setdefault(str(value), colour) != colour:
            raise ValueError(f"{value} is registered as {_colours[str(value)]} already")


def token(value: object) -> str:
    """The colour of a state word; a colour's own name stands for itself; unknown words are neutral."""
    word = str(getattr(value, "value", value))
    return _colours.get(word, word if word in TOKENS else NEUTRAL)

"""Keys of rows in addresses and forms, where anybody may have written anything."""

LONGEST = 18
"""Digits of the longest key that every database can look for."""


def key_of(text: object) -> int | None:
    """The key that *text* is, or None where no row can have it."""
    digits = str(text or "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST else None

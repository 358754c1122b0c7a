"""How many characters and parts a text message has (3GPP TS 23.038: 160 or 153 septets, 70 or 67 UTF-16 units)."""

from collections.abc import Iterable
from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True, slots=True)
class Size:
    """``units`` are septets (GSM-7) or UTF-16 units (UCS-2); ``parts`` is what is usually charged."""

    encoding: str
    units: int
    parts: int
    per_part: int


def size(text: str) -> Size:
    """The size of *text*; a character is never split between two parts."""
    if all(character in _BASIC or character in _EXTENDED for character in text):
        return _measured("GSM-7", [2 if character in _EXTENDED else 1 for character in text], 160, 153)
    return _measured("UCS-2", [2 if ord(character) > 0xFFFF else 1 for character in text], 70, 67)


def _measured(encoding: str, widths: list[int], alone: int, joined: int) -> Size:
    units = sum(widths)
    if units <= alone:
        return Size(encoding, units, 1 if units else 0, alone)
    return Size(encoding, units, _packed(widths, joined), joined)


def _packed(widths: Iterable[int], room: int) -> int:
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return parts

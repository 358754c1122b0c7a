"""How many characters and parts a text message has (3GPP TS 23.038: 160 or 153 septets, 70 or 67 UTF-16 units)."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_KNOWN = _BASIC | _EXTENDED
_SEPTETS = _BASIC | _EXTENDED


@dataclass(frozen=True, slots=True)
class Size:
    """``units`` are septets (GSM-7) or UTF-16 units (UCS-2); ``parts`` is what is usually charged."""

    encoding: str
    units: int
    parts: int
    per_part: int


def size(text: str) -> Size:
    """The size of *text*; a character is never split between two parts."""
    signs = set(text)
    if signs <= _SEPTETS:
        return _measured("GSM-7", text, signs & _EXTENDED, 160, 153)
    return _measured("UCS-2", text, {sign for sign in signs if ord(sign) > 0xFFFF}, 70, 67)


def parts(text: str) -> int:
    """The parts of :func:`size`, some ten times as fast for most texts: for counting those of a whole audience."""
    if _BASIC.issuperset(text):
        return _cut(len(text), 160, 153)
    if _KNOWN.issuperset(text) or max(text) > "\uffff":
        return size(text).parts
    return _cut(len(text), 70, 67)


def _cut(units: int, alone: int, joined: int) -> int:
    return -(-units // joined) if units > alone else min(units, 1)


def _measured(encoding: str, text: str, wide: Set[str], alone: int, joined: int) -> Size:
    """*wide* are the characters of *text* that take two units; most texts have none, and are measured at once."""
    units = len(text) + sum(map(text.count, wide))
    if units <= alone:
        return Size(encoding, units, 1 if units else 0, alone)
    parts = _packed((2 if sign in wide else 1 for sign in text), joined) if wide else -(-units // joined)
    return Size(encoding, units, parts, joined)


def _packed(widths: Iterable[int], room: int) -> int:
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return parts

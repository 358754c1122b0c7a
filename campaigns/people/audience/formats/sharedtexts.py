"""The texts that the cells of an Excel workbook share, packed tightly: there may be millions of them."""

import re
from array import array
from collections.abc import Callable
from typing import IO

from .found import UnreadableList
from .limits import MEGABYTE, TOO_MUCH
from .xmlblocks import pieces

MOST_BYTES = 256 * MEGABYTE
_ONE = re.compile(r"\s*<si><t(?: [^<>]*)?>([^<]*)</t>")
_TEXT = re.compile(r"<t(?: [^<>]*)?>([^<]*)</t>")


class SharedTexts:
    """Texts by their number."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("L", [0])

    def read(self, file: IO[bytes], plain: Callable[[str], str]) -> None:
        """Take the texts of the part *file*; *plain* resolves what is escaped in them."""
        for text, _ in pieces(file, "si"):
            one = _ONE.fullmatch(text)
            joined = one.group(1) if one else "".join(_TEXT.findall(_without_phonetics(text[text.rfind("<si") :])))
            self._bytes += plain(joined).encode("utf-8", "replace")
            self._ends.append(len(self._bytes))
            if len(self._bytes) + len(self._ends) * self._ends.itemsize > MOST_BYTES:
                raise UnreadableList(TOO_MUCH)

    def __getitem__(self, number: int) -> str:
        if number + 1 >= len(self._ends):
            return ""
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode()


def _without_phonetics(text: str) -> str:
    """*text* without the readings of its signs. Cut, not searched: an end that is missing must not be sought often."""
    first, *others = text.split("<rPh")
    return first + "".join(other.partition("</rPh>")[2] for other in others)

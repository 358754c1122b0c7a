"""The texts that the cells of an Excel workbook share, packed tightly: there may be millions of them."""

import re
from array import array
from collections.abc import Callable
from typing import IO

from providers.contract.words import Words, gettext_noop

from .found import UnreadableList
from .limits import MEGABYTE
from .xmlblocks import pieces

MOST_BYTES = 256 * MEGABYTE
TOO_MUCH = Words(
    gettext_noop("The workbook has more text in its cells than can be held while it is read. Save it as “CSV UTF-8”.")
)
_ONE = re.compile(r"\s*<si><t(?: [^>]*)?>([^<]*)</t>")
_TEXT = re.compile(r"<t(?: [^>]*)?>([^<]*)</t>")
_PHONETIC = re.compile(r"<rPh\b.*?</rPh>", re.DOTALL)


class SharedTexts:
    """Texts by their number."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("L", [0])

    def read(self, file: IO[bytes], plain: Callable[[str], str]) -> None:
        """Take the texts of the part *file*; *plain* resolves what is escaped in them."""
        for text, _ in pieces(file, "si"):
            one = _ONE.fullmatch(text)
            joined = one.group(1) if one else "".join(_TEXT.findall(_PHONETIC.sub("", text[text.rfind("<si") :])))
            self._bytes += plain(joined).encode("utf-8", "replace")
            self._ends.append(len(self._bytes))
            if len(self._bytes) > MOST_BYTES:
                raise UnreadableList(TOO_MUCH)

    def __getitem__(self, number: int) -> str:
        if number + 1 >= len(self._ends):
            return ""
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode()

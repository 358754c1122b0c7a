"""Big XML parts cut at the ends of one element, without ever holding a whole part."""

import codecs
import re
from collections.abc import Iterator
from typing import IO

from .delimited import LONGEST_LINE, TOO_LONG
from .found import UnreadableList
from .kinds import BROKEN

BLOCK = 256 * 1024
_ROOT = re.compile(r"<(?![?!])(?:([\w.\-]+):)?([\w.\-]+)")


def pieces(file: IO[bytes], element: str) -> Iterator[tuple[str, int]]:
    """The text up to each end of *element*, without the end itself, and how many bytes have been read.

    A prefix of namespaces that the root has is taken away from all elements. Raises UnreadableList for a document
    type (there would be entities), and for an element without end.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest, read, prefix, end = "", 0, None, ""
    while data := file.read(BLOCK):
        read += len(data)
        rest += decoder.decode(data)
        if prefix is None:
            prefix = _prefix(rest)
            end = f"</{prefix}{element}>"
        *whole, rest = rest.split(end)
        if len(rest) > LONGEST_LINE:
            raise UnreadableList(TOO_LONG)
        for text in whole:
            yield (_without(text, prefix) if prefix else text), read


def _prefix(head: str) -> str:
    """The root's prefix with its colon, or nothing."""
    if "<!DOCTYPE" in head or "<!ENTITY" in head:
        raise UnreadableList(BROKEN)
    root = _ROOT.search(head)
    return f"{root.group(1)}:" if root and root.group(1) else ""


def _without(text: str, prefix: str) -> str:
    return text.replace(f"</{prefix}", "</").replace(f"<{prefix}", "<")

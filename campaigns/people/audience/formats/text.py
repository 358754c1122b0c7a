"""CSV, TSV, TXT and pasted text as a stream of rows."""

import codecs
import io
from collections.abc import Iterator
from pathlib import Path

from .delimited import SAMPLE, SEPARATORS, declared_separator, records, separator_of
from .encodings import encoding_of
from .found import At, RawRow

BLOCK = 512 * 1024
_HEAD = 64 * 1024
_BLANK = " \t\u3000\xa0\ufeff\x1a"


def look(path: Path, encoding: str, delimiter: str) -> tuple[str, str]:
    """The encoding and the delimiter of the text in *path*, unless they are given. Raises UnreadableList."""
    encoding = encoding or encoding_of(path)
    return encoding, delimiter or _delimiter(path, encoding)


def rows(path: Path, encoding: str, delimiter: str, at: At | None = None) -> Iterator[RawRow]:
    """The rows with something in them. Bytes that cannot be read become U+FFFD. Raises UnreadableList."""
    blank = _BLANK + (delimiter or "".join(SEPARATORS))
    for number, cells in enumerate(records(_blocks(path, encoding, at), delimiter), 1):
        if cells[0].strip(blank) or any(cell.strip(blank) for cell in cells):
            yield number, tuple(cells)


def _blocks(path: Path, encoding: str, at: At | None, size: int = BLOCK) -> Iterator[str]:
    """The text in blocks, all line ends as ``\\n``, without the mark at its beginning and a declared separator."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("replace"), translate=True)
    begun = False
    with path.open("rb", buffering=0) as file:
        while True:
            data = file.read(size)
            text = decoder.decode(data, final=not data)
            if not begun and text:
                text, begun = _begun(text), True
            if text:
                yield text
            if at is not None:
                at(file.tell())
            if not data:
                return


def _begun(text: str) -> str:
    text = text.removeprefix("\ufeff")
    first, end, rest = text.partition("\n")
    # The line that names the separator is a row of the file, but nobody's.
    return f"{end}{rest}" if declared_separator(first) else text


def _delimiter(path: Path, encoding: str) -> str:
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("replace"), translate=True)
    with path.open("rb") as file:
        text = decoder.decode(file.read(_HEAD)).removeprefix("\ufeff")
    lines = text.split("\n", SAMPLE * 3)
    if len(lines) > 1:
        # The last one may be cut off.
        lines = lines[:-1]
    return declared_separator(lines[0]) or separator_of(lines)

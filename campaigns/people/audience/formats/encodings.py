"""Which encoding a text is in: by its mark, by what can be read in it, and by which signs people use most.

GB18030 reads nearly any bytes as some Chinese, so that something can be decoded proves nothing: of several encodings
the one counts in which a list's usual titles appear, else the one in which most signs are among the common ones.
"""

import codecs
from pathlib import Path

from providers.contract.words import Words, gettext_noop

from ..titles import plain_title
from .found import UnreadableList

ENCODINGS = ("utf-8-sig", "utf-16-le", "utf-16-be", "gb18030", "big5hkscs")
"""Those that are recognised, and that people may choose."""

HEAD = 256 * 1024
_STEP = 1024 * 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_TITLES = (
    "手机",
    "姓名",
    "电话",
    "号码",
    "名称",
    "手機",
    "電話",
    "號碼",
    "聯絡",
    "客戶",
    "客户",
    "地址",
    "時間",
    "时间",
)
_BREAKS = b"\t\n\r\f\x1a"

NOT_TEXT = Words(
    gettext_noop(
        "This file is not text, whatever its name says. Open it in the program that made it and save it as Excel "
        "workbook (.xlsx) or as “CSV UTF-8”."
    )
)
UNKNOWN_ENCODING = Words(
    gettext_noop(
        "The letters of this file are in none of the encodings UTF-8, UTF-16, GB18030 and Big5. Save it as “CSV UTF-8”."
    )
)


def encoding_of(path: Path) -> str:
    """The encoding of the text in *path*. Raises UnreadableList."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    wide = _without_mark(head)
    if wide:
        return wide
    _refuse_binary(head)
    telling = _telling(path)
    if not telling:
        return "utf-8-sig"
    return _narrow(telling)


def _without_mark(head: bytes) -> str:
    """UTF-16 without a mark: the high halves of digits, separators and line ends are zero, all on the same side."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    few, many = sorted((even, odd))
    if many < max(len(head) // 40, 2) or few > many // 20:
        return ""
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    text = head[: len(head) // 2 * 2].decode(encoding, "ignore")
    return encoding if "\0" not in text and _is_written(text) else ""


def _refuse_binary(head: bytes) -> None:
    odd = sum(head.count(byte) for byte in range(32) if byte not in _BREAKS)
    if b"\0" in head or odd > len(head) // 50 + 3:
        raise UnreadableList(NOT_TEXT)


def _telling(path: Path) -> bytes:
    """The lines with the first letters that are not ASCII, wherever in the file they are; empty if there are none."""
    kept = bytearray()
    with path.open("rb") as file:
        while block := file.read(_STEP):
            block += file.readline(_STEP)
            if block.isascii():
                continue
            lines = [line for line in block.splitlines(keepends=True) if not line.isascii()]
            kept += b"".join(lines)
            if len(kept) >= HEAD // 4:
                break
    return bytes(kept[:HEAD])


def _narrow(telling: bytes) -> str:
    if _decodes(telling, "utf-8"):
        return "utf-8-sig"
    scores = {encoding: _score(telling, encoding) for encoding in ("gb18030", "big5hkscs")}
    best = max(scores, key=lambda encoding: scores[encoding])
    if scores[best] > 0:
        return best
    # Mostly right UTF-8 with some broken signs is still UTF-8: the rows that have them will say so.
    if _broken_share(telling) < 0.05:
        return "utf-8-sig"
    raise UnreadableList(UNKNOWN_ENCODING)


def _score(telling: bytes, encoding: str) -> float:
    """0 where it cannot be read, else the share of common signs, with a bonus for each usual title."""
    text = _decoded(telling, encoding)
    if text is None or not _is_written(text):
        return 0.0
    letters = {letter for letter in text if ord(letter) > 127}
    known = sum(title in plain_title(text[:2000]) for title in _TITLES)
    return known + (sum(_is_common(letter, encoding) for letter in letters) / len(letters) if letters else 0.0) + 0.01


def _is_common(letter: str, encoding: str) -> bool:
    # The common hanzi of GB 2312 stand in rows 16 to 55, those of Big5 from A440 to C67E; signs come before them.
    try:
        pair = letter.encode("gb2312" if encoding == "gb18030" else "big5")
    except UnicodeEncodeError:
        return False
    if encoding == "gb18030":
        return 0xB0 <= pair[0] <= 0xD7 or 0xA1 <= pair[0] <= 0xA3
    return 0xA1 <= pair[0] <= 0xC6


def _decodes(data: bytes, encoding: str) -> bool:
    return _decoded(data, encoding) is not None


def _decoded(data: bytes, encoding: str) -> str | None:
    # The sample may end within a sign.
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        return decoder.decode(data)
    except UnicodeDecodeError:
        return None


def _broken_share(telling: bytes) -> float:
    text = telling.decode("utf-8", "replace")
    odd = sum(ord(letter) > 127 for letter in text)
    return text.count("\ufffd") / odd if odd else 1.0


def _is_written(text: str) -> bool:
    """Whether there are hardly any control characters in *text*."""
    odd = sum(ord(letter) < 32 and letter not in "\t\n\r\f\x1a" for letter in text[:20_000])
    return odd <= len(text[:20_000]) // 50 + 3

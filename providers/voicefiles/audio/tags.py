"""What stands before and behind the frames of an MP3: titles and pictures, in several old fashions."""

import re
from struct import unpack_from

from .facts import Content

ID3_OLD, ID3_EXTENDED, FOOTER = 128, 227, 32
MOST_TAGS = 8
ZEROS = re.compile(rb"\0*")


def tag_at(content: Content, position: int) -> int:
    """How many bytes the tag has that begins at *position*; 0 where none begins. It may reach beyond the end."""
    head = content[position : position + 10]
    if len(head) < 10:
        return 0
    if head[:3] == b"ID3" and head[3] != 0xFF and not any(byte & 0x80 for byte in head[6:10]):
        size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        return 10 + size + (10 if head[5] & 0x10 else 0)
    if head[:8] == b"APETAGEX":
        return _ape_size(content, position)
    return 0


def end_of_sound(content: Content) -> int:
    """Where the tags begin that end the file."""
    end = len(content)
    for _ in range(MOST_TAGS):
        shorter = end - _tag_before(content, end)
        if shorter == end:
            break
        end = shorter
    return end


def blank_until(content: Content, position: int, end: int) -> int:
    """Where the zeros end that begin at *position*: *end* when there are only zeros, *position* when there are none."""
    found = ZEROS.match(content, position, end)
    return found.end() if found else position


def _tag_before(content: Content, end: int) -> int:
    if end >= ID3_OLD and content[end - ID3_OLD : end - ID3_OLD + 3] == b"TAG":
        return ID3_OLD
    if end >= ID3_EXTENDED and content[end - ID3_EXTENDED : end - ID3_EXTENDED + 4] == b"TAG+":
        return ID3_EXTENDED
    if end >= FOOTER and content[end - FOOTER : end - FOOTER + 8] == b"APETAGEX":
        return min(end, _ape_size(content, end - FOOTER))
    if end >= 15 and content[end - 9 : end] == b"LYRICS200" and content[end - 15 : end - 9].isdigit():
        return min(end, int(content[end - 15 : end - 9]) + 15)
    return 0


def _ape_size(content: Content, position: int) -> int:
    """The size with header and footer. The number that is written counts the footer, never the header."""
    if len(content) < position + FOOTER:
        return FOOTER
    size, _, flags = unpack_from("<III", content, position + 12)
    return int(size) + (FOOTER if flags & 0x80000000 else 0)

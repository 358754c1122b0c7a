"""Where the pieces of sound lie in an MP4 file.

Document: ISO/IEC 14496-12, the boxes stsz, stsc, stco and co64. All of them begin with four bytes of version and flags.
A table may have millions of entries: numbers stay in arrays, and what is done with each is done without a loop of ours.
"""

import sys
from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise, repeat
from operator import add, le
from struct import unpack_from

MOST_CHUNKS = 1_000_000
"""Three hours of sound in which every sample is a chunk of its own."""


def lie_within(tables: Mapping[bytes, bytes], media: Sequence[tuple[int, int]]) -> bool:
    """Whether each chunk of samples lies in one of *media*, which are in order.

    Raises ValueError, IndexError or struct.error when the tables contradict each other, unless a chunk before that
    place lies elsewhere.
    """
    offsets = _offsets(tables)
    sums = _sums(tables[b"stsz"])
    counts = _counts(tables[b"stsc"], len(offsets))
    before = map(sums.__getitem__, accumulate(counts, initial=0))
    lengths = (following - first for first, following in pairwise(before))
    begins, ends = [first for first, _ in media], [-1, *(last for _, last in media)]
    reaches = map(ends.__getitem__, map(bisect_right, repeat(begins), offsets))
    if not all(map(le, map(add, offsets, lengths), reaches)):
        return False
    if sum(counts) != len(sums) - 1:
        raise ValueError("the chunks do not hold all samples")
    return True


def numbers(table: bytes, start: int, count: int, kind: str = "I") -> "array[int]":
    """*count* numbers from *start* on. Raises ValueError when the table is shorter than it says."""
    found = array(kind)
    if start + count * found.itemsize > len(table):
        raise ValueError("a table says that it is longer than it is")
    found.frombytes(table[start : start + count * found.itemsize])
    if sys.byteorder == "little":
        found.byteswap()
    return found


def _sums(table: bytes) -> Sequence[int]:
    """How many bytes all samples before each have, and at the end how many there are: of one size, or one by one."""
    same, count = unpack_from(">II", table, 4)
    if same:
        return range(0, same * count + 1, same)
    return array("Q", accumulate(numbers(table, 12, count), initial=0))


def _offsets(tables: Mapping[bytes, bytes]) -> "array[int]":
    table, kind = (tables[b"stco"], "I") if b"stco" in tables else (tables[b"co64"], "Q")
    count = unpack_from(">I", table, 4)[0]
    if count > MOST_CHUNKS:
        raise ValueError("more chunks than any recording has")
    return numbers(table, 8, count, kind)


def _counts(table: bytes, chunks: int) -> list[int]:
    """How many samples each chunk holds. The table has a line wherever the number changes."""
    lines = numbers(table, 8, 3 * unpack_from(">I", table, 4)[0])
    firsts = lines[0::3]
    firsts.append(chunks + 1)
    counts: list[int] = []
    for samples, (first, following) in zip(lines[1::3], pairwise(firsts), strict=True):
        if not first <= following <= chunks + 1:
            raise ValueError("the chunks are out of order")
        counts += [samples] * (following - first)
    return counts

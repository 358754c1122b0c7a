"""Where the pieces of sound lie in an MP4 file.

Document: ISO/IEC 14496-12, the boxes stsz, stsc, stco and co64. All of them begin with four bytes of version and flags.
"""

from collections.abc import Iterator, Mapping
from itertools import accumulate
from struct import error as StructError
from struct import unpack_from


def ends_of_chunks(tables: Mapping[bytes, bytes]) -> Iterator[tuple[int, int]]:
    """Where each chunk begins and ends in the file. Raises ValueError when the tables contradict each other."""
    try:
        offsets = _offsets(tables)
        sizes = _Sizes(tables[b"stsz"])
        counts = _counts(tables[b"stsc"], len(offsets))
    except StructError as error:
        raise ValueError("a table is cut") from error
    first = 0
    for offset, count in zip(offsets, counts, strict=True):
        yield offset, offset + sizes.of(first, first + count)
        first += count
    if first != sizes.count:
        raise ValueError("the chunks do not hold all samples")


class _Sizes:
    """The sizes of the samples: all the same, or one by one."""

    def __init__(self, table: bytes) -> None:
        self.same, self.count = unpack_from(">II", table, 4)
        each = [] if self.same else unpack_from(f">{_fitting(self.count, table, 12)}I", table, 12)
        self.sums = [0, *accumulate(each)]

    def of(self, first: int, last: int) -> int:
        """How many bytes the samples have from *first* up to but without *last*."""
        if last > self.count:
            raise ValueError("the chunks hold more samples than there are")
        return int((last - first) * self.same if self.same else self.sums[last] - self.sums[first])


def _fitting(count: int, table: bytes, start: int, size: int = 4) -> int:
    """*count*, if so many entries fit into the table: it is a number out of a file."""
    if start + count * size > len(table):
        raise ValueError("a table says that it is longer than it is")
    return count


def _offsets(tables: Mapping[bytes, bytes]) -> tuple[int, ...]:
    if b"stco" in tables:
        table, letter, size = tables[b"stco"], "I", 4
    else:
        table, letter, size = tables[b"co64"], "Q", 8
    count = _fitting(unpack_from(">I", table, 4)[0], table, 8, size)
    return unpack_from(f">{count}{letter}", table, 8)


def _counts(table: bytes, chunks: int) -> list[int]:
    """How many samples each chunk holds. The table has a line wherever the number changes."""
    lines = _fitting(unpack_from(">I", table, 4)[0], table, 8, 12)
    numbers = unpack_from(f">{3 * lines}I", table, 8)
    firsts = [*numbers[0::3], chunks + 1]
    counts: list[int] = []
    for index, samples in enumerate(numbers[1::3]):
        length = firsts[index + 1] - firsts[index]
        if length < 0 or firsts[index + 1] > chunks + 1:
            raise ValueError("the chunks are out of order")
        counts += [samples] * length
    return counts

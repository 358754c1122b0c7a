"""Workbooks that are archives, opened only after their directory was read: what would come out must be no flood."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.conf import settings

from providers.contract.words import Words, gettext_noop

from .found import UnreadableList
from .kinds import BROKEN, ENCRYPTED, FAULTS
from .limits import MEGABYTE

MOST_PARTS = 5_000
LARGEST_PART = 16 * MEGABYTE
"""Of the small parts, which are read as a whole, at some twenty times their size: names of sheets, styles."""

_HARMLESS = 32 * MEGABYTE


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive at *path*. What is broken in it while the block reads it becomes UnreadableList."""
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_flood(archive, path.stat().st_size)
            yield archive
    except UnreadableList:
        raise
    except (*FAULTS, DefusedXmlException, ParseError) as error:
        raise UnreadableList(BROKEN) from error


def part(archive: zipfile.ZipFile, name: str) -> Element:
    """A small part as XML, without document types and entities."""
    if archive.getinfo(name).file_size > LARGEST_PART:
        raise UnreadableList(_flood(archive.getinfo(name).file_size))
    found: Element = fromstring(archive.read(name), forbid_dtd=True)
    return found


def _refuse_flood(archive: zipfile.ZipFile, size: int) -> None:
    parts = archive.infolist()
    unpacked = sum(info.file_size for info in parts)
    if any(info.flag_bits & 1 for info in parts):
        raise UnreadableList(ENCRYPTED)
    # Parts that lie over each other in the file are packed into more than there is.
    overlapping = sum(info.compress_size for info in parts) > size
    ratio = unpacked / size
    if (
        len(parts) > MOST_PARTS
        or overlapping
        or unpacked > settings.LIST_MAX_UNPACKED
        or (unpacked > _HARMLESS and ratio > settings.LIST_MAX_RATIO)
    ):
        raise UnreadableList(_flood(unpacked))


def _flood(unpacked: int) -> Words:
    text = gettext_noop(
        "Unpacked, this workbook would have %(size)s MB, far more than a list of people needs, so it is not opened. "
        "Copy the columns that are needed into a new workbook, or save it as “CSV UTF-8”."
    )
    return Words(text, {"size": -(-unpacked // MEGABYTE)})

"""What a file is, by its first bytes: names lie, and many systems write one thing and call it another."""

import lzma
import mmap
import zipfile
import zlib
from pathlib import Path

from providers.contract.words import Words, gettext_noop

from .found import UnreadableList

TEXT, XLSX, XLS, ODS = "text", "xlsx", "xls", "ods"

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"BM",
    b"RIFF",
    b"\x7fELF",
)
_OLDEST_EXCEL = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)
FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    RuntimeError,
    NotImplementedError,
    EOFError,
    KeyError,
    ValueError,
)
"""What reading a broken archive may raise."""

_HTML = ("<html", "<!doctype html", "<table", "<meta", "<style", "<head", "<body")

NO_LIST = Words(
    gettext_noop(
        "This is no list but a file of another kind (an archive, a picture, a PDF, a program or a text document). "
        "Upload an Excel or OpenDocument workbook, or text such as CSV."
    )
)
ENCRYPTED = Words(
    gettext_noop(
        "This workbook is protected by a password, so it cannot be read here. Open it, take the password away (File → "
        "Info → Protect Workbook → Encrypt, and empty the field), save it and upload it again."
    )
)
BROKEN = Words(
    gettext_noop(
        "This workbook is broken: part of it is missing or cannot be read, often because a download was cut off. Get "
        "the file again, or open it in Excel or WPS and save it anew."
    )
)
PACKED_TEXT = Words(gettext_noop("This is a ZIP archive with files in it. Unpack it, and upload the list itself."))
WEB_PAGE = Words(
    gettext_noop(
        "This is a web page with a table in it that only calls itself a workbook, as many systems export it. Open it "
        "in Excel or WPS (agree when it warns you), choose “Save as”, and as type “Excel workbook (.xlsx)”."
    )
)
OLD_XML = Words(
    gettext_noop(
        "This is an “XML spreadsheet 2003” or another XML file. Open it in Excel or WPS, choose “Save as”, and as type "
        "“Excel workbook (.xlsx)”."
    )
)
BINARY_WORKBOOK = Words(
    gettext_noop(
        "This is a workbook in a form that cannot be read here (such as .xlsb, Numbers, or Excel before 1997). Open "
        "it and save it as “Excel workbook (.xlsx)” or as “CSV UTF-8”."
    )
)


def kind_of(path: Path) -> str:
    """One of ``TEXT``, ``XLSX``, ``XLS`` and ``ODS``. Raises UnreadableList with what it is instead."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(_ZIP):
        return _of_zip(path)
    if head.startswith(_OLE):
        return _of_ole(path)
    if head.startswith(_OLDEST_EXCEL):
        raise UnreadableList(BINARY_WORKBOOK)
    if head.startswith(_OTHERS) and (b"\0" in head or not head.isascii()):
        raise UnreadableList(NO_LIST)
    _refuse_markup(head)
    return TEXT


def _of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            told = _head_of(archive, "mimetype") if "mimetype" in names else b""
    except FAULTS as error:
        raise UnreadableList(BROKEN) from error
    if "xl/workbook.xml" in names or ("_rels/.rels" in names and any(name.startswith("xl/work") for name in names)):
        if any(name.endswith("workbook.bin") for name in names):
            raise UnreadableList(BINARY_WORKBOOK)
        return XLSX
    if b"opendocument.spreadsheet" in told or ("content.xml" in names and "META-INF/manifest.xml" in names):
        return ODS
    if any(name.endswith((".iwa", "Index.zip")) for name in names):
        raise UnreadableList(BINARY_WORKBOOK)
    raise UnreadableList(NO_LIST if any("word/" in name or "ppt/" in name for name in names) else PACKED_TEXT)


def _head_of(archive: zipfile.ZipFile, name: str) -> bytes:
    """The beginning of a part and no more: what it would unpack to has not been looked at yet."""
    with archive.open(name) as file:
        return file.read(80)


def _of_ole(path: Path) -> str:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise UnreadableList(ENCRYPTED)
        if any(
            content.find(name.encode("utf-16-le") + b"\0\0") >= 0 for name in ("Workbook", "Book", "WORKBOOK", "BOOK")
        ):
            return XLS
        size = len(content)
    raise UnreadableList(BROKEN if size < 4096 else NO_LIST)


def _refuse_markup(head: bytes) -> None:
    wide = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    text = head.decode(wide, "ignore").lstrip("\ufeff \t\r\n").casefold()
    if not text.startswith("<"):
        return
    if any(tag in text for tag in _HTML):
        raise UnreadableList(WEB_PAGE)
    if text.startswith("<?xml") or "<workbook" in text:
        raise UnreadableList(OLD_XML)

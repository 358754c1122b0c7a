"""Voice files at the platform: fileUpload and fileQuery as requests, and what the documents forbid about them."""

import base64
from collections.abc import Iterator

from providers.contract.fields import Problem
from providers.contract.files import FileRules
from providers.contract.words import Words, gettext_noop

from .payloads import Operation

FILES_PER_PAGE = 100
"""The largest page of fileQuery."""

_SUFFIXES = ("mp3", "m4a", "wav")
_OF_PATHS = frozenset('/\\:*?"<>|')


def file_rules(document: str) -> FileRules:
    """fileUpload: a name of 5 to 32 characters with its suffix, which no file of the account had before.

    A program of the vendor from 2023 names only mp3 and wav; all pages name m4a too. No page limits size or length.
    """
    return FileRules(_SUFFIXES, shortest_name=5, longest_name=32, page_size=FILES_PER_PAGE, document=document)


def upload_problems(name: str, content: bytes, rules: FileRules) -> Iterator[Problem]:
    """What must not be uploaded."""
    if not rules.shortest_name <= len(name) <= rules.longest_name:
        text = gettext_noop("The name has %(length)s characters with its suffix; %(least)s to %(most)s are allowed.")
        values = {"length": len(name), "least": rules.shortest_name, "most": rules.longest_name}
        yield Problem("fileName", Words(text, values))
    stem, _, suffix = name.rpartition(".")
    if suffix not in rules.suffixes or not stem.strip("."):
        text = gettext_noop("The name must end in one of these: %(suffixes)s.")
        yield Problem("fileName", Words(text, {"suffixes": ", ".join(f".{one}" for one in rules.suffixes)}))
    if not name.isprintable() or name != name.strip() or not _OF_PATHS.isdisjoint(name):
        text = gettext_noop("The name has signs that belong to a path, invisible signs, or blanks around it.")
        yield Problem("fileName", Words(text))
    if not content:
        yield Problem("file", Words(gettext_noop("The voice file is empty.")))


def page_problems(page: int) -> Iterator[Problem]:
    """Pages are counted from 1."""
    if page < 1:
        yield Problem("current", Words(gettext_noop("This is no place in a listing.")))


def upload_operation(name: str, content: bytes) -> Operation:
    """JSON with plain Base64, without the prefix of a data URI; no application id, unlike everything that rings."""
    payload = {"fileName": name, "file": base64.b64encode(content).decode("ascii")}
    return Operation("voice/fileUpload", "POST", "/fileUpload", payload, bulk="file")


def query_operation(page: int) -> Operation:
    """One full page. Older pages call both members required, so both are always sent."""
    return Operation("voice/fileQuery", "POST", "/fileQuery", {"current": page, "size": FILES_PER_PAGE})

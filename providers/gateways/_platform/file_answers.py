"""Reading what fileUpload and fileQuery answer. An id or a page that was not understood is never made up."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from providers.contract.errors import Refused, Unknown
from providers.contract.files import FileAnswer, FileExists, FilePage, FilesAnswer, FileTaken, FileThere
from providers.contract.words import Words, gettext_noop

from .exchanges import Exchange, envelope_or_end, unreadable
from .files import FILES_PER_PAGE
from .reading import Envelope, id_of, text_of, whole_of

LONGEST_ID = 200
EXISTS = "-20"
TOO_LARGE = "HTTP 413"

_WORDS = {
    EXISTS: Words(gettext_noop("The provider has a voice file of this name already.")),
    "-21": Words(
        gettext_noop(
            "The voice file did not pass the provider's check. Make sure that it is a playable mp3, m4a or wav file,"
            " or convert it to mp3."
        )
    ),
    "-22": Words(gettext_noop("The provider does not accept the name or the form of the voice file.")),
}
"""What these codes mean here in particular; all others mean what they always do."""

_TOO_LARGE = Words(gettext_noop("The voice file is too large for the provider's server. Use a shorter or smaller one."))
_WITHOUT_ID = Words(
    gettext_noop("The provider says that it has the voice file now, but not under which id. Its list of files tells.")
)


def upload_answer(exchange: Exchange) -> FileAnswer:
    """What became of an upload: the id is the whole ``data``, a text that ends with the suffix."""
    answer = envelope_or_end(exchange, 0)
    if isinstance(answer, Refused):
        return _refused(answer)
    if isinstance(answer, Unknown) and answer.code == TOO_LARGE:
        # This is about the request's size, whoever says it: it went no further, and never will.
        return Refused(TOO_LARGE, "", _TOO_LARGE, evidence=exchange.evidence)
    if not isinstance(answer, Envelope):
        return answer
    file_id = _id_of(answer.members.get("data"))
    if file_id:
        return FileTaken(file_id, exchange.evidence)
    return Unknown(_WITHOUT_ID, answer.status, exchange.raw(answer.reason), exchange.evidence)


def page_answer(page: int, exchange: Exchange) -> FilesAnswer:
    """One page of the list, *page* having been asked for."""
    answer = envelope_or_end(exchange, 0)
    if not isinstance(answer, Envelope):
        return answer
    data = answer.members.get("data", False)
    facts: Mapping[str, Any] = data if isinstance(data, dict) else {}
    rows = _rows(facts.get("records") if isinstance(data, dict) else data)
    total, size = whole_of(facts.get("total")) or 0, whole_of(facts.get("size")) or FILES_PER_PAGE
    if rows is None or (not rows and total > (page - 1) * size):
        # A page that should have something and has nothing would pass a file off as missing.
        return unreadable(exchange, answer)
    files = tuple(file for row in rows if (file := _file(row)))
    # Without any number, a full page may have another one behind it.
    pages = whole_of(facts.get("pages")) or -(-total // size) or page + (len(rows) >= size)
    return FilePage(files, pages, max(total, len(files)), exchange.evidence)


def _refused(answer: Refused) -> FileExists | Refused:
    words = _WORDS.get(answer.code, answer.words)
    return FileExists(words, answer.evidence) if answer.code == EXISTS else replace(answer, words=words)


def _id_of(value: Any) -> str:
    return id_of(value.get("fileId") if isinstance(value, dict) else value, LONGEST_ID)


def _rows(value: Any) -> list[Mapping[str, Any]] | None:
    """The entries of a list, none where it is null; None where anything else stands in its place."""
    if value is None:
        return []
    if not isinstance(value, list) or any(row is not None and not isinstance(row, dict) for row in value):
        return None
    return [row for row in value if row]


def _file(row: Mapping[str, Any]) -> FileThere | None:
    file_id = _id_of(row)
    return FileThere(file_id, text_of(row.get("fileName"), LONGEST_ID)) if file_id else None

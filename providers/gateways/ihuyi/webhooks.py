"""Reading the two pushes: call receipts (ihuyi voice notification API, section 6) and template reviews (section 4.5).

Both may be bound to either address, so they are told apart by their fields. Neither is signed. Receipts come as a form;
for reviews no page names a content type, so that every form is read in which they can be read in one way only.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote_to_bytes

from providers.contract.events import ReceiptEvent, ReviewEvent
from providers.contract.multipart import multipart_fields
from providers.contract.push import Acknowledgement, PushBody, PushDoor, PushReading
from providers.contract.statuses import Review
from providers.contract.words import Words, gettext_noop

from .answers import xml_members
from .facts.numbers import international
from .outcomes import CHINA
from .results import RESULTS, unexplained
from .texts import MAX_BODY_BYTES, clean, code_of, decoded, json_members, json_value, members_of, usable_id

_BINDING = gettext_noop(
    "Hand this address to the provider, who binds it to your account; there is no field for it in the requests."
)
DOORS = (
    PushDoor("receipts", gettext_noop("Call receipts"), _BINDING),
    PushDoor("templates", gettext_noop("Template reviews"), _BINDING),
)

# Seven bytes and nothing around them: anything else counts as not received and is pushed again.
RECEIVED = Acknowledgement(status=200, body=b"success", content_type="text/plain")

MAX_FIELDS = 64
MAX_TALK_SECONDS = 24 * 60 * 60

_SECONDS = re.compile(r"\d{1,9}", re.ASCII)
_REVIEWS = {"2": Review.APPROVED, "0": Review.REJECTED}

Fields = Mapping[str, Any]


def read(push: PushBody) -> PushReading:
    """The one event of *push*, or why it cannot be read."""
    if len(push.body) > MAX_BODY_BYTES:
        return PushReading(problem=Words(gettext_noop("The push is larger than any that the provider documents.")))
    fields = _fields(push)
    if not _code(fields):
        return PushReading(problem=Words(gettext_noop("The push carries no result code.")))
    if usable_id(fields.get("voiceid")) or clean(fields.get("mobilephone")):
        return PushReading((_receipt(fields),))
    if usable_id(fields.get("templateid")):
        return PushReading((_review(fields),))
    text = gettext_noop("The push names neither a call (voiceid, mobilephone) nor a template (templateid).")
    return PushReading(problem=Words(text))


def _fields(push: PushBody) -> Fields:
    """The members of the body, whose form is told by its first signs: content types are often wrong."""
    text = decoded(push.body).strip()
    if text.startswith("{"):
        found = json_members(text)
        return found[1] if found else {}
    if text.startswith("["):
        return _only_member(text)
    if text.startswith("<"):
        return _review_in_xml(text)
    if text.startswith("--") or push.content_type.lower().startswith("multipart/"):
        parts = multipart_fields(push.content_type, push.body) or {}
        return members_of((name, decoded(value)) for name, value in parts.items())
    return _form_fields(push.body)


def _only_member(text: str) -> Fields:
    """The one object of a JSON list; several would be several pushes in one, of which no page speaks."""
    value = json_value(text)
    return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) else {}


def _review_in_xml(text: str) -> Fields:
    """The members of XML that speaks of a template: for receipts the document names another content type."""
    found = xml_members(text)
    fields = found[1] if found else {}
    return fields if not {"voiceid", "mobilephone"} & set(fields) else {}


def _form_fields(body: bytes) -> Fields:
    # Values are decoded one by one: old systems escape Chinese words in GBK, the digits around them are ASCII.
    pairs = (pair.partition(b"=") for pair in body.strip().lstrip(b"\xef\xbb\xbf?").split(b"&", MAX_FIELDS))
    return members_of((_form_text(name), _form_text(value)) for name, _, value in pairs)


def _form_text(escaped: bytes) -> str:
    return decoded(unquote_to_bytes(escaped.replace(b"+", b" ")))


def _code(fields: Fields) -> str:
    return code_of(fields.get("code")) or clean(fields.get("code"), limit=32)


def _receipt(fields: Fields) -> ReceiptEvent:
    code = _code(fields)
    result = RESULTS.get(code) or unexplained(code)
    return ReceiptEvent(
        provider_id=usable_id(fields.get("voiceid")),
        ref="",
        number=international(clean(fields.get("mobilephone"))),
        verdict=result.verdict,
        failure=result.failure,
        code=code,
        raw=clean(fields.get("msg")),
        words=result.words,
        talk_seconds=_seconds(fields.get("talktime")),
        reported_at=_china_time(clean(fields.get("report_time"))),
    )


def _review(fields: Fields) -> ReviewEvent:
    code = _code(fields)
    review = _REVIEWS.get(code, Review.UNKNOWN)
    return ReviewEvent(usable_id(fields.get("templateid")), review, code, clean(fields.get("msg")))


def _seconds(value: Any) -> int | None:
    text = clean(value)
    return int(text) if _SECONDS.fullmatch(text) and int(text) <= MAX_TALK_SECONDS else None


def _china_time(text: str) -> datetime | None:
    """A report time, whose zone no page names; the provider and its callees are in China."""
    try:
        moment = datetime.strptime(" ".join(text.split()), "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
    except ValueError:
        return None
    return moment if 2000 <= moment.year < 2100 else None

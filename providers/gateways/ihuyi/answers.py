"""Reading an answer: XML or JSON, told apart by the body alone.

ihuyi voice notification API, sections 2.3, 3.3, 4.3 and 5.3. No page gives the namespace of the XML, JSON bodies of
three of the four methods, or whether the template methods honour ``format``; so nothing of that is relied upon.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from .texts import MAX_BODY_BYTES, clean, code_of, decoded, json_members, usable_id


@dataclass(frozen=True, slots=True)
class Answer:
    """The members of any answer. Ids are empty where the provider wrote 0 or nothing; ``num`` is as written.

    ``msg`` is one line of any length.
    """

    code: str
    msg: str
    voiceid: str
    templateid: str
    num: str


def read_answer(body: bytes) -> Answer | None:
    """The answer in *body*, or None if it has no readable code (empty, a web page, broken, over-long)."""
    members = _members(decoded(body).strip()) if len(body) <= MAX_BODY_BYTES else None
    code = code_of(members.get("code")) if members else ""
    if not members or not code:
        return None
    return Answer(
        code=code,
        msg=clean(members.get("msg"), limit=MAX_BODY_BYTES),
        voiceid=usable_id(members.get("voiceid")),
        templateid=usable_id(members.get("templateid")),
        num=clean(members.get("num")),
    )


def _members(text: str) -> Mapping[str, Any] | None:
    if text.startswith("<"):
        return _xml_members(text)
    return json_members(text) if text.startswith("{") else None


def _xml_members(text: str) -> Mapping[str, Any] | None:
    try:
        root = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return None
    if _local_name(root) == "html":
        return None
    return {_local_name(child): child.text for child in root}


def _local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2].lower()

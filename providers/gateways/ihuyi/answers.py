"""Reading an answer: XML or JSON, told apart by the body alone, and whether it is the provider's own.

ihuyi voice notification API, sections 2.3, 3.3, 4.3 and 5.3. No page gives the namespace of the XML, JSON bodies of
three of the four methods, or whether the template methods honour ``format``; so nothing of that is relied upon.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from .texts import MAX_BODY_BYTES, clean, code_of, decoded, json_members, means_no_id, members_of, usable_id

ROOTS: Mapping[str, frozenset[str]] = {
    "Submit": frozenset({"submitresult"}),
    "GetNum": frozenset({"getnumresult"}),
    "AddTemplate": frozenset({"addtemplateresult"}),
    # The document heads this answer with the name of the other template method, surely by a slip.
    "DelTemplate": frozenset({"addtemplateresult", "deltemplateresult"}),
}
"""Names of the answers as the document's tables give them."""
OWN = {"Submit": "voiceid", "GetNum": "num", "AddTemplate": "templateid"}
"""The member that only this method's answer has; that of DelTemplate has none."""
ALWAYS_OWN = ("Submit", "GetNum")
"""The methods whose failures carry their own member too: 0 in the document's samples."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The members of any answer. Unusable codes and ids are empty; ``num`` is as written.

    ``msg`` is one line of any length. ``is_call_doubtful`` says that something stands in the place of the call's id
    which is neither an id nor a way to say that there is none. ``root`` is the name of the XML root or of a JSON
    wrapper in lower case, ``members`` are the names that were told in a documented way.
    """

    code: str
    msg: str
    voiceid: str
    templateid: str
    num: str
    is_call_doubtful: bool = False
    root: str = ""
    is_xml: bool = False
    members: frozenset[str] = frozenset()

    def has_envelope(self, method: str) -> bool:
        """Whether no proxy can have written it: the document's root, or JSON with everything that *method* tells."""
        if self.root in ROOTS[method]:
            return True
        return not self.is_xml and method in OWN and {"code", "msg", OWN[method]} <= self.members

    def is_documented(self, method: str) -> bool:
        """Whether it has what the document gives to every answer of *method*, failures too."""
        needed = {"code", "msg", *([OWN[method]] if method in ALWAYS_OWN else [])}
        return self.root in ROOTS[method] or needed <= self.members


def read_answer(body: bytes) -> Answer | None:
    """The answer in *body*, or None if it has neither code nor id nor words (a web page, broken, …)."""
    text = decoded(body).strip() if len(body) <= MAX_BODY_BYTES else ""
    is_xml = text.startswith("<")
    found = xml_members(text) if is_xml else json_members(text) if text.startswith("{") else None
    if found is None:
        return None
    answer = _answer(*found, is_xml=is_xml)
    return answer if answer.code or answer.voiceid or answer.msg else None


def _answer(root: str, members: Mapping[str, Any], *, is_xml: bool) -> Answer:
    call = members.get("voiceid")
    return Answer(
        code=code_of(members.get("code")),
        msg=clean(members.get("msg") or members.get("message"), limit=MAX_BODY_BYTES),
        voiceid=usable_id(call),
        templateid=usable_id(members.get("templateid")),
        num=clean(members.get("num")),
        is_call_doubtful=not usable_id(call) and not means_no_id(call),
        root=root,
        is_xml=is_xml,
        members=frozenset(name for name, value in members.items() if _is_told(name, value)),
    )


def _is_told(name: str, value: Any) -> bool:
    """Words are text; ids and numbers are told in many ways, but never as objects or truths."""
    if name == "msg":
        return isinstance(value, str)
    return not isinstance(value, bool | dict | list)


def xml_members(text: str) -> tuple[str, Mapping[str, Any]] | None:
    """The name of the root and the members of XML with text in them; None for web pages and what is no XML."""
    try:
        root = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return None
    name = _local_name(root)
    return None if name == "html" else (name, members_of(_children(root)))


def _children(root: Element) -> Iterator[tuple[str, str]]:
    return ((_local_name(child), child.text or "") for child in root if not len(child))


def _local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2].lower()

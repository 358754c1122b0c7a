"""Pushes in forms of which no page speaks: read where they can be read in one way only, else kept as unread."""

import json
from typing import Any

import pytest
import requests

from providers.contract.events import ReceiptEvent, ReviewEvent
from providers.contract.push import PushBody
from providers.contract.statuses import Review, Verdict

from .support import gateway
from .test_pushes import RECEIPT, REVIEW, read_one, receipt


def in_parts(fields: dict[str, str], encoding: str = "utf-8") -> tuple[str, bytes]:
    """Content type and body, as another library writes them."""
    files: Any = {name: (None, value.encode(encoding)) for name, value in fields.items()}
    prepared = requests.Request("POST", "http://x.invalid/", files=files).prepare()
    assert isinstance(prepared.body, bytes)
    return prepared.headers["Content-Type"], prepared.body


def in_xml(root: str, fields: dict[str, str]) -> str:
    return f"<{root}>{''.join(f'<{name}>{value}</{name}>' for name, value in fields.items())}</{root}>"


@pytest.mark.parametrize("door", ["receipts", "templates"])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_receipt_in_parts_is_the_same_as_in_a_form(door: str, encoding: str) -> None:
    content_type, body = in_parts(RECEIPT, encoding)
    event = read_one(body, door, content_type)
    assert isinstance(event, ReceiptEvent)
    assert event == receipt()
    assert event.verdict is Verdict.DELIVERED


@pytest.mark.parametrize("content_type", ["", "multipart/form-data", "application/x-www-form-urlencoded"])
def test_parts_are_known_by_their_body_when_the_type_is_lost(content_type: str) -> None:
    assert read_one(in_parts(RECEIPT)[1], "receipts", content_type) == receipt()


REVIEWS = {
    "parts": in_parts(REVIEW),
    "JSON": ("application/json", json.dumps(REVIEW).encode()),
    "JSON list": ("application/json", json.dumps([REVIEW]).encode()),
    "JSON list under another type": ("text/plain", json.dumps([REVIEW]).encode()),
    "JSON in a wrapper": ("application/json", json.dumps({"data": REVIEW}).encode()),
    "XML": ("text/xml", in_xml("xml", REVIEW).encode()),
    "XML with a declaration": ("", f'<?xml version="1.0" encoding="utf-8"?>\n{in_xml("Push", REVIEW)}'.encode()),
    "XML with a namespace": ("text/xml", in_xml("r", REVIEW).replace("<r>", '<r xmlns="urn:x">').encode()),
}
TWICE = {**REVIEW, "Code": "0"}
UNREAD = {
    "two reviews in a list": json.dumps([REVIEW, REVIEW]),
    "an empty list": "[]",
    "a list of texts": json.dumps([json.dumps(REVIEW)]),
    "a list in a list": json.dumps([[REVIEW]]),
    "two codes in JSON": json.dumps(TWICE),
    "two codes in XML": in_xml("r", TWICE),
    "XML with another level": f"<a>{in_xml('b', REVIEW)}</a>",
    "XML with entities": f'<!DOCTYPE r [<!ENTITY a "2">]>{in_xml("r", REVIEW)}',
    "a receipt in XML": in_xml("r", RECEIPT),
    "a web page": in_xml("html", REVIEW),
    "cut off parts": in_parts(REVIEW)[1][:-10],
    "two codes in a form": "code=2&msg=ok&templateid=20481&code=0",
    "two codes in parts": in_parts(TWICE)[1],
    "parts without code": in_parts({"msg": "x", "templateid": "20481"})[1],
}


@pytest.mark.parametrize("door", ["receipts", "templates"])
@pytest.mark.parametrize(("content_type", "body"), REVIEWS.values(), ids=REVIEWS)
def test_a_review_is_read_in_every_clear_form(content_type: str, body: bytes, door: str) -> None:
    event = read_one(body, door, content_type)
    assert isinstance(event, ReviewEvent)
    assert (event.template_id, event.review, event.raw) == ("20481", Review.APPROVED, "审核通过")


@pytest.mark.parametrize("content_type", ["", "text/xml", "application/json", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("body", UNREAD.values(), ids=UNREAD)
def test_what_can_be_read_in_two_ways_is_not_read_but_acknowledged(body: bytes | str, content_type: str) -> None:
    push = PushBody("templates", content_type, body.encode() if isinstance(body, str) else body)
    reading = gateway.read_push(push)
    assert reading.events == ()
    assert reading.problem is not None
    assert gateway.acknowledge(push).body == b"success"

"""The door before Django: which requests it takes, and what stands in its answers."""

from io import BytesIO
from typing import Any

import pytest

from providers.models import InboundPush
from providers.webhooks.door import Door
from tests.factories.pushes import wait_for_pushes

PAGES = b"left to the pages"


class Asked:
    """One request to the door, with pages behind it."""

    def __init__(self, path: str, body: bytes = b"", **environ: Any) -> None:
        self.status, self.headers = "", {}
        asked = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "wsgi.input": BytesIO(body), "wsgi.url_scheme": "http"}
        asked |= {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "text/plain"} | environ
        self.body = b"".join(Door(lambda environ, start: [PAGES])(asked, self._start))

    def _start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status, self.headers = status, dict(headers)


def kept() -> bytes:
    wait_for_pushes()
    return bytes(InboundPush.objects.get().body)


def test_a_push_is_kept_and_answered_with_careful_headers(path: str) -> None:
    asked = Asked(path, b"id=1")
    assert (asked.status, asked.body, kept()) == ("200 OK", b"success", b"id=1")
    assert asked.headers["Content-Length"] == "7"
    assert asked.headers["X-Content-Type-Options"] == "nosniff"
    assert asked.headers["Cache-Control"] == "no-store"
    assert asked.headers["Content-Security-Policy"] == "default-src 'none'"


def test_a_wrong_token_is_not_found_and_another_method_not_allowed(path: str) -> None:
    assert Asked(path.replace("/push/", "/push/x")).status == "404 Not Found"
    asked = Asked(path, REQUEST_METHOD="GET")
    assert (asked.status, asked.headers["Allow"]) == ("405 Method Not Allowed", "POST")


@pytest.mark.parametrize(
    "place", ["/", "/push/", "/push/x", "/push/x/", "/push//x", "/push/x/y/", "/pushes/", "/a/push/x/y"]
)
def test_every_other_address_is_left_to_the_pages(door: None, place: str) -> None:
    assert Asked(place).body == PAGES


@pytest.mark.parametrize(("length", "read"), [("4", b"id=1"), ("2", b"id"), ("", b""), ("-1", b""), ("x", b"")])
def test_no_more_is_read_than_was_told(path: str, length: str, read: bytes) -> None:
    assert Asked(path, b"id=1", CONTENT_LENGTH=length).body == b"success"
    assert kept() == read


def test_a_push_that_breaks_off_is_neither_kept_nor_acknowledged(path: str) -> None:
    whole = b"id||8613800000001|delivered|20|1"
    asked = Asked(path, whole[:-3], CONTENT_LENGTH=str(len(whole)))
    assert (asked.status, asked.body) == ("503 Service Unavailable", b"try again")
    wait_for_pushes()
    assert InboundPush.objects.count() == 0


def test_a_body_that_is_too_large_is_no_push_that_broke_off(path: str, settings) -> None:
    settings.PUSH_MAX_BYTES = 10
    assert Asked(path, b"x" * 50).body == b"success"
    assert kept() == b"x" * 10


def test_a_body_in_chunks_tells_no_length_and_is_read_to_its_end(path: str) -> None:
    assert Asked(path, b"id=1", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked").body == b"success"
    assert kept() == b"id=1"


def test_where_https_is_required_a_push_without_it_is_left_to_the_pages_which_send_it_there(
    path: str, settings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Asked(path, b"id=1").body == PAGES
    assert Asked(path, b"id=1", **{"wsgi.url_scheme": "https"}).body == b"success"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert Asked(path, b"id=1", **{"wsgi.url_scheme": "https"}).body == PAGES
    assert Asked(path, b"id=1", HTTP_X_FORWARDED_PROTO="https").body == b"success"

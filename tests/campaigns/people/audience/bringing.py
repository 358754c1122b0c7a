"""Bringing lists in as people do: through the pages."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, ListFile

LIST = """mobile,place
13800138000,1
138 0013 8000,2
1.39E+10,3
13900139000,
+999 55555555,5
13700137000,6
"""
"""Good, repeated, shortened by a spreadsheet, without a value, refused by the provider, good."""


def page_of(campaign: Campaign, page: str = "", list_file: ListFile | None = None) -> str:
    name = f"campaigns:audience_{page}" if page else "campaigns:audience"
    return reverse(name, args=[campaign.pk, *([list_file.pk] if list_file else [])])


def paste(client: Client, campaign: Campaign, text: str, **values: Any) -> HttpResponse:
    """Paste *text* and ask to read it."""
    data = {"pasted": text, "home": "CN", "complete": "1", **values}
    return client.post(page_of(campaign), data, headers=values.pop("headers", None))


def upload(client: Client, campaign: Campaign, content: bytes, name: str = "list.csv", **values: Any) -> HttpResponse:
    """Upload a file and ask to read it."""
    data = {"pasted": "", "file": SimpleUploadedFile(name, content), "home": "CN", "complete": "1", **values}
    return client.post(page_of(campaign), data)


def numbers(count: int, first: int = 0) -> list[str]:
    return [str(13800000000 + first + index) for index in range(count)]


def newest(campaign: Campaign) -> ListFile:
    found = campaign.lists.first()
    assert found is not None
    return found


def text_of(response: HttpResponse) -> str:
    """The whole of a file that is streamed."""
    return b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]

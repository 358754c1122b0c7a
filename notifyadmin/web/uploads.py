"""Reading uploads no further than they may be long."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

COMPLETE = "complete"
"""The last field of a form with files: a request that was cut off on its way ends before it."""

ROOM = 64 * 1024
"""Bytes of a request around its files."""


class StopAtLimit(FileUploadHandler):
    """Leaves out a file as soon as it is longer than *most* bytes; what was written of it is deleted.

    ``too_big`` are the names of those files. Stands before the handlers that write.
    """

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(request)
        self.most = most
        self.too_big: list[str] = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > self.most:
            self.too_big.append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        return None

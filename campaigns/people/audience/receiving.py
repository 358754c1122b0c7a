"""From the request to the folder of lists, without ever holding a whole file in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from notifyadmin.web.uploads import StopAtLimit

from .keeping import Kept


class Keeper(FileUploadHandler):
    """Writes each uploaded file into the folder of lists while it comes in; ``kept`` are the whole ones."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.kept: list[Kept] = []
        self.begun: list[Kept] = []
        self.file: Kept | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = Kept.begin(clean_name(self.file_name or ""))
        self.begun.append(self.file)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.file is not None:
            self.file.write(raw_data)

    def file_complete(self, file_size: int) -> Any:
        if self.file is None:
            return None
        self.file.close()
        self.kept.append(self.file)
        return self.file


class Receiver:
    """What came in with one request. ``take`` says what is kept; all else is deleted at the end of the block."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.stop = StopAtLimit(request, settings.LIST_MAX_BYTES)
        self.keeper = Keeper(request)
        self.taken: set[str] = set()

    @property
    def files(self) -> list[Kept]:
        """The files that came in whole and are not empty."""
        return [kept for kept in self.keeper.kept if kept.size]

    @property
    def is_pasted(self) -> bool:
        """Whether something was pasted."""
        return bool(self.request.POST.get("pasted", "").strip())

    def written(self, text: str, name: str) -> Kept:
        """Keep pasted *text*, in UTF-8."""
        kept = Kept.begin(name)
        self.keeper.begun.append(kept)
        kept.write(text.encode("utf-8", "replace"))
        kept.close()
        return kept

    def take(self, kept: Kept) -> None:
        self.taken.add(kept.stored)

    def clear(self) -> None:
        for kept in self.keeper.begun:
            if kept.stored not in self.taken:
                kept.discard()


@contextmanager
def receiving(request: HttpRequest) -> Iterator[Receiver]:
    """Set the handlers of *request*, whose body must not have been read yet."""
    receiver = Receiver(request)
    request.upload_handlers = [receiver.stop, receiver.keeper]
    try:
        yield receiver
    finally:
        receiver.clear()


def clean_name(name: str) -> str:
    """A file's name as it is shown: one line, bounded."""
    return "".join(letter for letter in name if letter.isprintable()).strip()[-200:]

"""A provider that takes voice files, without a network: it keeps what it takes, and lists it."""

import threading
from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile

from providers.contract.abilities import Ability
from providers.contract.errors import Unknown
from providers.contract.files import FileExists, FilePage, FileRules, FileTaken, FileThere
from providers.contract.words import Words
from providers.models import VoiceFile
from tests.factories import FakeGateway

CUT = Unknown(Words("No answer came."))
RULES = FileRules(("mp3", "wav"), shortest_name=5, longest_name=32, page_size=2, document="fake")


class Files:
    """What the provider has. ``answers`` are said instead of the truth to the next uploads, ``list_answers`` likewise.

    An answer of :data:`TAKEN_AND_CUT` takes the file and does not say so. ``during`` is called while an upload lasts.
    """

    def __init__(self) -> None:
        self.files: list[FileThere] = []
        self.uploads: list[tuple[str, bytes]] = []
        self.pages: list[int] = []
        self.answers: list[Any] = []
        self.list_answers: list[Any] = []
        self.during: Callable[[], None] = lambda: None
        self._lock = threading.Lock()

    def upload(self, name: str, content: bytes, access: Any, http: Any) -> Any:
        with self._lock:
            self.uploads.append((name, content))
            answer = self.answers.pop(0) if self.answers else None
        self.during()
        if answer is None or answer is TAKEN_AND_CUT:
            taken = self._take(name)
            return taken if answer is None else CUT
        return answer

    def _take(self, name: str) -> Any:
        if any(file.name == name for file in self.files):
            return FileExists(Words("There is one of this name."))
        self.files.append(FileThere(f"id-{len(self.files) + 1}", name))
        return FileTaken(self.files[-1].file_id)

    def page(self, page: int, access: Any, http: Any) -> Any:
        self.pages.append(page)
        if self.list_answers:
            return self.list_answers.pop(0)
        size = RULES.page_size
        shown = self.files[(page - 1) * size : page * size]
        return FilePage(tuple(shown), max(1, -(-len(self.files) // size)), len(self.files))


TAKEN_AND_CUT = object()


def taking(gateway: FakeGateway) -> Files:
    """Make *gateway* one that takes voice files."""
    files = Files()
    gateway.services = gateway.services | {Ability.TAKES_VOICE_FILES}
    gateway.file_rules = RULES
    gateway.upload_file = files.upload  # type: ignore[method-assign]
    gateway.list_files = files.page  # type: ignore[method-assign]
    return files


def recording(name: str = "hello", **values: Any) -> VoiceFile:
    """A voice file with sound of its own; its media folder must be one of the test's."""
    made = VoiceFile.objects.create(**({"name": name, "format": "mp3", "original_name": f"{name}.mp3"} | values))
    made.file.save("hello.mp3", ContentFile(b"ID3 sound"))
    return made

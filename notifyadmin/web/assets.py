"""Static files that come from installed packages which are not Django applications."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import bootstrap
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

PREFIX = "bootstrap"
FILES = ("css/bootstrap.min.css", "js/bootstrap.bundle.min.js")
Problems = list[CheckMessage]


class _Storage(FileSystemStorage):
    prefix = PREFIX
    """Where collectstatic puts the files."""


class BootstrapFinder(BaseFinder):
    """Serves two files of the Bootstrap wheel under ``bootstrap/``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = _Storage(location=Path(next(iter(bootstrap.__path__))))

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        name = path.removeprefix(f"{PREFIX}/")
        if path == name or name not in FILES:
            return []
        found = self.storage.path(name)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        return ((name, self.storage) for name in FILES)

    def check(self, **kwargs: Any) -> Problems:
        return []

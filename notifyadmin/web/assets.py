"""Static files that come from installed packages which are not Django applications."""

from pathlib import Path

import bootstrap
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

PREFIX = "bootstrap"
FILES = ("css/bootstrap.min.css", "js/bootstrap.bundle.min.js")


class BootstrapFinder(BaseFinder):
    """Serves two files of the Bootstrap wheel under ``bootstrap/``."""

    def __init__(self, *args, **kwargs):
        self.storage = FileSystemStorage(location=Path(next(iter(bootstrap.__path__))))
        self.storage.prefix = PREFIX

    def find(self, path, find_all=False, **kwargs):
        name = path.removeprefix(f"{PREFIX}/")
        if path == name or name not in FILES:
            return []
        found = self.storage.path(name)
        return [found] if find_all else found

    def list(self, ignore_patterns):
        return ((name, self.storage) for name in FILES)

    def check(self, **kwargs):
        return []

"""Reads the same list again and again until it is stopped, as a worker of the library pool would."""

import sys
from pathlib import Path

import django


def main(path: Path, started: Path) -> None:
    """Does not return; *started* is made before the first list is read."""
    from . import imports
    from .benches import Bench, Sizes
    from .desk import Provider

    nowhere = Bench("", Provider("http://127.0.0.1:9"), Sizes())
    while True:
        draft = imports.draft(nowhere)
        started.touch()
        imports.ours(draft, path)


if __name__ == "__main__":
    django.setup()
    main(*map(Path, sys.argv[1:3]))

"""Prints the figures; with ``--places`` also where what should be nothing stands."""

import sys
from collections.abc import Iterable
from typing import Any

from . import functions, imports, texts
from .source import modules


def main() -> None:
    places = "--places" in sys.argv
    middle, most, longest = functions.lengths()
    _counted("knots", (f"{package}: {', '.join(circle)}" for package, circle in imports.knots()), places)
    _counted("arrows up", (f"{start} -> {end}" for start, end in imports.arrows_up()), places)
    _counted("imports written as strings", imports.string_imports(), places)
    _line("rooms", sum(one.path.name == "__init__.py" for one in modules().values()))
    _line("files", len(modules()))
    _line("lines", f"{sum(one.text.count(chr(10)) for one in modules().values()):,}")
    _line("lines of a function: median, nine in ten, longest", f"{middle:.0f}, {most:.0f}, {longest}")
    _counted("functions without types", functions.untyped(), places)
    _line("characters of templates on lines over 120", f"{texts.wide_share():.1f} %")
    _counted("retired words in names", texts.retired_in_use(), places)
    _counted("pairs of files that share six lines", map(str, texts.written_twice()), places)


def _counted(label: str, found: Iterable[str], places: bool) -> None:
    listed = list(found)
    _line(label, len(listed))
    for one in listed if places else ():
        print(f"    {one}")


def _line(label: str, value: Any) -> None:
    print(f"{label:<52}{value}")


main()

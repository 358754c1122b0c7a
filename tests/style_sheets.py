"""Lays out the style sheets, one declaration a line; with ``--check`` only says which are not laid out so."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cssbeautifier

PROJECT = Path(__file__).resolve().parents[1]


def laid_out(text: str) -> str:
    """*text* of a style sheet as the formatter writes it; what it says stays the same."""
    options = cssbeautifier.default_options()
    options.indent_size = 2
    options.end_with_newline = True
    options.space_around_combinator = True
    return str(cssbeautifier.beautify(text, options))


def style_sheets() -> list[Path]:
    """Every style sheet under version control."""
    listed = subprocess.run(["git", "ls-files", "*.css"], cwd=PROJECT, capture_output=True, text=True, check=True)
    return [PROJECT / line for line in listed.stdout.splitlines()]


def not_laid_out() -> Iterator[tuple[Path, str]]:
    """Style sheets that the formatter would change, with the text that it would write."""
    for path in style_sheets():
        text = path.read_text()
        if (better := laid_out(text)) != text:
            yield path, better


def main() -> int:
    found = list(not_laid_out())
    if "--check" in sys.argv:
        for path, _ in found:
            print(f"Would lay out {path.relative_to(PROJECT)}; 'make format' does it.")
        return len(found) > 0
    for path, better in found:
        path.write_text(better)
    return 0


if __name__ == "__main__":
    sys.exit(main())

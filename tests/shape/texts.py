"""Templates by the length of their lines, retired words, and lines that stand twice."""

import ast
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator

from .source import ROOT, Module, modules, tracked

WIDE = 120
RUN = 6
"""Lines that are equal in a row before they count as written twice."""

_RETIRED = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def wide_share() -> float:
    """Of all characters in templates, those on lines over 120, in percent."""
    lines = [line for path in tracked() if path.suffix == ".html" for line in (ROOT / path).read_text().splitlines()]
    everything = sum(map(len, lines))
    return 100 * sum(len(line) for line in lines if len(line) > WIDE) / max(1, everything)


def retired() -> set[str]:
    """Words that the glossary has retired, as they stand in names: ``send_line`` or ``Turn``."""
    glossary = ROOT / "docs/glossary.md"
    text = glossary.read_text() if glossary.is_file() else ""
    return set(_RETIRED.findall(text.partition("## Retired")[2]))


def retired_in_use() -> list[str]:
    """Names of files, classes, functions and variables that are, or have, a retired word."""
    gone = retired()
    return [
        f"{module.path} {name}"
        for module in modules().values()
        for name in sorted({module.path.stem, *_names(module)})
        if name in gone or gone & {word.lower() for word in _WORDS.findall(name)}
    ]


def _names(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


def written_twice() -> list[tuple[str, str]]:
    """Pairs of places that share a run of lines, without imports, blank lines and comments."""
    places: dict[str, list[str]] = defaultdict(list)
    for module in modules().values():
        for digest, where in _runs(module):
            places[digest].append(where)
    pairs = {(found[0].split(":")[0], other.split(":")[0]) for found in places.values() for other in found[1:]}
    return sorted(pairs)


def _runs(module: Module) -> Iterator[tuple[str, str]]:
    lines = [
        (number, line.strip())
        for number, line in enumerate(module.text.splitlines(), 1)
        if len(line.strip()) > 3 and not line.strip().startswith(("#", "import ", "from "))
    ]
    for place in range(len(lines) - RUN + 1):
        run = "\n".join(line for _, line in lines[place : place + RUN])
        yield hashlib.sha256(run.encode()).hexdigest(), f"{module.path}:{lines[place][0]}"

"""How the rooms reach each other: knots, arrows up, imports written as strings."""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from .source import ROOT, Module, modules

Edge = tuple[str, str]

_DOTTED = re.compile(r"(?:notifyadmin|providers|campaigns)(?:\.\w+){2,}")
_MAY_NAME_MODULES = ("notifyadmin.settings", "notifyadmin.apps", "providers.apps", "campaigns.apps")


def edges() -> set[Edge]:
    """Pairs of modules of which the first imports the second."""
    return {(one.name, target) for one in modules().values() for target in _imported(one) if target != one.name}


def _imported(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            base = _base(module, node)
            yield from (name for one in node.names if (name := _known(f"{base}.{one.name}", base)))
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name in modules())


def _base(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.package.split(".")
    return ".".join([*parts[: len(parts) - node.level + 1], *([node.module] if node.module else [])])


def _known(*names: str) -> str:
    return next((name for name in names if name in modules()), "")


def knots() -> list[tuple[str, list[str]]]:
    """Siblings that reach each other in a circle, with the package that they lie in."""
    inside: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for start, end in edges():
        package, first, second = _where_they_part(start, end)
        if package and first and second:
            inside[package][first].add(second)
    return [
        (package, sorted(circle))
        for package, arrows in sorted(inside.items())
        for circle in circles(arrows)
        if len(circle) > 1
    ]


def _where_they_part(start: str, end: str) -> tuple[str, str, str]:
    """The package that both lie in, and the child of it that each lies in; empty where one lies in the other."""
    first, second = start.split("."), end.split(".")
    same = next((place for place, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]), None)
    return (".".join(first[:same]), first[same], second[same]) if same else ("", "", "")


def circles(arrows: Mapping[str, Set[str]]) -> Iterable[Set[str]]:
    """Sets of nodes of which each reaches each other one."""
    names = sorted({*arrows, *(end for ends in arrows.values() for end in ends)})
    reached = {name: _reached(name, arrows) for name in names}
    found = {name: frozenset(other for other in reached[name] if name in reached[other]) | {name} for name in names}
    return sorted(set(found.values()), key=sorted)


def _reached(start: str, arrows: Mapping[str, Set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        new = arrows.get(waiting.pop(), frozenset()) - seen
        seen |= new
        waiting.extend(new)
    return seen


def arrows_up() -> list[Edge]:
    """Imports against the order of the layers in pyproject.toml."""
    layers = order()
    found = []
    for start, end in edges():
        above, below = _layer(end, layers), _layer(start, layers)
        if above is not None and below is not None and above < below:
            found.append((start, end))
    return sorted(found)


def order() -> list[Set[str]]:
    """The layers of pyproject.toml from top to bottom, each as the modules that stand in it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers: dict[str, Any] = next(
        (one for one in contracts if one["type"] == "layers"), {"layers": [], "containers": []}
    )
    roots = layers.get("containers") or [""]
    return [
        frozenset(f"{root}.{name.strip(' ()')}".lstrip(".") for root in roots for name in re.split(r"[|:]", line))
        for line in layers["layers"]
    ]


def _layer(module: str, order: list[Set[str]]) -> int | None:
    for place, names in enumerate(order):
        if any(module == name or module.startswith(f"{name}.") for name in names):
            return place
    return None


def string_imports() -> list[str]:
    """Texts that name a module of ours or something in one, outside settings and the start of the applications."""
    return [
        f"{one.path}:{node.lineno} {node.value}"
        for one in modules().values()
        if one.name not in _MAY_NAME_MODULES
        for node in ast.walk(one.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _names_module(node.value)
    ]


def _names_module(text: str) -> bool:
    return bool(_DOTTED.fullmatch(text)) and bool(_known(text, text.rpartition(".")[0]))

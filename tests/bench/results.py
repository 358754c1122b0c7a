"""Figures, what is required of them, and how they are shown."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. ``required`` is empty and ``held`` None where it is only told."""

    name: str
    stack: str
    value: str
    required: str = ""
    held: bool | None = None
    note: str = ""


def at_least(name: str, stack: str, value: float, required: float, unit: str = "", note: str = "") -> Figure:
    """A figure that must not be lower than *required*."""
    return Figure(name, stack, _text(value, unit), f"≥ {_text(required, unit)}", value >= required, note)


def at_most(name: str, stack: str, value: float, required: float, unit: str = "", note: str = "") -> Figure:
    """A figure that must not be higher than *required*."""
    return Figure(name, stack, _text(value, unit), f"≤ {_text(required, unit)}", value <= required, note)


def told(name: str, stack: str, value: float, unit: str = "", note: str = "") -> Figure:
    """A figure of which nothing is required."""
    return Figure(name, stack, _text(value, unit), note=note)


def table(figures: Sequence[Figure]) -> str:
    """All figures below each other; what was measured stands under each name."""
    lines = [_line("", "stack", "measured", "required", ""), "-" * 118]
    for figure in figures:
        verdict = {True: "held", False: "MISSED", None: ""}[figure.held]
        lines.append(_line(figure.name, figure.stack, figure.value, figure.required, verdict))
        if figure.note:
            lines.append(f"    {figure.note}")
    return "\n".join(lines)


def append(path: Path, figure: Figure) -> None:
    """Hand a figure from the process of a stack to the one that shows them all."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(figure)) + "\n")


def read(path: Path) -> list[Figure]:
    """What :func:`append` wrote."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [Figure(**json.loads(line)) for line in lines]


def _line(*cells: str) -> str:
    name, stack, value, required, verdict = cells
    return f"{name:<58}{stack:<10}{value:>18}{required:>18}  {verdict}"


def _text(value: float, unit: str) -> str:
    # Three digits at least: 0.948 of a required 0.95 is no 0.95.
    digits = next(digits for digits, most in ((3, 1), (2, 100), (1, 1000), (0, float("inf"))) if value < most)
    return f"{value:,.{digits}f} {unit}".strip()

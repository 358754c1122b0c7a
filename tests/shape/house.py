"""Draw the house: the wings of ``campaigns`` in their order, what each imports, and the providers below them.

Only from pyproject.toml, the first sentence of each wing, and the imports; the same house makes the same picture.
"""

import ast
import textwrap
from collections.abc import Iterator
from html import escape
from pathlib import Path

from .imports import edges, order
from .source import ROOT, modules

PICTURE = ROOT / "docs/pictures/house.svg"
LEFT, WIDTH, ROW, BOX = 24, 640, 46, 36
"""Pixels: where boxes begin, how wide they are, from one row to the next, and how high a box is."""

BELOW = (
    ("providers", "Accounts, voice files and templates, pushes, the sandbox: everything about outside companies."),
    ("providers.contract", "What a gateway offers and answers, as values that carry decisions; knows nobody."),
    ("providers.gateways", "One folder per provider; knows the contract and nothing else of ours."),
)
STYLE = """
  .paper { fill: #ffffff } .box { fill: #f3f5f9; stroke: #c4ccd8 } .low { fill: #e9f4ef; stroke: #a9cdbb }
  .name { font: 600 14px system-ui, sans-serif; fill: #172033 } .what { font: 12px system-ui, sans-serif; fill: #55607a }
  .way { fill: none; stroke: #4267b2; stroke-width: 1.2; opacity: .45 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #12161f } .box { fill: #1d2431; stroke: #3b475c } .low { fill: #17302a; stroke: #35604f }
    .name { fill: #eef2fa } .what { fill: #a3afc6 } .way { stroke: #8fb0f5 }
  }
"""


def drawing() -> str:
    """The picture as SVG."""
    rows = [*_wings(), *BELOW]
    names = [name for name, _ in rows]
    height = LEFT + ROW * len(rows) + LEFT
    body = [*(_way(*pair) for pair in _ways(names)), *(_box(place, *row) for place, row in enumerate(rows))]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 330} {height}" role="img">',
            "<title>The wings of the house; each imports only those below it</title>",
            f"<style>{STYLE}</style>",
            f'<rect class="paper" width="{LEFT + WIDTH + 330}" height="{height}"/>',
            *body,
            "</svg>\n",
        ]
    )


def _wings() -> Iterator[tuple[str, str]]:
    for names in order():
        for name in sorted(names):
            yield name, _first_sentence(name)


def _first_sentence(name: str) -> str:
    text = ast.get_docstring(modules()[name].tree) or ""
    return " ".join(text.split("\n\n")[0].split())


def _ways(names: list[str]) -> list[tuple[int, int]]:
    places = {(_row(start, names), _row(end, names)) for start, end in edges()}
    return sorted((a, b) for a, b in places if a is not None and b is not None and a != b)


def _row(module: str, names: list[str]) -> int | None:
    fitting = [name for name in names if module == name or module.startswith(f"{name}.")]
    return names.index(max(fitting, key=len)) if fitting else None


def _box(place: int, name: str, what: str) -> str:
    top = LEFT + place * ROW
    kind = "low" if name.startswith("providers") else "box"
    shown = name.removeprefix("campaigns.")
    short = textwrap.shorten(what, 66, placeholder=" …")
    return (
        f'<rect class="{kind}" x="{LEFT}" y="{top}" width="{WIDTH}" height="{BOX}" rx="8"/>'
        f'<text class="name" x="{LEFT + 14}" y="{top + 23}">{escape(shown)}</text>'
        f'<text class="what" x="{LEFT + 176}" y="{top + 23}">{escape(short)}</text>'
    )


def _way(start: int, end: int) -> str:
    first, last = (LEFT + place * ROW + BOX // 2 for place in (start, end))
    out = LEFT + WIDTH + 24 + 14 * abs(end - start)
    return f'<path class="way" d="M{LEFT + WIDTH} {first} C{out} {first} {out} {last} {LEFT + WIDTH} {last}"/>'


def draw(path: Path = PICTURE) -> None:
    """Write the picture."""
    path.write_text(drawing())


if __name__ == "__main__":
    draw()

"""Pictures of numbers as SVG that the server draws: bars on top of each other, and a line across them.

The picture stretches to whatever width there is, so words stand beside it as text, and its numbers in a table. Colours
are those of the states, by class: nothing is said about them here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .badges import token

WIDTH, HEIGHT = 1000, 120
GAP = 0.18
"""Part of a step that is left free between two bars."""

GRID = 4
_serial = count(1)


@dataclass(frozen=True, slots=True)
class Series:
    """One colour: a state word, its label, and one number for each step."""

    state: str
    label: Any
    numbers: Sequence[int]


@dataclass(frozen=True, slots=True)
class Chart:
    """``bars`` lie on top of each other, ``line`` goes across; ``steps`` are the labels of the steps. Only the first
    ``known`` of them (None: all) are not in the future.

    Numbers below zero, which are corrections of earlier steps, are in the table and not in the picture.
    """

    title: str
    description: str
    steps: Sequence[str]
    bars: Sequence[Series]
    line: Series | None = None
    known: int | None = None

    @property
    def series(self) -> list[Series]:
        return [*([self.line] if self.line else []), *self.bars]

    @property
    def top(self) -> int:
        """The number at the upper edge: a round one."""
        sums = [sum(max(one.numbers[place], 0) for one in self.bars) for place in range(len(self.steps))]
        return round_up(max([*sums, *(self.line.numbers if self.line else ()), 1]))

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """The table behind it: label of the step and the numbers in the order of :attr:`series`."""
        known = self.steps[: self.known]
        return [(step, [one.numbers[place] for one in self.series]) for place, step in enumerate(known)]

    @property
    def ends(self) -> tuple[str, str, str]:
        """The labels below the picture: first, middle (of four steps or more) and last."""
        steps = self.steps
        if not steps:
            return "", "", ""
        return steps[0], steps[len(steps) // 2] if len(steps) > 3 else "", steps[-1] if len(steps) > 1 else ""

    def svg(self) -> SafeString:
        """The picture, with its title and description for those who do not see it."""
        name = f"chart-{next(_serial)}"
        return format_html(
            '<svg class="chart" viewBox="0 0 {w} {h}" preserveAspectRatio="none" role="img" '
            'aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{title}</title><desc id="{name}-d">{desc}</desc>'
            "{grid}{bars}{line}</svg>",
            w=WIDTH,
            h=HEIGHT,
            name=name,
            title=self.title,
            desc=self.description,
            grid=_grid(),
            bars=self._columns(),
            line=self._line(),
        )

    def _columns(self) -> SafeString:
        return format_html_join("", "<g><title>{}</title>{}</g>", map(self._column, range(len(self.steps))))

    def _column(self, place: int) -> tuple[str, SafeString]:
        numbers = ", ".join(f"{one.label} {grouped(one.numbers[place])}" for one in self.series)
        step = WIDTH / len(self.steps)
        x, width, y = (place + GAP / 2) * step, step * (1 - GAP), float(HEIGHT)
        # So that the pointer need not hit the bar itself.
        parts = [format_html('<rect class="ground" x="{}" width="{}" height="{}"/>', _n(x), _n(width), HEIGHT)]
        for one in self.bars:
            height = HEIGHT * max(one.numbers[place], 0) / self.top
            y -= height
            if height:
                values = (token(one.state), _n(x), _n(y), _n(width), _n(height))
                parts.append(format_html('<rect class="s-{}" x="{}" y="{}" width="{}" height="{}"/>', *values))
        return f"{self.steps[place]}: {numbers}", format_html_join("", "{}", ((part,) for part in parts))

    def _line(self) -> SafeString:
        if self.line is None or not self.steps:
            return SafeString()
        step = WIDTH / len(self.steps)
        points = " ".join(
            f"{_n(place * step)},{_y(number, self.top)} {_n((place + 1) * step)},{_y(number, self.top)}"
            for place, number in enumerate(self.line.numbers[: self.known])
        )
        return format_html('<polyline class="s-{}" points="{}"/>', token(self.line.state), points)


def round_up(number: int) -> int:
    """The next number of which a quarter is easy to read."""
    step = 4
    while True:
        for factor in (1, 2, 5):
            if number <= step * factor:
                return step * factor
        step *= 10


def grouped(number: int) -> str:
    return str(number_format(number, force_grouping=True))


def _grid() -> SafeString:
    heights = ((_n(HEIGHT * place / GRID),) * 2 for place in range(GRID))
    return format_html_join("", '<line x1="0" x2="1000" y1="{}" y2="{}"/>', heights)


def _y(number: int, top: int) -> str:
    return _n(HEIGHT - HEIGHT * max(number, 0) / top)


def _n(value: float) -> str:
    return f"{value:.2f}"

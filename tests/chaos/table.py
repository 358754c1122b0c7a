"""The table of one play."""

from collections.abc import Mapping, Sequence
from typing import Any

HEADS = (
    *("campaign", "recipients", "accepted", "doubled", "lost", "became unknown", "of at most"),
    *("late unknown", "told", "known", "standstill"),
)


def table(told: Mapping[str, Any]) -> str:
    """One row per campaign, then who was killed and how long everything took."""
    rows = [HEADS, *(_row(campaign, told["recipients"]) for campaign in told["campaigns"])]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    lines = [_aligned(row, widths) for row in rows]
    victims = ", ".join(f"{count} {name}" for name, count in sorted(told["victims"].items()))
    kills = sum(told["victims"].values())
    last = (
        f"{kills} kills in {told['kill_seconds']:.0f} s: {victims}\n"
        f"longest standstill {told['standstill']:.1f} s, slowest recovery of a cut off request {told['recovery']:.1f} s,"
        f" {told['seconds']:.0f} s in all"
    )
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:], "", last])


def _row(campaign: Mapping[str, Any], recipients: int) -> Sequence[str]:
    numbers = (
        recipients,
        campaign["accepted"],
        len(campaign["doubled"]),
        len(campaign["lost"]),
        campaign["unknown_ever"],
        campaign["bound"],
        campaign["unknown_before"],
        campaign["told"],
    )
    share = f"{campaign['share']:.1%}"
    return (campaign["name"], *(f"{number:,}" for number in numbers), share, f"{campaign['standstill']:.1f} s")


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (
        cell.rjust(width) if place else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join([first, *rest])

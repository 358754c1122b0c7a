"""Pictures of numbers."""

import pytest
from defusedxml import ElementTree as ET

from notifyadmin.web.charts import HEIGHT, Chart, Series, round_up


def chart(*bars: list[int], line: list[int] | None = None) -> Chart:
    states = ("delivered", "undelivered", "rejected")
    series = [Series(state, state.title(), numbers) for state, numbers in zip(states, bars, strict=False)]
    steps = [f"{place}:00" for place in range(len(bars[0]))]
    return Chart("Calls <&>", "So many.", steps, series, Series("submitted", "Sent", line) if line else None)


def heights(picture: Chart) -> list[float]:
    root = ET.fromstring(str(picture.svg()))
    return [float(rect.get("height")) for rect in root.iter("rect") if rect.get("class") != "ground"]


def test_bars_are_as_high_as_their_numbers_and_lie_on_top_of_each_other() -> None:
    picture = chart([30, 0], [10, 20])
    assert picture.top == 40
    assert heights(picture) == [HEIGHT * 30 / 40, HEIGHT * 10 / 40, HEIGHT * 20 / 40]


def test_the_picture_is_named_and_described_and_each_step_tells_its_numbers() -> None:
    root = ET.fromstring(str(chart([1000], line=[2000]).svg()))
    names = root.get("aria-labelledby").split()
    words = {part.get("id"): part.text for part in root if part.get("id")}
    assert [words[name] for name in names] == ["Calls <&>", "So many."]
    assert root.find("g/title").text == "0:00: Sent 2,000, Delivered 1,000"


def test_a_correction_below_zero_is_in_the_table_and_not_in_the_picture() -> None:
    picture = chart([-5, 8])
    assert heights(picture) == [HEIGHT]
    assert picture.rows == [("0:00", [-5]), ("1:00", [8])]


@pytest.mark.parametrize(
    ("number", "edge"), [(0, 4), (4, 4), (5, 8), (9, 20), (21, 40), (41, 80), (81, 200), (999, 2000)]
)
def test_the_upper_edge_is_a_round_number(number: int, edge: int) -> None:
    assert round_up(number) == edge


def test_nothing_at_all_is_drawn_without_a_fault() -> None:
    assert heights(chart([0, 0, 0])) == []
    assert chart([0]).ends == ("0:00", "", "")

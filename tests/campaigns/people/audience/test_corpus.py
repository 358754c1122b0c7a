"""Every file of the corpus, row by row."""

from pathlib import Path

import pytest

from campaigns.people.audience import formats
from campaigns.people.audience.formats import Found, UnreadableList
from campaigns.people.audience.judging import Judge, Plan, Rules

from .corpus import Case, cases

CASES = list(cases())


def plan_of(found: Found, home: str) -> Plan:
    others = [place for place in range(found.width) if place != found.number_column]
    return Plan(found.has_header, found.number_column, tuple((place, f"c{place}") for place in others), home)


def outcomes(path: Path, found: Found, home: str) -> list[tuple[int, str]]:
    """What becomes of each row, in the words of the corpus."""
    plan = plan_of(found, home)
    rows = list(formats.rows(path, found))[1 if plan.header else 0 :]
    width = len(found.titles) if plan.header and found.delimiter else 0
    judged = Judge(plan, Rules(), width=width).judge(rows)
    numbers: dict[int, str] = {}
    for person in judged.people:
        numbers[person.row] = f"{numbers.get(person.row, '')} {person.number}".strip()
    return sorted([*numbers.items(), *((problem.row, f"!{problem.words}") for problem in judged.problems)])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_row_of_the_file_becomes_what_it_should(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "stored"
    path.write_bytes(case.data)
    if case.refused:
        with pytest.raises(UnreadableList) as caught:
            list(formats.rows(path, formats.look(path, case.name)))
        assert case.refused in str(caught.value.words)
        return
    found = formats.look(path, case.name, sheet=case.sheet)
    assert {name: getattr(found, name) for name in case.found} == case.found
    told = outcomes(path, found, case.home)
    assert [row for row, _ in told] == [row for row, _ in case.rows]
    for (_, outcome), (row, expected) in zip(told, case.rows, strict=True):
        assert (expected[1:] in outcome and outcome[0] == "!") if expected[0] == "!" else outcome == expected, row


def test_there_are_many_files() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)


def test_the_same_list_has_the_same_shape_in_every_format(tmp_path: Path) -> None:
    shapes = set()
    for name in ("utf-8.csv", "gb18030.csv", "utf-16-be-bom.csv", "semicolon.txt", "tsv-named.xls"):
        (tmp_path / name).write_bytes(next(case.data for case in CASES if case.name == name))
        shapes.add(formats.look(tmp_path / name, name).shape)
    assert len(shapes) == 1

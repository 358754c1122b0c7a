"""Reading as such: whatever is written in any format comes back, in blocks of any size, with the bytes told."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaigns.people.audience import formats
from campaigns.people.audience.formats import delimited, text
from campaigns.people.audience.judging import Judge, Plan, Rules

from .test_corpus import plan_of
from .workbooks import ods, xlsx

mobiles = st.integers(13000000000, 19999999999)
foreign = st.sampled_from(["+6281234567890", "+84912345678", "+12025550123", "+85251234567"])
lists = st.lists(st.one_of(mobiles, mobiles.map(str), foreign), min_size=1, max_size=30)


def _lines(numbers: Sequence[int | str], separator: str) -> str:
    return "".join(f"{place}{separator}{number}{separator}张\r\n" for place, number in enumerate(numbers))


def _text(encoding: str, separator: str) -> Callable[[Sequence[int | str]], bytes]:
    return lambda numbers: (f"序号{separator}手机号{separator}姓名\r\n" + _lines(numbers, separator)).encode(encoding)


def _rows(numbers: Sequence[int | str]) -> list[tuple[int | str, ...]]:
    return [("序号", "手机号", "姓名"), *((place, number, "张") for place, number in enumerate(numbers))]


def _openpyxl(numbers: Sequence[int | str]) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in _rows(numbers):
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def _xlwt(numbers: Sequence[int | str]) -> bytes:
    book, file = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("a")
    for row, cells in enumerate(_rows(numbers)):
        for place, cell in enumerate(cells):
            sheet.write(row, place, cell)
    book.save(file)
    return file.getvalue()


WRITERS: dict[str, Callable[[Sequence[int | str]], bytes]] = {
    **{
        f"csv {encoding}": _text(encoding, ",") for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030", "utf-16-be")
    },
    "csv semicolon": _text("utf-8", ";"),
    "tsv": _text("gbk", "\t"),
    "txt": lambda numbers: "\n".join(map(str, numbers)).encode(),
    "xlsx shared": lambda numbers: xlsx(_rows(numbers)),
    "xlsx inline": _openpyxl,
    "xls": _xlwt,
    "ods": lambda numbers: ods({"a": _rows(numbers)}),
}


@pytest.mark.parametrize("name", sorted(WRITERS.keys() - {"xls"}))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers=lists)
@example(numbers=[13000000000])
def test_any_list_of_numbers_written_in_any_format_comes_back(
    name: str, numbers: list[int | str], tmp_path: Path
) -> None:
    _comes_back(name, numbers, tmp_path)


# Old workbooks are read by a process of their own, which takes most of a second.
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers=lists)
@example(numbers=[13000000000])
def test_any_list_of_numbers_in_an_old_workbook_comes_back(numbers: list[int | str], tmp_path: Path) -> None:
    _comes_back("xls", numbers, tmp_path)


def _comes_back(name: str, numbers: list[int | str], tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(WRITERS[name](numbers))
    found = formats.look(path, name)
    plan = plan_of(found, "CN")
    judged = Judge(plan, Rules()).judge(list(formats.rows(path, found))[1 if plan.header else 0 :])
    expected = [str(number)[1:] if str(number).startswith("+") else f"86{number}" for number in numbers]
    assert [person.number for person in judged.people] == expected
    assert not judged.problems


cell_text = st.text(alphabet=st.sampled_from('ab"\n,;\t 张'), max_size=8)


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.lists(cell_text, min_size=1, max_size=4), max_size=12), size=st.integers(1, 40))
def test_what_a_csv_writer_wrote_is_read_the_same_in_blocks_of_any_size(rows: list[list[str]], size: int) -> None:
    import csv

    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    written = file.getvalue()
    blocks = [written[start : start + size] for start in range(0, len(written), size)]
    assert list(delimited.records(blocks, ",")) == rows


@settings(max_examples=200, deadline=None)
@given(written=st.text(alphabet=st.sampled_from('ab"\n,'), max_size=60), size=st.integers(1, 20))
def test_marks_that_do_not_close_mean_the_same_in_blocks_of_any_size(written: str, size: int) -> None:
    blocks = [written[start : start + size] for start in range(0, len(written), size)]
    assert list(delimited.records(blocks, ",")) == list(delimited.records([written], ","))


def test_a_mark_that_never_closes_costs_only_its_own_row() -> None:
    written = '1,"open\n' + "".join(f"{n},x\n" for n in range(2, 5000))
    read = list(delimited.records([written[:700], written[700:]], ","))
    assert len(read) == 4999
    assert read[0] == ["1", '"open']


def test_a_line_without_end_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(formats.UnreadableList, match="millions of characters"):
        list(delimited.records(["x" * 1024 * 1024] * 20, ","))


def test_the_bytes_that_were_read_are_told_up_to_the_end(tmp_path: Path) -> None:
    for name, data in (
        ("csv", _text("utf-8", ",")([13800138000] * 60_000)),
        ("xlsx", xlsx(_rows([13800138000] * 9_000))),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        told: list[int] = []
        assert sum(1 for _ in formats.rows(path, formats.look(path, name), at=told.append)) in (60_001, 9_001)
        assert told == sorted(told)
        assert len(told) > 1
        assert len(data) * 0.5 < told[-1] <= len(data)


def test_only_the_head_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list"
    path.write_bytes(_text("utf-8", ",")([13800138000] * 200_000))
    blocks: list[int] = []
    real = text._blocks
    monkeypatch.setattr(text, "_blocks", lambda *args: (blocks.append(len(block)) or block for block in real(*args)))
    formats.look(path, "list.csv")
    assert len(blocks) == 1


def test_too_many_rows_are_refused_when_they_come(tmp_path: Path, settings: object) -> None:
    settings.LIST_MAX_ROWS = 10  # type: ignore[attr-defined]
    path = tmp_path / "list"
    path.write_text("mobile\n" + "13800138000\n" * 11)
    with pytest.raises(formats.UnreadableList, match="more than 10 rows"):
        list(formats.rows(path, formats.Found("txt", "utf-8-sig")))


def test_what_was_found_survives_a_json_column(tmp_path: Path) -> None:
    import json

    path = tmp_path / "list"
    path.write_bytes(xlsx(_rows([13800138000])))
    found = formats.look(path, "list.xlsx")
    assert formats.Found.from_json(json.loads(json.dumps(found.to_json()))) == found
    assert found.samples == (("0",), ("13800138000",), ("张",))


def test_another_encoding_or_delimiter_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes("手机;姓名,x\n13800138000;王,y\n".encode("gb18030"))
    found = formats.look(path, "list.csv", encoding="big5hkscs", delimiter=",")
    assert (found.encoding, found.delimiter, found.width) == ("big5hkscs", ",", 2)


def test_several_numbers_in_a_cell_count_once_each() -> None:
    plan = Plan(False, 0, ((1, "name"),), "CN")
    judged = Judge(plan, Rules()).judge([(7, ("13800138000/13900139000", "x"))])
    assert [(person.row, person.typed, person.variables) for person in judged.people] == [
        (7, "13800138000", '{"name": "x"}'),
        (7, "13900139000", '{"name": "x"}'),
    ]

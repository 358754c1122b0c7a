"""Lists in all the shapes that spreadsheets give them."""

from typing import Any

import pytest

from campaigns.people.audience.reading import Table, UnreadableList, read_file, read_text

TABLE = "手机号,姓名,号楼\n13800138000,内科,2\n13900139000,外科,3"


def cells_of(table: Table) -> list[tuple[str, ...]]:
    return [(row.number, *row.values) for row in table.rows]


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("gb18030"),
        TABLE.encode("utf-16"),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace("\n", "\r").encode(),
        TABLE.replace(",", ";").encode(),
        TABLE.replace(",", "\t").encode(),
        TABLE.replace(",", "，").encode(),
        ("sep=;\n" + TABLE.replace(",", ";")).encode(),
    ],
    ids=["utf-8", "bom", "gb18030", "utf-16", "crlf", "cr", "semicolon", "tab", "full-width comma", "declared"],
)
def test_the_same_table_is_read_from_every_encoding_and_separator(data: bytes) -> None:
    table = read_file(data)
    assert table.columns == ("姓名", "号楼")
    assert cells_of(table) == [("13800138000", "内科", "2"), ("13900139000", "外科", "3")]


@pytest.mark.parametrize(
    "title", ["number", "Phone", "MOBILE", "手机号", "手机", "电话", "電話", "號碼", "号码", "联系手机(必填)"]
)
def test_the_number_is_found_by_the_name_of_its_column(title: str) -> None:
    table = read_text(f"序号,{title},姓名\n1,13800138000,内科")
    assert table.columns == ("序号", "姓名")
    assert cells_of(table) == [("13800138000", "1", "内科")]


def test_without_a_header_the_first_column_is_the_number() -> None:
    table = read_text("13800138000,内科\n13900139000,外科")
    assert table.columns == ("column 2",)
    assert table.header == ()
    assert [row.row for row in table.rows] == [1, 2]


def test_a_header_can_be_forbidden_or_forced() -> None:
    assert len(read_text("abc\n13800138000", header=False).rows) == 2
    assert len(read_text("1\n13800138000", header=True).rows) == 1


def test_quoted_cells_keep_separators_quotes_and_line_breaks() -> None:
    table = read_text('number,text\n13800138000,"a, ""b""\nc"\n13900139000,d')
    assert cells_of(table) == [("13800138000", 'a, "b"\nc'), ("13900139000", "d")]


def test_a_quotation_mark_that_never_closes_costs_nobody_a_row() -> None:
    table = read_text('number,text\n13800138000,"open\n13900139000,d\n13700137000,e')
    assert [row.number for row in table.rows] == ["13800138000", "13900139000", "13700137000"]


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    table = read_text("number,name\n\n13800138000,a\n,\n13900139000,b")
    assert [row.row for row in table.rows] == [3, 5]


def test_a_comma_in_a_text_does_not_beat_the_real_separator() -> None:
    table = read_text("13800138000;Hall 2, left\n13900139000;Hall 3, right")
    assert cells_of(table) == [("13800138000", "Hall 2, left"), ("13900139000", "Hall 3, right")]


def test_a_row_with_too_many_cells_is_a_problem_and_never_cut_short() -> None:
    table = read_text("number,text\n13800138000,Hello, there\n13900139000,Hi")
    assert table.rows[0].problem is not None
    assert table.rows[1].problem is None


def test_columns_of_one_name_and_of_none_stay_apart() -> None:
    assert read_text("number,name,name,,{odd}\n13800138000,a,b,c,d").columns == ("name", "name 2", "column 4", "odd")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\n \n,\n", "empty"),
        (b"PK\x03\x04rest", "broken"),
        (b"a\x01\x02\x00\x03\x04\x05b\x06c", "not text"),
        (b"\xff\xff\xff\xff", "none of the encodings"),
        (b"number,name\n", "no row below"),
    ],
)
def test_a_list_that_cannot_be_read_says_why(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableList) as caught:
        read_file(data)
    assert said in str(caught.value.words)


def test_limits_are_told_before_anything_is_taken(settings: Any) -> None:
    settings.LIST_MAX_ROWS, settings.LIST_MAX_BYTES = 2, 60
    with pytest.raises(UnreadableList, match="more than 2 rows"):
        read_text("\n".join(["13800138000"] * 4))
    with pytest.raises(UnreadableList, match="at most 0 MB"):
        read_file(b"1" * 61)

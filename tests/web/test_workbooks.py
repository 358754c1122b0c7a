"""Lists as workbooks."""

import io

import openpyxl

from notifyadmin.web.exports import Table
from notifyadmin.web.workbooks import write_xlsx


def test_a_list_that_is_longer_than_a_sheet_goes_on_in_further_ones() -> None:
    rows = [[str(number), "x"] for number in range(7)]
    target, heard = io.BytesIO(), []
    table = Table("list", ["number", "letter"], iter([rows[:5], rows[5:]]))
    assert write_xlsx(table, target, heard.append, sheet_rows=4) == 7
    sheets = openpyxl.load_workbook(target).worksheets
    cells = [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in sheets]
    assert [len(sheet) for sheet in cells] == [4, 4, 2]
    assert all(sheet[0] == ["number", "letter"] for sheet in cells)
    assert [row for sheet in cells for row in sheet[1:]] == rows
    assert heard == [5, 7]


def test_an_empty_list_has_its_titles_and_a_cell_that_is_too_long_is_cut() -> None:
    target = io.BytesIO()
    write_xlsx(Table("list", ["number"], iter([])), target)
    assert [cell.value for cell in openpyxl.load_workbook(target).active[1]] == ["number"]
    target = io.BytesIO()
    write_xlsx(Table("list", ["text"], iter([[["x" * 40_000]], [["=1+1"]]])), target)
    sheet = openpyxl.load_workbook(target).active
    assert len(sheet["A2"].value) == 32_767
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=1+1", "s")

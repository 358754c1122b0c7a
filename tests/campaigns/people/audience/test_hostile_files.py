"""Files that were made to do harm: they are refused in words, soon and in little memory, or read without loss."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
import xlwt
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, ContactList, ListFile, Suppression
from campaigns.people.audience import formats, importing
from campaigns.people.audience.formats import RawRow, UnreadableList, kinds, limits

from .bringing import newest, page_of, paste, upload
from .workbooks import MAIN, _relations, packed_ods, xlsx

SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return tmp_path / "list"


def _read(path: Path, content: bytes) -> list[RawRow]:
    path.write_bytes(content)
    return list(formats.rows(path, formats.look(path, "list")))


def _sheet(rows: str) -> bytes:
    return xlsx([["mobile"]], **{SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'})


def _shared(texts: str) -> bytes:
    return xlsx([["mobile"]], **{TEXTS: f'<sst xmlns="{MAIN}">{texts}</sst>'})


def _row(number: object, text: str) -> str:
    return f'<row r="{number}"><c r="A{number}" t="str"><v>{text}</v></c></row>'


def _ods(rows: str) -> bytes:
    return packed_ods(f'<table:table table:name="a">{rows}</table:table>')


@pytest.mark.parametrize("odd", ["3", "9", "99999999999999999999", "9" * 5000])
def test_rows_that_lie_about_their_number_still_go_forward(made: Path, odd: str) -> None:
    found = _read(made, _sheet(_row(1, "mobile") + _row(9, "13800138000") + _row(odd, "13800138001")))
    assert [number for number, _ in found] == [1, 9, 10]


def test_cells_in_another_order_stand_in_their_own_columns(made: Path) -> None:
    row = '<row r="1"><c r="B1" t="str"><v>name</v></c><c r="A1" t="str"><v>mobile</v></c></row>'
    assert _read(made, _sheet(row))[0][1] == ("mobile", "name")


@pytest.mark.parametrize("text", ["<rPh ", "<t "])
def test_shared_texts_that_never_end_are_not_searched_again_and_again(made: Path, text: str) -> None:
    # Thousands of times the length would be looked at otherwise.
    with pytest.raises(UnreadableList):
        _read(made, _shared(f"<si>{text * 1_000_000}</si>"))


def test_a_format_of_many_brackets_is_not_searched_again_and_again(made: Path) -> None:
    styles = f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="200" formatCode="{"[" * 400_000}"/></numFmts>'
    related = [("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")]
    parts = {
        SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{_row(1, "13800138000")}</sheetData></worksheet>',
        "xl/styles.xml": f"{styles}</styleSheet>",
        "xl/_rels/workbook.xml.rels": _relations(related),
    }
    assert _read(made, xlsx([], **parts)) == [(1, ("13800138000",))]


def test_the_part_that_names_the_kind_is_not_unpacked_whole(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", bytes(50_000_000))
    made.write_bytes(content.getvalue())
    read: list[int] = []
    real = zipfile.ZipExtFile.read
    monkeypatch.setattr(zipfile.ZipExtFile, "read", lambda self, n=-1: read.append(n) or real(self, n))
    with pytest.raises(UnreadableList, match="ZIP"):
        kinds.kind_of(made)
    assert read and all(0 < size < 1000 for size in read)


def test_one_text_in_thousands_of_cells_is_refused_before_it_fills_the_memory(made: Path) -> None:
    cells = '<c t="s"><v>0</v></c>' * 900
    long = f"<si><t>{'x' * 32_000}</t></si>"
    rows = "".join(f'<row r="{number}">{cells}</row>' for number in range(1, 100))
    content = xlsx(
        [],
        **{
            TEXTS: f'<sst xmlns="{MAIN}">{long}</sst>',
            SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
        },
    )
    with pytest.raises(UnreadableList) as refused:
        _read(made, content)
    assert refused.value.words == limits.TOO_MUCH


def test_a_batch_ends_where_its_rows_are_full_of_text() -> None:
    rows = iter([(number, ("x" * 1_000_000,)) for number in range(1, 1201)])
    assert [len(importing._some(rows, 20_000)) for _ in range(4)] == [500, 500, 200, 0]


@pytest.mark.parametrize(
    "cell",
    [
        '<table:table-cell table:number-columns-repeated="1000"><text:p>x</text:p></table:table-cell>' * 3000,
        "<table:table-cell><text:p>" + '<text:s text:c="1000"/>' * 10_000 + "x</text:p></table:table-cell>",
    ],
    ids=["cells", "blanks"],
)
def test_repeated_cells_and_blanks_are_not_unfolded_without_end(made: Path, cell: str) -> None:
    with pytest.raises(UnreadableList):
        _read(made, _ods(f"<table:table-row>{cell}</table:table-row>"))


def test_rows_behind_more_empty_ones_than_there_can_be_are_refused(made: Path) -> None:
    row = "<table:table-row{}><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row>"
    skipped = row.format(f' table:number-rows-repeated="{10**18}"', "")
    with pytest.raises(UnreadableList):
        _read(made, _ods(row.format("", "mobile") + skipped + row.format("", "13800138000")))


@pytest.mark.parametrize("column", [255, 65_535])
def test_old_workbooks_with_cells_far_apart_do_not_take_the_process_down(made: Path, column: int) -> None:
    book, content = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("a")
    sheet.write(0, 0, "13800138000")
    sheet.write(2, 0, 12345.5)
    book.save(content)
    bomb = bytearray(content.getvalue())
    place = bomb.find(struct.pack("<HHHH", 0x027E, 10, 2, 0))
    bomb[place + 4 : place + 8] = struct.pack("<HH", 65_535, column)
    with pytest.raises(UnreadableList) as refused:
        _read(made, bytes(bomb))
    assert refused.value.words == limits.TOO_MUCH


@pytest.mark.stores
@pytest.mark.django_db
def test_titles_with_signs_that_no_database_takes_are_kept_without_them(staff: Client, draft: Campaign) -> None:
    content = _sheet(_row(1, "mobile_xD83D__x0000_") + _row(2, "13800138000"))
    assert upload(staff, draft, content, "list.xlsx").status_code == 302
    assert newest(draft).found["titles"][0].startswith("mobile")


@pytest.mark.django_db
@pytest.mark.parametrize("chosen", [{"encoding": "zlib_codec"}, {"encoding": "none"}, {"delimiter": "::"}])
def test_a_way_of_reading_that_is_not_offered_is_not_tried(
    staff: Client, draft: Campaign, chosen: dict[str, str]
) -> None:
    paste(staff, draft, 'mobile,"name"\n13800138000,x\n', look="1")
    answer = staff.post(page_of(draft, "columns", newest(draft)), {"look": "1", **chosen})
    assert answer.status_code == 200
    assert newest(draft).found["delimiter"] == ","


@pytest.mark.django_db
def test_ids_that_no_database_takes_choose_nobody(staff: Client) -> None:
    contacts = ContactList.objects.create(name="Guests")
    address = reverse("campaigns:contacts:delete", args=[contacts.pk])
    for odd in ("9" * 30, "9" * 5000):
        assert staff.post(address, {"id": [odd]}).status_code == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("where", ["contacts", "suppression"])
def test_a_list_that_is_taken_out_leaves_no_file(
    staff: Client, draft: Campaign, lists_folder: Path, where: str
) -> None:
    guests = ContactList.objects.create(name="Guests")
    arguments = [guests.pk] if where == "contacts" else ["both", "opt_out"]
    name = f"campaigns:{where}:import"
    sent = {"pasted": "mobile\n13800138000\n", "home": "CN", "complete": "1"}
    staff.post(reverse(name, args=arguments), sent)
    assert len(list(lists_folder.iterdir())) == 1
    staff.post(reverse(f"{name}_remove", args=[*arguments, ListFile.objects.get().pk]))
    assert not list(lists_folder.iterdir())
    assert not Suppression.objects.exists()

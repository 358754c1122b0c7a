"""Files as people have them, each with what becomes of each of its rows. Everything is made here; nothing is stored.

An outcome is a row's number and what it is read as: the digits with country code, several of them with blanks between,
or after an exclamation mark part of the sentence that refuses it. Instead of rows, a file may be refused as a whole.
"""

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import openpyxl
import xlwt

from .workbooks import MAIN, Cells, ods, packed, packed_ods, xlsx

A, B, C = "8613800138000", "8613900139000", "8613700137000"
Outcome = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Case:
    """One file: its name, its bytes, what becomes of its rows or why it is refused, and what the look must find."""

    name: str
    data: bytes
    rows: tuple[Outcome, ...] = ()
    refused: str = ""
    found: dict[str, object] = field(default_factory=dict)
    home: str = "CN"
    sheet: str = ""


def cases() -> Iterator[Case]:
    """All files."""
    yield from _encodings()
    yield from _delimiters()
    yield from _lines_and_marks()
    yield from _numbers()
    yield from _xlsx()
    yield from _xls()
    yield from _ods()
    yield from _refused()


SIMPLIFIED = "序号,手机号,姓名\n1,13800138000,北门\n2,13900139000,南门\n"
TRADITIONAL = "編號,手機號碼,客戶姓名\n1,13800138000,北側門\n2,13900139000,南側門\n"
TWO = ((2, A), (3, B))


def _encodings() -> Iterator[Case]:
    for name, encoding, mark in (
        ("utf-8", "utf-8", b""),
        ("utf-8-bom", "utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le-bom", "utf-16-le", b"\xff\xfe"),
        ("utf-16-be-bom", "utf-16-be", b"\xfe\xff"),
        ("utf-16-le-unmarked", "utf-16-le", b""),
        ("utf-16-be-unmarked", "utf-16-be", b""),
        ("gb18030", "gb18030", b""),
    ):
        found = {"titles": ("序号", "手机号", "姓名"), "number_column": 1, "has_header": True}
        yield Case(f"{name}.csv", mark + SIMPLIFIED.encode(encoding), TWO, found=found)
    big = {"encoding": "big5hkscs", "titles": ("編號", "手機號碼", "客戶姓名"), "number_column": 1}
    yield Case("big5.csv", TRADITIONAL.encode("big5"), TWO, found=big)
    rare = "手机号,姓名\n13800138000,㐂𠮷\n13900139000,€\n"
    yield Case("gb18030-four-bytes.csv", rare.encode("gb18030"), TWO, found={"encoding": "gb18030"})
    late = "mobile,name\n" + "".join(f"{13800138000 + n},x\n" for n in range(3000)) + "13900139000,南门\n"
    rows = (*((n + 2, str(8613800138000 + n)) for n in range(3000)), (3002, B))
    yield Case("letters-only-at-the-end.csv", late.encode("gbk"), rows, found={"encoding": "gb18030"})
    plain = "13800138000,科室三楼东侧\n13900139000,请带身份证\n"
    yield Case("gbk-without-header.csv", plain.encode("gbk"), ((1, A), (2, B)), found={"encoding": "gb18030"})
    taiwan = "13800138000,請攜帶身分證\n13900139000,三樓東側門診\n"
    yield Case("big5-without-header.csv", taiwan.encode("big5"), ((1, A), (2, B)), found={"encoding": "big5hkscs"})
    broken = (
        "手机号,姓名\n13800138000,北门\n".encode()
        + b"13900139000,\xc3\x28\n"
        + "13700137000,南门东门西门\n".encode() * 1
    )
    damaged = ((2, A), (3, "!damaged letter"), (4, C))
    yield Case(
        "one-broken-letter.csv",
        broken + "13600136000,赵钱孙李周吴郑王冯陈褚卫\n".encode(),
        (*damaged, (5, "8613600136000")),
    )


def _delimiters() -> Iterator[Case]:
    for name, sign in (("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("full-width-comma", "，"), ("bar", "|")):
        text = SIMPLIFIED.replace(",", sign)
        yield Case(f"{name}.txt", text.encode(), TWO, found={"delimiter": sign, "number_column": 1})
    declared = "sep=;\n" + SIMPLIFIED.replace(",", ";")
    yield Case("declared.csv", declared.encode(), ((3, A), (4, B)), found={"delimiter": ";"})
    yield Case(
        "one-column.txt", b"13800138000\n13900139000\n", ((1, A), (2, B)), found={"format": "txt", "delimiter": ""}
    )
    commas = "mobile;text\n13800138000;Hall 2, left\n13900139000;Hall 3, right, up\n"
    yield Case("commas-in-values.csv", commas.encode(), TWO, found={"delimiter": ";"})
    yield Case("tsv-named.xls", SIMPLIFIED.replace(",", "\t").encode("gbk"), TWO, found={"format": "tsv"})
    wide = "mobile,text\n13800138000,Hello, there\n13900139000,Hi\n"
    yield Case("unquoted-separator.csv", wide.encode(), ((2, "!quotation marks"), (3, B)))


def _lines_and_marks() -> Iterator[Case]:
    for name, end in (("windows", "\r\n"), ("mac", "\r"), ("unix", "\n")):
        yield Case(f"{name}-lines.csv", SIMPLIFIED.replace("\n", end).encode(), TWO)
    quoted = 'mobile,note\r\n13800138000,"a ""b"", c"\r\n"13900139000","two\r\nlines"\r\n13700137000,x\r\n'
    yield Case("quoted.csv", quoted.encode(), ((2, A), (3, "!line break"), (4, C)))
    unused = '"mobile","note"\n"13800138000","ok"\n"13900139000","ok"'
    yield Case("all-quoted-no-last-line-end.csv", unused.encode(), TWO)
    stray = 'mobile,size\n13800138000,5" pipe\n13900139000,"open\n13700137000,7\n'
    yield Case("stray-marks.csv", stray.encode(), ((2, A), (3, B), (4, C)))
    blank = "mobile,name\n\n13800138000,a\n,\n  ,  \n\n13900139000,b\n\n"
    yield Case("blank-rows.csv", blank.encode(), ((3, A), (7, B)))
    columns = ",,mobile,,name\n,,13800138000,,a\n,,13900139000,,b\n"
    yield Case("blank-columns.csv", columns.encode(), TWO, found={"number_column": 2, "width": 5})
    beside = "id,when,手机\n20240101,2024-01-01,13800138000\n20240102,2024-01-02,13900139000\n"
    yield Case("number-not-first.csv", beside.encode(), TWO, found={"number_column": 2})
    bare = "北门,13800138000,2024-01-01\n南门,13900139000,2024-01-02\n"
    yield Case(
        "no-header-number-second.csv", bare.encode(), ((1, A), (2, B)), found={"number_column": 1, "has_header": False}
    )
    thousand = (
        ",".join(["mobile", *(f"c{n}" for n in range(999))]) + "\n" + ",".join(["13800138000", *["x"] * 999]) + "\n"
    )
    yield Case("thousand-columns.csv", thousand.encode(), ((2, A),), found={"width": 1000})


def _numbers() -> Iterator[Case]:
    typed = (
        ("+86 138 0013 8000", A),
        ("0086-138-0013-8000", A),
        ("(86)13800138000", A),
        ("（86）13800138000", A),
        ("８６１３８００１３８０００", A),
        ("＋８６　１３８００１３８０００", A),
        ("'13800138000", A),
        ('"=""13800138000"""', A),
        ("13800138000.0", A),
        ("\u202d13800138000\u202c", A),
        ("138\u200b0013\u200b8000", A),
        ("138 0013 8000", A),
        ("1.38E+10", "!last digits are lost"),
        ("8.61380013E+12", "!last digits are lost"),
        ("13800138000.5", "!has decimals"),
        ("2024-05-01", "!is a date"),
        ("2024/5/1 12:30", "!is a date"),
        ("13800138000/13900139000", f"{A} {B}"),
        ("13800138000、13900139000", f"{A} {B}"),
        ('"13800138000,13900139000"', f"{A} {B}"),
        ('"13800138000\n13900139000"', f"{A} {B}"),
        ("13800138000 13900139000", f"{A} {B}"),
        ("13800138000/12", "!“12” is none"),
        ("no number", "!no part of a phone number"),
        ("12345", "!not a phone number of the country"),
        ("021-51230029", "862151230029"),
        ("+62 812-3456-7890", "6281234567890"),
    )
    text = "手机号\n" + "".join(f"{cell}\n" for cell, _ in typed)
    yield Case("numbers-as-typed.csv", text.encode(), tuple((n, outcome) for n, (_, outcome) in enumerate(typed, 2)))
    full = "手机号，姓名\n１３８００１３８０００，北门\n１３９００１３９０００，南门\n"
    yield Case("all-full-width.csv", full.encode("gb18030"), TWO)
    abroad = "msisdn\n6281234567890\n84912345678\n13800138000\n"
    outcomes = ((2, "6281234567890"), (3, "84912345678"), (4, "!country code 1"))
    yield Case("no-home.csv", abroad.encode(), outcomes, home="")


def _xlsx() -> Iterator[Case]:
    sheet: list[Cells] = [("手机号", "姓名"), ("13800138000", "北门"), (13900139000, "南门"), (13700137000.0, "李")]
    yield Case("shared-texts.xlsx", xlsx(sheet), (*TWO, (4, C)), found={"format": "xlsx", "sheets": ("Sheet1",)})
    yield Case("renamed-to.csv", xlsx(sheet), (*TWO, (4, C)), found={"format": "xlsx"})
    odd: list[Cells] = [("手机号",), (8.61380013800012e18,), (1.39e10,), (13900139000.5,), (True,), (None,), (45000,)]
    outcomes = (
        (2, "!last digits are lost"),
        (3, "8613900000000"),
        (4, "!has decimals"),
        (5, "!no part"),
        (7, "!"),
    )
    yield Case("odd-number-cells.xlsx", xlsx(odd), outcomes)
    yield Case("openpyxl.xlsx", _by_openpyxl(), ((2, A), (3, "!is a date"), (6, B), (7, C)))
    yield Case(
        "second-sheet.xlsx", _two_sheets(), TWO, sheet="名单", found={"sheet": "名单", "sheets": ("说明", "名单")}
    )
    yield Case("first-sheet-empty.xlsx", _two_sheets(note=False), TWO, found={"sheet": "名单"})
    strange = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c t="inlineStr" r="A1"><x:is><x:r><x:t>mob</x:t></x:r>'
        "<x:r><x:t>ile</x:t></x:r></x:is></x:c></x:row><x:row><!-- </c> --><x:c><x:v>13800138000</x:v></x:c></x:row>"
        '<x:row r="3"><x:c r="A3" t="str"><x:f>B1&amp;"9"</x:f><x:v>13900139000</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    yield Case(
        "prefixes-and-rich-text.xlsx",
        xlsx([], **{"xl/worksheets/sheet1.xml": strange}),
        TWO,
        found={"titles": ("mobile",)},
    )
    far = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>13800138000</v></c></row>'
        '<row r="1048576"><c r="A1048576"><v>13900139000</v></c></row></sheetData></worksheet>'
    )
    yield Case("far-apart.xlsx", xlsx([], **{"xl/worksheets/sheet1.xml": far}), ((1, A), (1048576, B)))
    wide = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="XFD1"><v>13800138000</v></c></row></sheetData></worksheet>'
    yield Case("too-wide.xlsx", xlsx([], **{"xl/worksheets/sheet1.xml": wide}), refused="at most 1000 are read")


def _by_openpyxl() -> bytes:
    """Formulas, dates, merged and blank cells, line breaks, numbers as text."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["B1"] = "mobile", "name"
    sheet["A2"], sheet["B2"] = "13800138000", "a & b <c>"
    sheet["A3"] = dt.date(2024, 5, 1)
    sheet["A6"], sheet["B6"] = 13900139000, "merged"
    sheet.merge_cells("B6:B7")
    sheet["A7"] = "137 0013 7000"
    sheet["B8"] = "=1+1"
    return _saved(book)


def _two_sheets(*, note: bool = True) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "说明"
    if note:
        book.active["A1"] = "请填写第二页"
    rows: list[Sequence[object]] = [("手机号", "姓名"), (13800138000, "张"), (13900139000, "王")]
    sheet = book.create_sheet("名单")
    for row in rows:
        sheet.append(row)
    return _saved(book)


def _saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _xls() -> Iterator[Case]:
    book = xlwt.Workbook()
    sheet = book.add_sheet("名单")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for row, cell in enumerate(("手机号", 13800138000, "139-0013-9000", None, 1.38e20, 13700137000.0), 2):
        if cell is not None:
            sheet.write(row, 1, cell)
    sheet.write(8, 1, dt.date(2024, 5, 1), day)
    file = io.BytesIO()
    book.save(file)
    rows = ((4, A), (5, B), (7, "!last digits are lost"), (8, C), (9, "!is a date"))
    yield Case("old.xls", file.getvalue(), rows, found={"format": "xls", "sheets": ("名单",), "number_column": 1})


def _ods() -> Iterator[Case]:
    sheet: list[Cells] = [("mobile", "name"), ("13800138000", "a  b"), (13900139000, "c"), (None, None), (137.5, "d")]
    rows = (*TWO, (5, "!"))
    yield Case(
        "libre.ods", ods({"Empty": [], "List": sheet}), rows, found={"format": "ods", "sheets": ("Empty", "List")}
    )
    repeated = (
        '<table:table table:name="x"><table:table-row table:number-rows-repeated="3"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row><table:table-row table:number-rows-repeated="2">'
        '<table:table-cell office:value-type="float" office:value="13800138000"/></table:table-row><table:table-row '
        'table:number-rows-repeated="1048000"><table:table-cell/></table:table-row></table:table>'
    )
    yield Case("repeated-rows.ods", packed_ods(repeated), ((4, A), (5, A)))


def _refused() -> Iterator[Case]:
    yield Case("empty.csv", b"", refused="is empty")
    yield Case("only-blanks.csv", b"\r\n , ,\r\n\r\n", refused="is empty")
    yield Case("empty.xlsx", xlsx([]), refused="is empty")
    yield Case("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, refused="file of another kind")
    yield Case("program.csv", bytes(range(256)) * 40, refused="not text")
    yield Case("web-page.xls", b"<html><table><tr><td>13800138000</td></tr></table></html>", refused="web page")
    old = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
    yield Case("xml-2003.xls", old, refused="XML spreadsheet 2003")
    yield Case("cut-off.xlsx", xlsx([("mobile",), ("13800138000",)])[:600], refused="broken")
    yield Case("letter.docx", packed({"word/document.xml": "<w/>"}), refused="file of another kind")
    yield Case("packed.zip", packed({"list.csv": SIMPLIFIED}), refused="ZIP archive")
    yield Case("locked.xlsx", _ole("EncryptedPackage"), refused="password")
    yield Case("bomb.xlsx", _bomb(), refused="far more than a list")
    entities = (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
        + f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    )
    yield Case("entities.xlsx", xlsx([], **{"xl/worksheets/sheet1.xml": entities}), refused="broken")


def _ole(stream: str) -> bytes:
    """The head of a compound file with a directory entry of that name."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(8192)


def _bomb() -> bytes:
    """A small workbook whose directory says that a sheet has two gigabytes."""
    honest = bytearray(xlsx([("mobile",), ("13800138000",)]))
    entry = honest.index(b"xl/worksheets/sheet1.xml", honest.index(b"PK\x01\x02")) - 46
    struct.pack_into("<L", honest, entry + 24, 2 * 1024**3)
    assert zipfile.is_zipfile(io.BytesIO(honest))
    return bytes(honest)

"""Workbooks written by hand, as the programs write them that people use: XLSX with shared texts, and ODS."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

Cells = Sequence[str | int | float | None]


def xlsx(rows: Iterable[Cells], *, name: str = "Sheet1", **parts: str) -> bytes:
    """A workbook with one sheet whose texts are shared, as Excel and WPS write it. *parts* replace others by path."""
    texts: dict[str, int] = {}
    body = "".join(_row(number, cells, texts) for number, cells in enumerate(rows, 1))
    shared = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    return packed(
        {
            "[Content_Types].xml": _content_types(),
            "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
            "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
            f'<sheet name={quoteattr(name)} sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relations(
                [("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")]
            ),
            "xl/worksheets/sheet1.xml": f'{_HEAD}<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>',
            "xl/sharedStrings.xml": f'{_HEAD}<sst xmlns="{MAIN}">{shared}</sst>',
            **parts,
        }
    )


def ods(sheets: dict[str, Iterable[Cells]]) -> bytes:
    """An OpenDocument spreadsheet; integers and floats are number cells, all else text."""
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>{''.join(map(_ods_row, rows))}</table:table>"
        for name, rows in sheets.items()
    )
    return packed_ods(tables)


def packed_ods(tables: str) -> bytes:
    """An OpenDocument spreadsheet around the XML of its *tables*."""
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
    )
    content = (
        f"{_HEAD}<office:document-content {spaces}><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return packed({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": "<manifest/>"})


def packed(parts: dict[str, str]) -> bytes:
    """An archive of *parts*."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in parts.items():
            archive.writestr(path, text)
    return file.getvalue()


def _content_types() -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {"workbook": "sheet.main", "worksheets/sheet1": "worksheet", "sharedStrings": "sharedStrings"}
    listed = "".join(
        f'<Override PartName="/xl/{path}.xml" ContentType="{kind}.{name}+xml"/>' for path, name in parts.items()
    )
    return f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{listed}</Types>'


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{PACKAGE}">{listed}</Relationships>'


def _row(number: int, cells: Cells, texts: dict[str, int]) -> str:
    written = "".join(
        _cell(f"{_letters(place)}{number}", cell, texts) for place, cell in enumerate(cells) if cell is not None
    )
    return f'<row r="{number}" spans="1:{len(cells)}">{written}</row>'


def _cell(reference: str, cell: str | int | float, texts: dict[str, int]) -> str:
    if isinstance(cell, str):
        return f'<c r="{reference}" t="s"><v>{texts.setdefault(cell, len(texts))}</v></c>'
    return f'<c r="{reference}"><v>{cell!r}</v></c>'


def _letters(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _ods_row(cells: Cells) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>"


def _ods_cell(cell: str | int | float | None) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, str):
        lines = "".join(f"<text:p>{_ods_text(line)}</text:p>" for line in cell.split("\n"))
        return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{cell!r}"><text:p>{cell}</text:p></table:table-cell>'


def _ods_text(line: str) -> str:
    # Blanks beside each other count once in XML.
    return escape(line).replace("\t", "<text:tab/>").replace(" ", "<text:s/>")

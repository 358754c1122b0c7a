"""A list to start from, as people have them in spreadsheets."""

from collections.abc import Iterator

from django.utils.translation import gettext

from notifyadmin.web import exports

from .problems import number_title

_ROWS = (
    ("138 0013 8000", "6-2-1189", "2"),
    ("+86 139-0013-9000", "6-2-1190", "2"),
    ("+62 812 3456 7890", "4-1-0307", "3"),
)


def example_file(with_values: bool = True) -> Iterator[str]:
    """A CSV file in UTF-8 with its mark, which every spreadsheet opens; without values it is numbers only."""
    return exports.as_csv(_rows(with_values))


def example_table(with_values: bool = True) -> exports.Table:
    """The same for a workbook."""
    titles, *rows = _rows(with_values)
    return exports.Table("example", titles, iter([rows]))


def _rows(with_values: bool) -> list[list[str]]:
    rows = [[number_title(), gettext("code"), gettext("place")]]
    rows += [[number, code, gettext("Hall %(number)s") % {"number": hall}] for number, code, hall in _ROWS]
    return rows if with_values else [row[:1] for row in rows]

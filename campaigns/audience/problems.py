"""Bad rows as a CSV file that a spreadsheet opens, to be corrected and uploaded again."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext

from campaigns.models import AudienceProblem, Campaign
from notifyadmin.web.words import in_words

BOM = "\ufeff"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def as_csv(campaign: Campaign) -> Iterator[str]:
    """Lines of the file: the row's number, what is wrong, then the cells as they stood."""
    yield BOM + _line([gettext("row"), gettext("problem"), gettext("cells as they were")])
    problems = AudienceProblem.objects.filter(campaign=campaign).order_by("row", "id")
    for problem in problems.iterator(chunk_size=2000):
        yield _line([str(problem.row), in_words(problem.words, problem.values), *(str(cell) for cell in problem.cells)])


def safe_cell(text: str) -> str:
    """*text* so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([safe_cell(cell) for cell in cells])
    return line.getvalue()

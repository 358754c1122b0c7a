"""The rows that were left out, as a CSV file in their own columns, to be corrected and uploaded again.

What comes back maps by itself: the columns stand as they stood, and the one that tells the problem is known by its
name. A list without a header gets one, so that this name has a place.
"""

from collections.abc import Iterator

from django.utils.translation import gettext

from campaigns.models import AudienceProblem, ListFile
from notifyadmin.web import exports
from notifyadmin.web.words import in_words

from .meaning import Meaning

BATCH = 2000


def as_csv(list_file: ListFile, fate: str = "") -> Iterator[str]:
    """The file in pieces, in the language of the moment of the call; only rows of the *fate*, all without one.

    Read in batches and never held as a whole: neither a cursor nor a transaction stays open between two pieces.
    """
    return exports.as_csv(_rows(list_file, fate))


def _rows(list_file: ListFile, fate: str) -> Iterator[list[str]]:
    titles = titles_of(list_file)
    yield [*titles, problem_title()]
    for batch in _batches(list_file, fate):
        for problem in batch:
            yield _row(problem, len(titles))


def titles_of(list_file: ListFile) -> list[str]:
    """The list's header as it was; where it had none, one that is understood when the file comes back."""
    meaning = Meaning.of(list_file)
    if meaning.header:
        return [str(title) for title in list_file.found.get("titles", [])]
    names = dict(meaning.columns) | {meaning.number: number_title()}
    width = max([int(list_file.found.get("width") or 0), *(place + 1 for place in names)])
    return [names.get(place, "") for place in range(width)]


def problem_title() -> str:
    """The name of the column that tells what is wrong."""
    return gettext("problem")


def number_title() -> str:
    """The name of the column of numbers where the list gave it none."""
    return gettext("number")


def _batches(list_file: ListFile, fate: str) -> Iterator[list[AudienceProblem]]:
    problems = AudienceProblem.objects.filter(list_file=list_file).order_by("id")
    if fate:
        problems = problems.filter(fate=fate)
    last = 0
    while batch := list(problems.filter(id__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _row(problem: AudienceProblem, width: int) -> list[str]:
    # What stands beyond the named columns stays beyond them: it is what is wrong with the row.
    cells = [str(cell) for cell in problem.cells]
    cells += [""] * (width - len(cells))
    values = {"row": problem.row, "problem": in_words(problem.words, problem.values)}
    words = gettext("Row %(row)s: %(problem)s") % values
    return [*cells[:width], words, *cells[width:]]

"""Why people of a campaign were not reached: by class, and where no class says it, in the provider's own words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.compose.beginnings.resends.groups import BY_FAILURE, Group
from campaigns.counters.selectors import Failure, Figures
from campaigns.following.recipients.said import MOST_LINES, VAGUE, Said, said_to, unexplained
from campaigns.models import Campaign
from campaigns.models.recipient_filters import LONGEST_TEXT, NO_CLASS


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of "why not": its recipients are listed at ``url``, and sent to again at ``again`` where it may be.

    ``is_quoted`` says that the label is the provider's own.
    """

    label: str
    state: str
    number: int
    percent: float
    url: str
    again: str
    is_quoted: bool = False


class _Pages(NamedTuple):
    """Addresses: of the list, of sending again by class, and of sending again to some; empty where nobody may."""

    listed: str
    again: str
    again_chosen: str


def reasons_of(campaign: Campaign, figures: Figures, *, may_send_again: bool) -> list[Reason]:
    """Most first, as far as the classes go."""
    pages = _pages(campaign, may_send_again=may_send_again and not campaign.is_test)
    total = sum(failure.number for failure in figures.failures)
    return [line for failure in figures.failures for line in _lines(campaign, failure, pages, total)]


def _pages(campaign: Campaign, *, may_send_again: bool) -> _Pages:
    listed = reverse("campaigns:recipients", args=[campaign.pk])
    if not may_send_again:
        return _Pages(listed, "", "")
    names = ("campaigns:again", "campaigns:recipients_again")
    return _Pages(listed, *(reverse(name, args=[campaign.pk]) for name in names))


def _lines(campaign: Campaign, failure: Failure, pages: _Pages, total: int) -> Iterator[Reason]:
    if failure.failure not in VAGUE:
        yield _whole(failure, failure.label, pages, total)
        return
    said = [one for one in said_to(campaign, failure.state, failure.failure, failure.number) if one.label]
    counted = [one for one in said if one.number is not None][:MOST_LINES]
    if len(said) == 1 and (said[0].number or failure.number) >= failure.number:
        yield _whole(failure, said[0].label, pages, total, is_quoted=bool(said[0].own))
    elif counted:
        yield from _by_words(failure, counted, pages, total)
    else:
        words = "; ".join(one.own for one in said[:MOST_LINES] if one.own)
        yield _whole(failure, words or _otherwise(failure), pages, total, is_quoted=bool(words))


def _by_words(failure: Failure, counted: list[Said], pages: _Pages, total: int) -> Iterator[Reason]:
    for one in counted:
        query = {"state": failure.state, "failure": failure.failure or NO_CLASS, "text": one.text[:LONGEST_TEXT]}
        again = f"{pages.again_chosen}?{urlencode({'all': 1, **query})}" if _may_again(failure, pages) else ""
        number = one.number or 0
        url = f"{pages.listed}?{urlencode(query)}"
        yield Reason(one.label, failure.state, number, _percent(number, total), url, again, is_quoted=bool(one.own))
    rest = failure.number - sum(one.number or 0 for one in counted)
    if rest > 0:
        label = _("Other words, or none")
        yield Reason(label, failure.state, rest, _percent(rest, total), f"{pages.listed}?{_query(failure)}", "")


def _whole(failure: Failure, label: str, pages: _Pages, total: int, *, is_quoted: bool = False) -> Reason:
    key = urlencode({"group": Group(failure.state, failure.failure).key})
    again = f"{pages.again}?{key}" if _may_again(failure, pages) else ""
    percent = _percent(failure.number, total)
    return Reason(label, failure.state, failure.number, percent, f"{pages.listed}?{_query(failure)}", again, is_quoted)


def _otherwise(failure: Failure) -> str:
    return failure.label if failure.failure else unexplained()


def _may_again(failure: Failure, pages: _Pages) -> bool:
    return bool(pages.again) and failure.state in BY_FAILURE


def _query(failure: Failure) -> str:
    return urlencode({"state": failure.state, "failure": failure.failure or NO_CLASS})


def _percent(number: int, total: int) -> float:
    return 100 * number / total if total else 0.0

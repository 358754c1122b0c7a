"""Asking for the records of the time of which a restored backup knows nothing."""

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from campaigns.models import Finding, RestoredListing
from providers.contract.abilities import Ability
from providers.contract.records import Records

from . import restored
from .found import asking_of, write_found
from .listing import LONGEST_WINDOW, MARGIN, MOST_PAGES, Member, without_word
from .runs import Run, apply, write_not_shown


def ask_restored(run: Run) -> None:
    """Go on listing that time, page by page, for whoever became unknown by the restoration."""
    for _ in range(MOST_PAGES):
        listing = restored.due(run.account.pk, run.campaigns, timezone.now()) if run.goes_on else None
        if listing is None:
            return
        _read_page(run, listing)


def _read_page(run: Run, listing: RestoredListing) -> None:
    kind, place = Ability(listing.kind), listing.position
    start, end = restored.window(listing, min(LONGEST_WINDOW, run.gateway.records[kind].longest), MARGIN)
    answer = run.ask(lambda: run.gateway.records_by_time(kind, start, end, place, run.access, run.http))
    if not isinstance(answer, Records):
        return
    people = restored.people(listing.restoration, run.campaigns[kind])
    apply(run.account, restored.concerning(people, (*answer.ended, *answer.taken)))
    if restored.is_read(listing, answer.next, end, MARGIN):
        members = list(people.values_list("pk", "number", "submission__reference"))
        _tell_silent(run, answer, members, start)


def _tell_silent(run: Run, answer: Records, members: Collection[Member], start: datetime) -> None:
    """After the last page: of whom there was no word at all."""
    silent = without_word(run.account, members, start)
    write_found(asking_of(run.account, answer, timezone.now()), {Finding.NOT_THERE: silent})
    write_not_shown(silent)

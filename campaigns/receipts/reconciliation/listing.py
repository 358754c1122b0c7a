"""Reading a provider's listing of everything between two times, page by page, for people who have no id.

A listing proves that somebody is not in it only once all of it was read.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from campaigns.models import Finding, Inquiry, Receipt, Recipient
from campaigns.models.statuses import RecipientState
from campaigns.receipts.matching import digits
from providers.accounts.models import Account
from providers.contract.abilities import Ability
from providers.contract.events import ReceiptEvent
from providers.contract.records import Records, RecordsAnswer
from providers.contract.words import Words, gettext_noop

from .found import asking_of, write_found
from .overdue import GAPS, next_window, stamp, unknown_between
from .runs import Run, apply, write_not_shown

MOST_PAGES = 10
"""Requests per account and run."""

MARGIN = timedelta(minutes=2)
"""Around the times of our requests, for the difference between two clocks."""

LONGEST_WINDOW = timedelta(hours=1)

REPEATED = Words(gettext_noop("The provider gave the same page of its records once more instead of the next one."))

Member = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Listing:
    """What is being read: all records of ``kind`` between two times, from ``place`` on. ``members`` are looked for."""

    kind: Ability
    start: datetime
    end: datetime
    place: str
    members: list[Member]

    @property
    def ids(self) -> list[int]:
        return [pk for pk, _, _ in self.members]


def ask_by_time(run: Run, inquiry: Inquiry) -> None:
    """Go on with the listing that is being read, or begin the next one."""
    for _ in range(MOST_PAGES):
        if not run.goes_on or not (_being_read(run, inquiry) or _begin(run, inquiry)):
            return
        listing = _listing(run, inquiry)
        if listing is None:
            _close(inquiry)
        else:
            _read_page(run, inquiry, listing)


def _being_read(run: Run, inquiry: Inquiry) -> bool:
    return inquiry.kind in run.campaigns


def _begin(run: Run, inquiry: Inquiry) -> bool:
    now = timezone.now()
    for kind, ids in run.campaigns.items():
        window = next_window(ids, MARGIN, min(LONGEST_WINDOW, run.gateway.records[kind].longest), now)
        if window:
            inquiry.kind, inquiry.position, inquiry.began_at = kind, "", now
            inquiry.start, inquiry.end = window
            return True
    return False


def _listing(run: Run, inquiry: Inquiry) -> Listing | None:
    """The listing with those who are still to be found in it, if there are any."""
    kind, start, end = Ability(inquiry.kind), inquiry.start, inquiry.end
    if start is None or end is None:
        return None
    members = unknown_between(run.campaigns[kind], start, end, MARGIN, inquiry.began_at or start)
    return Listing(kind, start, end, inquiry.position, members) if members else None


def _read_page(run: Run, inquiry: Inquiry, listing: Listing) -> None:
    answer = run.ask(
        lambda: run.gateway.records_by_time(
            listing.kind, listing.start, listing.end, listing.place, run.access, run.http
        )
    )
    if not isinstance(answer, Records):
        _tell_unread(run.account, listing, answer)
        return _close(inquiry)
    events = _concerning(listing.members, (*answer.ended, *answer.taken))
    apply(run.account, events)
    if answer.next and answer.next != listing.place:
        _tell_settled(run.account, listing, answer, events)
        inquiry.position = answer.next
        inquiry.save(update_fields=["kind", "start", "end", "position", "began_at"])
        return None
    _tell_all(run.account, listing, answer, events)
    return _close(inquiry)


def _close(inquiry: Inquiry) -> None:
    inquiry.kind, inquiry.position, inquiry.start, inquiry.end, inquiry.began_at = "", "", None, None, None
    inquiry.save(update_fields=["kind", "start", "end", "position", "began_at"])


def _concerning(members: Collection[Member], events: Iterable[ReceiptEvent]) -> list[ReceiptEvent]:
    """A listing is of everybody; the others have their ids, and what concerns them comes by itself."""
    numbers = {number for _, number, _ in members}
    references = {reference for _, _, reference in members}
    return [
        event
        for event in events
        if digits(event.number) in numbers or event.ref.strip().partition(".")[0] in references
    ]


def _tell_unread(account: Account, listing: Listing, answer: RecordsAnswer) -> None:
    """Nothing came: whoever was on no page before may be anywhere."""
    now = timezone.now()
    stamp(listing.ids, GAPS, now)
    finding = Finding.IN_PART if listing.place else Finding.NOT_ASKED
    write_found(asking_of(account, answer, now), {finding: listing.ids})


def _tell_settled(account: Account, listing: Listing, answer: Records, events: Collection[ReceiptEvent]) -> None:
    """What one page of several found: who is on none of the others is still to be told."""
    findings = _settled(listing, events)
    found = [pk for ids in findings.values() for pk in ids]
    if found:
        now = timezone.now()
        stamp(found, GAPS, now)
        write_found(asking_of(account, answer, now), findings)


def _tell_all(account: Account, listing: Listing, answer: Records, events: Collection[ReceiptEvent]) -> None:
    """After the last page: what was found about everybody."""
    now = timezone.now()
    findings = _settled(listing, events)
    open_now = set(_in_state(listing, RecipientState.UNKNOWN))
    silent = open_now & set(without_word(account, listing.members, listing.start))
    findings[Finding.IN_PART if answer.next else Finding.NOT_THERE] = sorted(silent)
    findings[Finding.BY_NUMBER] = sorted(open_now - silent)
    stamp(listing.ids, GAPS, now)
    write_found(asking_of(account, answer, now, REPEATED if answer.next else None), findings)
    if not answer.next:
        write_not_shown(silent)


def _settled(listing: Listing, events: Collection[ReceiptEvent]) -> dict[Finding, list[int]]:
    """Those whom *events* name and who are unknown no more; others a push may have settled meanwhile."""
    named = {digits(event.number) for event in events}
    ids = {pk for pk, number, _ in listing.members if number in named}
    going = set(_in_state(listing, RecipientState.SUBMITTED)) & ids
    ended = ids - going - set(_in_state(listing, RecipientState.UNKNOWN))
    return {Finding.ENDED: sorted(ended), Finding.UNDER_WAY: sorted(going)}


def _in_state(listing: Listing, state: RecipientState) -> Iterable[int]:
    return Recipient.objects.filter(pk__in=listing.ids, state=state).values_list("pk", flat=True)


def without_word(account: Account, members: Collection[Member], since: datetime) -> list[int]:
    """Members of whom there is no word, also none *since* then that still waits to be told whose it is."""
    waiting = Receipt.objects.filter(account=account, recipient__isnull=True, received_at__gte=since)
    heard = {digits(number) for number in waiting.values_list("number", flat=True).iterator(2000)}
    return [pk for pk, number, _ in members if number not in heard]

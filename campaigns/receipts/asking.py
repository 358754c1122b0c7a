"""Asking providers for what they did not tell: gently, in the background, and only where they can be asked.

What comes back goes the way of every receipt. Nothing here sends anybody anything again: that the records do not show
a recipient is written on it for people to read, and decides nothing.
"""

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from campaigns.models import Inquiry, Receipt, Recipient
from campaigns.statuses import RecipientState
from providers.accounts.models import Account, AccountState
from providers.accounts.services import http_client
from providers.calllog import services as calllog
from providers.contract.abilities import Ability
from providers.contract.errors import NotSent, Refused
from providers.contract.events import ReceiptEvent
from providers.contract.gateway import Gateway
from providers.contract.http import HttpClient
from providers.contract.messages import AccountAccess
from providers.contract.records import Records, RecordsAnswer
from providers.contract.words import Words, gettext_noop

from . import restored
from .applying import locked_accounts, store
from .matching import digits
from .overdue import GAPS, campaigns_by_kind, due_with_id, next_window, stamp, unknown_between
from .statements import Statement, collect, statement_of

MOST_BY_ID = 10
MOST_PAGES = 10
"""Requests per account and run, by id and by time."""

MOST_SECONDS = 45.0
"""After which an account's run makes no further request."""

CLAIMED = timedelta(minutes=5)
"""For how long a run keeps others away; longer than it can last."""

RESTS = {Records: 30.0, Refused: 600.0, NotSent: 120.0}
"""Seconds until the account may be asked again, by how the run ended; anything else counts as refused."""

MARGIN = timedelta(minutes=2)
"""Around the times of our requests, for the difference between two clocks."""

LONGEST_WINDOW = timedelta(hours=1)

NOT_SHOWN = gettext_noop(
    "The provider's records did not show this recipient at %(time)s (UTC). That makes it likely, but does not prove, "
    "that the request was not taken. Nothing is sent again by itself: look in the provider's console, then decide."
)


@dataclass(slots=True)
class Run:
    """One account being asked. ``ended`` is set by the first answer that is not records."""

    account: Account
    gateway: Gateway
    access: AccountAccess
    http: HttpClient
    campaigns: dict[Ability, list[int]]
    deadline: float
    requests: int = 0
    ended: RecordsAnswer | None = None

    @property
    def goes_on(self) -> bool:
        return self.ended is None and time.monotonic() < self.deadline

    def ask(self, request: Callable[[], RecordsAnswer]) -> Records | None:
        """Make one request, log it, and return what it brought, or end the run."""
        answer = request()
        self.requests += 1
        calllog.record(self.account, "records", answer)
        if isinstance(answer, Records):
            return answer
        self.ended = answer
        return None


def ask_records(http: HttpClient | None = None) -> int:
    """Ask for every account that has somebody to ask about. Returns how many requests were made.

    Must not run inside a transaction.
    """
    accounts = Account.objects.able_to(Ability.PULLS_RECEIPTS).filter(state=AccountState.ACTIVE).order_by("pk")
    return sum(_ask_account(account, http or http_client()) for account in accounts)


def _ask_account(account: Account, http: HttpClient) -> int:
    now = timezone.now()
    known = account.gateway.records
    campaigns = {kind: ids for kind, ids in campaigns_by_kind(account.pk, now).items() if kind in known}
    inquiry = _claimed(account, now) if campaigns else None
    if inquiry is None:
        return 0
    run = Run(account, account.gateway, account.access(), http, campaigns, time.monotonic() + MOST_SECONDS)
    for kind in campaigns:
        _ask_by_id(run, kind)
    _ask_by_time(run, inquiry)
    _ask_restored(run)
    inquiry.next_at = timezone.now() + _rest(run.ended)
    inquiry.save(update_fields=["next_at"])
    return run.requests


def _claimed(account: Account, now: datetime) -> Inquiry | None:
    """The account's inquiry, if it is time and nobody else is at it."""
    Inquiry.objects.get_or_create(account=account, defaults={"next_at": now})
    if not Inquiry.objects.filter(account=account, next_at__lte=now).update(next_at=now + CLAIMED):
        return None
    return Inquiry.objects.get(account=account)


def _rest(ended: RecordsAnswer | None) -> timedelta:
    asked_for = getattr(ended, "retry_after", None) or 0.0
    return timedelta(seconds=max(RESTS.get(Records if ended is None else type(ended), RESTS[Refused]), asked_for))


def _ask_by_id(run: Run, kind: Ability) -> None:
    most = run.gateway.records[kind].max_ids
    due = due_with_id(run.campaigns[kind], most * MOST_BY_ID, timezone.now())
    for first in range(0, len(due), most):
        if not run.goes_on:
            return
        people = due[first : first + most]
        # Before asking: whatever becomes of this request, it is not repeated at once.
        stamp([one.pk for one in people], GAPS[-1:], timezone.now())
        ids = [one.provider_id for one in people]
        found = run.ask(lambda ids=ids: run.gateway.records_by_id(kind, ids, run.access, run.http))  # type: ignore[misc]
        if found is not None:
            _apply_by_id(run.account, people, found)


def _apply_by_id(account: Account, people: Collection[Recipient], found: Records) -> None:
    unknown = {one.provider_id: one.pk for one in people if one.state == RecipientState.UNKNOWN}
    # Of those that are submitted it is known already that the provider has them.
    taken = [event for event in found.taken if event.provider_id in unknown]
    asked = {one.provider_id for one in people}
    _apply(account, [event for event in (*found.ended, *taken) if event.provider_id in asked])
    shown = {event.provider_id for event in (*found.ended, *found.taken)}
    _write_not_shown(pk for provider_id, pk in unknown.items() if provider_id not in shown)


def _ask_by_time(run: Run, inquiry: Inquiry) -> None:
    """Go on with the listing that is being read, or begin the next one."""
    for _ in range(MOST_PAGES):
        if not run.goes_on or not (_being_read(run, inquiry) or _begin(run, inquiry)):
            return
        _read_page(run, inquiry)


def _being_read(run: Run, inquiry: Inquiry) -> bool:
    return inquiry.kind in run.campaigns


def _begin(run: Run, inquiry: Inquiry) -> bool:
    for kind, ids in run.campaigns.items():
        window = next_window(ids, MARGIN, min(LONGEST_WINDOW, run.gateway.records[kind].longest), timezone.now())
        if window:
            inquiry.kind, inquiry.position = kind, ""
            inquiry.start, inquiry.end = window
            return True
    return False


def _read_page(run: Run, inquiry: Inquiry) -> None:
    kind, start, end = Ability(inquiry.kind), inquiry.start, inquiry.end
    if start is None or end is None:
        return _close(inquiry)
    members = unknown_between(run.campaigns[kind], start, end, MARGIN)
    ids = [pk for pk, _, _ in members]
    place = inquiry.position
    found = run.ask(lambda: run.gateway.records_by_time(kind, start, end, place, run.access, run.http)) if ids else None
    if found is None:
        stamp(ids, GAPS, timezone.now())
        return _close(inquiry)
    _apply(run.account, _concerning(members, (*found.ended, *found.taken)))
    if found.next and found.next != place:
        inquiry.position = found.next
        inquiry.save(update_fields=["kind", "start", "end", "position"])
        return None
    stamp(ids, GAPS, timezone.now())
    _write_not_shown(_not_shown(run.account, members, start))
    return _close(inquiry)


def _ask_restored(run: Run) -> None:
    """Go on listing the time of which a restored backup knows nothing."""
    for _ in range(MOST_PAGES):
        listing = restored.due(run.account.pk, run.campaigns, timezone.now()) if run.goes_on else None
        if listing is None:
            return
        kind, place = Ability(listing.kind), listing.position
        start, end = restored.window(listing, min(LONGEST_WINDOW, run.gateway.records[kind].longest), MARGIN)
        found = run.ask(
            lambda kind=kind, start=start, end=end, place=place: run.gateway.records_by_time(  # type: ignore[misc]
                kind, start, end, place, run.access, run.http
            )
        )
        if found is not None:
            people = restored.people(listing.restoration, run.campaigns[kind])
            _apply(run.account, restored.concerning(people, (*found.ended, *found.taken)))
            if restored.is_read(listing, found.next, end, MARGIN):
                members = list(people.values_list("pk", "number", "submission__reference"))
                _write_not_shown(_not_shown(run.account, members, start))


def _close(inquiry: Inquiry) -> None:
    inquiry.kind, inquiry.position, inquiry.start, inquiry.end = "", "", None, None
    inquiry.save(update_fields=["kind", "start", "end", "position"])


Member = tuple[int, str, str]


def _concerning(members: Collection[Member], events: Iterable[ReceiptEvent]) -> list[ReceiptEvent]:
    """A listing is of everybody; the others have their ids, and what concerns them comes by itself."""
    numbers = {number for _, number, _ in members}
    references = {reference for _, _, reference in members}
    return [
        event
        for event in events
        if digits(event.number) in numbers or event.ref.strip().partition(".")[0] in references
    ]


def _apply(account: Account, events: Collection[ReceiptEvent]) -> None:
    if not events:
        return
    statements: dict[str, Statement] = {}
    now = timezone.now()
    for event in events:
        collect(statements, statement_of(account.pk, event, now))
    with transaction.atomic():
        for locked in locked_accounts([account.pk]):
            store(locked, statements)


def _not_shown(account: Account, members: Collection[Member], since: datetime) -> Iterable[int]:
    """Members of whom there is no word, also none *since* then that still waits to be told whose it is."""
    waiting = Receipt.objects.filter(account=account, recipient__isnull=True, received_at__gte=since)
    heard = {digits(number) for number in waiting.values_list("number", flat=True).iterator(2000)}
    return [pk for pk, number, _ in members if number not in heard]


def _write_not_shown(recipient_ids: Iterable[int]) -> None:
    words = Words(NOT_SHOWN, {"time": f"{timezone.now():%Y-%m-%d %H:%M}"})
    silent = Recipient.objects.filter(pk__in=list(recipient_ids), state=RecipientState.UNKNOWN)
    silent.update(reason=words.pack())

"""Asking providers for what they did not tell: gently, in the background, and only where they can be asked.

What comes back goes the way of every receipt. Nothing here sends anybody anything again: that the records do not show
a recipient is written on it for people to read, and decides nothing.
"""

import time
from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils import timezone

from campaigns.models import Finding, Inquiry, Recipient
from campaigns.models.statuses import RecipientState
from campaigns.receipts.matching import digits
from providers.accounts.models import Account, AccountState
from providers.accounts.services import http_client
from providers.contract.abilities import Ability
from providers.contract.errors import NotSent, Refused
from providers.contract.http import HttpClient
from providers.contract.records import Records, RecordsAnswer

from .found import asking_of, write_found
from .listing import ask_by_time
from .overdue import GAPS, campaigns_by_kind, due_with_id, stamp
from .restoredlisting import ask_restored
from .runs import Run, apply, write_not_shown

MOST_BY_ID = 10
"""Requests per account and run."""

MOST_SECONDS = 45.0
"""After which an account's run makes no further request."""

CLAIMED = timedelta(minutes=5)
"""For how long a run keeps others away; longer than it can last."""

RESTS = {Records: 30.0, Refused: 600.0, NotSent: 120.0}
"""Seconds until the account may be asked again, by how the run ended; anything else counts as refused."""


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
    ask_by_time(run, inquiry)
    ask_restored(run)
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
        answer = run.ask(lambda ids=ids: run.gateway.records_by_id(kind, ids, run.access, run.http))  # type: ignore[misc]
        asking = asking_of(run.account, answer, timezone.now())
        if isinstance(answer, Records):
            write_found(asking, _apply_by_id(run.account, people, answer))
        else:
            write_found(asking, {Finding.NOT_ASKED: [one.pk for one in people]})


def _apply_by_id(account: Account, people: Collection[Recipient], found: Records) -> dict[Finding, list[int]]:
    """Apply what is new, and tell what was found about each of *people*."""
    unknown = {one.provider_id: one.pk for one in people if one.state == RecipientState.UNKNOWN}
    # Of those that are submitted it is known already that the provider has them.
    taken = [event for event in found.taken if event.provider_id in unknown]
    asked = {one.provider_id for one in people}
    apply(account, [event for event in (*found.ended, *taken) if event.provider_id in asked])
    findings = _findings_by_id(people, found)
    write_not_shown(set(findings[Finding.NOT_THERE]) & set(unknown.values()))
    return findings


def _findings_by_id(people: Collection[Recipient], found: Records) -> dict[Finding, list[int]]:
    ended, taken = ({(one.provider_id, digits(one.number)) for one in said} for said in (found.ended, found.taken))
    named = {provider_id for provider_id, _ in ended | taken}
    findings: dict[Finding, list[int]] = {finding: [] for finding in Finding}
    for one in people:
        call = (one.provider_id, one.number)
        if call in ended:
            findings[Finding.ENDED].append(one.pk)
        elif call in taken:
            findings[Finding.UNDER_WAY].append(one.pk)
        else:
            findings[Finding.MISMATCH if one.provider_id in named else Finding.NOT_THERE].append(one.pk)
    return findings

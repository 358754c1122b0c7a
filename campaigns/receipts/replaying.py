"""Reading stored pushes again after a table of meanings was corrected, and correcting what was concluded from them.

What the provider said stays as it is; only what it means changes. Running it again changes nothing more.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from campaigns.alerts.services import record
from campaigns.models import ActivityKind, Receipt
from campaigns.models.erased import MASK
from providers.accounts.models import Account
from providers.contract.events import ReceiptEvent, ReplyEvent, ReviewEvent
from providers.contract.words import Words, gettext_noop
from providers.webhooks.models import InboundPush, PushState

from .applying import locked_accounts, store
from .ingest import BATCH_BYTES, read
from .matching import digits
from .settling import settle
from .statements import Statement, collect, statement_of

BATCH = 500
MEANINGS = ("verdict", "failure", "reason", "cost", "currency", "charged_seconds", "redials")
"""Columns of a receipt that are our reading of it; everything else is the provider's own."""

LEFT_OF_ERASED = 5
"""Most digits that can be left of a number whose last ten were erased."""

REPLAYED = gettext_noop(
    "Stored pushes were read again: %(pushes)s. Receipts that mean something else now: %(changed)s."
)


@dataclass(frozen=True, slots=True)
class Change:
    """Receipts of one code that mean something else now. ``before`` and ``after`` are verdict and failure class."""

    door: str
    code: str
    before: tuple[str, str]
    after: tuple[str, str]


@dataclass(slots=True)
class Replayed:
    """What a replay found. ``added`` were not stored yet, ``readable`` are pushes that could not be read before."""

    pushes: int = 0
    changed: int = 0
    added: int = 0
    replaced: int = 0
    readable: int = 0
    changes: Counter[Change] = field(default_factory=Counter)


def replay(account: Account, since: datetime | None = None, *, apply: bool) -> Replayed:
    """Read the account's pushes received from *since* on again; with *apply* also correct receipts and recipients.

    In transactions of bounded size, so it may be stopped at any time and run again. Pushes whose body was erased are
    left alone. Must not run inside a transaction.
    """
    found = Replayed()
    for batch in _batches(account, since):
        with transaction.atomic():
            for locked in locked_accounts([account.pk]):
                _replay_some(locked, batch, found, apply=apply)
    if apply and (found.changed or found.added or found.replaced):
        values = {"pushes": found.pushes, "changed": found.changed + found.replaced}
        record(ActivityKind.REPLAYED, Words(REPLAYED, values), account_id=account.pk)
    return found


def _batches(account: Account, since: datetime | None) -> Iterator[list[InboundPush]]:
    read_before = (PushState.APPLIED, PushState.UNREADABLE)
    pushes = InboundPush.objects.filter(account=account, state__in=read_before).exclude(body=b"").order_by("pk")
    if since is not None:
        pushes = pushes.filter(received_at__gte=since)
    last = 0
    while batch := _some(pushes.filter(pk__gt=last)):
        yield batch
        last = batch[-1].pk


def _some(pushes: QuerySet[InboundPush]) -> list[InboundPush]:
    chosen: list[InboundPush] = []
    size = 0
    for push in pushes[:BATCH].iterator(50):
        size += len(push.body)
        if chosen and size > BATCH_BYTES:
            break
        chosen.append(push)
    return chosen


def _replay_some(account: Account, pushes: Sequence[InboundPush], found: Replayed, *, apply: bool) -> None:
    found.pushes += len(pushes)
    statements: dict[str, Statement] = {}
    for push in pushes:
        events = _events(account, push)
        if push.state == PushState.UNREADABLE:
            _reopen(push, found, apply=apply and bool(events), readable=bool(events))
            continue
        for event in events:
            if isinstance(event, ReceiptEvent):
                collect(statements, statement_of(account.pk, event, push.received_at, push.pk, push.door))
    stored = {one.fingerprint: one for one in _stored(account, statements)}
    changed = [(receipt, statements[name]) for name, receipt in stored.items() if _differs(receipt, statements[name])]
    for receipt, statement in changed:
        found.changes[_change(receipt, statement)] += 1
    fresh = {name: one for name, one in statements.items() if name not in stored}
    stale = _stale(pushes, statements, fresh)
    found.changed += len(changed)
    found.replaced += len(stale)
    found.added += len(fresh) - min(len(fresh), len(stale))
    if apply:
        _correct(account, changed, fresh, stale)


def _events(account: Account, push: InboundPush) -> Sequence[ReceiptEvent | ReplyEvent | ReviewEvent]:
    """What *push* says by the tables of today, but nothing about a number that was erased from it on demand."""
    events = read(account, push).events
    if MASK not in bytes(push.body):
        return events
    return [one for one in events if isinstance(one, ReviewEvent) or len(digits(one.number)) > LEFT_OF_ERASED]


def _reopen(push: InboundPush, found: Replayed, *, apply: bool, readable: bool) -> None:
    """What can be read now goes the usual way, also when it is a reply or a review."""
    found.readable += readable
    if apply:
        InboundPush.objects.filter(pk=push.pk).update(state=PushState.NEW, problem="")


def _stored(account: Account, statements: Mapping[str, Statement]) -> QuerySet[Receipt]:
    return Receipt.objects.filter(account=account, fingerprint__in=list(statements))


def _differs(receipt: Receipt, statement: Statement) -> bool:
    return any(getattr(receipt, name) != getattr(statement, name) for name in MEANINGS)


def _change(receipt: Receipt, statement: Statement) -> Change:
    before, after = ((one.verdict, one.failure) for one in (receipt, statement))
    return Change(statement.door, statement.code, before, after)


def _stale(
    pushes: Sequence[InboundPush], statements: Mapping[str, Statement], fresh: Mapping[str, Statement]
) -> list[Receipt]:
    """Receipts whose push now says the same about the same call in other words, such as a code out of another field."""
    if not fresh:
        return []
    calls = {(one.push_id, one.provider_id, one.reference) for one in fresh.values()}
    beside = Receipt.objects.filter(push__in=[push.pk for push in pushes]).exclude(fingerprint__in=list(statements))
    return [one for one in beside if (one.push_id, one.provider_id, one.reference) in calls]


def _correct(
    account: Account,
    changed: Sequence[tuple[Receipt, Statement]],
    fresh: Mapping[str, Statement],
    stale: Sequence[Receipt],
) -> None:
    for receipt, statement in changed:
        for name in MEANINGS:
            setattr(receipt, name, getattr(statement, name))
    Receipt.objects.bulk_update([receipt for receipt, _ in changed], MEANINGS, batch_size=BATCH)
    Receipt.objects.filter(pk__in=[receipt.pk for receipt in stale]).delete()
    store(account, fresh)
    concerned = {receipt.recipient_id for receipt in (*stale, *(receipt for receipt, _ in changed))}
    settle({pk for pk in concerned if pk})

"""From kept pushes to settled recipients: read, store each statement once, match, apply. All of it may run again."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.utils import timezone

from campaigns.models import Receipt
from providers.accounts.models import Account
from providers.contract.events import ReceiptEvent, ReviewEvent
from providers.contract.push import PushBody, PushReading
from providers.contract.words import Words, gettext_noop
from providers.registry import UnknownGateway
from providers.voicetemplates.services import apply_review
from providers.webhooks.models import InboundPush, PushState

from .matching import match
from .settling import settle

BATCH = 500
BATCH_BYTES = 2 * 1024 * 1024
"""Most bytes of pushes in one transaction: some thousand receipts, however many a provider puts into one push."""
FETCHED_AT_ONCE = 50
REMATCH_BATCH = 2000
REMATCH_WINDOW = timedelta(hours=1)

MOST_SECONDS = 24 * 60 * 60
"""No call lasts longer; a provider that says so means something else."""

NOT_STORABLE = (DataError, IntegrityError, OverflowError, ValueError, UnknownGateway)
"""What a value outside every range, or a gateway that was taken out, makes of a transaction."""

UNSTORABLE = Words(gettext_noop("This push holds a value that cannot be stored, or its provider is not installed."))
TRUNCATED = Words(gettext_noop("The body was larger than this installation keeps, so it was cut and cannot be read."))
UNKNOWN_TEMPLATE = Words(gettext_noop("The review names a template that this account does not have: %(template)s."))


def apply_pushes(limit: int = BATCH) -> int:
    """Read and apply the oldest new pushes. Returns how many it took: fewer than *limit* when none is left."""
    taken = 0
    while taken < limit:
        count = _apply_some(limit - taken)
        if not count:
            break
        taken += count
    return taken


def _apply_some(limit: int) -> int:
    """As many as fit into one transaction."""
    try:
        with transaction.atomic():
            pushes = _new_pushes(limit)
            _apply(pushes)
            return len(pushes)
    except NOT_STORABLE:
        return _apply_singly(limit)


def _apply_singly(limit: int) -> int:
    """Somewhere among them is one that cannot be stored: it is set aside, and the others are applied."""
    ids = list(_new().values_list("pk", flat=True)[:limit])
    for pk in ids:
        try:
            with transaction.atomic():
                _apply(list(_skip_locked(_new().filter(pk=pk))))
        except NOT_STORABLE:
            _new().filter(pk=pk).update(state=PushState.UNREADABLE, problem=UNSTORABLE.pack())
    return len(ids)


def _apply(pushes: Sequence[InboundPush]) -> None:
    by_account: dict[int, list[InboundPush]] = {}
    for push in pushes:
        by_account.setdefault(push.account_id, []).append(push)
    for account in _locked_accounts(by_account):
        _apply_account(account, by_account[account.pk])


def rematch(*, older: bool = False) -> int:
    """Try unmatched receipts again: those of the last hour, or with *older* all before. Returns how many matched."""
    since = timezone.now() - REMATCH_WINDOW
    waiting = Receipt.objects.filter(recipient__isnull=True, mismatch=False)
    waiting = waiting.filter(received_at__lt=since) if older else waiting.filter(received_at__gte=since)
    accounts = list(waiting.order_by().values_list("account_id", flat=True).distinct())
    matched = 0
    for account_id in sorted(accounts):
        with transaction.atomic():
            for account in _locked_accounts([account_id]):
                receipts = list(waiting.filter(account=account).order_by("-id")[:REMATCH_BATCH])
                matched += _match_again(account.pk, receipts)
    return matched


def retry_waiting(*, older: bool = False) -> int:
    """Read again what spoke of a template that was not known yet: of the last hour, or with *older* all before.

    Returns how many pushes that is.
    """
    since = timezone.now() - REMATCH_WINDOW
    waiting = InboundPush.objects.filter(state=PushState.WAITING)
    waiting = waiting.filter(received_at__lt=since) if older else waiting.filter(received_at__gte=since)
    return waiting.update(state=PushState.NEW, problem="")


def _new() -> QuerySet[InboundPush]:
    return InboundPush.objects.filter(state=PushState.NEW).order_by("id")


def _new_pushes(limit: int) -> list[InboundPush]:
    """The oldest new ones, locked: at least one if there is any, and not more than a transaction should hold."""
    chosen: list[InboundPush] = []
    total = 0
    for push in _skip_locked(_new())[:limit].iterator(FETCHED_AT_ONCE):
        total += len(push.body)
        if chosen and total > BATCH_BYTES:
            break
        chosen.append(push)
    return chosen


def _skip_locked(pushes: QuerySet[InboundPush]) -> QuerySet[InboundPush]:
    if connection.features.has_select_for_update_skip_locked:
        return pushes.select_for_update(skip_locked=True)
    return pushes


def _locked_accounts(ids: Iterable[int]) -> list[Account]:
    # One transaction at a time applies the receipts of an account: no deadlock, and "stored once" is certain.
    accounts = Account.objects.filter(pk__in=list(ids)).order_by("pk")
    return list(accounts.select_for_update(no_key=True))


def _apply_account(account: Account, pushes: Sequence[InboundPush]) -> None:
    receipts: dict[str, Receipt] = {}
    for push in pushes:
        reading = _read(account, push)
        push.state = PushState.UNREADABLE if reading.problem and not reading.events else PushState.APPLIED
        push.problem = reading.problem.pack() if reading.problem else ""
        for event in reading.events:
            if isinstance(event, ReviewEvent):
                _review(account, event, push)
            else:
                _collect(receipts, _receipt(account, event, push))
        if push.state == PushState.WAITING and any(isinstance(event, ReceiptEvent) for event in reading.events):
            # Read again, its receipts would be counted as said again.
            push.state = PushState.APPLIED
    _store(account, receipts)
    _mark(pushes)


def _mark(pushes: Sequence[InboundPush]) -> None:
    clean = [push.pk for push in pushes if not push.problem]
    InboundPush.objects.filter(pk__in=clean).update(state=PushState.APPLIED)
    InboundPush.objects.bulk_update([push for push in pushes if push.problem], ["state", "problem"])


def _read(account: Account, push: InboundPush) -> PushReading:
    if push.truncated:
        return PushReading(problem=TRUNCATED)
    return account.gateway.read_push(PushBody(push.door, push.content_type, bytes(push.body)))


def _review(account: Account, event: ReviewEvent, push: InboundPush) -> None:
    if not apply_review(account, event, push.received_at):
        push.state = PushState.WAITING
        push.problem = Words(UNKNOWN_TEMPLATE.text, {"template": event.template_id[:40]}).pack()


def _receipt(account: Account, event: ReceiptEvent, push: InboundPush) -> Receipt:
    return Receipt(
        account=account,
        push=push,
        fingerprint=_fingerprint(event),
        provider_id=event.provider_id[:64],
        reference=event.ref[:64],
        number=event.number[:20],
        verdict=event.verdict,
        failure=event.failure,
        code=event.code[:40],
        raw=event.raw[:300],
        reason=event.words.pack(),
        talk_seconds=_seconds(event.talk_seconds),
        answered_at=event.answered_at,
        reported_at=event.reported_at or event.ended_at,
        cost=event.cost[:24],
        currency=event.currency[:8],
        received_at=push.received_at,
    )


def _seconds(told: int | None) -> int | None:
    return told if told is not None and 0 <= told <= MOST_SECONDS else None


def _fingerprint(event: ReceiptEvent) -> str:
    told = (event.provider_id, event.ref, event.number, event.code, event.raw, event.talk_seconds, event.reported_at)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:40]


def _collect(receipts: dict[str, Receipt], receipt: Receipt) -> None:
    known = receipts.setdefault(receipt.fingerprint, receipt)
    if known is not receipt:
        known.times += 1


def _store(account: Account, receipts: dict[str, Receipt]) -> None:
    """Insert what is new with the recipient it belongs to, count what is not, and settle who is concerned."""
    known = Receipt.objects.filter(account=account, fingerprint__in=list(receipts))
    seen = set(known.values_list("fingerprint", flat=True))
    if seen:
        again = [When(fingerprint=name, then=Value(receipts[name].times)) for name in seen]
        known.filter(fingerprint__in=seen).update(times=F("times") + Case(*again, default=Value(0)))
    fresh = [receipts[name] for name in receipts if name not in seen]
    matched = _assign(account.pk, fresh)
    Receipt.objects.bulk_create(fresh)
    settle(_recipients_of(matched))


def _match_again(account_id: int, receipts: Sequence[Receipt]) -> int:
    matched = [receipt for receipt in _assign(account_id, receipts) if receipt.recipient_id]
    Receipt.objects.bulk_update(matched, ["recipient", "matched_by", "mismatch"], batch_size=BATCH)
    settle(_recipients_of(matched))
    return len(matched)


def _assign(account_id: int, receipts: Sequence[Receipt]) -> list[Receipt]:
    """Write into each receipt whom it concerns; one whose number disagrees is marked and concerns nobody."""
    found = match(account_id, receipts)
    for index, one in found.items():
        receipt = receipts[index]
        receipt.mismatch, receipt.matched_by = one.mismatch, one.by
        receipt.recipient_id = None if one.mismatch else one.recipient_id
    return [receipts[index] for index in found]


def _recipients_of(receipts: Iterable[Receipt]) -> set[int]:
    return {receipt.recipient_id for receipt in receipts if receipt.recipient_id}

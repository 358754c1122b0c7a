"""From kept pushes to settled recipients: read, store each statement once, match, apply. All of it may run again."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from campaigns.dispatch.sql import moment, rows
from campaigns.models import Receipt, Recipient
from campaigns.statuses import RECEIPT_STATES
from providers.accounts.models import Account
from providers.contract.events import ReceiptEvent, ReviewEvent
from providers.contract.push import PushBody, PushReading
from providers.contract.words import Words, gettext_noop
from providers.voicetemplates.services import apply_review
from providers.webhooks.models import InboundPush, PushState

from .matching import match
from .verdicts import STATES, decisive

BATCH = 500
REMATCH_BATCH = 2000
REMATCH_WINDOW = timedelta(hours=1)

TRUNCATED = Words(gettext_noop("The body was larger than this installation keeps, so it was cut and cannot be read."))
UNKNOWN_TEMPLATE = Words(gettext_noop("The review names a template that this account does not have: %(template)s."))


def apply_pushes(limit: int = BATCH) -> int:
    """Read and apply the oldest new pushes in one transaction. Returns how many it took."""
    with transaction.atomic():
        pushes = _new_pushes(limit)
        by_account: dict[int, list[InboundPush]] = {}
        for push in pushes:
            by_account.setdefault(push.account_id, []).append(push)
        for account in _locked_accounts(by_account):
            _apply_account(account, by_account[account.pk])
        return len(pushes)


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


def retry_waiting() -> int:
    """Read again what spoke of a template that was not known yet, for an hour. Returns how many pushes that is."""
    since = timezone.now() - REMATCH_WINDOW
    waiting = InboundPush.objects.filter(state=PushState.WAITING, received_at__gte=since)
    return waiting.update(state=PushState.NEW, problem="")


def _new_pushes(limit: int) -> list[InboundPush]:
    new = InboundPush.objects.filter(state=PushState.NEW).order_by("id")
    if connection.features.has_select_for_update_skip_locked:
        new = new.select_for_update(skip_locked=True)
    return list(new[:limit])


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
        talk_seconds=event.talk_seconds,
        answered_at=event.answered_at,
        reported_at=event.reported_at or event.ended_at,
        cost=event.cost[:24],
        currency=event.currency[:8],
        received_at=push.received_at,
    )


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
    _settle(_recipients_of(matched))


def _match_again(account_id: int, receipts: Sequence[Receipt]) -> int:
    matched = [receipt for receipt in _assign(account_id, receipts) if receipt.recipient_id]
    Receipt.objects.bulk_update(matched, ["recipient", "matched_by", "mismatch"], batch_size=BATCH)
    _settle(_recipients_of(matched))
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


def _settle(recipient_ids: set[int]) -> None:
    """Give each recipient the state that all its receipts together mean."""
    if not recipient_ids:
        return
    list(Recipient.objects.filter(pk__in=recipient_ids).order_by("pk").select_for_update(no_key=True).values("pk"))
    by_recipient: dict[int, list[Receipt]] = {}
    for receipt in Receipt.objects.filter(recipient_id__in=recipient_ids):
        by_recipient.setdefault(receipt.recipient_id or 0, []).append(receipt)
    _write([decisive(group) for group in by_recipient.values()])


_COLUMNS = {
    "id": "bigint",
    "state": "text",
    "failure": "text",
    "reason": "text",
    "code": "text",
    "raw": "text",
    "provider_id": "text",
    "talk_seconds": "int",
    "answered_at": "timestamptz",
    "settled_at": "timestamptz",
    "cost": "text",
    "currency": "text",
}


def _write(decided: Sequence[Receipt]) -> None:
    source, parameter = rows(_COLUMNS, [_values(receipt) for receipt in decided])
    kept = {"id", "provider_id"}
    columns = ", ".join(f"{column} = v.{column}" for column in _COLUMNS if column not in kept)
    states = ", ".join(["%s"] * len(RECEIPT_STATES))
    sql = f"""
        UPDATE campaigns_recipient AS r SET {columns}, held_until = NULL, changed_at = %s,
            provider_id = CASE WHEN r.provider_id = '' THEN v.provider_id ELSE r.provider_id END
        FROM {source} WHERE r.id = v.id AND r.state IN ({states})
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [moment(timezone.now()), parameter, *(state.value for state in RECEIPT_STATES)])


def _values(receipt: Receipt) -> tuple[Any, ...]:
    return (
        receipt.recipient_id,
        STATES[receipt.verdict],
        receipt.failure,
        receipt.reason,
        receipt.code,
        receipt.raw,
        receipt.provider_id,
        receipt.talk_seconds,
        receipt.answered_at,
        receipt.reported_at or receipt.received_at,
        receipt.cost,
        receipt.currency,
    )

"""From what a provider says about recipients to settled recipients: store each statement once, match, settle.

It makes no difference whether the provider pushed it or was asked. Everything here needs a transaction that holds the
account's lock, see :func:`locked_accounts`, and may run again.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Case, F, Value, When

from campaigns.models import Receipt
from providers.accounts.models import Account
from providers.contract.events import ReceiptEvent
from providers.webhooks.models import InboundPush

from .matching import Match, match
from .settling import settle

BATCH = 500

MOST_SECONDS = 24 * 60 * 60
"""No call lasts longer; a provider that says so means something else."""


def locked_accounts(ids: Iterable[int]) -> list[Account]:
    """The accounts, locked: one transaction at a time applies the receipts of an account.

    So there is no deadlock, and "stored once" is certain.
    """
    accounts = Account.objects.filter(pk__in=list(ids)).order_by("pk")
    return list(accounts.select_for_update(no_key=True))


def receipt_of(account: Account, event: ReceiptEvent, at: datetime, push: InboundPush | None = None) -> Receipt:
    """The row for *event*, received *at*, not saved."""
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
        received_at=at,
    )


def collect(receipts: dict[str, Receipt], receipt: Receipt) -> None:
    """Put *receipt* among *receipts* by its fingerprint, or count the one that says the same."""
    known = receipts.setdefault(receipt.fingerprint, receipt)
    if known is not receipt:
        known.times += 1


def store(account: Account, receipts: Mapping[str, Receipt]) -> None:
    """Insert what is new with the recipient it belongs to, count what is not, and settle who is concerned."""
    known = Receipt.objects.filter(account=account, fingerprint__in=list(receipts))
    seen = set(known.values_list("fingerprint", flat=True))
    if seen:
        again = [When(fingerprint=name, then=Value(receipts[name].times)) for name in seen]
        known.filter(fingerprint__in=seen).update(times=F("times") + Case(*again, default=Value(0)))
    fresh = [receipts[name] for name in receipts if name not in seen]
    matched = assign(fresh, match(account.pk, fresh))
    Receipt.objects.bulk_create(fresh)
    settle(_recipients_of(matched))


def keep_matches(receipts: Sequence[Receipt], found: Mapping[int, Match]) -> int:
    """Write down whom receipts that were stored before concern after all, and settle them. Returns how many matched."""
    matched = [receipt for receipt in assign(receipts, found) if receipt.recipient_id]
    Receipt.objects.bulk_update(matched, ["recipient", "matched_by", "mismatch"], batch_size=BATCH)
    settle(_recipients_of(matched))
    return len(matched)


def assign(receipts: Sequence[Receipt], found: Mapping[int, Match]) -> list[Receipt]:
    """Write into each receipt whom it concerns; one whose number disagrees is marked and concerns nobody."""
    for index, one in found.items():
        receipt = receipts[index]
        receipt.mismatch, receipt.matched_by = one.mismatch, one.by
        receipt.recipient_id = None if one.mismatch else one.recipient_id
    return [receipts[index] for index in found]


def _seconds(told: int | None) -> int | None:
    return told if told is not None and 0 <= told <= MOST_SECONDS else None


def _fingerprint(event: ReceiptEvent) -> str:
    told = (event.provider_id, event.ref, event.number, event.code, event.raw, event.talk_seconds, event.reported_at)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:40]


def _recipients_of(receipts: Iterable[Receipt]) -> set[int]:
    return {receipt.recipient_id for receipt in receipts if receipt.recipient_id}

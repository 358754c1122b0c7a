"""From kept pushes to settled recipients, and once more for those that found nobody. All of it may run again."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from campaigns.models import Receipt, Recipient, Reply
from campaigns.receipts.replies import applying as replying
from providers.accounts.models import Account
from providers.contract.events import ReceiptEvent, ReplyEvent, ReviewEvent
from providers.contract.push import PushBody, PushReading
from providers.contract.words import Words, gettext_noop
from providers.registry import UnknownGateway
from providers.voicetemplates.services import apply_review
from providers.webhooks.models import InboundPush, PushState

from .applying import BATCH, keep_matches, locked_accounts, store
from .matching import match
from .resembling import match_by_number
from .statements import Statement, collect, statement_of

logger = logging.getLogger(__name__)

BATCH_BYTES = 2 * 1024 * 1024
"""Most bytes of pushes in one transaction: some thousand receipts, however many a provider puts into one push."""
FETCHED_AT_ONCE = 50
REMATCH_BATCH = 2000
REMATCH_WINDOW = timedelta(hours=1)

NOT_STORABLE = (DataError, IntegrityError, OverflowError, ValueError, UnknownGateway)
"""What a value outside every range, or a gateway that was taken out, makes of a transaction."""

UNSTORABLE = Words(gettext_noop("This push holds a value that cannot be stored, or its provider is not installed."))
TRUNCATED = Words(gettext_noop("The body was larger than this installation keeps, so it was cut and cannot be read."))
FAULTY = Words(
    gettext_noop(
        "Reading this push failed by a fault of this program. Its log says more; tell whoever looks after this "
        "installation. Once the fault is mended, the push can be read again."
    )
)
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
    for account in locked_accounts(by_account):
        _apply_account(account, by_account[account.pk])


def rematch(*, older: bool = False) -> int:
    """Try unmatched receipts again: those of the last hour, or with *older* all before. Returns how many matched.

    However many belong to nobody, all whose id somebody has by now are tried, and the newest also by number.
    """
    now = timezone.now()
    since = now - REMATCH_WINDOW
    # The id may have been somebody else's before the answer came that gives it to whom the number says.
    found = Exists(_known().filter(number=OuterRef("number")))
    waiting = Receipt.objects.filter(Q(mismatch=False) | found, recipient__isnull=True)
    waiting = waiting.filter(received_at__lt=since) if older else waiting.filter(received_at__gte=since)
    accounts = list(waiting.order_by().values_list("account_id", flat=True).distinct())
    return sum(_rematch_account(account_id, waiting, now) for account_id in sorted(accounts))


def _known() -> QuerySet[Recipient]:
    """Recipients who have a receipt's id."""
    return Recipient.objects.exclude(provider_id="").filter(provider_id=OuterRef("provider_id"))


def _rematch_account(account_id: int, waiting: QuerySet[Receipt], now: datetime) -> int:
    matched, last = 0, 0
    with_id = waiting.filter(Exists(_known()), account=account_id).order_by("id")
    while batch := list(with_id.filter(id__gt=last).values_list("id", flat=True)[:REMATCH_BATCH]):
        matched += _match_again(account_id, waiting.filter(pk__in=batch), now, by_number=False)
        last = batch[-1]
    newest = waiting.filter(account=account_id).order_by("-id")[:REMATCH_BATCH]
    return matched + _match_again(account_id, newest, now, by_number=True)


def _match_again(account_id: int, waiting: QuerySet[Receipt], now: datetime, *, by_number: bool) -> int:
    with transaction.atomic():
        if not locked_accounts([account_id]):
            return 0
        receipts = list(waiting)
        found = match(account_id, receipts)
        if by_number:
            rest = [index for index in range(len(receipts)) if index not in found]
            found |= match_by_number(account_id, receipts, rest, now)
        return keep_matches(receipts, found)


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


def _apply_account(account: Account, pushes: Sequence[InboundPush]) -> None:
    statements: dict[str, Statement] = {}
    replies: dict[str, Reply] = {}
    for push in pushes:
        reading = read(account, push)
        push.state = PushState.UNREADABLE if reading.problem and not reading.events else PushState.APPLIED
        push.problem = reading.problem.pack() if reading.problem else ""
        for event in reading.events:
            if isinstance(event, ReviewEvent):
                _review(account, event, push)
            elif isinstance(event, ReplyEvent):
                reply = replying.reply_of(account, event, push.received_at)
                replies.setdefault(reply.digest, reply)
            else:
                collect(statements, statement_of(account.pk, event, push.received_at, push.pk, push.door))
        if push.state == PushState.WAITING and any(isinstance(event, ReceiptEvent) for event in reading.events):
            # Read again, its receipts would be counted as said again.
            push.state = PushState.APPLIED
    store(account, statements)
    # After the receipts, so that a reply finds whom the provider has taken by now.
    replying.store(account, replies)
    _mark(pushes)


def _mark(pushes: Sequence[InboundPush]) -> None:
    clean = [push.pk for push in pushes if not push.problem]
    InboundPush.objects.filter(pk__in=clean).update(state=PushState.APPLIED)
    InboundPush.objects.bulk_update([push for push in pushes if push.problem], ["state", "problem"])


def read(account: Account, push: InboundPush) -> PushReading:
    """What a kept push says, by the tables of today."""
    if push.truncated:
        return PushReading(problem=TRUNCATED)
    gateway = account.gateway
    try:
        return gateway.read_push(PushBody(push.door, push.content_type, bytes(push.body)))
    except Exception:
        # Whatever it is: all receipts of all providers wait behind it.
        logger.exception("Push %s could not be read", push.pk)
        return PushReading(problem=FAULTY)


def _review(account: Account, event: ReviewEvent, push: InboundPush) -> None:
    if not apply_review(account, event, push.received_at):
        push.state = PushState.WAITING
        push.problem = Words(UNKNOWN_TEMPLATE.text, {"template": event.template_id[:40]}).pack()

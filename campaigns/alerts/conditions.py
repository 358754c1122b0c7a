"""Conditions that need a person: each function finds those of one family that hold at this moment."""

import socket
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Count, F, Sum
from django.utils import timezone

from campaigns.models import (
    ActivityKind,
    Campaign,
    Erasure,
    ErasureState,
    Export,
    ExportState,
    Gate,
    Receipt,
    Tally,
)
from campaigns.models.statuses import CampaignState, RecipientState
from providers.accounts.models import Account, AccountState
from providers.contract.words import Words, gettext_noop
from providers.voicetemplates import waiting
from providers.webhooks.draining import DAMAGED, REFUSED
from providers.webhooks.models import InboundPush, PushState

from . import subjects
from .overdue_reviews import OVERDUE

UNMATCHED_AFTER = timedelta(minutes=10)
"""A receipt that is early finds its recipient by itself within seconds; this is long after."""

RESTS = 2
"""A provider that is back after the first rest of its account needs nobody."""

MOST = 200
"""Of one family, those with the lowest keys; what is more shows when some of these are solved."""

UNKNOWN = gettext_noop(
    "Recipients of whom nobody knows whether the provider took them: %(count)s. A receipt may still tell; else decide."
)
UNMATCHED = gettext_noop("Receipts that belong to nobody whom this account has sent to: %(count)s.")
UNREADABLE = gettext_noop("Pushes of the provider that could not be read: %(count)s. They are kept as they came.")
SET_ASIDE = gettext_noop(
    "Files of pushes on %(host)s that are not in the database and never will be by themselves: %(count)s. They are "
    "damaged, or their account is gone. They lie in %(folder)s."
)
PAUSED = Words(gettext_noop("Paused. It goes on when somebody resumes it."))
LATE = Words(gettext_noop("Its time passed while nothing could start. Start it now, or choose another time."))
APPROVAL = Words(gettext_noop("Somebody waits for approval before it can start."))
FAILING = gettext_noop(
    "The provider gives no usable answer: the account has rested %(rests)s times in a row. It goes on trying by itself."
)
BALANCE_LOW = gettext_noop("The balance is %(balance)s, below the %(low)s at which you want to be warned.")
NOT_ERASED = gettext_noop(
    "What there is about one number (key %(key)s) could not all be erased. The page says why; try it again there."
)
EXPORT_FAILED = Words(gettext_noop("An export could not be written. Ask for it again."))


@dataclass(frozen=True, slots=True)
class Condition:
    """Why a person is needed. ``words`` are packed, ``amount`` is how many it is about (0 where that says nothing)."""

    subject: str
    kind: ActivityKind
    words: str
    campaign_id: int | None = None
    account_id: int | None = None
    amount: int = 0
    raw: str = ""


def unknowns() -> Iterator[Condition]:
    counts = Tally.objects.filter(state=RecipientState.UNKNOWN, campaign__test_of=None).order_by()
    left = counts.values("campaign_id", "campaign__account_id").annotate(n=Sum("amount")).filter(n__gt=0)
    for row in left.order_by("campaign_id")[:MOST]:
        yield Condition(
            subjects.subject(subjects.UNKNOWN, row["campaign_id"]),
            ActivityKind.UNKNOWN,
            Words(UNKNOWN, {"count": row["n"]}).pack(),
            row["campaign_id"],
            row["campaign__account_id"],
            row["n"],
        )


def unmatched() -> Iterator[Condition]:
    since = timezone.now() - UNMATCHED_AFTER
    waiting = Receipt.objects.filter(recipient__isnull=True, received_at__lt=since).order_by()
    for account_id, count in waiting.values_list("account_id").annotate(n=Count("id")):
        yield _of_account(subjects.UNMATCHED, ActivityKind.UNMATCHED, UNMATCHED, account_id, count)


def unreadable() -> Iterator[Condition]:
    pushes = InboundPush.objects.filter(state=PushState.UNREADABLE).order_by()
    for account_id, count in pushes.values_list("account_id").annotate(n=Count("id")):
        yield _of_account(subjects.UNREADABLE, ActivityKind.UNREADABLE, UNREADABLE, account_id, count)


def set_aside() -> Iterator[Condition]:
    """Pushes that this machine received and the database will never take."""
    folder = Path(settings.PUSH_FOLDER)
    files = [path for suffix in (REFUSED, DAMAGED) for path in folder.glob(f"*{suffix}")]
    if files:
        words = Words(SET_ASIDE, {"count": len(files), "folder": str(folder), "host": socket.gethostname()})
        subject = subjects.subject(subjects.SPOOLED, this_machine())
        yield Condition(subject, ActivityKind.SPOOLED, words.pack(), amount=len(files))


def this_machine() -> int:
    """A number for the machine that this runs on: nobody sees the files of the others."""
    return zlib.crc32(socket.gethostname().encode())


def _of_account(family: str, kind: ActivityKind, text: str, account_id: int, count: int) -> Condition:
    words = Words(text, {"count": count}).pack()
    return Condition(subjects.subject(family, account_id), kind, words, account_id=account_id, amount=count)


def paused() -> Iterator[Condition]:
    """Not those of a paused account: that comes first, and is an alert of its own."""
    campaigns = Campaign.objects.listed().filter(state=CampaignState.PAUSED).exclude(account__state=AccountState.PAUSED)
    for campaign in campaigns.order_by("pk")[:MOST]:
        words = campaign.pause_words or PAUSED.pack()
        yield _of_campaign(subjects.PAUSED, ActivityKind.PAUSED, words, campaign, campaign.pause_raw)


def late() -> Iterator[Condition]:
    campaigns = Campaign.objects.listed().filter(state=CampaignState.SCHEDULED, late=True)
    for campaign in campaigns.order_by("pk")[:MOST]:
        yield _of_campaign(subjects.LATE, ActivityKind.LATE, LATE.pack(), campaign)


def approvals() -> Iterator[Condition]:
    campaigns = Campaign.objects.listed().filter(state=CampaignState.PENDING_APPROVAL)
    for campaign in campaigns.order_by("pk")[:MOST]:
        yield _of_campaign(subjects.APPROVAL, ActivityKind.APPROVAL_ASKED, APPROVAL.pack(), campaign)


def _of_campaign(family: str, kind: ActivityKind, words: str, campaign: Campaign, raw: str = "") -> Condition:
    subject = subjects.subject(family, campaign.pk)
    return Condition(subject, kind, words, campaign.pk, campaign.account_id, raw=raw)


def paused_accounts() -> Iterator[Condition]:
    for account in Account.objects.filter(state=AccountState.PAUSED):
        subject = subjects.subject(subjects.ACCOUNT, account.pk)
        words = account.pause_words or PAUSED.pack()
        yield Condition(subject, ActivityKind.ACCOUNT_PAUSED, words, account_id=account.pk, raw=account.pause_raw)


def failing_accounts() -> Iterator[Condition]:
    open_gates = Gate.objects.filter(failures__gte=F("account__breaker_failures"), opened__gte=RESTS)
    for gate in open_gates.exclude(account__state=AccountState.ARCHIVED):
        subject = subjects.subject(subjects.BREAKER, gate.account_id)
        words = Words(FAILING, {"rests": gate.opened}).pack()
        yield Condition(
            subject, ActivityKind.BREAKER_OPENED, words, account_id=gate.account_id, amount=gate.opened, raw=gate.raw
        )


def low_balances() -> Iterator[Condition]:
    low = Account.objects.filter(balance_amount__lt=F("balance_low")).exclude(state=AccountState.ARCHIVED)
    for account in low:
        if account.balance_low is None:
            continue
        values = {"balance": account.balance_display, "low": f"{account.balance_low.normalize():,f}"}
        subject = subjects.subject(subjects.BALANCE, account.pk)
        yield Condition(subject, ActivityKind.BALANCE_LOW, Words(BALANCE_LOW, values).pack(), account_id=account.pk)


def reviews() -> Iterator[Condition]:
    for template in waiting.overdue().order_by("pk")[:MOST]:
        values = {"name": template.name, "id": template.provider_id, "hours": settings.TEMPLATE_REVIEW_HOURS}
        subject = subjects.subject(subjects.REVIEW, template.pk)
        words = Words(OVERDUE, values).pack()
        yield Condition(subject, ActivityKind.REVIEW_OVERDUE, words, account_id=template.account_id)


def failed_exports() -> Iterator[Condition]:
    for export in Export.objects.filter(state=ExportState.FAILED).order_by("pk")[:MOST]:
        subject = subjects.subject(subjects.EXPORT, export.pk)
        words = export.words or EXPORT_FAILED.pack()
        yield Condition(subject, ActivityKind.EXPORT_FAILED, words, campaign_id=export.campaign_id)


def failed_erasures() -> Iterator[Condition]:
    for erasure in Erasure.objects.filter(state=ErasureState.FAILED).exclude(number="").order_by("pk")[:MOST]:
        subject = subjects.subject(subjects.ERASURE, erasure.pk)
        yield Condition(subject, ActivityKind.NOT_DONE, Words(NOT_ERASED, {"key": erasure.key}).pack())


CONDITIONS: dict[str, Callable[[], Iterator[Condition]]] = {
    subjects.UNKNOWN: unknowns,
    subjects.UNMATCHED: unmatched,
    subjects.UNREADABLE: unreadable,
    subjects.SPOOLED: set_aside,
    subjects.PAUSED: paused,
    subjects.LATE: late,
    subjects.APPROVAL: approvals,
    subjects.ACCOUNT: paused_accounts,
    subjects.BREAKER: failing_accounts,
    subjects.BALANCE: low_balances,
    subjects.REVIEW: reviews,
    subjects.EXPORT: failed_exports,
    subjects.ERASURE: failed_erasures,
}
"""By family. Matters of a family that is not here are opened and closed by what they are about."""

"""One account being asked for records: its requests, and what becomes of what they bring."""

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from campaigns.models import Recipient
from campaigns.models.statuses import RecipientState
from campaigns.receipts.applying import locked_accounts, store
from campaigns.receipts.statements import Statement, collect, statement_of
from providers.accounts.models import Account
from providers.calllog import services as calllog
from providers.contract.abilities import Ability
from providers.contract.events import ReceiptEvent
from providers.contract.gateway import Gateway
from providers.contract.http import HttpClient
from providers.contract.messages import AccountAccess
from providers.contract.records import Records, RecordsAnswer
from providers.contract.words import Words, gettext_noop

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

    def ask(self, request: Callable[[], RecordsAnswer]) -> RecordsAnswer:
        """Make one request and log it. The first answer that brings no records ends the run."""
        answer = request()
        self.requests += 1
        calllog.record(self.account.pk, "records", answer)
        if not isinstance(answer, Records):
            self.ended = answer
        return answer


def apply(account: Account, events: Collection[ReceiptEvent]) -> None:
    """Send what records say the way of every receipt."""
    if not events:
        return
    statements: dict[str, Statement] = {}
    now = timezone.now()
    for event in events:
        collect(statements, statement_of(account.pk, event, now))
    with transaction.atomic():
        for locked in locked_accounts([account.pk]):
            store(locked, statements)


def write_not_shown(recipient_ids: Iterable[int]) -> None:
    """Say at whoever is still unknown that all records were looked through in vain."""
    words = Words(NOT_SHOWN, {"time": f"{timezone.now():%Y-%m-%d %H:%M}"})
    silent = Recipient.objects.filter(pk__in=list(recipient_ids), state=RecipientState.UNKNOWN)
    silent.update(reason=words.pack())

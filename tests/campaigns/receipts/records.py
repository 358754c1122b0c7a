"""A provider whose records a test writes down, and people to ask it about."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from campaigns.models import Asked, Campaign, Inquiry, Recipient
from campaigns.receipts.reconciliation.asking import ask_records
from providers.contract.abilities import Ability
from providers.contract.errors import Evidence
from providers.contract.events import ReceiptEvent
from providers.contract.records import Records, RecordsAnswer
from providers.contract.statuses import FailureClass, Verdict
from providers.contract.words import Words
from tests.factories import NoHttp

from .lost import ago

ENDED = (Verdict.DELIVERED, Verdict.UNDELIVERED)


def event(provider_id: str = "", ref: str = "", number: str = "", verdict: Verdict = Verdict.DELIVERED) -> ReceiptEvent:
    return ReceiptEvent(
        provider_id, ref, number, verdict, FailureClass.NONE, f"c-{verdict}", "", Words(f"Said {verdict}.")
    )


class Provider:
    """What the provider would answer: records by id and by time, or the answers of ``says`` first."""

    def __init__(self) -> None:
        self.records: list[ReceiptEvent] = []
        self.says: list[RecordsAnswer] = []
        self.pages = 1
        self.asked_ids: list[list[str]] = []
        self.asked_times: list[tuple[Ability, datetime, datetime, str]] = []

    @property
    def requests(self) -> int:
        return len(self.asked_ids) + len(self.asked_times)

    def by_id(self, kind: Ability, ids: Sequence[str], access: Any, http: Any) -> RecordsAnswer:
        assert not connection.in_atomic_block
        self.asked_ids.append(list(ids))
        return self._answer([one for one in self.records if one.provider_id in ids], "")

    def by_time(
        self, kind: Ability, start: datetime, end: datetime, position: str, access: Any, http: Any
    ) -> RecordsAnswer:
        assert not connection.in_atomic_block
        self.asked_times.append((kind, start, end, position))
        page = int(position or 1)
        shown = self.records if page == self.pages else []
        return self._answer(shown, str(page + 1) if page < self.pages else "")

    def _answer(self, events: list[ReceiptEvent], following: str) -> RecordsAnswer:
        if self.says:
            return self.says.pop(0)
        ended = tuple(one for one in events if one.verdict in ENDED)
        return Records(ended, tuple(one for one in events if one.verdict not in ENDED), following, Evidence("asked"))


def first(campaign: Campaign) -> Recipient:
    return campaign.recipients.get(position=1)


def overdue(campaign: Campaign, minutes: int = 31) -> None:
    for recipient in campaign.recipients.all():
        at = ago(minutes=minutes)
        values = {"state": "submitted", "submitted_at": at, "changed_at": at}
        Recipient.objects.filter(pk=recipient.pk).update(provider_id=f"id-{recipient.position}", **values)


def later(**amount: float) -> None:
    """As if so much time had passed for everything that waits to be asked."""
    for model in (Asked, Inquiry):
        for row in model.objects.all():
            model.objects.filter(pk=row.pk).update(next_at=row.next_at - timedelta(**amount))


def ask(times: int = 1) -> int:
    made = ask_records(NoHttp())
    for _ in range(times - 1):
        later(minutes=1)
        made += ask_records(NoHttp())
    return made

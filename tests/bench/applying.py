"""Applying receipts: against ``bulk_update``, and the whole way from stored pushes to settled recipients."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median

from django.db import connection, transaction
from django.utils import timezone

from campaigns.models import Campaign, Receipt, Recipient, Tally
from campaigns.models.statuses import CampaignState, RecipientState
from campaigns.receipts import ingest
from campaigns.receipts.applying import BATCH, locked_accounts, store
from campaigns.receipts.statements import Statement, collect, fingerprint, statement_of
from providers.contract.abilities import Ability
from providers.contract.events import ReceiptEvent
from providers.contract.statuses import FailureClass, Verdict
from providers.contract.words import Words
from providers.models import InboundPush, PushState
from providers.sandbox.mounts import rehearsals

from . import stage
from .benches import Bench
from .imports import _settle as let_rest
from .results import Figure, at_least, told

FACTOR = 8.0
PLAIN_BATCH = 1000
ANSWERED, MISSED = Words("The call was answered."), Words("Nobody answered.")
BEGUN = datetime(2026, 5, 1, 9, tzinfo=UTC)
FIELDS = ("state", "failure", "reason", "code", "raw", "talk_seconds", "answered_at", "settled_at", "cost", "currency")


def of_receipts(bench: Bench) -> Iterator[Figure]:
    """Both sides store, match and settle receipts, each of a campaign of its own; they take turns.

    Theirs has fewer of them, or it would take an hour; a smaller table only helps it.
    """
    sizes = {"ours": bench.sizes.receipts, "plain": bench.sizes.plain_receipts}
    sides: dict[str, Callable[[Campaign, Sequence[ReceiptEvent]], None]] = {"ours": _ours, "plain": _plain}
    seconds: dict[str, list[float]] = {side: [] for side in sides}
    for turn in range(bench.sizes.rounds):
        for side in sorted(sides, reverse=bool(turn % 2)):
            campaign = _sent(bench, sizes[side])
            seconds[side].append(_timed(sides[side], campaign, _events(campaign)))
            _agree(campaign)
            let_rest()
    rate = {side: sizes[side] / median(taken) for side, taken in seconds.items()}
    yield told(f"  {sizes['ours']:,} receipts stored, matched and settled", bench.stack, rate["ours"], "/s")
    yield told("  the same by bulk_create and bulk_update", bench.stack, rate["plain"], "/s")
    note = "from parsed receipts to settled recipients; theirs queries, sets and saves 1,000 at a time"
    yield at_least("receipts: against bulk_update", bench.stack, rate["ours"] / rate["plain"], FACTOR, "×", note)
    yield told(
        "  the whole way from stored pushes, one receipt each", bench.stack, _of_pushes(bench, sizes["ours"]), "/s"
    )


def _ours(campaign: Campaign, events: Sequence[ReceiptEvent]) -> None:
    now = timezone.now()
    for first in range(0, len(events), BATCH):
        with transaction.atomic():
            for account in locked_accounts([campaign.account_id]):
                statements: dict[str, Statement] = {}
                for event in events[first : first + BATCH]:
                    collect(statements, statement_of(account.pk, event, now))
                store(account, statements)


def _plain(campaign: Campaign, events: Sequence[ReceiptEvent]) -> None:
    """As most applications do it. It knows nothing of receipts that were stored before, which only helps it."""
    for first in range(0, len(events), PLAIN_BATCH):
        with transaction.atomic():
            _plainly(campaign, events[first : first + PLAIN_BATCH])


def _plainly(campaign: Campaign, events: Sequence[ReceiptEvent]) -> None:
    now = timezone.now()
    found = Recipient.objects.filter(provider_id__in=[event.provider_id for event in events]).exclude(provider_id="")
    people = {person.provider_id: person for person in found.filter(campaign__account_id=campaign.account_id)}
    receipts, changed = [], []
    for event in events:
        person = people[event.provider_id]
        if person.number != event.number:
            continue
        common = {
            "failure": event.failure.value,
            "reason": event.words.pack(),
            "code": event.code,
            "raw": event.raw,
            "talk_seconds": event.talk_seconds,
            "answered_at": event.answered_at,
            "cost": event.cost,
            "currency": event.currency,
        }
        receipts.append(
            Receipt(
                account_id=campaign.account_id,
                fingerprint=fingerprint(event),
                recipient=person,
                matched_by="id",
                provider_id=event.provider_id,
                number=event.number,
                verdict=event.verdict.value,
                reported_at=event.reported_at,
                received_at=now,
                **common,
            )
        )
        for name, value in common.items():
            setattr(person, name, value)
        person.state = event.verdict.value
        person.settled_at = event.reported_at
        changed.append(person)
    Receipt.objects.bulk_create(receipts, ignore_conflicts=True)
    Recipient.objects.bulk_update(changed, FIELDS)


def _of_pushes(bench: Bench, size: int) -> float:
    """Receipts a second."""
    campaign = _sent(bench, size)
    rehearsal = rehearsals()[campaign.account.provider]
    door = rehearsal.doors[0] if getattr(rehearsal, "doors", ()) else "voice"
    now = timezone.now()
    bodies = (
        f'{{"voiceId":"{one.provider_id}","callee":"{one.number}","terminationCode":"200","sipCode":"200",'
        f'"terminationReason":"success","callDuration":12,"answerTime":1777626000000,"hangupTime":1777626012000,'
        f'"cost":"0.0134","currency":"USD"}}'
        for one in _events(campaign)
    )
    InboundPush.objects.bulk_create(
        (InboundPush(account=campaign.account, door=door, body=body.encode(), received_at=now) for body in bodies),
        batch_size=5000,
    )
    begun = time.perf_counter()
    while ingest.apply_pushes():
        pass
    taken = time.perf_counter() - begun
    assert not InboundPush.objects.exclude(state=PushState.APPLIED).exists()
    _agree(campaign)
    return size / taken


def _sent(bench: Bench, size: int) -> Campaign:
    """A campaign that is sent: everybody is submitted and has the provider's id."""
    shape = stage.batch(Ability.VOICE_FILE)
    campaign = stage.draft(shape, stage.account(shape, bench.gateway.url), size)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_recipient SET state = 'submitted', provider_id = 'id-' || campaign_id || '-' || position "
            "WHERE campaign_id = %s",
            [campaign.pk],
        )
    Recipient.objects.filter(campaign=campaign).update(submitted_at=timezone.now())
    Campaign.objects.filter(pk=campaign.pk).update(state=CampaignState.RUNNING)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE campaigns_recipient")
    return campaign


def _events(campaign: Campaign) -> list[ReceiptEvent]:
    """One receipt for everybody; one in four was not reached. Not in the order of the table."""
    people = list(campaign.recipients.order_by("number").values_list("provider_id", "number"))
    step = 7919
    shuffled = [people[place * step % len(people)] for place in range(len(people))]
    return [_event(place, *person) for place, person in enumerate(shuffled)]


def _event(place: int, provider_id: str, number: str) -> ReceiptEvent:
    missed = place % 4 == 0
    at = BEGUN + timedelta(seconds=place % 3600)
    return ReceiptEvent(
        provider_id,
        "",
        number,
        Verdict.UNDELIVERED if missed else Verdict.DELIVERED,
        FailureClass.NO_ANSWER if missed else FailureClass.NONE,
        "480" if missed else "200",
        "no answer" if missed else "success",
        MISSED if missed else ANSWERED,
        talk_seconds=0 if missed else 5 + place % 60,
        answered_at=None if missed else at,
        reported_at=at,
        cost="0.0134",
        currency="USD",
    )


def _agree(campaign: Campaign) -> None:
    """Everybody is settled, and the counters know it."""
    settled = (RecipientState.DELIVERED, RecipientState.UNDELIVERED)
    assert campaign.recipients.filter(state__in=settled).count() == campaign.total
    counted = Tally.objects.filter(campaign=campaign, state__in=settled).values_list("amount", flat=True)
    assert sum(counted) == campaign.total


def _timed(work: Callable[[Campaign, Sequence[ReceiptEvent]], None], *given: object) -> float:
    begun = time.perf_counter()
    work(*given)  # type: ignore[arg-type]
    return time.perf_counter() - begun

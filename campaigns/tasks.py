"""Thin doors for the queues. Every task may be lost, doubled or late: what it does is found in the database."""

from celery import shared_task
from celery.worker import state

from campaigns.alerts import balances
from campaigns.alerts.notifications import sending
from campaigns.counters.recounts import services as audits
from campaigns.exports import writing
from campaigns.lifecycle.costs import balances as campaign_balances
from campaigns.people.audience import working
from campaigns.privacy import erasing
from campaigns.privacy import working as erasures
from campaigns.receipts import applying, ingest
from campaigns.receipts.reconciliation import asking
from campaigns.sending import dispatcher
from campaigns.sending.wake import publish_dispatch
from campaigns.upkeep import sweeps
from providers.webhooks.wake import wake_receipts


def worker_is_stopping() -> bool:
    """Whether this worker was asked to stop: then nothing new leaves, and what is in flight ends."""
    # The flags hold the exit status once they are set, and that of a good end is 0.
    return not all(flag is None or flag is False for flag in (state.should_stop, state.should_terminate))


@shared_task(name="campaigns.dispatch")
def dispatch(campaign_id: int) -> None:
    """Send for a while; hand over to a fresh wake-up when there is more."""
    if dispatcher.dispatch(campaign_id, stopping=worker_is_stopping):
        publish_dispatch(campaign_id)


@shared_task(name="campaigns.apply_pushes")
def apply_pushes() -> None:
    """Apply pushes until none is new, a bounded number of times."""
    for _ in range(20):
        if ingest.apply_pushes() < applying.BATCH:
            return
    wake_receipts()


@shared_task(name="campaigns.read_list")
def read_list(list_id: int) -> None:
    """Read a list for a while; it wakes itself when there is more."""
    working.read(list_id, stopping=worker_is_stopping)


@shared_task(name="campaigns.write_export")
def write_export(export_id: int) -> None:
    """Write an export; a worker that is asked to stop hands it back."""
    writing.write(export_id, stopping=worker_is_stopping)


@shared_task(name="campaigns.erase_number")
def erase_number(erasure_id: int) -> None:
    """Erase everything about one number for a while; it wakes itself when there is more."""
    erasures.erase(erasure_id, stopping=worker_is_stopping)


@shared_task(name="campaigns.sweep")
def sweep() -> None:
    sweeps.sweep()


@shared_task(name="campaigns.expire")
def expire() -> None:
    sweeps.expire()


@shared_task(name="campaigns.ask_records")
def ask_records() -> None:
    asking.ask_records()


@shared_task(name="campaigns.send_notices")
def send_notices() -> None:
    sending.send_due()


@shared_task(name="campaigns.refresh_balances")
def refresh_balances() -> None:
    balances.refresh()


@shared_task(name="campaigns.keep_balance")
def keep_balance(campaign_id: int, when: str) -> None:
    campaign_balances.keep(campaign_id, when)


@shared_task(name="campaigns.audit_counts")
def audit_counts() -> None:
    """Every night: count anew what the counters say."""
    audits.audit()


@shared_task(name="campaigns.erase_old")
def erase_old() -> None:
    """Every night: erase what has been kept for as long as an administrator allows."""
    erasing.erase_old(stopping=worker_is_stopping)

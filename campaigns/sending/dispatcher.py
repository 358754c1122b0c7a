"""One wake-up's worth of sending."""

import atexit
import gc
import threading
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from django.utils import timezone

from campaigns.models import Campaign, Gate
from campaigns.models.held import is_held
from campaigns.sending.tripwire.guard import guard
from campaigns.text.predicting import template_of
from notifyadmin.db.retry import retry_on_operational_error
from notifyadmin.db.sql import forget_plans
from providers.contract.abilities import Ability
from providers.contract.http import HttpClient
from providers.contract.multiplex import MultiplexClient
from providers.registry import UnknownGateway

from . import chunk_leases
from .batch_transaction import Rules
from .leased_chunks import Health, Job, QuietHours
from .number_limits import limits_of
from .pace import Pace, burst_now, waits_until
from .plan import Content
from .rate_limiter import Limits, closed_until
from .send_loop import SendLoop
from .transport import OneByOne, Transport

SLICE_SECONDS = 5.0
"""How long one task works before it gives way to other campaigns that wait for a worker."""

ONE_WORKER = 100
"""A rate whose bursts are no larger than this is kept by one worker: some sixty recipients a second."""


def dispatch(
    campaign_id: int,
    *,
    seconds: float = SLICE_SECONDS,
    http: HttpClient | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> bool:
    """Work on a running campaign, for about *seconds* if others wait. True when there may be more to do at once.

    When *stopping* turns true nothing new leaves, and the answers of what is in flight are waited for. With *http* one
    request is made after the other by that client, else many at once.
    """
    job = _job(campaign_id, timezone.now())
    if job is None or _is_enough(job):
        return False
    transport: Transport = OneByOne(http) if http else _transport()
    return SendLoop(job, transport, seconds, lambda: _job(campaign_id, timezone.now()), stopping).run()


_transports = threading.local()


def _transport() -> MultiplexClient:
    """The thread's own, so that connections last from one wake-up to the next. Replaced if work was left in it."""
    transport: MultiplexClient | None = getattr(_transports, "transport", None)
    if transport is None or transport.in_flight:
        _close_transport()
        _spare_the_collector()
        transport = _transports.transport = MultiplexClient()
    return transport


@lru_cache(maxsize=1)
def _spare_the_collector() -> None:
    """Once per process that sends: a chunk makes thousands of small objects that die with it, and to look through all
    that was ever imported for garbage among them takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _close_transport() -> None:
    transport: MultiplexClient | None = _transports.__dict__.pop("transport", None)
    if transport is not None:
        transport.close()


atexit.register(_close_transport)


def _is_enough(job: Job) -> bool:
    """Whether one worker does for the campaign's rate and it has one: a second would only wait beside it."""
    return (
        job.burst is not None and job.burst <= ONE_WORKER and chunk_leases.has_worker(job.campaign.pk, timezone.now())
    )


@retry_on_operational_error
def _job(campaign_id: int, now: datetime) -> Job | None:
    forget_plans()
    campaign = Campaign.objects.select_related("account", "template", "voice_file").filter(pk=campaign_id).first()
    if campaign is None or is_held() or not guard.is_ready():
        return None
    account, limits = campaign.account, Limits.of(campaign.account)
    gate, _ = Gate.objects.get_or_create(account=account)
    if closed_until(gate, limits, now):
        return None
    pace = Pace.of(campaign)
    if pace and waits_until(pace, now):
        return None
    try:
        gateway = account.gateway
    except UnknownGateway:
        return None
    quiet = QuietHours(account.quiet_from, account.quiet_until, gateway.timezone)
    if campaign.is_test:
        # Staff send it to themselves, and wait for it.
        quiet = QuietHours(None, None, gateway.timezone)
    rules = Rules(limits, campaign.pk, limits_of(account), pace)
    burst = burst_now(pace, now) if pace else None
    health = Health(gate.is_unwell, gate.passing_refusals, account.is_unproven or campaign.proven_at is None)
    return Job(campaign, content_of(campaign), gateway, account.access(), rules, quiet, health, now, burst)


def content_of(campaign: Campaign) -> Content:
    """What the campaign says, with the provider's ids of its file and template."""
    copy = campaign.voice_file and campaign.voice_file.copies.filter(account_id=campaign.account_id).first()
    return Content(
        kind=Ability(campaign.kind),
        text=campaign.text,
        file_id=copy.file_id if copy else "",
        template_id=campaign.template.provider_id if campaign.template else "",
        options=campaign.options,
        template=template_of(campaign),
    )

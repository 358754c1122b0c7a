"""Claim, plan, commit the intent, send, commit the outcome; again until nothing is due or the time is over."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils import timezone

from campaigns.models import Campaign, Submission
from providers.accounts.pausing import pause_account
from providers.accounts.services import http_client
from providers.contract.abilities import Ability
from providers.contract.errors import SubmitAnswer
from providers.contract.gateway import Gateway
from providers.contract.http import HttpClient
from providers.contract.messages import AccountAccess
from providers.registry import UnknownGateway

from . import store
from .outcomes import Outcome, outcome_of
from .plan import Content, Request, plan

SLICE_SECONDS = 5.0
"""How long one task works before it hands over to the next wake-up, so that a stopping worker is done soon."""

PARALLEL_REQUESTS = 8
"""Requests in flight per worker process where the account does not set ``parallel_requests``."""


@dataclass(frozen=True, slots=True)
class Job:
    """Everything about the campaign that sending needs, read once per wake-up."""

    campaign_id: int
    account_id: int
    reference: str
    content: Content
    gateway: Gateway
    access: AccountAccess
    http: HttpClient

    @property
    def parallel(self) -> int:
        return max(1, int(self.access.settings.get("parallel_requests") or PARALLEL_REQUESTS))


@dataclass(frozen=True, slots=True)
class Stop:
    """Nothing more of the chunk is sent now; with ``until``, nothing of the campaign before that time."""

    until: datetime | None = None


def dispatch(campaign_id: int, *, seconds: float = SLICE_SECONDS, http: HttpClient | None = None) -> bool:
    """Work on a running campaign for about *seconds*. True when there may be more to do at once."""
    job = _job(campaign_id, http or http_client())
    if job is None:
        return False
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        claim = store.claim(campaign_id, timezone.now())
        if claim is None:
            return False
        _work(claim, job, deadline)
    return True


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=64, thread_name_prefix="submit")


def _job(campaign_id: int, http: HttpClient) -> Job | None:
    campaign = Campaign.objects.select_related("account", "template").filter(pk=campaign_id).first()
    if campaign is None:
        return None
    try:
        gateway = campaign.account.gateway
    except UnknownGateway:
        return None
    account = campaign.account
    return Job(campaign.pk, account.pk, campaign.reference, content_of(campaign), gateway, account.access(), http)


def content_of(campaign: Campaign) -> Content:
    """What the campaign says, with the provider's ids of its file and template."""
    copy = campaign.voice_file and campaign.voice_file.copies.filter(account_id=campaign.account_id).first()
    return Content(
        kind=Ability(campaign.kind),
        text=campaign.text,
        file_id=copy.file_id if copy else "",
        template_id=campaign.template.provider_id if campaign.template else "",
        options=campaign.options,
    )


def _work(claim: store.Claim, job: Job, deadline: float) -> None:
    now = timezone.now()
    store.settle_orphans(claim, now)
    members = store.due(claim, now)
    planned = plan(members, job.content, job.gateway, job.access, f"{job.reference}-{claim.prefix}")
    if planned.skips:
        store.skip(claim, planned.skips, timezone.now())
    stop = None
    for requests in _rounds(planned.requests, job.parallel):
        stop = _round(claim, requests, job)
        if stop or time.monotonic() >= deadline:
            break
    store.release(claim, timezone.now(), stop.until if stop else None)


def _rounds(requests: Sequence[Request], size: int) -> Iterator[Sequence[Request]]:
    return (requests[start : start + size] for start in range(0, len(requests), size))


def _round(claim: store.Claim, requests: Sequence[Request], job: Job) -> Stop | None:
    """Send some requests side by side, and say if that has to be the end of it for now."""
    submissions = store.write_intents(claim, requests, timezone.now())
    if submissions is None:
        return Stop()
    answers = _send(requests, job)
    now = timezone.now()
    settled = [
        (submission, outcome_of(answer, request, now))
        for submission, request, answer in zip(submissions, requests, answers, strict=True)
    ]
    if not store.settle(claim, settled, now):
        return Stop()
    _stop_account(job, settled, now)
    waiting = [outcome for _, outcome in settled if outcome.wait]
    return Stop(_longest_wait(waiting)) if waiting else None


def _longest_wait(outcomes: Sequence[Outcome]) -> datetime | None:
    told = (recipient.held_until for outcome in outcomes for recipient in outcome.recipients)
    return max((until for until in told if until is not None), default=None)


def _send(requests: Sequence[Request], job: Job) -> list[SubmitAnswer]:
    def send(request: Request) -> SubmitAnswer:
        return job.gateway.submit(request.message, job.access, job.http)

    if len(requests) == 1:
        return [send(requests[0])]
    return list(_pool().map(send, requests))


def _stop_account(job: Job, settled: Sequence[tuple[Submission, Outcome]], now: datetime) -> None:
    stop = next((outcome.stop for _, outcome in settled if outcome.stop), None)
    if stop is not None:
        pause_account(job.account_id, stop.concern, stop.words, stop.raw, now)

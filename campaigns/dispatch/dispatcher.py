"""Claim, plan, commit the intent, send, commit the outcome; again until nothing is due or the time is over."""

import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import count

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
from .guard import stop_campaign
from .outcomes import Outcome, outcome_of
from .plan import Content, Request, halves, plan

SLICE_SECONDS = 5.0
"""How long one task works before it hands over to the next wake-up, so that a stopping worker is done soon."""

PARALLEL_REQUESTS = 8
"""Requests in flight per worker process where the account does not set ``parallel_requests``."""


MOST_REFUSED_IN_A_ROW = 40
"""Groups refused with none accepted in between. One bad number is found within ten or so; more than this means that
the request itself is wrong, and halving it on and on would only reject people who did nothing wrong."""


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


@dataclass(frozen=True, slots=True)
class Settled:
    """One request with what was written down before it and what came of it."""

    request: Request
    submission: Submission
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Result:
    """A round after which sending may go on. ``refused`` are groups to be tried in halves, ``raw`` why."""

    refused: Sequence[Request]
    raw: str


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
    prefix = f"{job.reference}-{claim.prefix}"
    planned = plan(members, job.content, job.gateway, job.access, prefix)
    if planned.skips:
        store.skip(claim, planned.skips, timezone.now())
    stop = _send_all(claim, deque(planned.requests), job, prefix, deadline)
    store.release(claim, timezone.now(), stop.until if stop else None)


def _send_all(claim: store.Claim, waiting: deque[Request], job: Job, prefix: str, deadline: float) -> Stop | None:
    """Send what is *waiting*, and refused groups again in halves, until all is settled or something says stop."""
    serial = count(len(waiting))
    refused_in_a_row = 0
    while waiting and time.monotonic() < deadline:
        requests = [waiting.popleft() for _ in range(min(job.parallel, len(waiting)))]
        result = _round(claim, requests, job)
        if isinstance(result, Stop):
            return result
        refused_in_a_row = 0 if len(result.refused) < len(requests) else refused_in_a_row + len(result.refused)
        if refused_in_a_row > MOST_REFUSED_IN_A_ROW:
            stop_campaign(job.campaign_id, result.raw)
            return Stop()
        for request in reversed(result.refused):
            waiting.extendleft(reversed(halves(request, (f"{prefix}-{next(serial)}", f"{prefix}-{next(serial)}"))))
    return None


def _round(claim: store.Claim, requests: Sequence[Request], job: Job) -> Stop | Result:
    """Send some requests side by side and settle them, or say that this has to be the end for now."""
    submissions = store.write_intents(claim, requests, timezone.now())
    if submissions is None:
        return Stop()
    answers = _send(requests, job)
    now = timezone.now()
    settled = [
        Settled(request, submission, outcome_of(answer, request, now))
        for submission, request, answer in zip(submissions, requests, answers, strict=True)
        if not isinstance(answer, BaseException)
    ]
    fenced = store.settle(claim, [(one.submission, one.outcome) for one in settled], now)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return _result(job, settled, now) if fenced else Stop()


def _result(job: Job, settled: Sequence[Settled], now: datetime) -> Stop | Result:
    _stop_account(job, settled, now)
    waiting = [one.outcome for one in settled if one.outcome.wait]
    if waiting:
        return Stop(_longest_wait(waiting))
    narrow = [one for one in settled if one.outcome.narrow]
    return Result([one.request for one in narrow], narrow[-1].outcome.raw if narrow else "")


def _longest_wait(outcomes: Sequence[Outcome]) -> datetime | None:
    told = (recipient.held_until for outcome in outcomes for recipient in outcome.recipients)
    return max((until for until in told if until is not None), default=None)


def _send(requests: Sequence[Request], job: Job) -> list[SubmitAnswer | BaseException]:
    """The answers in order. A gateway that breaks its contract and raises must not cost the others' answers."""

    def send(request: Request) -> SubmitAnswer:
        return job.gateway.submit(request.message, job.access, job.http)

    if len(requests) == 1:
        return [send(requests[0])]
    futures = [_pool().submit(send, request) for request in requests]
    return [future.exception() or future.result() for future in futures]


def _stop_account(job: Job, settled: Sequence[Settled], now: datetime) -> None:
    stop = next((one.outcome.stop for one in settled if one.outcome.stop), None)
    if stop is not None:
        pause_account(job.account_id, stop.concern, stop.words, stop.raw, now)

"""Sending step by step, for tests that stop between two of them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from campaigns.models import Campaign, Submission
from campaigns.sending import chunk_leases
from campaigns.sending.batch_transaction import Departure, Rules, Settled, settle_and_claim, store_late
from campaigns.sending.chunk_leases import Claim
from campaigns.sending.outcomes import Outcome
from campaigns.sending.plan import Content, Request, plan
from campaigns.sending.rate_limiter import Limits, News
from providers.contract.abilities import Ability
from tests.factories import FakeGateway


def claim_one(campaign: Campaign, now: datetime) -> Claim | None:
    claims = chunk_leases.claim(campaign.pk, now)
    return claims[0] if claims else None


def write_intents(claim: Claim, requests: Sequence[Request], now: datetime) -> list[Departure] | None:
    """None when the database would not take one of them."""
    batch = settle_and_claim((), [(claim, request) for request in requests], rules_of(claim), News(), now)
    return None if batch.refused else batch.departures


def settle(departure: Departure, outcome: Outcome, now: datetime) -> bool:
    """Whether it moved anybody."""
    settled = Settled(departure.submission_id, departure.claim, departure.request, outcome, departure.at)
    batch = settle_and_claim([settled], (), rules_of(departure.claim), News(), now)
    if batch.late:
        store_late(batch.late, now)
    return not batch.late


def rules_of(claim: Claim) -> Rules:
    campaign = Campaign.objects.select_related("account").get(pk=claim.campaign_id)
    return Rules(Limits.of(campaign.account), campaign.pk)


def plan_of(campaign: Campaign, claim: Claim, gateway: FakeGateway) -> list[Request]:
    """The requests for everybody in the chunk who waits."""
    members = chunk_leases.due([claim], timezone.now())[claim.chunk_id]
    content = Content(Ability(campaign.kind), file_id="f.mp3")
    return list(
        plan(members, content, gateway, campaign.account.access(), f"{campaign.reference}-{claim.prefix}").requests
    )


def failing_first(real: Callable[..., Any], *failures: Exception) -> Callable[..., Any]:
    """*real*, but each of *failures* is raised by a call before."""
    left = iter(failures)

    def sometimes(*args: Any, **kwargs: Any) -> Any:
        for failure in left:
            raise failure
        return real(*args, **kwargs)

    return sometimes


def in_flight(campaign: Campaign) -> int:
    """Recipients whose request is written down and has no outcome."""
    return sum(Submission.objects.filter(campaign=campaign, state="intent").values_list("size", flat=True))

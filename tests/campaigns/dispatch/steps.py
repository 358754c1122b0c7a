"""Sending step by step, for tests that stop between two of them."""

from collections.abc import Sequence
from datetime import datetime

from campaigns.dispatch import store
from campaigns.dispatch.gate import Limits, News
from campaigns.dispatch.outcomes import Outcome
from campaigns.dispatch.plan import Request
from campaigns.dispatch.store import Claim
from campaigns.dispatch.turn import Departure, Rules, Settled, take_turn
from campaigns.models import Campaign, Submission


def claim_one(campaign: Campaign, now: datetime) -> Claim | None:
    claims = store.claim(campaign.pk, now)
    return claims[0] if claims else None


def write_intents(claim: Claim, requests: Sequence[Request], now: datetime) -> list[Departure] | None:
    """None when the database would not take one of them."""
    turn = take_turn((), [(claim, request) for request in requests], rules_of(claim), News(), now)
    return None if turn.refused else turn.departures


def settle(departure: Departure, outcome: Outcome, now: datetime) -> bool:
    """Whether it moved anybody."""
    settled = Settled(departure.submission_id, departure.claim, departure.request, outcome, departure.at)
    return not take_turn([settled], (), rules_of(departure.claim), News(), now).late


def rules_of(claim: Claim) -> Rules:
    return Rules(Limits.of(Campaign.objects.select_related("account").get(pk=claim.campaign_id).account))


def in_flight(campaign: Campaign) -> int:
    """Recipients whose request is written down and has no outcome."""
    return sum(Submission.objects.filter(campaign=campaign, state="intent").values_list("size", flat=True))

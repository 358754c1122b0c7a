"""What answers mean beyond their recipients: for the account, for the campaign, and for what is known of both."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from campaigns.models import Campaign
from notifyadmin.db.retry import retry_on_operational_error
from providers.accounts.services import mark_answered

from .adaptive_limits import learn
from .auto_pause import in_doubt, stop_account, stop_campaign, stop_unproven
from .batch_transaction import Settled
from .leased_chunks import Job
from .outcomes import AccountStop, CampaignStop, Outcome
from .rate_limiter import News


def judge(job: Job, settled: Sequence[Settled], now: datetime) -> Job:
    """Stop what must stop, and note that requests are answered; *job* with what is known now.

    To be called before *settled* are written down: their intents hold back whoever waits to see what becomes of them,
    so that nothing leaves between an answer and the stop that follows from it.
    """
    stops = [one.outcome.stop for one in settled if one.outcome.stop]
    for stop in (*_first(stops, AccountStop), *_first(stops, CampaignStop)):
        if isinstance(stop, AccountStop):
            stop_account(job.rules.limits.account_id, job.campaign, stop, now)
        else:
            stop_campaign(job.campaign, stop)
    is_over = any(isinstance(stop, AccountStop) for stop in stops)
    return _tried(job, settled) if job.health.unproven and not is_over else job


def _first(
    stops: Sequence[AccountStop | CampaignStop], kind: type[AccountStop] | type[CampaignStop]
) -> list[AccountStop | CampaignStop]:
    return [stop for stop in stops if isinstance(stop, kind)][:1]


def _tried(job: Job, settled: Sequence[Settled]) -> Job:
    """What the requests that went alone have shown."""
    if any(one.outcome.proves for one in settled):
        _prove(job)
        return replace(job, health=replace(job.health, unproven=False))
    for one in settled:
        if one.outcome.is_in_doubt:
            stop = in_doubt(len(one.request.members), _raw(one.outcome))
            stop_unproven(job.rules.limits.account_id, job.campaign, stop, one.at)
    return job


def _raw(outcome: Outcome) -> str:
    return outcome.raw or next((row.raw for row in outcome.recipients if row.raw), "")


@retry_on_operational_error
def _prove(job: Job) -> None:
    # As of when the credentials were read: they may have been changed since.
    mark_answered(job.rules.limits.account_id, job.read_at)
    Campaign.objects.filter(pk=job.campaign.pk, proven_at=None).update(proven_at=job.read_at)


def news(settled: Sequence[Settled], unwell: bool) -> News:
    """Nothing to tell the gate while all is well, which saves a statement per turn."""
    outcomes = [one.outcome for one in settled]
    usable = [outcome.usable for outcome in outcomes]
    waits = [outcome for outcome in outcomes if outcome.wait and not outcome.stop]
    if all(usable) and not waits and not unwell:
        return News()
    bad = next((outcome for outcome in outcomes if outcome in waits or not outcome.usable), None)
    return News(
        usable,
        _longest_wait(waits),
        refuses=any(outcome.rest for outcome in waits),
        takes=any(outcome.proves for outcome in outcomes),
        words=_words(bad) if bad else "",
        raw=bad.raw if bad else "",
    )


def _words(outcome: Outcome) -> str:
    return outcome.rest.pack() if outcome.rest else outcome.words


def _longest_wait(outcomes: Sequence[Outcome]) -> datetime | None:
    told = (recipient.held_until for outcome in outcomes for recipient in outcome.recipients)
    return max((until for until in told if until is not None), default=None)


def learned(job: Job, settled: Sequence[Settled], now: datetime) -> bool:
    """Whether refusals have shown that a limit per number is lower than was thought."""
    account_id = job.rules.limits.account_id
    told = [(one, name, number) for one in settled for name, number in one.outcome.learned]
    lower = [learn(account_id, name, number, now, one.at) for one, name, number in told]
    return any(limit is not None for limit in lower)

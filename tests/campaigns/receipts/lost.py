"""Recipients whose request left and whose answer never came, made without sending anything."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from campaigns.models import Campaign, Recipient, Submission
from providers.models import Account
from tests.factories import make_campaign

_serial = count(1)


def ago(**amount: float) -> datetime:
    return timezone.now() - timedelta(**amount)


def submit(campaign: Campaign, positions: str = "1", state: str = "unknown", **values: Any) -> Submission:
    """A request of the first chunk for these positions; of one second, two minutes ago unless told otherwise."""
    started = values.pop("started_at", ago(minutes=2))
    reference = f"{campaign.reference}-1-1-{next(_serial)}"
    common = {"reference": reference, "token": 1, "size": 1, "started_at": started}
    ended = None if state == "intent" else started + timedelta(seconds=1)
    chunk = campaign.chunks.get(number=1)
    return Submission.objects.create(
        campaign=campaign, chunk=chunk, positions=positions, state=state, finished_at=ended, **(common | values)
    )


def lose(campaign: Campaign, *positions: int, **values: Any) -> Submission:
    """One request for *positions* whose outcome is unknown, as are its recipients."""
    submission = submit(campaign, ",".join(map(str, positions)), size=len(positions), **values)
    campaign.recipients.filter(position__in=positions).update(
        state="unknown",
        submission=submission,
        attempts=1,
        reason="The connection broke.",
        changed_at=submission.started_at,
    )
    return submission


def lost_recipient(account: Account, kind: str = "voice_template", **values: Any) -> Recipient:
    """The first of three recipients of a new campaign, lost."""
    campaign = make_campaign(account, kind, recipients=3)
    lose(campaign, 1, **values)
    return campaign.recipients.get(position=1)

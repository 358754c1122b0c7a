"""Isolate failures per campaign: work on one after the other, in which none holds up the others.

What fails is logged with its traceback and becomes an alert, which is over when it succeeds.
"""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.utils import timezone

from campaigns.models import Activity, ActivityKind, Campaign
from providers.contract.words import Words

from . import subjects
from .services import open_alert

logger = logging.getLogger(__name__)

Result = TypeVar("Result")


def for_each_isolated(
    family: str, failed: Words, campaign_ids: Iterable[int], do: Callable[[int], Result]
) -> list[Result]:
    """Return what *do* makes of each campaign, without those with which it fails.

    *failed* is what the alert of the *family* says of such a campaign. It is opened once, however often that happens;
    acknowledged by a person, it stays so. Must not run in a transaction.
    """
    results: list[Result] = []
    listed: set[int] | None = None
    for campaign_id in campaign_ids:
        listed = standing(family) if listed is None else listed
        try:
            results.append(do(campaign_id))
        except Exception:
            logger.exception("campaign %s could not be worked on (%s)", campaign_id, family)
            if campaign_id not in listed:
                _open(family, campaign_id, failed)
        else:
            if campaign_id in listed:
                _close(family, campaign_id)
    return results


def standing(family: str) -> set[int]:
    """Campaigns with a listed alert of *family*."""
    listed = Activity.objects.exclude(subject="").filter(subject__startswith=f"{family}:")
    return {subjects.parts(subject)[1] for subject in listed.values_list("subject", flat=True)}


def _open(family: str, campaign_id: int, failed: Words) -> None:
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        return
    line = Activity(
        kind=ActivityKind.NOT_DONE,
        words=failed.pack(),
        campaign_id=campaign.pk,
        account_id=campaign.account_id,
        attention=True,
        subject=subjects.subject(family, campaign_id),
    )
    open_alert(line)


def _close(family: str, campaign_id: int) -> None:
    over = Activity.objects.filter(subject=subjects.subject(family, campaign_id))
    over.filter(done_at__isnull=True).update(done_at=timezone.now())
    over.update(subject="")

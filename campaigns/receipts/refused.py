"""Receipts of people whom the provider had refused: proof that the refusal is not to be believed.

They are applied like all others, so these people are not sent to again. They are marked because whoever resumes a
campaign should know: where one refused request was carried out after all, others may have been as well.
"""

from datetime import timedelta

from django.utils import timezone

from campaigns.models import Campaign, Receipt, Recipient, SubmissionState
from campaigns.models.statuses import SENDABLE_STATES, CampaignState
from notifyadmin.db.any_of import among
from notifyadmin.db.sql import execute, fetch

from .covering import submissions_by_recipient
from .matching import digits

IN_FLIGHT = timedelta(days=1)
"""A request without an outcome is not older; its lease ran out long before."""

LOOKED_THROUGH = 1000
"""The newest unmatched receipts, for numbers of people who wait."""


def mark_after_refusal(chosen: str, parameter: object) -> None:
    """Mark the receipts of those *chosen* who stand as refused. To be called before they are settled."""
    sql = f"""
        SELECT r.id FROM campaigns_recipient r JOIN campaigns_submission s ON s.id = r.submission_id
        WHERE r.id {chosen} AND ((s.state = 'refused' AND r.state IN ('pending', 'held', 'rejected'))
            OR (s.state = 'answered' AND r.state = 'held'))
    """  # noqa: S608
    refused = [pk for (pk,) in fetch(sql, [parameter])]
    if not refused:
        return
    # In a request that is out, a receipt may come before the answer: that is of this request.
    people = list(Recipient.objects.filter(pk__in=refused).only("id", "campaign_id", "position"))
    now = timezone.now()
    out = submissions_by_recipient(people, [SubmissionState.INTENT], now - IN_FLIGHT, now)
    left = [one.pk for one in people if not out[one.pk]]
    if left:
        condition, these = among(left)
        execute(
            f"UPDATE campaigns_receipt SET after_refusal = TRUE WHERE recipient_id {condition} AND NOT after_refusal",  # noqa: S608
            [these],
        )


def came_after_refusal(campaign: Campaign) -> int:
    """How many receipts came for people of *campaign* whom the provider had refused."""
    return Receipt.objects.filter(after_refusal=True, recipient__campaign=campaign).count()


def may_concern_waiting(campaign: Campaign) -> int:
    """How many people, of those who wait after an earlier request, unmatched receipts name the number of.

    Looked for while the campaign is paused, in the newest receipts.
    """
    if campaign.state != CampaignState.PAUSED:
        return 0
    unmatched = Receipt.objects.filter(account_id=campaign.account_id, recipient__isnull=True).order_by("-id")
    numbers = {digits(number) for number in unmatched.values_list("number", flat=True)[:LOOKED_THROUGH]} - {""}
    if not numbers:
        return 0
    waiting = Recipient.objects.filter(campaign=campaign, number__in=numbers, state__in=SENDABLE_STATES)
    return waiting.filter(submission__isnull=False).count()

"""What is asked before a campaign starts."""

from django.utils.formats import number_format
from django.utils.translation import ngettext

from campaigns.compose.checks.items import written
from campaigns.lifecycle.awaiting import awaited
from campaigns.models import Campaign


def question(campaign: Campaign) -> str:
    """Whether it is to start now, as soon as it can, or by itself at its time, for so many people."""
    told = {
        "count": number_format(campaign.total, force_grouping=True),
        "account": campaign.account.name,
        "at": written(campaign.scheduled_at, campaign.time_zone) if campaign.scheduled_at else "",
    }
    return _words(campaign) % told


def _words(campaign: Campaign) -> str:
    if campaign.scheduled_at:
        return ngettext(
            "Let it start by itself on %(at)s? %(count)s person is reached through the account %(account)s.",
            "Let it start by itself on %(at)s? %(count)s people are reached through the account %(account)s.",
            campaign.total,
        )
    if awaited(campaign):
        return ngettext(
            "Start as soon as it can? %(count)s person is reached through the account %(account)s.",
            "Start as soon as it can? %(count)s people are reached through the account %(account)s.",
            campaign.total,
        )
    return ngettext(
        "Start now? %(count)s person is reached through the account %(account)s.",
        "Start now? %(count)s people are reached through the account %(account)s.",
        campaign.total,
    )

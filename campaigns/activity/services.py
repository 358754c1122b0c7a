"""Writing the activity list."""

from django.contrib.auth.models import AbstractBaseUser

from campaigns.models import Activity, ActivityKind, Campaign
from providers.contract.words import Words


def record(
    kind: ActivityKind,
    words: Words,
    *,
    campaign: Campaign | None = None,
    campaign_id: int | None = None,
    account_id: int | None = None,
    user: AbstractBaseUser | None = None,
    raw: str = "",
    attention: bool = False,
    positions: str = "",
) -> Activity:
    """Add a line. ``attention`` marks what needs a person; a campaign brings its account along.

    ``positions`` are ranges of the recipients' positions, see models.Activity.
    """
    return Activity.objects.create(
        kind=kind,
        words=words.pack(),
        campaign_id=campaign.pk if campaign else campaign_id,
        account_id=campaign.account_id if campaign else account_id,
        user_id=user.pk if user else None,
        raw=raw[:300],
        attention=attention,
        positions=positions,
    )

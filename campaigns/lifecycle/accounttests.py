"""What a failed test of the account's connection means for a start.

Nothing starts with such an account. A person who may change accounts can let a campaign start all the same, by typing
the account's name; that holds until the account is changed. What is scheduled waits for a test that passes.
"""

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import F, Q
from django.utils import timezone

from campaigns.alerts.services import record
from campaigns.models import ActivityKind, Campaign
from campaigns.models.statuses import CampaignState
from providers.contract.words import Words, gettext_noop

FAILED = gettext_noop(
    "The last test of the account %(account)s failed, so nothing is sent through it. Put right what is wrong, then "
    "test it again on its page. Whoever may change accounts can start all the same, by typing the account's name."
)
AWAITED = gettext_noop(
    "The last test of the account %(account)s failed. It is tested again every few minutes; to be quicker, put right "
    "what is wrong and test it on its page."
)
WAIVED = gettext_noop("Started by hand although the last test of the account %(account)s had failed.")


def forbids(campaign: Campaign) -> bool:
    """Whether the account's last test keeps the campaign from starting."""
    account, waived = campaign.account, campaign.test_waived_at
    if campaign.is_test or not account.last_test_failed:
        return False
    return waived is None or waived < account.credentials_changed_at


def forbidding(campaign: Campaign) -> list[Words]:
    """Why it cannot be started by hand now."""
    return [Words(FAILED, {"account": campaign.account.name})] if forbids(campaign) else []


def awaited(campaign: Campaign) -> list[Words]:
    """Why what is scheduled waits."""
    if campaign.state != CampaignState.SCHEDULED or not forbids(campaign):
        return []
    return [Words(AWAITED, {"account": campaign.account.name})]


def told() -> Q:
    """Scheduled campaigns that wait for a test, and say so already."""
    failed = Q(account__check_passed=False) & ~Q(account__answered_at__gt=F("account__checked_at"))
    waived = Q(test_waived_at__gte=F("account__credentials_changed_at"))
    return failed & ~waived & ~Q(pause_words="")


def wait(current: Campaign) -> None:
    """Let the locked campaign, whose time has come, say what it waits for."""
    (words,) = awaited(current)
    if current.pause_words != words.pack():
        current.pause_words = words.pack()
        current.save(update_fields=["pause_words", "updated_at"])
        record(ActivityKind.SCHEDULED, words, campaign=current, attention=True)


def waive(current: Campaign, user: AbstractBaseUser | None) -> None:
    """Let the locked campaign start all the same: *user* has typed the account's name."""
    current.test_waived_at = timezone.now()
    current.save(update_fields=["test_waived_at", "updated_at"])
    words = Words(WAIVED, {"account": current.account.name})
    record(ActivityKind.STARTED, words, campaign=current, user=user, raw=str(current.account.check_words))

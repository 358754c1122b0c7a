"""Stopping what sending itself has found to be wrong: one campaign, or the whole account."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from campaigns.activity.services import record
from campaigns.models import ActivityKind, Campaign, Tally
from campaigns.statuses import CampaignState, RecipientState
from providers.accounts.pausing import pause_account
from providers.contract.words import Words, gettext_noop

from .outcomes import AccountStop
from .patience import patient

ALWAYS_REFUSED = Words(
    gettext_noop(
        "The provider refused request after request, whoever was in them, so sending was stopped. "
        "Check the content and the options against its words, then resume. Nobody is lost."
    )
)
TOO_MANY_REFUSED = gettext_noop(
    "%(failed)s of the %(tried)s recipients that were tried came back refused, more than the account allows "
    "(%(percent)s percent), so sending was stopped. Look at the reasons, mend what is wrong, then resume."
)
TOO_MANY_UNKNOWN = gettext_noop(
    "Of %(failed)s of the %(tried)s recipients that were tried nobody knows whether the provider took them, more than "
    "the account allows (%(percent)s percent), so sending was stopped. Look at the provider's console, then resume."
)

WATCHED = {RecipientState.REJECTED: TOO_MANY_REFUSED, RecipientState.UNKNOWN: TOO_MANY_UNKNOWN}
UNTRIED = (RecipientState.PENDING, RecipientState.HELD, RecipientState.SKIPPED, RecipientState.CANCELLED)


@patient
def stop_account(account_id: int, campaign: Campaign, stop: AccountStop, now: datetime) -> None:
    """Pause the account and all its campaigns, with the provider's words and what to do about it."""
    with transaction.atomic():
        if pause_account(account_id, stop.concern, stop.words, stop.raw, now):
            record(ActivityKind.ACCOUNT_PAUSED, stop.words, campaign=campaign, raw=stop.raw, attention=True)


@patient
def refused_again_and_again(campaign: Campaign, raw: str) -> None:
    """Pause a running campaign whose every request is refused."""
    _pause(campaign, ALWAYS_REFUSED, raw)


@patient
def watch(campaign: Campaign) -> bool:
    """Pause the campaign if too many of its recipients came back refused or unknown; whether it did.

    Counted from where staff last resumed it (``guard_base``), so that it does not stop again for what they have seen.
    """
    account = campaign.account
    counts = counted(campaign)
    base = _base(campaign, counts)
    tried = _since(counts, base, "tried")
    for state, words in WATCHED.items():
        failed = _since(counts, base, state)
        if failed >= account.guard_least and failed * 100 > tried * account.guard_percent:
            values = {"failed": failed, "tried": tried, "percent": account.guard_percent}
            _pause(campaign, Words(words, values), "")
            return True
    return False


def _base(campaign: Campaign, counts: dict[str, int]) -> dict[str, int]:
    """Where counting begins. Receipts and staff resolve what was unknown, and then it begins lower."""
    stored = Campaign.objects.values_list("guard_base", flat=True).get(pk=campaign.pk)
    base = {name: min(int(stored.get(name, 0)), counts[name]) for name in counts}
    if any(base[name] < int(stored.get(name, 0)) for name in base):
        Campaign.objects.filter(pk=campaign.pk).update(guard_base=base)
    return base


def counted(campaign: Campaign) -> dict[str, int]:
    """What :func:`watch` looks at: how many were tried, refused and unknown. One statement, however many there are."""
    sums = dict(Tally.objects.filter(campaign=campaign).values_list("state").annotate(n=Sum("amount")))
    tried = sum(amount for state, amount in sums.items() if state not in UNTRIED)
    return {"tried": tried} | {state.value: sums.get(state, 0) for state in WATCHED}


def _since(counts: dict[str, int], base: dict[str, int], name: str) -> int:
    return counts[name] - base[name]


def _pause(campaign: Campaign, words: Words, raw: str) -> None:
    with transaction.atomic():
        running = Campaign.objects.filter(pk=campaign.pk, state=CampaignState.RUNNING)
        if running.update(state=CampaignState.PAUSED, pause_words=words.pack(), pause_raw=raw[:300]):
            record(ActivityKind.AUTO_PAUSED, words, campaign=campaign, raw=raw, attention=True)

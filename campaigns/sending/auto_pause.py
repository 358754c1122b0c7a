"""Automatic pause of what sending itself has found to be wrong: one campaign, or the whole account."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from campaigns.alerts.services import record
from campaigns.models import ActivityKind, Campaign, Tally
from campaigns.models.statuses import CampaignState, RecipientState
from notifyadmin.db.retry import retry_on_operational_error
from providers.accounts.models import Account
from providers.accounts.pausing import pause_account
from providers.contract.statuses import Concern
from providers.contract.words import Words, gettext_noop

from .outcomes import AccountStop, CampaignStop

ALWAYS_REFUSED = Words(
    gettext_noop(
        "The provider refused request after request, whoever was in them, so sending was stopped. "
        "Check the content and the options against its words, then resume. Nobody is lost."
    )
)
REFUSED_ALONE = Words(
    gettext_noop(
        "The provider refused a group, and then each of those who were asked for alone, so the refusal is not about "
        "single numbers and sending was stopped. Nobody was taken, and everybody waits. Check the content and the "
        "options against the provider's words, then resume."
    )
)
FIRST_IN_DOUBT = gettext_noop(
    "The first request after the account was changed got no usable answer, so the account waits for a person. It is "
    "not known whether the provider took its %(count)s recipients; nobody else was sent to. Test the connection on the "
    "account's page, look into the provider's console, then resume the account."
)
TOO_MANY_REFUSED = gettext_noop(
    "%(failed)s of %(total)s recipients came back refused. That is more than %(percent)s percent of the %(tried)s that "
    "were tried, which is all that the account allows, so sending was stopped. Look at the reasons, put right what is "
    "wrong, then resume."
)
TOO_MANY_UNKNOWN = gettext_noop(
    "%(failed)s of %(total)s recipients are unknown: the provider may or may not have taken them. That is more than "
    "%(percent)s percent of the %(tried)s that were tried, which is all that the account allows, so sending was "
    "stopped. Look into the provider's console, then resume."
)

WATCHED = {RecipientState.REJECTED: TOO_MANY_REFUSED, RecipientState.UNKNOWN: TOO_MANY_UNKNOWN}
UNTRIED = (RecipientState.PENDING, RecipientState.HELD, RecipientState.SKIPPED, RecipientState.CANCELLED)


@retry_on_operational_error
def stop_account(account_id: int, campaign: Campaign, stop: AccountStop, now: datetime) -> None:
    """Pause the account and all its campaigns, with the provider's words and what to do about it."""
    with transaction.atomic():
        if pause_account(account_id, stop.concern, stop.words, stop.raw, now):
            record(ActivityKind.ACCOUNT_PAUSED, stop.words, campaign=campaign, raw=stop.raw, attention=True)


@retry_on_operational_error
def stop_unproven(account_id: int, campaign: Campaign, stop: AccountStop, since: datetime) -> bool:
    """:func:`stop_account` for a request that left at *since*, if the account has not been proven or changed since."""
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=account_id)
        stops = account.is_unproven and account.credentials_changed_at <= since
        if stops:
            stop_account(account_id, campaign, stop, timezone.now())
    return stops


def in_doubt(recipients: int, raw: str) -> AccountStop:
    """What the first request of an account means whose answer says nothing."""
    return AccountStop(Concern.ENDPOINT, Words(FIRST_IN_DOUBT, {"count": recipients}), raw)


@retry_on_operational_error
def stop_campaign(campaign: Campaign, stop: CampaignStop) -> None:
    """Pause a running campaign; others of its account go on."""
    _pause(campaign, stop.words, stop.raw)


@retry_on_operational_error
def watch(campaign: Campaign) -> bool:
    """Pause the campaign if too many of its recipients came back refused or unknown; whether it did.

    Counted from where staff last resumed it (``guard_base``), so that it does not stop again for what they have seen.
    The words count all. Requests that were in flight when it was paused make them wrong; then they are written anew.
    """
    account = campaign.account
    counts = counted(campaign)
    base = _base(campaign, counts)
    tried = _since(counts, base, "tried")
    for state, words in WATCHED.items():
        failed = _since(counts, base, state)
        if failed >= account.guard_least and failed * 100 > tried * account.guard_percent:
            total = {"total": campaign.total, "percent": account.guard_percent}
            _pause(campaign, Words(words, {"failed": counts[state], "tried": counts["tried"]} | total), "")
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
        elif words.text in WATCHED.values():
            _count_anew(campaign, words)


def _count_anew(campaign: Campaign, words: Words) -> None:
    """If that is what it was paused for."""
    paused = Campaign.objects.filter(pk=campaign.pk, state=CampaignState.PAUSED)
    before = paused.values_list("pause_words", flat=True).first() or ""
    if Words.unpack(before).text == words.text and before != words.pack():
        paused.filter(pause_words=before).update(pause_words=words.pack())

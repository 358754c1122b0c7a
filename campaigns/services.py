"""What staff do with a campaign: start, pause, resume, cancel."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from campaigns.dispatch.wake import wake_dispatch
from campaigns.models import Campaign
from campaigns.statuses import CampaignState
from providers.accounts.models import AccountState
from providers.contract.words import Words, gettext_noop
from providers.voicetemplates.models import TemplateState


class NotPossible(Exception):
    """What was asked for cannot be done now; ``words`` says why and what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


def start(campaign: Campaign, user: AbstractBaseUser | None) -> None:
    """Start a draft. Raises NotPossible with the reason when something is missing."""
    with transaction.atomic():
        locked = _locked(campaign)
        _require(locked, CampaignState.DRAFT)
        for words in _missing(locked):
            raise NotPossible(words)
        now = timezone.now()
        locked.state, locked.started_at, locked.started_by_id = CampaignState.RUNNING, now, user.pk if user else None
        locked.save(update_fields=["state", "started_at", "started_by", "updated_at"])
        chunks = locked.chunks.update(next_attempt_at=now)
        wake_dispatch(locked.pk, times=chunks)
    campaign.refresh_from_db()


def pause(campaign: Campaign, user: AbstractBaseUser | None) -> None:
    """Stop sending; requests in flight end by themselves. Raises NotPossible."""
    _ = user
    with transaction.atomic():
        locked = _locked(campaign)
        _require(locked, CampaignState.RUNNING)
        locked.state, locked.pause_words, locked.pause_raw = CampaignState.PAUSED, PAUSED_BY_STAFF.pack(), ""
        locked.save(update_fields=["state", "pause_words", "pause_raw", "updated_at"])
    campaign.refresh_from_db()


def resume(campaign: Campaign, user: AbstractBaseUser | None) -> None:
    """Go on. Raises NotPossible, also while the account itself is paused."""
    _ = user
    with transaction.atomic():
        locked = _locked(campaign)
        _require(locked, CampaignState.PAUSED)
        if locked.account.state != AccountState.ACTIVE:
            raise NotPossible(Words(gettext_noop("The account is paused. Mend what stopped it and resume it first.")))
        locked.state, locked.pause_words, locked.pause_raw = CampaignState.RUNNING, "", ""
        locked.save(update_fields=["state", "pause_words", "pause_raw", "updated_at"])
        wake_dispatch(locked.pk, times=locked.chunks.filter(next_attempt_at__isnull=False).count())
    campaign.refresh_from_db()


def cancel(campaign: Campaign, user: AbstractBaseUser | None) -> None:
    """End a campaign for good. Who was not yet submitted is cancelled by the next sweep. Raises NotPossible."""
    _ = user
    with transaction.atomic():
        locked = _locked(campaign)
        _require(locked, CampaignState.RUNNING, CampaignState.PAUSED)
        locked.state, locked.pause_words = CampaignState.CANCELLING, ""
        locked.save(update_fields=["state", "pause_words", "updated_at"])
    campaign.refresh_from_db()


PAUSED_BY_STAFF = Words(gettext_noop("Paused by staff."))


def _locked(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_for_update(of=("self",)).select_related("account").get(pk=campaign.pk)


def _require(campaign: Campaign, *states: CampaignState) -> None:
    if campaign.state not in states:
        words = gettext_noop("This is not possible while the campaign is in the state “%(state)s”. Reload the page.")
        raise NotPossible(Words(words, {"state": CampaignState(campaign.state).label}))


def _missing(campaign: Campaign) -> list[Words]:
    """What a campaign must not start without, whatever page or command starts it."""
    missing: list[Words] = []
    if campaign.account.state != AccountState.ACTIVE:
        missing.append(Words(gettext_noop("The account is not active. Resume it or choose another one.")))
    if not campaign.recipients.filter(~Q(number="")).exists():
        missing.append(Words(gettext_noop("The audience is empty. Add recipients first.")))
    if campaign.kind == "voice_template" and (
        campaign.template is None or campaign.template.state != TemplateState.APPROVED
    ):
        missing.append(Words(gettext_noop("The voice template is not approved. Choose an approved one.")))
    if campaign.kind == "voice_file" and not _file_at_account(campaign):
        missing.append(Words(gettext_noop("The voice file is not at this account. Choose one that is.")))
    if campaign.kind != "voice_file" and not campaign.text.strip():
        missing.append(Words(gettext_noop("The text is empty. Write it first.")))
    return missing


def _file_at_account(campaign: Campaign) -> bool:
    file = campaign.voice_file
    return file is not None and file.copies.filter(account_id=campaign.account_id).exists()

"""What a campaign must have before it may start, besides an approval."""

from django.db.models import Q

from campaigns.lifecycle.awaiting import forbidding
from campaigns.models import Campaign, ListFile, ListState
from providers.accounts.models import AccountState
from providers.contract.words import Words, gettext_noop

BEING_READ = Words(
    gettext_noop("A list is still being read into the audience. Wait until that is done, or stop it there.")
)
ARCHIVED = Words(gettext_noop("It lies in the archive. Take it out first."))


def incomplete(campaign: Campaign) -> list[Words]:
    """What is missing besides an approval."""
    found = [ARCHIVED] if campaign.archived_at else []
    if campaign.account.state != AccountState.ACTIVE:
        found.append(Words(gettext_noop("The account is not active. Resume it or choose another one.")))
    if not campaign.recipients.filter(~Q(number="")).exists():
        found.append(Words(gettext_noop("The audience is empty. Add recipients first.")))
    if ListFile.objects.filter(campaign=campaign, state=ListState.READING).exists():
        found.append(BEING_READ)
    found.extend(forbidding(campaign))
    if campaign.kind != "voice_file" and not campaign.text.strip():
        found.append(Words(gettext_noop("The text is empty. Write it first.")))
    return found

"""Rows for tests, made the way the services make them where that is quick enough."""

from collections import Counter
from itertools import count
from typing import Any

from django.contrib.auth.models import Permission, User
from django.utils import timezone

from campaigns.models import Campaign, Chunk, Recipient
from campaigns.models.statuses import CampaignState
from providers.models import Account, VoiceFile, VoiceFileCopy

from .fakes import FAKE_SLUG

_serial = count(1)


def make_user(*permissions: str, **values: Any) -> User:
    """A user with the named permissions ("campaigns.view_campaign"), or a superuser with ``is_superuser=True``."""
    user = User.objects.create_user(f"user{next(_serial)}", password="a long password for tests", **values)
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return user


def make_account(provider: str = FAKE_SLUG, **values: Any) -> Account:
    credentials = values.pop("credentials", {"base_url": "https://api.example.com", "key": "s3cret-value"})
    account = Account(name=f"account {next(_serial)}", provider=provider, **values)
    account.set_credentials(credentials)
    if "answered_at" not in values:
        # Else the first request of every test would go alone.
        account.answered_at = account.credentials_changed_at
    account.save()
    return account


def make_campaign(
    account: Account,
    kind: str = "voice_file",
    recipients: int = 10,
    *,
    chunk: int = 1000,
    running: bool = True,
    **values: Any,
) -> Campaign:
    """A campaign with ``recipients`` numbers 8613800000001… cut into chunks, running unless told otherwise."""
    defaults: dict[str, Any] = {"name": f"campaign {next(_serial)}", "text": "" if kind == "voice_file" else "hello"}
    if kind == "voice_file":
        file = VoiceFile.objects.create(name="hello")
        VoiceFileCopy.objects.create(voice_file=file, account=account, file_id=f"file{file.pk}.mp3")
        defaults["voice_file"] = file
    if running:
        defaults |= {"state": CampaignState.RUNNING, "started_at": timezone.now(), "proven_at": timezone.now()}
    campaign = Campaign.objects.create(kind=kind, account=account, total=recipients, **(defaults | values))
    Recipient.objects.bulk_create(
        [
            Recipient(campaign=campaign, position=position, number=str(8613800000000 + position))
            for position in range(1, recipients + 1)
        ]
    )
    Chunk.objects.bulk_create(
        [
            Chunk(
                campaign=campaign,
                number=number,
                first=first,
                last=min(first + chunk - 1, recipients),
                next_attempt_at=timezone.now(),
            )
            for number, first in enumerate(range(1, recipients + 1, chunk), 1)
        ]
    )
    return campaign


def states_of(campaign: Campaign) -> dict[str, int]:
    """How many recipients are in each state, by looking at every one of them."""
    return dict(Counter(campaign.recipients.values_list("state", flat=True)))

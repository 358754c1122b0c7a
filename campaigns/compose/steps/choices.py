"""What a campaign may play or read out: also what the provider has not approved or received yet, and marked as such."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext

from campaigns.lifecycle.awaiting import COMING_TEMPLATE
from notifyadmin.web.generics import ModelChoiceField
from providers.models import Account, TemplateState, VoiceFile, VoiceFileCopy, VoiceTemplate
from providers.voicefiles.models import CopyState


class TemplateField(ModelChoiceField[VoiceTemplate]):
    """The account's templates that are approved or on their way to it."""

    def __init__(self, account: Account, **options: Any) -> None:
        usable = (TemplateState.APPROVED, *COMING_TEMPLATE)
        super().__init__(VoiceTemplate.objects.filter(account=account, state__in=usable), **options)

    def label_from_instance(self, template: VoiceTemplate) -> str:
        if template.state == TemplateState.APPROVED:
            return template.name
        return gettext("%(name)s (%(state)s: will be waited for)") % {
            "name": template.name,
            "state": template.get_state_display(),
        }


class VoiceFileField(ModelChoiceField[VoiceFile]):
    """Files at the account, and ours that it can take."""

    def __init__(self, account: Account, **options: Any) -> None:
        copies = VoiceFileCopy.objects.filter(voice_file=OuterRef("pk"), account=account)
        takeable = Q(pk__in=[])
        rules = account.gateway.file_rules
        if rules is not None:
            takeable = ~Q(file="") & Q(format__in=rules.suffixes)
        files = VoiceFile.objects.filter(archived_at=None).annotate(
            is_there=Exists(copies.filter(state=CopyState.THERE)),
            has_failed=Exists(copies.filter(state=CopyState.FAILED)),
        )
        super().__init__(files.filter(Exists(copies) | takeable), **options)

    def label_from_instance(self, voice_file: Any) -> str:
        if voice_file.is_there:
            return str(voice_file.name)
        if voice_file.has_failed:
            return gettext("%(name)s (could not be sent to this account)") % {"name": voice_file.name}
        return gettext("%(name)s (not at this account yet: will be sent first)") % {"name": voice_file.name}

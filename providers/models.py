"""All models of the application, re-exported from their rooms for Django."""

from .accounts.models import Account, AccountState
from .calllog.models import ProviderCall
from .voicefiles.models import CopyState, Tag, VoiceFile, VoiceFileCopy
from .voicetemplates.models import TemplateEvent, TemplateState, VoiceTemplate
from .webhooks.models import InboundPush, PushAddress, PushState

__all__ = (
    "Account",
    "AccountState",
    "CopyState",
    "InboundPush",
    "ProviderCall",
    "PushAddress",
    "PushState",
    "Tag",
    "TemplateEvent",
    "TemplateState",
    "VoiceFile",
    "VoiceFileCopy",
    "VoiceTemplate",
)

"""All models of the application, re-exported from their rooms for Django."""

from .accounts.models import Account, AccountState
from .accounts.prices.models import Price, PriceUnit
from .calllog.models import ProviderCall
from .voicefiles.models import CopyState, FetchedFile, FileList, Tag, VoiceFile, VoiceFileCopy
from .voicetemplates.models import TemplateEvent, TemplateState, UnknownReview, VoiceTemplate
from .webhooks.models import InboundPush, PushAddress, PushState

__all__ = (
    "Account",
    "AccountState",
    "CopyState",
    "FetchedFile",
    "FileList",
    "InboundPush",
    "Price",
    "PriceUnit",
    "ProviderCall",
    "PushAddress",
    "PushState",
    "Tag",
    "TemplateEvent",
    "TemplateState",
    "UnknownReview",
    "VoiceFile",
    "VoiceFileCopy",
    "VoiceTemplate",
)

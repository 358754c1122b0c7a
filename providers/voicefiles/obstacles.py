"""Why a voice file cannot be sent to an account, in words for staff."""

from providers import registry
from providers.accounts.models import Account, AccountState
from providers.contract.files import FileRules
from providers.contract.words import Words, gettext_noop

from .models import VoiceFile

PAUSED = Words(gettext_noop("This account is paused. Resume it first."))


def offered_not(voice_file: VoiceFile, account: Account) -> Words | None:
    """Why the file is not offered to be sent to *account* now; None where nothing is against it."""
    return PAUSED if account.state == AccountState.PAUSED else obstacle(voice_file, account)


def obstacle(voice_file: VoiceFile, account: Account) -> Words | None:
    """Why *account* cannot take the file at all; None where it can, if only once it is resumed."""
    if account.state == AccountState.ARCHIVED:
        return Words(gettext_noop("This account is archived."))
    if voice_file.archived_at is not None:
        return Words(gettext_noop("This voice file is archived. Use it again first."))
    rules = _rules(account)
    if rules is None:
        return Words(gettext_noop("This provider takes files in its own console only. Take the file over from there."))
    return _unfit(voice_file, rules.suffixes)


def _rules(account: Account) -> FileRules | None:
    try:
        return account.gateway.file_rules
    except registry.UnknownGateway:
        return None


def _unfit(voice_file: VoiceFile, suffixes: tuple[str, ...]) -> Words | None:
    if not voice_file.file:
        return Words(gettext_noop("Only another account has the recording. Upload it here to send it to this one."))
    if voice_file.format.lower() not in suffixes:
        text = gettext_noop("This provider takes only %(suffixes)s files, and this one is “%(format)s”.")
        return Words(text, {"suffixes": ", ".join(suffixes), "format": voice_file.format})
    return None

"""The part of a campaign that another one may begin with: its content, its options and its hours."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from campaigns.models import Campaign
from campaigns.models.campaign import EVERY_DAY
from providers.contract.words import Words, gettext_noop
from providers.models import TemplateState, VoiceFile, VoiceTemplate

TEXTS = ("text", "options", "time_zone", "window_days", "per_minute")
HOURS = ("window_from", "window_until")
THINGS = ("voice_file_id", "template_id")

FILE_GONE = Words(gettext_noop("Its voice file is not there any more; choose another one."))
TEMPLATE_GONE = Words(gettext_noop("Its voice template is not there any more; choose another one."))


@dataclass(frozen=True, slots=True)
class Begun:
    """The columns that a new draft begins with, and what of the old ones is gone."""

    values: dict[str, Any]
    gone: tuple[Words, ...]


def taken_from(campaign: Campaign) -> dict[str, Any]:
    """The content of *campaign* as it is stored in a preset: values that JSON can hold."""
    found = {name: getattr(campaign, name) for name in (*TEXTS, *THINGS)}
    return found | {name: _written(getattr(campaign, name)) for name in HOURS}


def begun_with(values: dict[str, Any], account_id: int) -> Begun:
    """A draft's columns out of what :func:`taken_from` gave; what no longer exists is left out and named."""
    columns = {name: values[name] for name in TEXTS if values.get(name) is not None}
    columns.setdefault("window_days", EVERY_DAY)
    columns |= {name: time.fromisoformat(values[name]) if values.get(name) else None for name in HOURS}
    gone = []
    for name, is_there, words in (
        ("voice_file_id", _has_file, FILE_GONE),
        ("template_id", _has_template(account_id), TEMPLATE_GONE),
    ):
        wanted = values.get(name)
        columns[name] = wanted if wanted and is_there(wanted) else None
        if wanted and columns[name] is None:
            gone.append(words)
    return Begun(columns, tuple(gone))


def _written(moment: time | None) -> str | None:
    return moment.isoformat() if moment else None


def _has_file(pk: int) -> bool:
    return VoiceFile.objects.filter(pk=pk, archived_at=None).exists()


def _has_template(account_id: int) -> Any:
    templates = VoiceTemplate.objects.filter(account_id=account_id).exclude(state=TemplateState.DELETED)
    return lambda pk: templates.filter(pk=pk).exists()

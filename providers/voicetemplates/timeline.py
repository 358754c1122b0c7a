"""Writing a template's timeline, and the lock under which its state changes."""

from typing import Any

from providers.contract.words import Words

from .models import TemplateEvent, VoiceTemplate
from .reviews import SAID


def locked(pk: int) -> VoiceTemplate:
    """The template, for the length of the surrounding transaction. Raises VoiceTemplate.DoesNotExist."""
    return VoiceTemplate.objects.select_for_update().get(pk=pk)


def note(template: VoiceTemplate, words: Words, *, raw: str = "", by: Any = None) -> None:
    """A line in the timeline, with the state as it is now."""
    TemplateEvent.objects.create(template=template, state=template.state, words=words.pack(), raw=raw, by=by)


def lines(template: VoiceTemplate) -> list[TemplateEvent]:
    """The timeline, oldest first. ``pushed`` marks the lines that a provider's push brought."""
    found = list(template.events.select_related("by"))
    for event in found:
        event.pushed = event.by_id is None and event.words in SAID
    return found

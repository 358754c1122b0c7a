"""What a notification says: classes, campaigns and accounts; never a person's number, never a secret."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Activity
from notifyadmin.web.words import in_words

from .topics import Topic

MOST_LINES = 20
_LONG_NUMBERS = re.compile(r"\+?\d[\d\s().-]{5,}\d")


@dataclass(frozen=True, slots=True)
class Message:
    """One message about one class. ``lines`` are (time, sentence, place), ``more`` how many were left out."""

    topic: str
    title: str
    lines: tuple[tuple[datetime, str, str], ...]
    more: int
    url: str

    def text(self) -> str:
        """The message as plain text, times in the installation's zone."""
        told = [
            f"{_written(at)}  {place}: {sentence}" if place else f"{_written(at)}  {sentence}"
            for at, sentence, place in self.lines
        ]
        rest = [_("And %(count)s more.") % {"count": self.more}] if self.more else []
        return "\n".join([self.title, "", *told, *rest, "", _("Look here: %(url)s") % {"url": self.url}, ""])

    def payload(self) -> dict[str, Any]:
        """The message as a webhook gets it."""
        lines = [{"at": at.isoformat(), "place": place, "text": sentence} for at, sentence, place in self.lines]
        return {"topic": self.topic, "title": self.title, "lines": lines, "more": self.more, "url": self.url}


def message_about(topic: Topic, lines: Sequence[Activity]) -> Message:
    """One message about all *lines* of *topic*, the newest first, in the language that is active."""
    told = tuple((line.at, _sentence(topic, line), _place(line)) for line in lines[:MOST_LINES])
    title = f"{topic.label} ({len(lines)})" if len(lines) > 1 else str(topic.label)
    return Message(topic.key, title, told, max(0, len(lines) - MOST_LINES), _address())


def trial() -> Message:
    """What somebody gets who tries whether notifications arrive."""
    sentence = _("This is a test. Notifications arrive here.")
    return Message("test", _("Test of notifications"), ((timezone.now(), sentence, ""),), 0, _address())


def _address() -> str:
    return f"{settings.PUBLIC_URL}{reverse('campaigns:activity:list')}"


def _sentence(topic: Topic, line: Activity) -> str:
    """Sentences in which somebody may have written something stay inside; so does whatever looks like a number."""
    if not topic.quotes:
        return str(line.get_kind_display())
    return _LONG_NUMBERS.sub("…", in_words(line.words))


def _place(line: Activity) -> str:
    names = (str(one) for one in (line.campaign, line.account) if one)
    return _LONG_NUMBERS.sub("…", " · ".join(names))


def _written(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S %Z}"

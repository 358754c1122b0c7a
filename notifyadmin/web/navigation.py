"""The side navigation, in one table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Entry:
    """A link of the side navigation: shown to those with ``permission``, current on pages below ``prefix``."""

    label: Any
    url_name: str
    prefix: str
    permission: str = ""
    group: Any = ""


ENTRIES = (
    Entry(_("Overview"), "overview", "/overview", "campaigns.view_campaign"),
    Entry(_("Campaigns"), "campaigns:list", "/campaigns", "campaigns.view_campaign"),
    Entry(_("Contacts"), "campaigns:contacts:list", "/contacts", "campaigns.view_contactlist"),
    Entry(_("Suppression"), "campaigns:suppression:list", "/suppression", "campaigns.view_suppression"),
    Entry(_("Replies"), "campaigns:replies:list", "/replies", "campaigns.view_reply"),
    Entry(_("Reports"), "campaigns:reports:page", "/reports", "campaigns.view_campaign"),
    Entry(_("Voice files"), "providers:voicefiles:list", "/voice-files", "providers.view_voicefile", _("Library")),
    Entry(_("Voice templates"), "providers:voicetemplates:list", "/voice-templates", "providers.view_voicetemplate"),
    Entry(_("Accounts"), "providers:accounts:list", "/accounts", "providers.view_account", _("Set-up")),
    Entry(_("Activity"), "campaigns:activity:list", "/activity", "campaigns.view_activity"),
    Entry(pgettext_lazy("page", "Sending"), "campaigns:hold:page", "/sending", "campaigns.view_campaign"),
    Entry(_("Exports"), "campaigns:exports:list", "/exports", "campaigns.view_campaign"),
    Entry(_("Pushes"), "providers:pushes:list", "/pushes", "providers.view_inboundpush"),
    Entry(_("Unmatched receipts"), "campaigns:receipts:unmatched", "/receipts", "campaigns.view_receipt"),
    Entry(_("Retention"), "campaigns:retention:settings", "/retention", "campaigns.change_retention"),
)

Count = Callable[[Any], int]
_counts: dict[str, Count] = {}


def count_at(url_name: str, count: Count) -> None:
    """Show what *count* says for the viewer as a badge at the entry of *url_name*: how much needs a person there."""
    _counts[url_name] = count


LANGUAGES = (
    ("en", "EN", "English"),
    ("zh-hans", "简体", "简体中文"),
    ("zh-hant", "繁體", "繁體中文"),
)
"""Code, short form and own name: everybody finds their language, whatever the page speaks now."""


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context: the entries that the viewer may open, each with whether it is the current one, and the languages."""
    return {"navigation": lambda: list(_entries(request)), "language_choices": LANGUAGES}


def _entries(request: HttpRequest) -> Iterator[dict[str, Any]]:
    user = getattr(request, "user", None)
    shown: Any = ""
    group: Any = ""
    for entry in ENTRIES:
        group = entry.group or group
        if user is None or (entry.permission and not user.has_perm(entry.permission)) or not _exists(entry.url_name):
            continue
        heading = group if group != shown else ""
        shown = group
        count = _counts.get(entry.url_name)
        yield {
            "entry": entry,
            "current": request.path.startswith(entry.prefix),
            "heading": heading,
            "count": count(user) if count else 0,
        }


def _exists(url_name: str) -> bool:
    try:
        reverse(url_name)
    except NoReverseMatch:
        return False
    return True

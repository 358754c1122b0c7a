"""Where each open alert is solved: the link that stands beside it."""

from collections.abc import Callable
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from campaigns.models import Activity
from campaigns.models.statuses import RecipientState
from notifyadmin.web.actions import Action
from providers.webhooks.models import PushState

from . import subjects


def remedy(line: Activity) -> Action | None:
    """The way to where *line* is solved; None for what only has to be known."""
    family, key = subjects.parts(line.subject)
    found = _REMEDIES.get(family, _somewhere)
    try:
        return found(line, key)
    except NoReverseMatch:
        return None


def _campaign(label: Any) -> Callable[[Activity, int], Action]:
    return lambda _line, key: Action(label, reverse("campaigns:detail", args=[key]), "campaigns.view_campaign")


def _account(label: Any) -> Callable[[Activity, int], Action]:
    return lambda _line, key: Action(label, reverse("providers:accounts:detail", args=[key]), "providers.view_account")


def _unknown(_line: Activity, key: int) -> Action:
    url = f"{reverse('campaigns:recipients', args=[key])}?state={RecipientState.UNKNOWN}"
    return Action(_("Decide"), url, "campaigns.view_campaign")


def _unmatched(_line: Activity, _key: int) -> Action:
    return Action(_("Look at them"), reverse("campaigns:receipts:unmatched"), "campaigns.view_receipt")


def _unreadable(_line: Activity, key: int) -> Action:
    url = f"{reverse('providers:pushes:list')}?state={PushState.UNREADABLE}&account={key}"
    return Action(_("Look at them"), url, "providers.view_inboundpush")


def _review(_line: Activity, key: int) -> Action:
    url = reverse("providers:voicetemplates:detail", args=[key])
    return Action(_("Set the state"), url, "providers.view_voicetemplate")


def _export(_line: Activity, _key: int) -> Action:
    return Action(_("To the exports"), reverse("campaigns:exports:list"), "campaigns.view_campaign")


def _erasure(_line: Activity, _key: int) -> Action:
    return Action(_("Try again"), reverse("campaigns:retention:erase"), "campaigns.erase_number")


def _hold(_line: Activity, _key: int) -> Action:
    return Action(_("Why, and what to do"), reverse("campaigns:hold:page"), "campaigns.view_campaign")


def _somewhere(line: Activity, _key: int) -> Action | None:
    if line.campaign_id:
        return _campaign(_("To the campaign"))(line, line.campaign_id)
    return _account(_("To the account"))(line, line.account_id) if line.account_id else None


_REMEDIES: dict[str, Callable[[Activity, int], Action | None]] = {
    subjects.UNKNOWN: _unknown,
    subjects.UNMATCHED: _unmatched,
    subjects.UNREADABLE: _unreadable,
    subjects.PAUSED: _campaign(_("Look and resume")),
    subjects.LATE: _campaign(_("Start or reschedule")),
    subjects.APPROVAL: _campaign(_("Look and approve")),
    subjects.ACCOUNT: _account(_("Look and resume")),
    subjects.BREAKER: _account(_("To the account")),
    subjects.BALANCE: _account(_("To the account")),
    subjects.REVIEW: _review,
    subjects.EXPORT: _export,
    subjects.ERASURE: _erasure,
    subjects.HOLD: _hold,
}

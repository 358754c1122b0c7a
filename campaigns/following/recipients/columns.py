"""The columns of the list of recipients: on the page, in its exports, and which of them somebody wants to see."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Recipient, ShownColumns
from campaigns.models.keys import are_reported
from campaigns.models.recipient_reasons import class_label
from campaigns.models.statuses import RecipientState
from notifyadmin.web.phones import grouped
from notifyadmin.web.templatetags.web import moment, seconds, state_badge
from notifyadmin.web.words import in_words

LISTING = "recipients"
OWN = "v:"
"""Before the name of a column of the audience."""

LONGEST = 80
MOST = 40


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``needs`` are the fields of the recipient that it is made of, ``cell`` makes it for the page.

    The first column, the number, is always there. Small screens do without what is ``secondary``.
    """

    key: str
    label: Any
    needs: tuple[str, ...]
    cell: Callable[[Recipient], Any]
    style: str = ""
    secondary: bool = True
    sorts: str = ""

    @property
    def classes(self) -> str:
        return " ".join(filter(None, [self.style, "hide-s" if self.secondary else ""]))

    @property
    def head_classes(self) -> str:
        """Of its head: what is a number stands on the right there too."""
        return " ".join(name for name in self.classes.split() if name in ("num", "hide-s"))


def _reason(row: Recipient) -> SafeString:
    parts: list[Any] = []
    if row.reason:
        parts.append(in_words(row.reason))
    elif row.state != RecipientState.DELIVERED and row.raw:
        parts.append(row.raw)
    if row.code and (row.reason or row.state != RecipientState.DELIVERED):
        parts.append(f"({row.code})")
    if row.held_until:
        parts.append(format_html(gettext("until {}"), moment(row.held_until)))
    return format_html(" ".join(["{}"] * len(parts)), *parts) if parts else SafeString("")


def _plain(name: str, row: Recipient) -> str:
    return str(getattr(row, name) or "")


def _moment(name: str, row: Recipient) -> Any:
    return moment(getattr(row, name))


def _number(key: str, label: Any) -> Column:
    return Column(key, label, (key,), lambda row: _count(getattr(row, key)), "num")


def _count(value: Any) -> str:
    return "" if value is None else str(value)


def _text(key: str, label: Any, style: str = "sub") -> Column:
    return Column(key, label, (key,), partial(_plain, key), style)


def _time(key: str, label: Any) -> Column:
    return Column(key, label, (key,), partial(_moment, key), "sub nowrap")


def _state(row: Recipient) -> SafeString:
    return state_badge(row.state, row.get_state_display())


NUMBER = Column("number", _("Number"), ("number",), lambda row: grouped(row.number), "mono", False, "number")
BUILT_IN = (
    NUMBER,
    Column("position", _("Row"), ("position",), lambda row: str(row.position), "num", True, "position"),
    Column("state", _("State"), ("state",), _state, "", False),
    Column("failure", _("Failure class"), ("failure",), lambda row: class_label(row.failure), "sub"),
    Column("reason", _("Reason"), ("reason", "code", "raw", "held_until", "state"), _reason, "sub"),
    _text("code", _("Code")),
    _text("raw", _("Provider's words")),
    _text("provider_id", _("Provider's id"), "mono"),
    _time("submitted_at", _("Submitted")),
    _time("answered_at", pgettext_lazy("call", "Answered")),
    _time("settled_at", _("Settled")),
    _time("changed_at", _("Changed")),
    _time("held_until", _("Held until")),
    Column(
        "talk_seconds", _("Listened"), ("talk_seconds",), lambda row: seconds(row.talk_seconds), "num", secondary=False
    ),
    _text("pressed", _("Keys pressed"), "num"),
    _number("charged_seconds", _("Seconds charged for")),
    _number("redials", _("Times called again")),
    Column("cost", _("Cost"), ("cost", "currency"), lambda row: f"{row.cost} {row.currency}".strip(), "num"),
    _number("attempts", _("Requests")),
    _text("typed", _("As it was typed"), "mono"),
    _number("row", _("Row of the list")),
)
_STANDARD = ("number", "state", "reason", "provider_id", "submitted_at", "settled_at", "talk_seconds", "pressed")
_WITH_KEYS = ("pressed", "charged_seconds", "redials")
"""Columns of providers whose receipts name the keys that were pressed: they are reported together."""


def offered(campaign: Campaign) -> list[Column]:
    """Every column that the recipients of *campaign* have, its audience's own at the end."""
    without = () if are_reported(campaign) else _WITH_KEYS
    there = (column for column in BUILT_IN if column.key not in without)
    return [*there, *(_own(name) for name in campaign.columns)]


def standard(campaign: Campaign) -> list[str]:
    """The keys of what is shown as long as nothing was chosen."""
    return [key for key in _STANDARD if key != "talk_seconds" or campaign.kind != "sms"]


def chosen(campaign: Campaign, keys: Iterable[str]) -> list[Column]:
    """The columns of *keys* in their own order, the number first; what this campaign does not have is left out."""
    wanted = {NUMBER.key, *keys}
    return [column for column in offered(campaign) if column.key in wanted]


def shown(campaign: Campaign, user: AbstractBaseUser) -> list[Column]:
    """What *user* sees of *campaign*."""
    kept = kept_by(user)
    return chosen(campaign, standard(campaign) if kept is None else kept)


def kept_by(user: AbstractBaseUser) -> list[str] | None:
    """The keys that *user* chose, None when there was no choice."""
    found = ShownColumns.objects.filter(user_id=user.pk, listing=LISTING).values_list("columns", flat=True)
    return next(iter(found), None)


def keep(campaign: Campaign, user: AbstractBaseUser, keys: Sequence[str]) -> None:
    """Show *user* these columns from now on. What other campaigns have and this one has not stays as it was."""
    known = {column.key for column in offered(campaign)}
    others = [key for key in kept_by(user) or [] if key not in known]
    columns = [key for key in dict.fromkeys(keys) if key in known] + others
    ShownColumns.objects.update_or_create(
        user_id=user.pk, listing=LISTING, defaults={"columns": columns[: MOST + len(BUILT_IN)]}
    )


def forget(user: AbstractBaseUser) -> None:
    """Show *user* what everybody sees."""
    ShownColumns.objects.filter(user_id=user.pk, listing=LISTING).delete()


def _own(name: str) -> Column:
    return Column(f"{OWN}{name}", name, ("variables",), partial(_value, name), "own")


def _value(name: str, row: Recipient) -> str:
    text = str(row.variables.get(name, ""))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

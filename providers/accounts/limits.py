"""The limits of an account that are ours and not the provider's: speed, quiet hours, when to stop, when to warn."""

from dataclasses import asdict, dataclass, fields
from datetime import time
from decimal import Decimal
from typing import Any

from django import forms
from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.errors import Refusal
from notifyadmin.web.words import in_words

from .models import Account


@dataclass(frozen=True, slots=True)
class Limits:
    """The columns of :class:`Account` of the same names, with what a new account starts with."""

    parallel_requests: int = 8
    requests_per_second: float | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    breaker_failures: int = 10
    shortest_pause: int = 30
    longest_pause: int = 3600
    guard_percent: int = 20
    guard_least: int = 50
    balance_low: Decimal | None = None

    @classmethod
    def of(cls, account: Account) -> "Limits":
        return cls(**{field.name: getattr(account, field.name) for field in fields(cls)})

    def values(self) -> dict[str, Any]:
        return asdict(self)


NEW = Limits()


class _Number(forms.FloatField):
    """Shows 20 and not 20.0."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value:g}" if isinstance(value, float) else value


class _Amount(forms.DecimalField):
    """Shows 20 and not 20.000000."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _clock(label: Any, help_text: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Enter a time of day such as 21:00, or leave both times empty.")},
    )


class LimitsForm(forms.Form):
    """The part of the account form that is the same for every provider; ``cleaned_data["limits"]`` is the result."""

    parallel_requests = forms.IntegerField(
        label=_("Requests at the same time"),
        min_value=1,
        max_value=1000,
        initial=NEW.parallel_requests,
        help_text=_(
            "Over all campaigns of this account together. More is faster, as long as the provider keeps up. "
            "1 to 1,000; normally 8."
        ),
    )
    requests_per_second = _Number(
        label=_("Requests per second"),
        required=False,
        min_value=0.1,
        max_value=1000,
        widget=forms.NumberInput(attrs={"step": "any"}),
        help_text=_(
            "If the provider names a limit, enter it here; it holds over all campaigns. 0.1 to 1,000. Empty: no limit."
        ),
    )
    quiet_from = _clock(
        _("Quiet from"),
        _("From this time on nobody is called or texted, by the clock of the place that the number belongs to."),
    )
    quiet_until = _clock(
        _("Quiet until"),
        _(
            "Then it goes on by itself. The range may go over midnight, such as 21:00 to 08:00. "
            "Both empty: never quiet."
        ),
    )
    breaker_failures = forms.IntegerField(
        label=_("Rest after failures in a row"),
        min_value=3,
        max_value=1000,
        initial=NEW.breaker_failures,
        help_text=_(
            "After so many requests without a usable answer the account rests, tries a single request, and goes on by "
            "itself once the provider answers again. 3 to 1,000; normally 10."
        ),
    )
    shortest_pause = forms.IntegerField(
        label=_("Shortest pause"),
        required=False,
        min_value=1,
        max_value=3600,
        initial=NEW.shortest_pause,
        help_text=_(
            "In seconds. When the provider refuses because it is too much or it is busy, the account rests at least so "
            "long, and twice as long each time in a row, unless the provider says for how long. 1 to 3,600; empty: 30."
        ),
    )
    longest_pause = forms.IntegerField(
        label=_("Longest pause"),
        required=False,
        min_value=30,
        max_value=86_400,
        initial=NEW.longest_pause,
        help_text=_(
            "In seconds. No such rest is longer, whatever the provider asks for. 30 to 86,400; empty: 3,600, an hour."
        ),
    )
    guard_percent = forms.IntegerField(
        label=_("Pause a campaign at this share of failures"),
        min_value=1,
        max_value=100,
        initial=NEW.guard_percent,
        help_text=_(
            "If more of those tried so far are refused or unknown, the campaign pauses and waits for a person. "
            "1 to 100; normally 20."
        ),
    )
    guard_least = forms.IntegerField(
        label=_("But not before so many failures"),
        min_value=1,
        max_value=1_000_000,
        initial=NEW.guard_least,
        help_text=_("So that a few bad numbers at the beginning do not pause a campaign. 1 to 1,000,000; normally 50."),
    )
    balance_low = _Amount(
        label=_("Warn when the balance is below"),
        required=False,
        min_value=0,
        max_digits=18,
        decimal_places=6,
        widget=forms.NumberInput(attrs={"step": "any"}),
        help_text=_(
            "In the unit in which the provider tells its balance. It is read again and again while the account sends. "
            "Empty: no warning."
        ),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self._check_quiet_hours(values)
        self._check_pauses(values)
        if not any(name in self.errors for name in Limits.__slots__):
            values["limits"] = Limits(**{name: values[name] for name in Limits.__slots__})
        return values

    def _check_pauses(self, values: dict[str, Any]) -> None:
        if "shortest_pause" in self.errors or "longest_pause" in self.errors:
            return
        for name in ("shortest_pause", "longest_pause"):
            values[name] = values.get(name) or getattr(NEW, name)
        if values["longest_pause"] < values["shortest_pause"]:
            self.add_error("longest_pause", _("It is shorter than the shortest pause. Enter a longer one."))

    def _check_quiet_hours(self, values: dict[str, Any]) -> None:
        if "quiet_from" in self.errors or "quiet_until" in self.errors:
            return
        start, end = values.get("quiet_from"), values.get("quiet_until")
        if start is None and end is not None:
            self.add_error("quiet_from", _("Say also from when it is quiet, or leave both times empty."))
        elif end is None and start is not None:
            self.add_error("quiet_until", _("Say also until when it is quiet, or leave both times empty."))
        elif start is not None and start == end:
            self.add_error("quiet_until", _("It ends when it begins. Choose another time, or leave both times empty."))


def shown(account: Account) -> list[tuple[Any, str]]:
    """(label, value) of every limit, for the page of the account."""
    labels = {name: field.label for name, field in LimitsForm.base_fields.items()}
    per_second = account.requests_per_second
    speed = gettext("no limit") if per_second is None else number_format(f"{per_second:g}")
    hours = (account.quiet_from, account.quiet_until)
    quiet = gettext("never") if None in hours or hours[0] == hours[1] else f"{hours[0]:%H:%M} – {hours[1]:%H:%M}"
    return [
        (labels["parallel_requests"], number_format(account.parallel_requests)),
        (labels["requests_per_second"], speed),
        (gettext("Quiet hours, where the number is"), quiet),
        (labels["breaker_failures"], number_format(account.breaker_failures)),
        (labels["shortest_pause"], _seconds(account.shortest_pause)),
        (labels["longest_pause"], _seconds(account.longest_pause)),
        (labels["guard_percent"], f"{account.guard_percent} %"),
        (labels["guard_least"], number_format(account.guard_least)),
        (labels["balance_low"], _amount(account.balance_low)),
    ]


def _seconds(seconds: int) -> str:
    return ngettext("%(number)s second", "%(number)s seconds", seconds) % {"number": number_format(seconds)}


def _amount(amount: Decimal | None) -> str:
    return gettext("never") if amount is None else number_format(f"{amount.normalize():f}")


@dataclass(frozen=True, slots=True)
class Learned:
    """A limit that the provider's refusals have shown: *limit* instead of *allowed*, of the setting *name*."""

    name: str
    label: str
    limit: int
    allowed: int | None


def learned(account: Account) -> list[Learned]:
    """What was learned about the account's limits per number. Raises registry.UnknownGateway."""
    gateway = account.gateway
    labels = {field.name: in_words(field.label) for field in gateway.settings}
    allowed = {limit.name: limit.most for limit in gateway.frequencies(account.access())}
    return [Learned(name, labels.get(name, name), limit, allowed.get(name)) for name, limit in account.learned.items()]


def forget(account: Account, name: str) -> None:
    """Drop a learned limit, so that the account's own setting holds again. Raises Refusal when there is none."""
    with transaction.atomic():
        locked = Account.objects.select_for_update().get(pk=account.pk)
        if name not in locked.learned:
            raise Refusal(_("This limit was forgotten already, so there was nothing to do."))
        locked.learned = {other: limit for other, limit in locked.learned.items() if other != name}
        locked.save(update_fields=["learned", "updated_at"])

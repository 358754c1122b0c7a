"""The form of a notification."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Channel
from notifyadmin.web.layout import helper
from notifyadmin.web.words import in_words

from . import addresses
from .channels import NO_MAIL, can_mail
from .topics import TOPICS


class SubscriptionForm(forms.Form):
    """Where to, and about what."""

    channel = forms.ChoiceField(label=_("Channel"), choices=Channel, widget=forms.RadioSelect, initial=Channel.EMAIL)
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("An e-mail address, or the https:// address that takes the webhook. It is stored encrypted."),
    )
    topics = forms.MultipleChoiceField(
        label=_("Tell me about"),
        choices=[(topic.key, topic.label) for topic in TOPICS],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("At most one message about each in five minutes, however much happens."),
    )
    active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, *args: Any, stored: str = "", **kwargs: Any) -> None:
        """*stored* is the channel whose address is kept already."""
        super().__init__(*args, **kwargs)
        self._stored = stored
        if stored:
            self.fields["address"].required = False
            self.fields["address"].help_text = _(
                "Stored encrypted; leave it empty to keep it. A webhook that is entered anew gets a new key."
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        channel, address = data.get("channel"), (data.get("address") or "").strip()
        if channel and "address" not in self.errors:
            words = self._problem(channel, address)
            if words:
                self.add_error("channel" if words == in_words(NO_MAIL) else "address", words)
        return data | {"address": address}

    def _problem(self, channel: str, address: str) -> str:
        if channel == Channel.EMAIL and not can_mail():
            return in_words(NO_MAIL)
        if not address:
            return "" if channel == self._stored else gettext("Another channel needs another address.")
        if channel == Channel.WEBHOOK:
            return in_words(addresses.problem(address))
        try:
            validate_email(address)
        except ValidationError as error:
            return " ".join(error.messages)
        return ""

    @cached_property
    def helper(self) -> Any:
        return helper()

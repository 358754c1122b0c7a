"""Starting although the last test of the account failed: by a person with the right, who types the account's name."""

from typing import Any

from django import forms
from django.db import transaction
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.compose.base import load_campaign
from campaigns.lifecycle import accounttests
from campaigns.lifecycle.base import locked
from campaigns.models import Campaign
from notifyadmin.web.views import FormPage
from notifyadmin.web.words import in_words

from .actions import start_now


class AnywayForm(forms.Form):
    """The name of the *account*, typed as it stands."""

    name = forms.CharField(
        label=_("Name of the account"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type the name of the account, or test it again instead.")},
    )

    def __init__(self, *args: Any, account: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._account = account
        self.fields["name"].help_text = _("Type “%(account)s”.") % {"account": account}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if name != self._account:
            words = _("This is not the account's name. Type “%(account)s” as it stands, or test the account instead.")
            raise forms.ValidationError(words % {"account": self._account})
        return name


class StartAnyway(FormPage[AnywayForm]):
    """Asks for the account's name, and starts."""

    permission_required = ("campaigns.start_campaign", "providers.change_account")
    title = _("Start although the test failed")
    submit_label = _("Start all the same")

    @cached_property
    def campaign(self) -> Campaign:
        return load_campaign(self.kwargs["pk"])

    def get_form(self, form_class: Any = None) -> AnywayForm:
        return AnywayForm(account=self.campaign.account.name, **self.get_form_kwargs())

    @property
    def intro(self) -> str:
        words = _(
            "The last test of the account %(account)s failed: %(words)s The first request goes alone. If it gets no "
            "usable answer, everybody in it is unknown, and the account waits for a person. Your name is written down."
        )
        account = self.campaign.account
        return str(words) % {"account": account.name, "words": in_words(account.check_words)}

    def get_crumbs(self) -> Any:
        return ((_("Campaigns"), reverse("campaigns:list")), (self.campaign.name, self.get_cancel_url()))

    def get_cancel_url(self) -> str:
        return reverse("campaigns:detail", args=[self.campaign.pk])

    def save(self, form: AnywayForm) -> str:
        with transaction.atomic():
            if accounttests.forbids(self.campaign):
                accounttests.waive(locked(self.campaign), self.request.user)
            start_now(load_campaign(self.campaign.pk), self.request.user)
        return self.get_cancel_url()

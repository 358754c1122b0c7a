"""Forms of contact lists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import ContactList
from notifyadmin.web.fields import field_of

from .selectors import Choice, tags_of


class ListForm(forms.Form):
    """Name and note of a contact list."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autofocus": True}))
    note = forms.CharField(
        label=_("Note"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("For staff, for example where these people come from and what they agreed to."),
    )


class ChoiceForm(forms.Form):
    """Which contacts a campaign reaches: a list, and tags of it. Tags are offered once a list is chosen."""

    contact_list = forms.ModelChoiceField(
        label=_("Contact list"), queryset=ContactList.objects.none(), empty_label=_("Choose…")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lists = ContactList.objects.filter(archived_at=None, total__gt=0)
        field_of(self, "contact_list", forms.ModelChoiceField).queryset = lists
        chosen = str(self.data.get("contact_list", "")) if self.is_bound else ""
        self.chosen = lists.filter(pk=chosen).first() if chosen.isascii() and chosen.isdigit() else None
        if self.chosen:
            self._add_tags([(name, name) for name in tags_of(self.chosen)])

    def _add_tags(self, choices: list[tuple[str, str]]) -> None:
        if not choices:
            return
        for name, label, words in (
            ("having", _("Only with one of these tags"), _("None ticked: everybody.")),
            ("lacking", _("Without these tags"), ""),
        ):
            self.fields[name] = forms.MultipleChoiceField(
                label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=words
            )

    def choice(self) -> Choice | None:
        """What was chosen, or None as long as that is not clear."""
        if not self.is_bound or not self.is_valid():
            return None
        data = self.cleaned_data
        return Choice(data["contact_list"], tuple(data.get("having", ())), tuple(data.get("lacking", ())))

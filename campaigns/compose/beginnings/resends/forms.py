"""Choosing whom to send to again."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.fields import field_of

from .groups import Group


class GroupsForm(forms.Form):
    """``groups``: the chosen Groups."""

    groups = forms.MultipleChoiceField(
        label=_("Whom"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one line."), "invalid_choice": _("Nobody is in this line now.")},
    )

    def __init__(self, *args: Any, counted: Sequence[tuple[Group, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.counted = counted
        field_of(self, "groups", forms.MultipleChoiceField).choices = [
            (group.key, group.label) for group, _number in counted
        ]

    def clean_groups(self) -> list[Group]:
        return [Group.of(key) for key in self.cleaned_data["groups"]]

    def lines(self) -> list[tuple[Group, int, bool]]:
        """Each group with its number and whether it is ticked."""
        ticked = self["groups"].value() or []
        return [(group, number, group.key in ticked) for group, number in self.counted]

    def total(self) -> int:
        """How many are in the ticked lines together."""
        return sum(number for _group, number, ticked in self.lines() if ticked)

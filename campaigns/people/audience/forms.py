"""Forms of bringing a list in, and of saying what its columns mean."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.text.placeholders import MAX_NAME, usable_name

from . import phones
from .formats import Found
from .mapping import NUMBER, SKIP, VALUE, Column, Proposal
from .meaning import Meaning
from .targets import Target

ENCODINGS = (
    ("utf-8-sig", _("UTF-8")),
    ("gb18030", _("GB18030 (simplified Chinese, GBK)")),
    ("big5hkscs", _("Big5 (traditional Chinese)")),
    ("utf-16-le", _("UTF-16, little end first")),
    ("utf-16-be", _("UTF-16, big end first")),
)
DELIMITERS = (
    (",", _("Comma")),
    (";", _("Semicolon")),
    ("\t", _("Tab")),
    ("|", _("Bar")),
    ("，", _("Full-width comma")),
    ("；", _("Full-width semicolon")),
)
YES, NO = "yes", "no"


class UploadForm(forms.Form):
    """A list, pasted; a file comes in beside it. And where numbers without country code are at home."""

    pasted = forms.CharField(
        label=_("Paste a list"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 7, "class": "mono-area", "spellcheck": "false", "autocomplete": "off"}),
    )
    home = forms.ChoiceField(
        label=_("Country of numbers without country code"), required=False, choices=phones.COUNTRIES
    )


class ColumnsForm(forms.Form):
    """One choice and one name for each column, and how the file is to be read."""

    header = forms.ChoiceField(
        label=_("First row"), choices=((YES, _("Names of the columns")), (NO, _("A row like the others")))
    )
    home = forms.ChoiceField(
        label=_("Country of numbers without country code"), required=False, choices=phones.COUNTRIES
    )

    def __init__(self, target: Target, found: Found, proposal: Proposal, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target, self.proposal = target, proposal
        self.fields["header"].initial = YES if proposal.header else NO
        self.fields["home"].initial = proposal.home
        self._add_ways(found)
        for column in proposal.columns:
            self._add_column(column)

    def _add_ways(self, found: Found) -> None:
        """How the file is read, as far as there is a choice."""
        if len(found.sheets) > 1:
            self._add_way("sheet", _("Sheet"), [(sheet, sheet) for sheet in found.sheets], found.sheet)
        if found.encoding:
            self._add_way("encoding", _("Encoding"), _with(ENCODINGS, found.encoding), found.encoding)
        if found.delimiter:
            self._add_way("delimiter", _("Separator"), _with(DELIMITERS, found.delimiter), found.delimiter)

    def _add_way(self, name: str, label: Any, choices: Any, value: str) -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=choices, initial=value)

    def _add_column(self, column: Column) -> None:
        place = column.place
        values = [(VALUE, _("Kept as"))] if self.target.keeps_values else []
        choices = [(NUMBER, _("Phone number")), *values, *self.target.roles, (SKIP, _("Left out"))]
        role = column.role if column.role in dict(choices) else SKIP
        shown = {"class": "form-select", "aria-label": gettext("Column %(number)s is") % {"number": place + 1}}
        self.fields[f"role_{place}"] = forms.ChoiceField(
            choices=choices, initial=role, widget=forms.Select(shown | {"data-role": ""})
        )
        if values:
            told = gettext("Name of column %(number)s") % {"number": place + 1}
            area = forms.TextInput({"class": "form-control", "aria-label": told, "autocomplete": "off"})
            self.fields[f"name_{place}"] = forms.CharField(
                required=False, initial=column.name, max_length=MAX_NAME, widget=area
            )

    def columns(self) -> Iterator[tuple[Column, forms.BoundField, forms.BoundField | None]]:
        """Each column with its fields."""
        for column in self.proposal.columns:
            name = f"name_{column.place}"
            yield column, self[f"role_{column.place}"], self[name] if name in self.fields else None

    def ways(self) -> list[forms.BoundField]:
        """The fields after whose change the file is looked at again."""
        return [self[name] for name in ("sheet", "encoding", "delimiter", "header") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        numbers = [column for column in self.proposal.columns if cleaned.get(f"role_{column.place}") == NUMBER]
        if len(numbers) != 1:
            raise forms.ValidationError(
                gettext("Say of exactly one column that it holds the phone numbers. Now it is said of %(count)s.")
                % {"count": len(numbers)}
            )
        self._name_columns(cleaned)
        return cleaned

    def _name_columns(self, cleaned: dict[str, Any]) -> None:
        taken: set[str] = set()
        for column in self.proposal.columns:
            role, field = cleaned.get(f"role_{column.place}"), f"name_{column.place}"
            if role in (None, NUMBER, SKIP):
                continue
            name = usable_name(cleaned.get(field, "")) if role == VALUE else role
            if not name:
                self.add_error(field, gettext("Give the column a name, or leave it out."))
            elif name.casefold() in taken:
                where = field if role == VALUE else f"role_{column.place}"
                self.add_error(where, gettext("Another column has this name already."))
            taken.add(name.casefold())
            cleaned[field] = name

    def meaning(self) -> Meaning:
        """What people said. Only after the form was found valid."""
        cleaned = self.cleaned_data
        roles = {column.place: cleaned[f"role_{column.place}"] for column in self.proposal.columns}
        number = next(place for place, role in roles.items() if role == NUMBER)
        kept = tuple((place, cleaned[f"name_{place}"]) for place, role in roles.items() if role not in (NUMBER, SKIP))
        return Meaning(cleaned["header"] == YES, number, kept, cleaned["home"])


def _with(choices: tuple[tuple[str, Any], ...], value: str) -> list[tuple[str, Any]]:
    """The choices, and *value* in front where it is none of them."""
    return list(choices) if value in dict(choices) else [(value, value), *choices]

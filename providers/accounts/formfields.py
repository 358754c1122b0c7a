"""Form fields out of declared fields, so that a form says what the document says."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.translation import gettext as _

from notifyadmin.web.words import in_words
from providers.contract.fields import Field, FieldKind

Builder = Callable[[Field, dict[str, Any]], forms.Field]

SHOWN_CHARACTERS = 4
LONG_ENOUGH = 12
"""A secret shorter than this would lose too much by four shown characters."""


def form_field(declared: Field, *, stored: str = "") -> forms.Field:
    """The form field of *declared*. For a secret, *stored* is what an empty input keeps."""
    common: dict[str, Any] = {
        "label": in_words(declared.label),
        "help_text": help_text(declared),
        "required": declared.required,
        "initial": declared.default,
    }
    if declared.kind is FieldKind.SECRET:
        return _secret(common, stored)
    return _PLAIN.get(declared.kind, _text)(declared, common)


def help_text(declared: Field) -> str:
    """The declared help, then the range, then what it starts with."""
    parts = [in_words(declared.help)]
    if declared.minimum is not None and declared.maximum is not None:
        limits = {"minimum": number_format(declared.minimum), "maximum": number_format(declared.maximum)}
        parts.append(_("%(minimum)s to %(maximum)s.") % limits)
    if declared.default is not None and declared.kind in (FieldKind.INTEGER, FieldKind.DECIMAL):
        parts.append(_("Normally %(default)s.") % {"default": number_format(declared.default)})
    return " ".join(part for part in parts if part)


def ending(secret: str) -> str:
    """The last characters of a stored secret, enough to recognise it by and no more."""
    return secret[-SHOWN_CHARACTERS:] if len(secret) >= LONG_ENOUGH else ""


def _secret(common: dict[str, Any], stored: str) -> forms.Field:
    if stored:
        shown = ending(stored)
        known = _("Stored, ends in …%(ending)s. Leave empty to keep it.") % {"ending": escape(shown)}
        kept = known if shown else _("Stored. Leave empty to keep it.")
        common["help_text"] = f"{kept} {common['help_text']}".strip()
        common["required"] = False
    widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password", "spellcheck": "false"})
    return forms.CharField(widget=widget, **common)


def _text(declared: Field, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=declared.max_length, **common)


def _url(declared: Field, common: dict[str, Any]) -> forms.Field:
    # The declared pattern decides what an address is; a URLField would refuse hosts without a dot first.
    widget = forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false", "class": "mono"})
    return forms.CharField(widget=widget, max_length=declared.max_length, **common)


def _number(kind: type[forms.Field]) -> Builder:
    def build(declared: Field, common: dict[str, Any]) -> forms.Field:
        attrs = {"min": declared.minimum, "max": declared.maximum, "step": "1" if kind is forms.IntegerField else "any"}
        return kind(widget=forms.NumberInput(attrs=attrs), **common)

    return build


def _choice(declared: Field, common: dict[str, Any]) -> forms.Field:
    choices = [(value, in_words(label)) for value, label in declared.choices]
    blank = [] if declared.required or declared.default is not None else [("", _("Not set"))]
    return forms.ChoiceField(choices=[*blank, *choices], **common)


def _boolean(declared: Field, common: dict[str, Any]) -> forms.Field:
    return forms.BooleanField(**(common | {"required": False}))


_PLAIN: dict[FieldKind, Builder] = {
    FieldKind.URL: _url,
    FieldKind.INTEGER: _number(forms.IntegerField),
    FieldKind.DECIMAL: _number(forms.FloatField),
    FieldKind.CHOICE: _choice,
    FieldKind.BOOLEAN: _boolean,
}

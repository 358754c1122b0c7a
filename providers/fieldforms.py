"""Form fields of declared options: judged by the declaration itself, and empty unless somebody chose a value."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.formats import number_format
from django.utils.translation import gettext

from notifyadmin.web.words import in_words

from .accounts import formfields
from .contract.fields import Field, FieldKind

_NUMBERS = (FieldKind.INTEGER, FieldKind.DECIMAL)


def form_field(declared: Field, value: Any = None) -> forms.Field:
    """The form field of *declared* with *value* as its initial one.

    What is left empty is not sent, and the provider's default holds. The form and the check before sending cannot
    disagree, because both ask the declaration.
    """
    made = formfields.form_field(declared)
    made.initial = value
    others = [validator for validator in made.validators if not isinstance(validator, MaxLengthValidator)]
    made.validators = [*others, _judge(declared)]
    if declared.kind in _NUMBERS and declared.unit:
        made.label = gettext("%(label)s (%(unit)s)") % {"label": made.label, "unit": in_words(declared.unit)}
    if declared.kind in _NUMBERS and declared.default is not None:
        made.widget.attrs["placeholder"] = number_format(declared.default)
    if isinstance(made, forms.ChoiceField):
        named = ((value, in_words(label)) for value, label in declared.choices if value != "")
        made.choices = [("", _nothing(declared)), *named]
    return made


def stored_value(declared: Field, cleaned: Any) -> Any:
    """A cleaned value as plain JSON; None where it was left out."""
    if cleaned is None or cleaned == "":
        return None
    return float(cleaned) if declared.kind is FieldKind.DECIMAL else cleaned


def _nothing(declared: Field) -> str:
    return gettext("Choose…") if declared.required else gettext("Not set")


def _judge(declared: Field) -> Callable[[Any], None]:
    def judge(value: Any) -> None:
        words = [in_words(problem.words) for problem in declared.problems(value)]
        if words:
            raise ValidationError(words)

    return judge

from typing import Any

from django.forms import BaseForm
from django.template import Context
from django.utils.safestring import SafeString

class Pointer:
    name: str

class LayoutObject:
    fields: list[Any]
    def get_field_names(self, index: int | list[int] | None = ...) -> list[Pointer]: ...

class Layout(LayoutObject):
    def __init__(self, *fields: Any) -> None: ...

class Fieldset(LayoutObject):
    template: str
    def __init__(self, legend: object, *fields: Any, css_class: str | None = ..., **extra: Any) -> None: ...
    def render(self, form: BaseForm, context: Context, **kwargs: Any) -> SafeString: ...

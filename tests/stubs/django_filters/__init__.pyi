from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import HttpRequest, QueryDict

_Row = TypeVar("_Row", bound=Model)

class Filter:
    def __init__(
        self,
        field_name: str | None = ...,
        lookup_expr: str | None = ...,
        *,
        label: object = ...,
        method: object = ...,
        **extra: Any,
    ) -> None: ...
    def filter(self, qs: QuerySet[_Row], value: object) -> QuerySet[_Row]: ...

class CharFilter(Filter): ...
class ChoiceFilter(Filter): ...
class ModelChoiceFilter(ChoiceFilter): ...

class FilterSet:
    request: HttpRequest
    queryset: QuerySet[Any]
    form: Form
    filters: dict[str, Filter]
    def __init__(
        self,
        data: QueryDict | dict[str, Any] | None = ...,
        queryset: QuerySet[Any] | None = ...,
        *,
        request: HttpRequest | None = ...,
        prefix: str | None = ...,
    ) -> None: ...
    @property
    def qs(self) -> QuerySet[Any]: ...
    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]: ...
    def is_valid(self) -> bool: ...

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.views.generic.base import ContextMixin

class A(str): ...
class LazyPaginator(Paginator[Any]): ...

class Column:
    def __init__(
        self,
        verbose_name: object = ...,
        accessor: str | None = ...,
        default: object = ...,
        orderable: bool | None = ...,
        attrs: Mapping[str, object] | None = ...,
        empty_values: Sequence[object] | None = ...,
        order_by: Sequence[str] | str | None = ...,
        linkify: object = ...,
        **extra: Any,
    ) -> None: ...

class Table:
    request: HttpRequest
    paginated_rows: Iterable[Any]
    def __init__(self, data: Any = ..., **extra: Any) -> None: ...

class SingleTableMixin(ContextMixin):
    table_class: ClassVar[type[Table] | None]
    table_pagination: Mapping[str, object] | bool | None
    def get_table(self, **kwargs: Any) -> Table: ...
    def get_table_data(self) -> Any: ...
    def get_table_kwargs(self) -> dict[str, Any]: ...

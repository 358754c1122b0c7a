"""Pages of pushes for staff. The door that providers push through is elsewhere in this room."""

from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import BinaryField, QuerySet
from django.db.models.functions import Length, Substr
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_tables2 import LazyPaginator

from notifyadmin.web.views import Crumb, DetailPage, ListPage

from .filters import PushFilter
from .models import InboundPush
from .tables import PushTable, as_text, in_bytes
from .waiting import waiting

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Measures(TypedDict):
        size: int
        head: bytes | memoryview[int]

    class _Beginning(_Measures):
        shown: bytes | memoryview[int]


VIEW = "providers.view_inboundpush"
HEAD_BYTES = 240
SHOWN_BYTES = 64 * 1024


def without_bodies() -> "QuerySet[WithAnnotations[InboundPush, _Measures]]":
    """Pushes with ``size`` and ``head``; a body may have a megabyte, and a page shows many."""
    head = Substr("body", 1, HEAD_BYTES, output_field=BinaryField())
    return InboundPush.objects.defer("body").annotate(size=Length("body"), head=head).select_related("account")


class PushList(ListPage[InboundPush]):
    """Newest first. Pages are not counted: there are as many pushes as calls and messages."""

    permission_required = VIEW
    model = InboundPush
    template_name = "providers/pushes/list.html"
    table_pagination = {"per_page": 50, "paginator_class": LazyPaginator}
    table_class = PushTable
    filterset_class = PushFilter
    title = _("Pushes")
    intro = _("What providers sent to our push addresses, exactly as it came.")
    empty_title = _("No push yet")
    empty_text = _("Providers push receipts once the addresses on an account's page are entered in their consoles.")
    empty_action = (_("To the accounts"), "providers:accounts:list", "providers.view_account")

    def base_queryset(self) -> QuerySet[InboundPush]:
        return without_bodies()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"waiting": waiting()}


class PushDetail(DetailPage["WithAnnotations[InboundPush, _Beginning]"]):
    permission_required = VIEW
    template_name = "providers/pushes/detail.html"
    context_object_name = "push"

    def get_queryset(self) -> "QuerySet[WithAnnotations[InboundPush, _Beginning]]":
        shown = Substr("body", 1, SHOWN_BYTES, output_field=BinaryField())
        return without_bodies().annotate(shown=shown)

    def get_title(self) -> str:
        return gettext("Push %(number)s") % {"number": self.object.pk}

    def get_crumbs(self) -> list[Crumb]:
        return [(_("Pushes"), reverse("providers:pushes:list"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = bytes(self.object.shown or b"")
        return super().get_context_data(**kwargs) | {
            "body": as_text(shown),
            "bytes": in_bytes(shown),
            "is_cut": self.object.size > SHOWN_BYTES,
        }

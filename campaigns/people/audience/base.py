"""What all pages of a target share: who may come in, what surrounds them, and the list in the address."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django_htmx.http import HttpResponseClientRedirect

from campaigns.models import ListFile
from notifyadmin.web.views import Crumb, StaffMixin

from .targets import Target

SHOWN_LISTS = 50
"""The newest lists of a target, which are shown and compared with."""


class TargetMixin(StaffMixin):
    """A page of one target. Where nothing may be changed any more, pages that change send people on."""

    target_class: ClassVar[type[Target]]
    changes: ClassVar[bool] = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        may = request.user.is_authenticated and self.has_permission()
        url = self.target.closed_url() if may and self.changes else ""
        if url:
            return HttpResponseClientRedirect(url) if getattr(request, "htmx", False) else HttpResponseRedirect(url)
        response = super().dispatch(request, *args, **kwargs)
        if may and self.changes and request.method == "POST":
            self.target.changed_by(self.request.user)
        return response

    @cached_property
    def target(self) -> Target:
        address = {name: value for name, value in self.kwargs.items() if name != "list"}
        return self.target_class.of(**address)

    @cached_property
    def list_file(self) -> ListFile:
        """The list in the address, if it is one of this target."""
        return get_object_or_404(self.target.lists().select_related("created_by"), pk=self.kwargs["list"])

    def get_title(self) -> Any:
        return self.target.get_title()

    def get_crumbs(self) -> Sequence[Crumb]:
        return self.target.get_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shared = {"target": self.target, "layout": self.target.layout, "lists_url": self.target.url()}
        return super().get_context_data(**kwargs) | shared | self.target.context()


class OneListMixin(TargetMixin):
    """A page about one list."""

    def get_title(self) -> Any:
        return str(self.list_file)

    def get_crumbs(self) -> Sequence[Crumb]:
        return [*self.target.get_crumbs(), (self.target.get_title(), self.target.url())]

"""Bases for pages: who may come in, lists, details, forms, actions and fragments.

A page declares what it shows and which permission it needs; a page without a declared permission does not start.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet
from django.forms import BaseForm, Select
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.views.generic import TemplateView, View
from django.views.generic.base import ContextMixin
from django_filters import FilterSet
from django_htmx.http import HttpResponseClientRedirect
from django_tables2 import SingleTableMixin

from .actions import Action, allowed
from .errors import Refusal
from .generics import DetailView, FormView, ListView, SingleObjectMixin
from .keeping import taken
from .requests import StaffRequest
from .words import in_words

Crumb = tuple[Any, str]
Form = TypeVar("Form", bound=BaseForm)
Row = TypeVar("Row", bound=Model)


class StaffMixin(PermissionRequiredMixin, ContextMixin, View):
    """Login and ``permission_required``: others are sent to the login page, staff without it get a 403 page."""

    request: StaffRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.permission_required:
            raise ImproperlyConfigured(f"{type(self).__name__} declares no permission_required")
        if not request.user.is_authenticated:
            return self.deny_access()
        return super().dispatch(request, *args, **kwargs)

    def deny_access(self) -> HttpResponse:
        """Ask for the login, or raise PermissionDenied for who is logged in."""
        response = self.handle_no_permission()
        # A fragment that quietly turns into the login page would be swapped into the middle of another page.
        if getattr(self.request, "htmx", False):
            here = self.request.htmx.current_url_abs_path or ""
            return HttpResponseClientRedirect(redirect_to_login(here, self.get_login_url()).url)
        return response


class PageMixin(StaffMixin):
    """Title, crumbs and the actions at the head of a page."""

    title: ClassVar[Any] = ""
    crumbs: ClassVar[Sequence[Crumb]] = ()

    def get_title(self) -> Any:
        return self.title

    def get_crumbs(self) -> Sequence[Crumb]:
        """(label, address) of the pages above this one."""
        return self.crumbs

    def get_actions(self) -> Sequence[Action]:
        return ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        actions = allowed(self.get_actions(), self.request.user)
        return {"title": self.get_title(), "crumbs": self.get_crumbs(), "actions": actions} | context


class Page(PageMixin, TemplateView):
    """A page of its own template."""

    request: StaffRequest


class ListPage(PageMixin, SingleTableMixin, ListView[Row]):
    """A table with filters whose state stands in the address.

    ``empty_title``, ``empty_text`` and :meth:`get_empty_action` are what is shown while there is nothing at all:
    the next step. ``empty_action`` is (label, url name, permission).
    """

    request: StaffRequest
    object_list: QuerySet[Row]
    template_name = "generic/list.html"
    filterset_class: ClassVar[type[FilterSet] | None] = None
    table_pagination: Mapping[str, object] | bool = {"per_page": 50}
    intro: ClassVar[Any] = ""
    empty_title: ClassVar[Any] = ""
    empty_text: ClassVar[Any] = ""
    empty_action: ClassVar[tuple[Any, str, str] | None] = None
    export_url: ClassVar[str] = ""
    """The name of the address that gives the filtered list as a file of a ``kind``."""

    def base_queryset(self) -> QuerySet[Row]:
        """The rows before filtering."""
        if self.model is None:
            raise ImproperlyConfigured(f"{type(self).__name__} declares no model and no rows")
        return self.model._default_manager.all()

    def get_queryset(self) -> QuerySet[Row]:
        rows = self.base_queryset()
        self.filterset: FilterSet | None = None
        if self.filterset_class is not None:
            self.filterset = self.filterset_class(self.request.GET, queryset=rows, request=self.request)
            dress(self.filterset.form)
            rows = self.filterset.qs
        return rows

    @property
    def filters(self) -> FilterSet:
        """The filters of a page that has some. Raises ImproperlyConfigured on others."""
        if self.filterset is None:
            raise ImproperlyConfigured(f"{type(self).__name__} has no filters")
        return self.filterset

    def is_filtered(self) -> bool:
        """Whether the viewer narrowed the list, so that "nothing" means "nothing like this"."""
        form = self.filterset.form if self.filterset is not None else None
        return bool(
            form and form.is_valid() and any(value not in (None, "", []) for value in form.cleaned_data.values())
        )

    def get_empty_action(self) -> Action | None:
        if self.empty_action is None:
            return None
        label, url_name, permission = self.empty_action
        return Action(label, resolve_url(url_name), permission, primary=True)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        action = self.get_empty_action()
        empty = {
            "title": self.empty_title,
            "text": self.empty_text,
            "actions": allowed([action] if action else [], self.request.user),
        }
        return super().get_context_data(**kwargs) | {
            "filterset": self.filterset,
            "is_filtered": self.is_filtered(),
            "intro": self.intro,
            "empty": empty,
            "exports": [reverse(self.export_url, args=[kind]) for kind in ("csv", "xlsx")] if self.export_url else (),
        }


def dress(form: BaseForm) -> None:
    """Give the fields of a filter form the look of the other forms."""
    for field in form.fields.values():
        kind = "form-select" if isinstance(field.widget, Select) else "form-control"
        field.widget.attrs.setdefault("class", kind)


class DetailPage(PageMixin, DetailView[Row]):
    """One object."""

    request: StaffRequest

    def get_title(self) -> Any:
        return self.title or str(self.object)


class FormPage(PageMixin, FormView[Form]):
    """A form on a page of its own. :meth:`save` does the work and may raise Refusal."""

    request: StaffRequest
    template_name = "generic/form.html"
    submit_label: ClassVar[Any] = ""
    success_message: ClassVar[Any] = ""
    cancel_url: ClassVar[str] = ""
    intro: ClassVar[Any] = ""

    def get_cancel_url(self) -> str:
        return resolve_url(self.cancel_url) if self.cancel_url else ""

    def save(self, form: Form) -> str | None:
        """Do what the form asks. Returns the address to show next; None leaves it to the success url."""
        raise NotImplementedError

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            target = self.save(form)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            return self.form_invalid(form)
        if self.success_message:
            messages.success(self.request, self.success_message)
        following = redirect(target) if target is not None else HttpResponseRedirect(self.get_success_url())
        return taken(self.request, following)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "submit_label": self.submit_label,
            "cancel_url": self.get_cancel_url(),
            "intro": self.intro,
        }


class ActionView(StaffMixin, SingleObjectMixin[Row]):
    """A button: POST only. A Refusal of :meth:`perform` becomes an error message, nothing else changes."""

    http_method_names = ["post", "options"]
    success_message: ClassVar[Any] = ""
    success_url: ClassVar[str] = ""

    def perform(self, request: StaffRequest) -> Any:
        """Do it. Returned words replace ``success_message``."""
        raise NotImplementedError

    def get_success_url(self) -> str:
        return resolve_url(self.success_url)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            words = self.perform(self.request) or self.success_message
        except Refusal as refusal:
            messages.error(request, refusal.message)
        else:
            if words:
                messages.success(request, in_words(words))
        return HttpResponseRedirect(self.get_success_url())


class Fragment(StaffMixin, TemplateView):
    """A part of a page that htmx asks for; never kept by a cache."""

    request: StaffRequest

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

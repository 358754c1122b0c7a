"""The pages of one list: what its columns mean, how far it is, what became of its rows; and its buttons."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from campaigns.models import ListFile, ListState, RowFate
from notifyadmin.web.errors import Refusal
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView, FormPage, Fragment, Page, StaffMixin
from notifyadmin.web.workbooks import xlsx_table

from . import mapping, phones, problems, services, showing, working
from .base import SHOWN_LISTS, OneListMixin, TargetMixin
from .examples import example_file, example_table
from .formats import Found, UnreadableList
from .forms import DELIMITERS, ENCODINGS, NO, YES, ColumnsForm


class ColumnsPage(OneListMixin, FormPage[ColumnsForm]):
    """What each column means, with values out of it. A change of how the file is read looks at it anew."""

    template_name = "campaigns/people/audience/columns.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not working.may_be_mapped(self.list_file):
            return redirect(self.target.url("list", self.list_file))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not working.may_be_mapped(self.list_file):
            return redirect(self.target.url("list", self.list_file))
        if "look" in request.POST or self._is_read_otherwise():
            return self._look_again()
        return super().post(request, *args, **kwargs)

    @cached_property
    def found(self) -> Found:
        return Found.from_json(self.list_file.found)

    def _look_again(self) -> HttpResponse:
        chosen = {name: self.request.POST.get(name, "") for name in ("sheet", "encoding", "delimiter")}
        # What the page does not offer is not known to be one that can be read with.
        for name, choices, now in (
            ("encoding", ENCODINGS, self.found.encoding),
            ("delimiter", DELIMITERS, self.found.delimiter),
        ):
            if chosen[name] not in {*dict(choices), now}:
                chosen[name] = ""
        error: Any = ""
        try:
            self.found = services.look_again(self.list_file, **chosen)
        except (UnreadableList, Refusal) as problem:
            error = problem.words
        context = self.get_context_data(form=self._form(self._header_asked()), look_error=error)
        return self.render_to_response(context)

    def _is_read_otherwise(self) -> bool:
        """Whether people chose another way of reading without looking at what it shows, as without a script."""
        now = {"sheet": self.found.sheet, "encoding": self.found.encoding, "delimiter": self.found.delimiter}
        return any(value and self.request.POST.get(name, value) != value for name, value in now.items())

    def _header_asked(self) -> bool | None:
        """What people said about the first row; nothing if the file is now read in another way."""
        looked = {"sheet": self.found.sheet, "encoding": self.found.encoding, "delimiter": self.found.delimiter}
        before = {name: self.request.POST.get(f"was_{name}", "") for name in looked}
        header = self.request.POST.get("header")
        return {YES: True, NO: False}.get(header or "") if before == looked else None

    def _form(self, header: bool | None, **kwargs: Any) -> ColumnsForm:
        home = self.request.POST.get("home", self.request.GET.get("home", ""))
        if home not in dict(phones.COUNTRIES) or (not home and "home" not in {*self.request.POST, *self.request.GET}):
            home = self.target.home()
        earlier = self.target.lists().exclude(pk=self.list_file.pk)[:SHOWN_LISTS]
        proposal = mapping.propose(self.found, home, header=header, uses=self.target.uses, earlier=earlier)
        return ColumnsForm(self.target, self.found, proposal, **kwargs)

    def get_form(self, form_class: Any = None) -> ColumnsForm:
        kwargs = self.get_form_kwargs()
        kwargs.pop("initial", None)
        header = {YES: True, NO: False}.get(self.request.POST.get("header", ""))
        return self._form(header, **kwargs)

    def save(self, form: ColumnsForm) -> str:
        meaning = form.meaning()
        meaning.remember(self.list_file)
        working.start(self.list_file, meaning)
        self.list_file.refresh_from_db()
        if self.list_file.state == ListState.DONE:
            showing.tell(self.request, self.list_file)
            return self.target.url()
        return self.target.url("list", self.list_file)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        buttons = showing.buttons(self.target, self.list_file)
        return context | buttons | {"list": self.list_file, "found": self.found}


class ListPage(OneListMixin, Page):
    """How far a list is, and what became of its rows."""

    template_name = "campaigns/people/audience/list.html"
    changes = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.list_file.state == ListState.UNMAPPED and not self.target.closed_url():
            return redirect(self.target.url("columns", self.list_file))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = showing.whole(self.target, self.list_file, self.request.GET)
        may = self.request.user.has_perm(self.target.change_permission) and not self.target.closed_url()
        about = showing.buttons(self.target, self.list_file) | showing.described(self.list_file)
        return super().get_context_data(**kwargs) | shown | about | {"may_change": may}


class LiveFragment(OneListMixin, Fragment):
    """The part that moves. When the list is read, the page around it is asked for anew."""

    template_name = "campaigns/people/audience/_live.html"
    changes = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return showing.live(self.target, self.list_file)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        if not context["is_reading"]:
            response["HX-Refresh"] = "true"
        return response


class ListAction(OneListMixin, ActionView[ListFile]):
    """A button of one list."""

    def get_success_url(self) -> str:
        return self.target.url("list", self.list_file)


class StopReading(ListAction):
    """Read no further."""

    success_message = _("Stopped. What was read stays; go on with it or take it out again.")

    def perform(self, request: StaffRequest) -> None:
        working.stop(self.list_file)


class ResumeReading(ListAction):
    """Go on behind what was read."""

    success_message = _("It is read on from where it was stopped.")

    def perform(self, request: StaffRequest) -> None:
        working.resume(self.list_file)


class RemoveList(ListAction):
    """Take what came with the list out again."""

    def perform(self, request: StaffRequest) -> Any:
        return self.target.remove(self.list_file)

    def get_success_url(self) -> str:
        return self.target.url()


class ProblemsFile(OneListMixin, StaffMixin, View):
    """The rows that were left out as a CSV file, to be corrected and uploaded again."""

    changes = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        fate = request.GET.get("fate", "")
        pieces = problems.as_csv(self.list_file, fate if fate in RowFate.values else "")
        return _file(pieces, f"bad-rows-{self.list_file.pk}.csv")


class ExampleFile(TargetMixin, StaffMixin, View):
    """A list to start from."""

    changes = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        return _file(example_file(self.target.keeps_values), "example.csv")


class ExampleWorkbook(TargetMixin, StaffMixin, View):
    """The same list as a workbook."""

    changes = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        return xlsx_table(example_table(self.target.keeps_values))


def _file(pieces: Any, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response

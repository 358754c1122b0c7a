"""The page that takes lists: a file or something pasted, and what became of those that came before."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django_htmx.http import HttpResponseClientRedirect

from campaigns.models import ListFile, ListState
from notifyadmin.web.uploads import COMPLETE, ROOM
from notifyadmin.web.views import Page
from notifyadmin.web.words import in_words
from providers.contract.words import Words, gettext_noop

from . import mapping, services, showing, working
from .base import SHOWN_LISTS, TargetMixin
from .formats import Found, UnreadableList
from .forms import UploadForm
from .keeping import Kept
from .receiving import Receiver, receiving

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xls,.ods"
PASTED = "pasted.txt"

ONE_OF_TWO = Words(gettext_noop("Paste a list or choose a file, one of the two."))
ONE_FILE = Words(gettext_noop("Upload one file at a time; nothing was kept. Lists are added to each other."))
EMPTY_FILE = Words(gettext_noop("The file is empty. Export the list again."))
CUT_OFF = Words(gettext_noop("The upload broke off on its way, and nothing of it was kept. Upload the list again."))
TOO_BIG = gettext_noop(
    "The file is bigger than %(most)s, which is the most that is read. Split it into several files, or leave out "
    "columns that the text does not need."
)
TOO_MUCH_PASTED = gettext_noop(
    "More than %(most)s cannot be pasted, and nothing of it was kept. Save the list as a file and upload that."
)


@method_decorator(csrf_exempt, name="dispatch")
class ListsPage(TargetMixin, Page):
    """Bring a list in. Who asks may come in before anything of the body is read; then the token is checked."""

    def get_template_names(self) -> list[str]:
        return [self.target.page_template]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pasted_most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.LIST_MAX_BYTES + pasted_most + ROOM:
            return self._refuse(Words(TOO_BIG, {"most": filesizeformat(settings.LIST_MAX_BYTES)}))
        try:
            with receiving(request) as receiver:
                return self._read(request, receiver=receiver)
        except RequestDataTooBig:
            return self._refuse(Words(TOO_MUCH_PASTED, {"most": filesizeformat(pasted_most)}))

    @method_decorator(csrf_protect)
    def _read(self, request: HttpRequest, *, receiver: Receiver) -> HttpResponse:
        form = UploadForm(request.POST)
        words = self._obstacle(receiver)
        if words is not None:
            form.add_error("pasted" if receiver.is_pasted else None, in_words(words))
        if not form.is_valid():
            return self._show(form)
        kept, name = self._chosen(receiver)
        try:
            list_file = services.take_in(self.target, kept, name, by=request.user)
        except UnreadableList as problem:
            form.add_error("pasted" if receiver.is_pasted else None, in_words(problem.words))
            return self._show(form)
        receiver.take(kept)
        return self._go_on(list_file, form.cleaned_data["home"])

    def _obstacle(self, receiver: Receiver) -> Words | None:
        """Why nothing of what came in can be read."""
        if not self.request.POST.get(COMPLETE):
            return CUT_OFF
        if receiver.stop.too_big:
            return Words(TOO_BIG, {"most": filesizeformat(settings.LIST_MAX_BYTES)})
        if len(receiver.files) > 1:
            return ONE_FILE
        if receiver.is_pasted == bool(receiver.files):
            return EMPTY_FILE if receiver.keeper.kept and not receiver.is_pasted else ONE_OF_TWO
        return None

    def _chosen(self, receiver: Receiver) -> tuple[Kept, str]:
        if receiver.is_pasted:
            return receiver.written(self.request.POST["pasted"], PASTED), gettext("Pasted list")
        return receiver.files[0], receiver.files[0].name

    def _go_on(self, list_file: ListFile, home: str) -> HttpResponse:
        """What is certain is read without a question; else people say what the columns mean."""
        for warning in self.target.warnings(list_file):
            messages.warning(self.request, warning)
        found = Found.from_json(list_file.found)
        earlier = self.target.lists()[:SHOWN_LISTS]
        proposal = mapping.propose(found, home, uses=self.target.uses, earlier=earlier)
        if not proposal.certain or "look" in self.request.POST:
            return self._lead(f"{self.target.url('columns', list_file)}?home={home}")
        working.start(list_file, proposal.meaning())
        list_file.refresh_from_db()
        if list_file.state == ListState.DONE:
            showing.tell(self.request, list_file)
            return self._lead(self.target.url())
        return self._lead(self.target.url("list", list_file))

    def _lead(self, url: str) -> HttpResponse:
        return HttpResponseClientRedirect(url) if self.request.htmx else HttpResponseRedirect(url)

    def _refuse(self, words: Words) -> HttpResponse:
        """Nothing of the body was read."""
        form = UploadForm({"home": self.target.home()})
        form.add_error(None, in_words(words))
        return self._show(form, status=413)

    def _show(self, form: UploadForm, status: int = 200) -> HttpResponse:
        # A script swaps only good answers into the page.
        context = self.get_context_data(form=form)
        return self.render_to_response(context, status=200 if self.request.htmx else status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lists = list(self.target.lists().select_related("created_by")[:SHOWN_LISTS])
        newest = next((list_file for list_file in lists if list_file.state != ListState.UNMAPPED), None)
        shown = showing.brief(self.target, newest) if newest else {}
        return (
            super().get_context_data(**kwargs)
            | {"form": kwargs.get("form") or UploadForm(initial={"home": self.target.home()})}
            | {
                "rows": [showing.line(self.target, list_file) for list_file in lists],
                "accepted": ACCEPTED,
                "most_bytes": settings.LIST_MAX_BYTES,
                "most": filesizeformat(settings.LIST_MAX_BYTES),
                "most_pasted": settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
                "upload_url": self.target.url(),
                "example_url": self.target.url("example"),
                "workbook_url": self.target.url("workbook"),
            }
            | shown
            | self.target.page_context()
        )

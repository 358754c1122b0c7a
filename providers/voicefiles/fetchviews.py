"""Pages for taking over files from the list that an account has at its provider."""

from typing import Any

from django.core.paginator import Page as Leaf
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from notifyadmin.web.errors import Refusal
from notifyadmin.web.keys import key_of
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView, Crumb, Page
from providers.accounts.models import Account
from providers.contract.abilities import Ability

from . import takingover
from .models import FetchedFile, FileList

ADD = "providers.add_voicefile"
PER_PAGE = 100


def accounts() -> QuerySet[Account]:
    """Whose lists can be fetched."""
    return Account.objects.usable().able_to(Ability.TAKES_VOICE_FILES)


def crumbs() -> list[Crumb]:
    return [(_("Voice files"), reverse("providers:voicefiles:list"))]


def searched(text: str) -> str:
    """What is looked for. No name holds a NUL, and not every database can be asked for one."""
    return text.replace("\0", "").strip()


class FetchChoice(Page):
    permission_required = ADD
    template_name = "providers/voicefiles/fetch_choice.html"
    title = _("Fetch an account's list")

    def get_crumbs(self) -> list[Crumb]:
        return crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"accounts": accounts().select_related("file_list")}


class OneAccount:
    """For pages about the account in the address."""

    kwargs: dict[str, Any]

    @cached_property
    def account(self) -> Account:
        return get_object_or_404(accounts(), pk=self.kwargs["account"])


class FetchedList(OneAccount, Page):
    """What the account had when its list was last read: what is known here is marked, the others can be ticked."""

    permission_required = ADD
    template_name = "providers/voicefiles/fetched.html"

    def get_title(self) -> str:
        return self.account.name

    def get_crumbs(self) -> list[Crumb]:
        return [*crumbs(), (FetchChoice.title, reverse("providers:voicefiles:fetch"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        search = searched(self.request.GET.get("q", ""))
        files = FetchedFile.objects.filter(account=self.account, name__icontains=search)
        leaf = Paginator(files, PER_PAGE).get_page(self.request.GET.get("page"))
        state = FileList.objects.filter(account=self.account).first()
        return super().get_context_data(**kwargs) | {
            "account": self.account,
            "state": state,
            "is_reading": state is not None and state.next_attempt_at is not None,
            "leaf": leaf,
            "rows": self._rows(leaf),
            "search": search,
        }

    def _rows(self, leaf: "Leaf[FetchedFile]") -> list[tuple[FetchedFile, Any]]:
        files = list(leaf.object_list)
        by_id, by_name = takingover.known_at(self.account, files)
        return [(file, by_id.get(file.file_id) or by_name.get(file.name)) for file in files]


class FetchAction(OneAccount, ActionView[Account]):
    permission_required = ADD
    model = Account

    def get_success_url(self) -> str:
        return reverse("providers:voicefiles:fetched", args=[self.kwargs["account"]])


class FetchStart(FetchAction):
    def perform(self, request: StaffRequest) -> None:
        takingover.fetch(self.account)


class FetchTakeOver(FetchAction):
    def perform(self, request: StaffRequest) -> str:
        taken = self._taken(request)
        if not taken:
            raise Refusal(_("All these files are known here already, so nothing was taken over."))
        text = ngettext(
            "%(number)s file taken over. Campaigns can play it from now on.",
            "%(number)s files taken over. Campaigns can play them from now on.",
            taken,
        )
        return text % {"number": taken}

    def _taken(self, request: HttpRequest) -> int:
        if request.POST.get("all"):
            return takingover.take_over_all(self.account, searched(request.POST.get("q", "")), request.user)
        ticked = [key for one in request.POST.getlist("file") if (key := key_of(one))][:PER_PAGE]
        if not ticked:
            raise Refusal(_("No file was ticked. Tick those that shall be taken over."))
        return takingover.take_over_listed(self.account, ticked, request.user)

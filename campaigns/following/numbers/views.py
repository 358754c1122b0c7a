"""Finding a number, and the page of everything about it."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.models import Reply, Suppression, by_number
from campaigns.people.suppression import services as suppression
from campaigns.people.suppression.forms import EntryForm
from campaigns.privacy.onenumber import last_of
from notifyadmin.web.actions import Action
from notifyadmin.web.errors import Refusal
from notifyadmin.web.phones import grouped
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView, Page
from providers.contract.words import Words, gettext_noop

from . import finding
from .using import uses_of

VIEW = "campaigns.view_campaign"
MOST_REPLIES = 50
LONGEST = 20

NOT_UNDERSTOOD = Words(gettext_noop("Choose what is forbidden, and a reason."))
NOT_LISTED = Words(gettext_noop("This number is not on the list any more."))


class Find(Page):
    """Takes any way of writing a number to its page; where it may mean several, or none, it says so."""

    permission_required = VIEW
    template_name = "campaigns/following/numbers/find.html"
    title = _("Find a number")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.found
        if len(found) == 1:
            return redirect("campaigns:numbers:detail", found[0])
        return super().get(request, *args, **kwargs)

    @cached_property
    def typed(self) -> str:
        return self.request.GET.get("q", "").strip()[:60]

    @cached_property
    def answer(self) -> tuple[list[str], str]:
        return finding.candidates(self.typed) if self.typed else ([], "")

    @cached_property
    def found(self) -> list[str]:
        numbers = self.answer[0]
        return finding.known(numbers) or numbers if len(numbers) > 1 else numbers

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "asked_number": self.typed,
            "found": self.found,
            "problem": self.answer[1],
        }


class NumberMixin:
    """Something about the number in the address: digits with country code."""

    kwargs: dict[str, Any]

    @cached_property
    def number(self) -> str:
        number: str = self.kwargs["number"]
        if not (number.isascii() and number.isdigit() and len(number) <= LONGEST):
            raise Http404
        return number

    def own_url(self) -> str:
        return reverse("campaigns:numbers:detail", args=[self.number])


class NumberPage(NumberMixin, Page):
    """Everything that was ever sent to one number, and what forbids or limits it now."""

    permission_required = VIEW
    template_name = "campaigns/following/numbers/number.html"

    def get_title(self) -> str:
        return grouped(self.number)

    def get_crumbs(self) -> Sequence[tuple[Any, str]]:
        return ((_("Find a number"), reverse("campaigns:numbers:find")),)

    def get_actions(self) -> Sequence[Action]:
        try:
            url = reverse("campaigns:retention:erase")
        except NoReverseMatch:
            return ()
        return (Action(_("Erase this number"), f"{url}?number={self.number}", "campaigns.erase_number"),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may = self.request.user.has_perm
        before, after = _key(self.request.GET.get("before")), _key(self.request.GET.get("after"))
        rows = Suppression.objects.select_related("created_by")
        return super().get_context_data(**kwargs) | {
            "number": self.number,
            "erasure": last_of(self.number),
            "page": by_number.sent_to(self.number, before, after),
            "uses": uses_of(self.number, timezone.now()),
            "entry": rows.filter(number=self.number).first() if may("campaigns.view_suppression") else None,
            "form": EntryForm() if may("campaigns.add_suppression") else None,
            "replies": self.replies() if may("campaigns.view_reply") else [],
            "contacts": by_number.contacts_of(self.number) if may("campaigns.view_contactlist") else [],
        }

    def replies(self) -> list[Reply]:
        rows = Reply.objects.filter(number=self.number).select_related("account", "recipient__campaign")
        return list(rows.order_by("-pk")[:MOST_REPLIES])


class NumberAction(NumberMixin, ActionView[Suppression]):
    """A button on the page of a number."""

    def get_success_url(self) -> str:
        return self.own_url()


class Suppress(NumberAction):
    permission_required = "campaigns.add_suppression"
    success_message = _("Put on the suppression list. Requests that are under way end by themselves.")

    def perform(self, request: StaffRequest) -> None:
        form = EntryForm(request.POST)
        if not form.is_valid():
            raise Refusal(NOT_UNDERSTOOD)
        suppression.add([self.number], user=request.user, **form.values())


class Release(NumberAction):
    permission_required = "campaigns.delete_suppression"
    success_message = _("Taken off the list. Campaigns may reach this number again; who was skipped stays skipped.")

    def perform(self, request: StaffRequest) -> None:
        entry = Suppression.objects.filter(number=self.number).first()
        if entry is None:
            raise Refusal(NOT_LISTED)
        suppression.remove(entry, request.user)


def _key(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None

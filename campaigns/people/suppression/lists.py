"""Lists for the suppression list: files of numbers that must not be reached."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns.models import ListFile, ListPurpose, SuppressionReason
from campaigns.people.audience import views
from campaigns.people.audience.targets import Target
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import Crumb

from . import services
from .forms import FORBIDDEN

NAME = "campaigns:suppression:import"


class SuppressionTarget(Target):
    """The suppression list. What a file forbids, and why, is chosen by the address before it is brought."""

    purpose = ListPurpose.SUPPRESSION
    view_permission = "campaigns.view_suppression"
    change_permission = "campaigns.add_suppression"
    name = NAME
    page_template = "campaigns/people/suppression/import.html"
    good_label = _("Added to the list")
    keeps_values = False

    def __init__(self, what: str, reason: str) -> None:
        self.what, self.reason = what, reason

    @classmethod
    def of(cls, **address: Any) -> "SuppressionTarget":
        if address["what"] not in dict(FORBIDDEN) or address["reason"] not in SuppressionReason.values:
            raise Http404
        return cls(address["what"], address["reason"])

    @property
    def address(self) -> Sequence[Any]:
        return [self.what, self.reason]

    def new_values(self) -> dict[str, Any]:
        return {"options": {"what": self.what, "reason": self.reason}}

    def lists(self) -> QuerySet[ListFile]:
        return ListFile.objects.filter(purpose=self.purpose)

    def remove(self, list_file: ListFile, user: Any = None) -> str:
        count = services.remove_list(list_file, user)
        text = ngettext(
            "The list is gone, and %(count)s number is off the suppression list again.",
            "The list is gone, and %(count)s numbers are off the suppression list again.",
            count,
        )
        return text % {"count": count}

    def get_title(self) -> Any:
        return _("Import to the suppression list")

    def get_crumbs(self) -> Sequence[Crumb]:
        return [(_("Suppression list"), reverse("campaigns:suppression:list"))]

    def page_context(self) -> dict[str, Any]:
        return {
            "whats": [(value, label, reverse(NAME, args=[value, self.reason])) for value, label in FORBIDDEN],
            "reasons": [
                (value, label, reverse(NAME, args=[self.what, value])) for value, label in SuppressionReason.choices
            ],
        }


class RemoveList(views.RemoveList):
    """Take off the list again what came with one file."""

    target_class = SuppressionTarget
    permission_required = "campaigns.delete_suppression"

    def perform(self, request: StaffRequest) -> str:
        return str(self.target.remove(self.list_file, request.user))

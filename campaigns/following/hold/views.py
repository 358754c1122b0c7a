"""The page of the hold, and the confirmation before it is released."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.models import Hold, HoldCause
from campaigns.sending.hold import hold_all, is_by_setting, release
from notifyadmin.web.actions import Action
from notifyadmin.web.errors import Refusal
from notifyadmin.web.views import Crumb, FormPage, StaffMixin
from providers.contract.words import Words, gettext_noop

from .banner import held_for
from .figures import figures, is_doubtful, restorations, was_restored_since
from .forms import HoldForm, ReleaseForm

BY_STAFF = gettext_noop("Held by staff: %(reason)s")
BY_STAFF_ALREADY = Words(
    gettext_noop("Staff hold all sending already. Their reason is kept until it is released; no second one is added.")
)
VIEW, HOLD, RELEASE = "campaigns.view_campaign", "campaigns.hold_sending", "campaigns.release_sending"
PAGE = "campaigns:hold:page"


class HoldMixin(StaffMixin):
    """What both pages show."""

    @property
    def hold(self) -> Hold | None:
        return held_for(self.request)

    @property
    def causes(self) -> set[str]:
        return {reason.cause for reason in self.hold.told} if self.hold else set()

    @property
    def is_to_be_done(self) -> bool:
        """Whether nobody has run what has to be done after a restored backup since this is held for such a cause."""
        hold = self.hold
        return hold is not None and is_doubtful(hold) and not was_restored_since(hold.since)

    def _taken(self) -> str:
        """The time for the command: of what was done already, so that it is repeated, or what the first reason says."""
        done = restorations()
        if done and not self.is_to_be_done:
            return timezone.localtime(done[0].taken_at).isoformat()
        told = (Words.unpack(reason.words).values.get("taken") for reason in (self.hold.told if self.hold else ()))
        return str(next(filter(None, told), ""))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        hold, causes = self.hold, self.causes
        return super().get_context_data(**kwargs) | {
            "hold": hold,
            "by_setting": is_by_setting(),
            "by_staff": HoldCause.PERSON in causes,
            "is_told_below": True,
            "is_doubtful": is_doubtful(hold),
            "to_be_done": self.is_to_be_done,
            "taken": self._taken(),
            "figures": figures(hold),
            "restorations": restorations(),
        }


class SendingPage(HoldMixin, FormPage[HoldForm]):
    """Whether all sending is held, why, and what hangs on it; whoever may, holds it here."""

    permission_required = VIEW
    template_name = "campaigns/following/hold/page.html"
    form_class = HoldForm
    title = pgettext_lazy("page", "Sending")
    submit_label = _("Hold all sending")
    success_message = _("All sending is held. What is under way ends by itself; nothing new leaves.")

    def get_actions(self) -> Sequence[Action]:
        if self.hold is None or is_by_setting():
            return ()
        return (
            Action(_("Release sending…"), reverse("campaigns:hold:release"), RELEASE, primary=not self.is_to_be_done),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(HOLD):
            return self.deny_access()
        return super().post(request, *args, **kwargs)

    def save(self, form: HoldForm) -> str:
        if HoldCause.PERSON in self.causes:
            raise Refusal(BY_STAFF_ALREADY)
        hold_all(Words(BY_STAFF, {"reason": form.cleaned_data["reason"]}), HoldCause.PERSON, self.request.user)
        return reverse(PAGE)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        before = Hold.objects.filter(is_open=False).select_related("released_by").prefetch_related("reasons__user")
        return super().get_context_data(**kwargs) | {"before": before[:5]}


class ReleasePage(HoldMixin, FormPage[ReleaseForm]):
    """The numbers, the reasons, and the button."""

    permission_required = RELEASE
    template_name = "campaigns/following/hold/release.html"
    form_class = ReleaseForm
    title = _("Release sending")
    submit_label = _("Release sending")
    success_message = _("Sending is released. Campaigns that run go on within seconds.")
    cancel_url = PAGE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().get(request, *args, **kwargs) if self.hold else redirect(PAGE)

    def get_crumbs(self) -> Sequence[Crumb]:
        return ((pgettext_lazy("page", "Sending"), reverse(PAGE)),)

    def get_initial(self) -> dict[str, Any]:
        told = self.hold.told if self.hold else ()
        return {"seen": max((reason.pk or 0 for reason in told), default=0)}

    def save(self, form: ReleaseForm) -> str:
        data = form.cleaned_data
        release(self.request.user, seen=data["seen"] or 0, note=data["note"])
        return reverse(PAGE)

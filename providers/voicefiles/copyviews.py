"""Pages about the copies of voice files at the accounts."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.errors import Refusal
from notifyadmin.web.keys import key_of
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView, Fragment
from providers.accounts.models import Account

from . import copies, copying
from .models import VoiceFile, VoiceFileCopy
from .obstacles import offered_not

VIEW, CHANGE = "providers.view_voicefile", "providers.change_voicefile"


class CopyAction(ActionView[VoiceFile]):
    permission_required = CHANGE
    model = VoiceFile

    def get_success_url(self) -> str:
        return reverse("providers:voicefiles:detail", args=[self.kwargs["pk"]])

    def get_copy(self) -> VoiceFileCopy:
        rows = VoiceFileCopy.objects.select_related("voice_file", "account")
        return get_object_or_404(rows, voice_file_id=self.kwargs["pk"], account_id=self.kwargs["account"])


class CopiesSend(CopyAction):
    """To all accounts that were ticked."""

    def perform(self, request: StaffRequest) -> str:
        ticked = [key for one in request.POST.getlist("account") if (key := key_of(one))]
        if not ticked:
            raise Refusal(_("No account was ticked. Tick those that the file shall be sent to."))
        sent = copies.send(self.get_object(), Account.objects.filter(pk__in=ticked), request.user)
        if not sent:
            raise Refusal(_("The file is at these accounts already, or they do not take it now. Look at them anew."))
        text = ngettext("On its way to %(number)s account.", "On its way to %(number)s accounts.", sent)
        return text % {"number": sent}


class CopySend(CopyAction):
    def perform(self, request: StaffRequest) -> str:
        voice_file = self.get_object()
        account = get_object_or_404(Account, pk=self.kwargs["account"])
        words = offered_not(voice_file, account)
        if words is not None:
            raise Refusal(words)
        copies.ensure(voice_file, account, request.user)
        return gettext("On its way to %(account)s.") % {"account": account.name}


class CopyTryAgain(CopyAction):
    success_message = _("It is sent again, under a new name.")

    def perform(self, request: StaffRequest) -> None:
        copies.try_again(self.get_copy())


class CopyAsk(CopyAction):
    success_message = _("The provider is being asked.")

    def perform(self, request: StaffRequest) -> None:
        copies.ask_now(self.get_copy())


class CopyLine(Fragment):
    """The line of one account, which asks for itself while something is under way."""

    permission_required = VIEW
    template_name = "providers/voicefiles/copy_line.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        voice_file = get_object_or_404(VoiceFile, pk=self.kwargs["pk"])
        lines = copying.lines_of(voice_file, self.kwargs["account"])
        if not lines:
            raise Http404
        return super().get_context_data(**kwargs) | {"voice_file": voice_file, "line": lines[0]}

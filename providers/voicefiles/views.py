"""Pages of voice files."""

from pathlib import PurePath
from typing import Any

from django.db.models import Count, QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from notifyadmin.web.actions import Action
from notifyadmin.web.views import ActionView, Crumb, DetailPage, FormPage, ListPage, StaffMixin

from . import services
from .filters import VoiceFileFilter
from .forms import CopyForm, TakeOverForm
from .models import VoiceFile
from .tables import VoiceFileTable

VIEW, ADD, CHANGE = (f"providers.{verb}_voicefile" for verb in ("view", "add", "change"))

AUDIO_TYPES = {".mp3": "audio/mpeg", ".wav": "audio/wav", ".ogg": "audio/ogg", ".m4a": "audio/mp4", ".amr": "audio/amr"}
"""What a browser may play in the page; everything else is only ever saved."""


def crumbs() -> list[Crumb]:
    return [(_("Voice files"), reverse("providers:voicefiles:list"))]


class VoiceFileList(ListPage):
    permission_required = VIEW
    model = VoiceFile
    table_class = VoiceFileTable
    filterset_class = VoiceFileFilter
    title = _("Voice files")
    intro = _("Recordings that campaigns play, and the ids under which the providers know them.")
    empty_title = _("No voice file yet")
    empty_text = _("Upload the recording in the provider's console, then take it over here with the id it got there.")
    empty_action = (_("Take over the first file"), "providers:voicefiles:take-over", ADD)

    def base_queryset(self) -> QuerySet[VoiceFile]:
        return VoiceFile.objects.prefetch_related("copies__account").annotate(used=Count("campaign", distinct=True))

    def get_actions(self) -> list[Action]:
        return [Action(_("Take over a file"), reverse("providers:voicefiles:take-over"), ADD, primary=True)]


class VoiceFileTakeOver(FormPage):
    permission_required = ADD
    form_class = TakeOverForm
    title = _("Take over a file")
    intro = _("For a recording that exists at the provider already.")
    submit_label = _("Take over")
    success_message = _("Taken over. Campaigns can play it from now on.")
    cancel_url = "providers:voicefiles:list"

    def get_crumbs(self) -> list[Crumb]:
        return crumbs()

    def save(self, form: TakeOverForm) -> str:
        voice_file = services.take_over(**form.cleaned_data, by=self.request.user)
        return reverse("providers:voicefiles:detail", args=[voice_file.pk])


class VoiceFileCopyAdd(FormPage):
    permission_required = CHANGE
    form_class = CopyForm
    title = _("At another account")
    intro = _("The same recording under the id that it has at another account.")
    submit_label = _("Add")
    success_message = _("Added. Campaigns of that account can play it too.")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.address = reverse("providers:voicefiles:detail", args=[kwargs["pk"]])

    def get_crumbs(self) -> list[Crumb]:
        return [*crumbs(), (get_object_or_404(VoiceFile, pk=self.kwargs["pk"]).name, self.address)]

    def get_cancel_url(self) -> str:
        return self.address

    def save(self, form: CopyForm) -> str:
        services.add_copy(get_object_or_404(VoiceFile, pk=self.kwargs["pk"]), **form.cleaned_data)
        return self.address


class VoiceFileDetail(DetailPage):
    permission_required = VIEW
    model = VoiceFile
    template_name = "providers/voicefiles/detail.html"

    def get_crumbs(self) -> list[Crumb]:
        return crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "copies": self.object.copies.select_related("account"),
            "campaign_count": self.object.campaign_set.count(),
        }


class VoiceFileSound(StaffMixin, View):
    """The bytes of our own copy, for the player in the page."""

    permission_required = VIEW

    def get(self, request: HttpRequest, pk: int) -> FileResponse:
        voice_file = get_object_or_404(VoiceFile, pk=pk)
        if not voice_file.file or not voice_file.file.storage.exists(voice_file.file.name):
            raise Http404
        kind = AUDIO_TYPES.get(PurePath(voice_file.file.name).suffix.lower())
        name = PurePath(voice_file.file.name).name
        response = FileResponse(voice_file.file.open("rb"), as_attachment=kind is None, filename=name)
        response["Content-Type"] = kind or "application/octet-stream"
        response["X-Content-Type-Options"] = "nosniff"
        return response


class VoiceFileAction(ActionView):
    permission_required = CHANGE
    model = VoiceFile

    def get_success_url(self) -> str:
        return reverse("providers:voicefiles:detail", args=[self.kwargs["pk"]])


class VoiceFileArchive(VoiceFileAction):
    success_message = _("Archived. New campaigns do not offer it any more; at the provider nothing changed.")

    def perform(self, request: HttpRequest) -> None:
        services.archive(self.get_object())


class VoiceFileRestore(VoiceFileAction):
    success_message = _("The file is offered again.")

    def perform(self, request: HttpRequest) -> None:
        services.restore(self.get_object())

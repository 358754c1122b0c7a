"""Pages of voice files."""

from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.actions import Action
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView, Crumb, DetailPage, FormPage, ListPage

from . import copying, keeping, services, takingover
from .filters import VoiceFileFilter
from .forms import CopyForm, DescribeForm, TakeOverForm
from .models import Tag, VoiceFile, VoiceFileCopy
from .tables import VoiceFileTable, kilohertz

VIEW, ADD, CHANGE, DELETE = (f"providers.{verb}_voicefile" for verb in ("view", "add", "change", "delete"))
SHOWN_CAMPAIGNS = 20


def crumbs() -> list[Crumb]:
    return [(_("Voice files"), reverse("providers:voicefiles:list"))]


class VoiceFileList(ListPage[VoiceFile]):
    permission_required = VIEW
    model = VoiceFile
    table_class = VoiceFileTable
    filterset_class = VoiceFileFilter
    template_name = "providers/voicefiles/list.html"
    title = _("Voice files")
    intro = _("Recordings that campaigns play, and at which accounts they are.")
    empty_title = _("No voice file yet")
    empty_text = _("Upload a recording and send it to an account; or take over one that a provider has already.")
    empty_action = (_("Upload recordings"), "providers:voicefiles:upload", ADD)

    def base_queryset(self) -> QuerySet[VoiceFile]:
        copies = VoiceFileCopy.objects.select_related("account").order_by("account__name")
        rows = VoiceFile.objects.select_related("created_by").prefetch_related("tags", Prefetch("copies", copies))
        # Django leaves the order of a model out where rows are grouped.
        return rows.annotate(used=Count("campaign", distinct=True)).order_by(*(VoiceFile._meta.ordering or ()))

    def get_actions(self) -> list[Action]:
        return [
            Action(_("Fetch an account's list"), reverse("providers:voicefiles:fetch"), ADD),
            Action(_("Take over a file"), reverse("providers:voicefiles:take-over"), ADD),
            Action(_("Upload recordings"), reverse("providers:voicefiles:upload"), ADD, primary=True),
        ]


class VoiceFileTakeOver(FormPage[TakeOverForm]):
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
        voice_file = takingover.take_over(**form.cleaned_data, by=self.request.user)
        return reverse("providers:voicefiles:detail", args=[voice_file.pk])


class OneVoiceFile:
    """For forms about the file in the address."""

    kwargs: dict[str, Any]

    @cached_property
    def voice_file(self) -> VoiceFile:
        return get_object_or_404(VoiceFile, pk=self.kwargs["pk"])

    def get_cancel_url(self) -> str:
        return reverse("providers:voicefiles:detail", args=[self.kwargs["pk"]])

    def get_crumbs(self) -> list[Crumb]:
        return [*crumbs(), (self.voice_file.name, self.get_cancel_url())]


class VoiceFileEdit(OneVoiceFile, FormPage[DescribeForm]):
    permission_required = CHANGE
    form_class = DescribeForm
    template_name = "providers/voicefiles/edit.html"
    title = _("Describe the recording")
    submit_label = _("Save")
    success_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        tags = ", ".join(tag.name for tag in self.voice_file.tags.all())
        return {"name": self.voice_file.name, "description": self.voice_file.description, "tags": tags}

    def save(self, form: DescribeForm) -> str:
        services.describe(self.voice_file, **form.cleaned_data)
        return self.get_cancel_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"known_tags": Tag.objects.all()}


class VoiceFileCopyAdd(OneVoiceFile, FormPage[CopyForm]):
    permission_required = CHANGE
    form_class = CopyForm
    title = _("At another account")
    intro = _("The same recording under the id that it has at another account.")
    submit_label = _("Add")
    success_message = _("Added. Campaigns of that account can play it too.")

    def save(self, form: CopyForm) -> str:
        takingover.add_copy(self.voice_file, **form.cleaned_data)
        return self.get_cancel_url()


class VoiceFileDetail(DetailPage[VoiceFile]):
    permission_required = VIEW
    queryset = VoiceFile.objects.select_related("created_by").prefetch_related("tags")
    template_name = "providers/voicefiles/detail.html"

    def get_crumbs(self) -> list[Crumb]:
        return crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaigns = self.object.campaign_set.order_by("-id")
        return super().get_context_data(**kwargs) | {
            "has_sound": keeping.exists(self.object),
            "sample_rate": kilohertz(self.object.sample_rate),
            "campaigns": campaigns[:SHOWN_CAMPAIGNS],
            "campaign_count": campaigns.count(),
            **copying.context_of(self.object),
        }


class VoiceFileAction(ActionView[VoiceFile]):
    permission_required = CHANGE
    model = VoiceFile

    def get_success_url(self) -> str:
        return reverse("providers:voicefiles:detail", args=[self.kwargs["pk"]])


class VoiceFileArchive(VoiceFileAction):
    success_message = _("Archived. New campaigns do not offer it any more; at the provider nothing changed.")

    def perform(self, request: StaffRequest) -> None:
        services.archive(self.get_object())


class VoiceFileRestore(VoiceFileAction):
    success_message = _("The file is offered again.")

    def perform(self, request: StaffRequest) -> None:
        services.restore(self.get_object())


class VoiceFileDelete(VoiceFileAction):
    permission_required = DELETE

    def perform(self, request: StaffRequest) -> Any:
        voice_file = self.get_object()
        services.delete(voice_file)
        return _("Deleted here. Copies at providers stay there: delete them in the provider's console.")

    def get_success_url(self) -> str:
        if VoiceFile.objects.filter(pk=self.kwargs["pk"]).exists():
            return super().get_success_url()
        return reverse("providers:voicefiles:list")

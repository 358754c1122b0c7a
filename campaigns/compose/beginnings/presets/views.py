"""Pages and buttons of presets."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Preset
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView, FormPage, ListPage
from notifyadmin.web.words import in_words

from . import services
from .forms import KeepForm, NameForm
from .tables import PresetTable


def _listed() -> tuple[Any, str]:
    return (_("Presets"), reverse("campaigns:presets"))


class PresetList(ListPage[Preset]):
    """All presets by name."""

    permission_required = "campaigns.view_preset"
    model = Preset
    table_class = PresetTable
    title = _("Presets")
    intro = _("Content, options and hours of a campaign under a name. A new campaign may begin with one of them.")
    empty_title = _("No preset yet")
    empty_text = _("“Save as preset” on the page of a campaign keeps what it says and how, without its audience.")
    empty_action = (_("Look at the campaigns"), "campaigns:list", "campaigns.view_campaign")

    def base_queryset(self) -> QuerySet[Preset]:
        return Preset.objects.select_related("account")

    def get_crumbs(self) -> Any:
        return ((_("Campaigns"), reverse("campaigns:list")),)


class KeepPage(FormPage[KeepForm]):
    """Save a campaign as a preset."""

    permission_required = "campaigns.add_preset"
    form_class = KeepForm
    template_name = "campaigns/compose/beginnings/presets/form.html"
    title = _("Save as preset")
    intro = _("Kept are kind, account, content, options and hours; not the audience.")
    success_message = _("The preset is kept. “New campaign” offers it.")

    @cached_property
    def campaign(self) -> Campaign:
        return get_object_or_404(Campaign.objects.real().select_related("account"), pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.campaign.name}

    def get_crumbs(self) -> Any:
        return ((_("Campaigns"), reverse("campaigns:list")), (self.campaign.name, self.get_cancel_url()))

    def get_cancel_url(self) -> str:
        return reverse("campaigns:detail", args=[self.campaign.pk])

    def save(self, form: KeepForm) -> str:
        cleaned = form.cleaned_data
        replace = cleaned["replace"] and self.request.user.has_perm("campaigns.change_preset")
        services.keep(self.campaign, cleaned["name"], self.request.user, replace=replace)
        return self.get_cancel_url()


class RenamePage(FormPage[NameForm]):
    """Another name for a preset."""

    permission_required = "campaigns.change_preset"
    form_class = NameForm
    template_name = "campaigns/compose/beginnings/presets/form.html"
    title = _("Rename the preset")
    success_message = _("The preset has its new name.")

    @cached_property
    def preset(self) -> Preset:
        return get_object_or_404(Preset, pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.preset.name}

    def get_crumbs(self) -> Any:
        return (_listed(),)

    def get_cancel_url(self) -> str:
        return reverse("campaigns:presets")

    def save(self, form: NameForm) -> str:
        services.rename(self.preset, form.cleaned_data["name"])
        return self.get_cancel_url()


class DeletePreset(ActionView[Preset]):
    """Throw a preset away. Campaigns that began with it stay as they are."""

    permission_required = "campaigns.delete_preset"
    model = Preset
    success_message = _("The preset is deleted.")
    success_url = "campaigns:presets"

    def perform(self, request: StaffRequest) -> None:
        self.get_object().delete()


class BeginWithPreset(ActionView[Preset]):
    """A new draft that begins with a preset."""

    permission_required = "campaigns.add_campaign"
    success_message = _("A new draft with the content of the preset. Give it a name and an audience.")

    def perform(self, request: StaffRequest) -> None:
        preset = get_object_or_404(Preset.objects.select_related("account"), pk=self.kwargs["pk"])
        self.campaign, gone = services.begin_with(preset, request.user)
        for words in gone:
            messages.warning(request, in_words(words))

    def get_success_url(self) -> str:
        if not hasattr(self, "campaign"):
            return reverse("campaigns:new")
        return reverse("campaigns:kind", args=[self.campaign.pk])

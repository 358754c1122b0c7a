"""What the pages of voice templates share."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.views import Crumb

from .models import VoiceTemplate

VIEW, ADD, CHANGE, DELETE = (f"providers.{verb}_voicetemplate" for verb in ("view", "add", "change", "delete"))


def crumbs() -> list[Crumb]:
    return [(_("Voice templates"), reverse("providers:voicetemplates:list"))]


class OneTemplate:
    """For pages about the template in the address."""

    kwargs: dict[str, Any]

    @cached_property
    def template(self) -> VoiceTemplate:
        return get_object_or_404(VoiceTemplate.objects.select_related("account", "origin"), pk=self.kwargs["pk"])

    def get_cancel_url(self) -> str:
        return reverse("providers:voicetemplates:detail", args=[self.kwargs["pk"]])

    def get_crumbs(self) -> list[Crumb]:
        return [*crumbs(), (self.template.name, self.get_cancel_url())]

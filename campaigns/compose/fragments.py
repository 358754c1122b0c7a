"""Parts of the compose pages that change while somebody types or leafs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from campaigns.models import Campaign
from notifyadmin.web.views import Fragment
from providers.models import VoiceTemplate
from providers.voicetemplates.matching import difference

from . import placeholders, preview
from .pacing import pace

SAMPLE_NUMBER = "8613800138000"


def example(campaign: Campaign, text: str, template: VoiceTemplate | None) -> dict[str, Any]:
    """Context of the example beside the text: for the first recipient, or for nobody in particular."""
    person = campaign.recipients.order_by("position").first()
    variables = person.variables if person else _names_as_values(text)
    if template is not None:
        campaign.template = template
    variable = campaign.account.gateway.template_variable
    found = difference(text, template.text, variable) if template and text else None
    # The form says what is wrong with options once it is saved; beside the text it would seem to be about the text.
    number = person.number if person else SAMPLE_NUMBER
    shown = preview.of_text(campaign, text, variables, number, with_options=False)
    return {
        "preview": shown,
        "person": person,
        "difference": found,
        "matches": bool(template and text and not found),
        "unknown": _unknown(campaign, text),
    }


def _names_as_values(text: str) -> dict[str, str]:
    return {name: placeholders.placeholder(name) for name in placeholders.names(text)}


def _unknown(campaign: Campaign, text: str) -> list[str]:
    if not campaign.total:
        return []
    return [name for name in placeholders.names(text) if name not in campaign.columns]


class ExampleFragment(Fragment):
    """The example for a text that is being written. Takes text and template by POST; nothing is saved."""

    permission_required = "campaigns.change_campaign"
    template_name = "campaigns/compose/_example.html"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        campaign = get_object_or_404(Campaign.objects.select_related("account"), pk=self.kwargs["pk"])
        chosen = request.POST.get("template", "")
        pk = chosen if chosen.isascii() and chosen.isdigit() else None
        template = VoiceTemplate.objects.filter(account=campaign.account, pk=pk).first() if pk else None
        text = request.POST.get("text", "").replace("\r\n", "\n").rstrip("\n")
        return self.render_to_response({"campaign": campaign, "example": example(campaign, text, template)})


class HearsFragment(Fragment):
    """What one recipient hears or reads."""

    permission_required = "campaigns.view_campaign"
    template_name = "campaigns/compose/_hears.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        related = ("account", "template", "voice_file")
        campaign = get_object_or_404(Campaign.objects.select_related(*related), pk=self.kwargs["pk"])
        person = get_object_or_404(campaign.recipients, position=self.kwargs["position"])
        return super().get_context_data(**kwargs) | hears(campaign, person.position)


class ForecastFragment(Fragment):
    """When the recipients would go, where counting it takes longer than a page should wait."""

    permission_required = "campaigns.view_campaign"
    template_name = "campaigns/compose/_forecast.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign = get_object_or_404(Campaign.objects.select_related("account"), pk=self.kwargs["pk"])
        return super().get_context_data(**kwargs) | {"campaign": campaign} | pace(campaign, patient=True)


def hears(campaign: Campaign, position: int) -> dict[str, Any]:
    """Context of the phone: the recipient at *position* and their neighbours."""
    person = campaign.recipients.filter(position=position).first()
    return {
        "campaign": campaign,
        "person": person,
        "preview": preview.of_recipient(campaign, person) if person else None,
        "position": position,
        "previous": position - 1 if position > 1 else None,
        "next": position + 1 if position < campaign.total else None,
    }

"""Parts of the compose pages that change while somebody types or leafs."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from campaigns.compose.checks.pacing import pace
from campaigns.lifecycle.costs.estimating import estimate
from campaigns.lifecycle.costs.showing import card as cost_card
from campaigns.models import Campaign
from campaigns.text import messages, placeholders, preview
from notifyadmin.web.keys import key_of
from notifyadmin.web.views import Fragment
from providers.models import VoiceTemplate
from providers.voicetemplates.matching import difference

from .extent import extent
from .finding import Found, chosen


def example(
    campaign: Campaign, text: str, template: VoiceTemplate | None, query: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Context of the example beside the text: for whom *query* names, or for nobody in particular."""
    found = chosen(campaign, query or {}, text)
    person = found.person
    variables = person.variables if person else _names_as_values(text)
    if template is not None:
        campaign.template = template
    variable = campaign.account.gateway.template_variable
    differs = difference(text, template.text, variable) if template and text else None
    # The page of options says what is wrong with them; beside the text it would seem to be about the text.
    number = person.number if person else messages.SAMPLE_NUMBER
    shown = preview.of_text(campaign, text, variables, number, with_options=False)
    return {
        "preview": shown,
        "difference": differs,
        "matches": bool(template and text and not differs and _fits(shown, person is None)),
        "unknown": _unknown(campaign, text),
    } | around(campaign, found)


def around(campaign: Campaign, found: Found) -> dict[str, Any]:
    """Context of who is shown: the person, the neighbours, and what a search found."""
    position = found.person.position if found.person else 0
    return {
        "found": found,
        "person": found.person,
        "position": position,
        "previous": position - 1 if position > 1 else None,
        "next": position + 1 if 0 < position < campaign.total else None,
    }


def _fits(shown: preview.Preview, nobody: bool) -> bool:
    return nobody or shown.verdict is None or shown.verdict.passes


def _names_as_values(text: str) -> dict[str, str]:
    return {name: placeholders.placeholder(name) for name in placeholders.names(text)}


def _unknown(campaign: Campaign, text: str) -> list[str]:
    if not campaign.total:
        return []
    return [name for name in placeholders.names(text) if name not in campaign.columns]


def written(request: HttpRequest) -> str:
    """The text that is being written, as it would be stored."""
    return request.POST.get("text", "").replace("\r\n", "\n").rstrip("\n")


class ExampleFragment(Fragment):
    """The example for a text that is being written. Takes text, template and whom to show by POST; saves nothing."""

    permission_required = "campaigns.change_campaign"
    template_name = "campaigns/compose/_example.html"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        campaign = get_object_or_404(Campaign.objects.select_related("account"), pk=self.kwargs["pk"])
        pk = key_of(request.POST.get("template", ""))
        template = VoiceTemplate.objects.filter(account=campaign.account, pk=pk).first() if pk else None
        shown = example(campaign, written(request), template, request.POST)
        return self.render_to_response({"campaign": campaign, "example": shown})


class ExtentFragment(Fragment):
    """How long the texts of the whole audience are: of what is saved, or by POST of what is being written."""

    permission_required = "campaigns.view_campaign"
    template_name = "campaigns/compose/_extent.html"
    http_method_names = ["get", "post"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign = get_object_or_404(Campaign.objects.select_related("account", "template"), pk=self.kwargs["pk"])
        text = written(self.request) if self.request.method == "POST" else campaign.text
        return super().get_context_data(**kwargs) | {"campaign": campaign, "extent": extent(campaign, text)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.get(request, *args, **kwargs)


class HearsFragment(Fragment):
    """What one recipient hears or reads: by position, by number or its last digits, or who gets the longest text."""

    permission_required = "campaigns.view_campaign"
    template_name = "campaigns/compose/_hears.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        related = ("account", "template", "voice_file")
        campaign = get_object_or_404(Campaign.objects.select_related(*related), pk=self.kwargs["pk"])
        if "position" in self.kwargs:
            get_object_or_404(campaign.recipients, position=self.kwargs["position"])
        query = self.request.GET.dict() | {
            "position": str(self.kwargs.get("position", self.request.GET.get("position")))
        }
        return super().get_context_data(**kwargs) | hears(campaign, query)


class CostFragment(Fragment):
    """What it is likely to cost, where making everybody's text takes longer than a page should wait."""

    permission_required = "campaigns.view_campaign"
    template_name = "campaigns/compose/_cost.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        related = ("account", "template", "voice_file")
        campaign = get_object_or_404(Campaign.objects.select_related(*related), pk=self.kwargs["pk"])
        shown = cost_card(estimate(campaign))
        return super().get_context_data(**kwargs) | {"campaign": campaign} | shown


class ForecastFragment(Fragment):
    """When the recipients would go, where counting it takes longer than a page should wait."""

    permission_required = "campaigns.view_campaign"
    template_name = "campaigns/compose/_forecast.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign = get_object_or_404(Campaign.objects.select_related("account"), pk=self.kwargs["pk"])
        return super().get_context_data(**kwargs) | {"campaign": campaign} | pace(campaign, patient=True)


def hears(campaign: Campaign, query: Mapping[str, str]) -> dict[str, Any]:
    """Context of the phone: the recipient whom *query* names and their neighbours."""
    found = chosen(campaign, query, campaign.text)
    shown = preview.of_recipient(campaign, found.person) if found.person else None
    return {"campaign": campaign, "preview": shown} | around(campaign, found)

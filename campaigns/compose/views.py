"""Pages of composing: kind and account, content, check."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.approval.cards import card as approval_card
from campaigns.approval.guard import note_change
from campaigns.costs.showing import card as cost_card
from campaigns.models import Campaign, Preset
from campaigns.scheduling.awaiting import awaited
from campaigns.statuses import CampaignState
from campaigns.trials.cards import card as trial_card
from notifyadmin.web.views import FormPage, Page
from notifyadmin.web.words import in_words
from providers.contract.fields import Field
from providers.models import VoiceTemplate

from . import checks, flow, matching, placeholders, services
from .asking import question
from .forms import ContentForm, KindForm, possible_kinds
from .fragments import example, hears
from .pacing import pace

CHANGE = "campaigns.change_campaign"
SHOWN_PRESETS = 8


def load_campaign(pk: int) -> Campaign:
    """The campaign with everything that composing looks at, or a 404."""
    related = ("account", "template", "voice_file", "created_by", "approved_by", "repeats", "copied_from")
    return get_object_or_404(Campaign.objects.select_related(*related), pk=pk)


class DraftMixin:
    """A page of a draft. What has left the draft goes to the campaign's own page.

    Except what was just written: it is shown again with the reason why it cannot be kept.
    """

    step = ""
    states: tuple[CampaignState, ...] = (CampaignState.DRAFT,)
    changes = True
    """Whether what is posted here changes the draft."""

    @cached_property
    def campaign(self) -> Campaign:
        return load_campaign(self.kwargs["pk"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        may = request.user.is_authenticated and self.has_permission()
        if may and request.method != "POST" and self.campaign.state not in self.states:
            return redirect("campaigns:detail", self.campaign.pk)
        response = super().dispatch(request, *args, **kwargs)
        if may and self.changes and request.method == "POST" and response.status_code == HTTPStatus.FOUND:
            note_change(self.campaign.pk, request.user)
        return response

    def get_title(self) -> str:
        return self.campaign.name

    def get_crumbs(self) -> Any:
        return ((_("Campaigns"), reverse("campaigns:list")), (self.campaign.get_kind_display(), self.page_url("kind")))

    def page_url(self, step: str) -> str:
        return reverse(f"campaigns:{step}", args=[self.campaign.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draft = {"campaign": self.campaign, "steps": flow.steps(self.campaign, self.step)}
        return super().get_context_data(**kwargs) | draft


class NewPage(FormPage):
    """The first step of a campaign that does not exist yet."""

    permission_required = "campaigns.add_campaign"
    template_name = "campaigns/compose/kind.html"
    form_class = KindForm
    title = _("New campaign")
    intro = _("It stays a draft until you start it; nobody is called or texted before.")

    def get_crumbs(self) -> Any:
        return ((_("Campaigns"), reverse("campaigns:list")),)

    def get_initial(self) -> dict[str, Any]:
        kind = self.request.GET.get("kind")
        return {"kind": kind} if kind else {}

    def save(self, form: KindForm) -> str:
        campaign = services.store_kind(form, self.request.user)
        return reverse("campaigns:content", args=[campaign.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        presets = Preset.objects.select_related("account")[:SHOWN_PRESETS]
        new = {"steps": flow.steps(None, "kind"), "kinds": possible_kinds(), "presets": presets}
        return super().get_context_data(**kwargs) | new


class KindPage(DraftMixin, FormPage):
    """The first step again. Another kind or account starts the content anew."""

    permission_required = CHANGE
    template_name = "campaigns/compose/kind.html"
    form_class = KindForm
    step = "kind"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": load_campaign(self.campaign.pk)}

    def get_initial(self) -> dict[str, Any]:
        kind = self.request.GET.get("kind")
        return {"kind": kind} if kind else {}

    def save(self, form: KindForm) -> str:
        services.store_kind(form)
        return self.page_url("content")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"kinds": possible_kinds()}


class ContentPage(DraftMixin, FormPage):
    """What is said."""

    permission_required = CHANGE
    template_name = "campaigns/compose/content.html"
    step = "content"

    @cached_property
    def was(self) -> str:
        """What the draft said when this page was asked for, as one value."""
        return services.content_mark(self.campaign)

    def get_form(self, form_class: Any = None) -> ContentForm:
        return ContentForm(self.campaign, **self.get_form_kwargs())

    def get_initial(self) -> dict[str, Any]:
        """A newly chosen template brings its text, with the audience's columns in place of its variables."""
        wanted = self.request.GET.get("template", "")
        template = self._template(wanted) if wanted.isascii() and wanted.isdigit() else None
        if template is None:
            return {}
        variable = self.campaign.account.gateway.template_variable
        text = matching.starting_text(template.text, variable, self.campaign.columns)
        return {"template": template.pk, "text": text}

    def _template(self, pk: str) -> VoiceTemplate | None:
        return VoiceTemplate.objects.filter(account=self.campaign.account, pk=pk).first()

    def save(self, form: ContentForm) -> str:
        services.store_content(form, was=self.request.POST.get("was", ""))
        if "test" in self.request.POST:
            return f"{self.page_url('check')}#tests"
        return self.page_url("content" if "stay" in self.request.POST else "audience")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"was": self.was}
        form = context["form"]
        if form.is_bound and self.request.POST.get("was", self.was) != self.was:
            context["meanwhile"] = self.campaign.text
        columns = [(name, placeholders.placeholder(name)) for name in self.campaign.columns]
        if "text" in form.fields:
            template = self._template(str(form["template"].value() or 0)) if "template" in form.fields else None
            context["preview"] = example(self.campaign, str(form["text"].value() or ""), template, self.request.POST)
            context["template"] = template
        return context | {"columns": columns}


class CheckPage(DraftMixin, Page):
    """Everything that stands against the start, what the first people hear or read, and the start itself."""

    permission_required = "campaigns.view_campaign"
    template_name = "campaigns/compose/check.html"
    step = "check"
    states = (CampaignState.DRAFT, CampaignState.PENDING_APPROVAL)
    changes = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        check = checks.check(self.campaign)
        blocking = checks.blocking(check.items)
        return (
            super().get_context_data(**kwargs)
            | {
                "items": check.items,
                "blocking": blocking,
                "waivable": all(item.waivable for item in blocking),
                "prediction": check.prediction,
                "awaited": awaited(self.campaign),
                "options": self._options(),
                "confirm": question(self.campaign),
                "approval": approval_card(self.campaign, self.request.user),
            }
            | trial_card(self.campaign, self.request.user)
            | hears(self.campaign, self.request.GET.dict())
            | pace(self.campaign)
            | cost_card(check.estimate)
        )

    def _options(self) -> list[tuple[str, Any]]:
        declared = self.campaign.account.gateway.kinds[self.campaign.ability].options
        chosen = self.campaign.options
        return [
            (in_words(option.label), shown_value(option, chosen[option.name]))
            for option in declared
            if option.name in chosen
        ]


def shown_value(option: Field, value: Any) -> str:
    """The chosen value of an option as people read it."""
    label = in_words(dict(option.choices).get(str(value), str(value)))
    return f"{label} {in_words(option.unit)}" if option.unit else label

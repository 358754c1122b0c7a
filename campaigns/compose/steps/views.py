"""Pages of composing: kind and account, content."""

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.compose import stepbar
from campaigns.compose.base import CHANGE, DraftMixin, load_campaign
from campaigns.models import Preset
from campaigns.text import placeholders
from notifyadmin.web.views import FormPage
from providers.models import VoiceTemplate

from . import matching, services
from .forms import ContentForm, KindForm, possible_kinds
from .fragments import example

SHOWN_PRESETS = 8


class NewPage(FormPage[KindForm]):
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
        new = {"steps": stepbar.steps(None, "kind"), "kinds": possible_kinds(), "presets": presets}
        return super().get_context_data(**kwargs) | new


class KindPage(DraftMixin, FormPage[KindForm]):
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


class ContentPage(DraftMixin, FormPage[ContentForm]):
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

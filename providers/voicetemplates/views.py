"""Pages of voice templates."""

from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.actions import Action
from notifyadmin.web.views import ActionView, Crumb, DetailPage, FormPage, Fragment, ListPage
from notifyadmin.web.words import in_words
from providers.accounts.models import Account
from providers.contract.abilities import Ability

from . import services, texts
from .filters import TemplateFilter, state_counts
from .forms import StateForm, TakeOverForm, TextForm
from .models import TemplateState, VoiceTemplate
from .tables import TemplateTable, template_badge, variable_of

VIEW, ADD, CHANGE, DELETE = (f"providers.{verb}_voicetemplate" for verb in ("view", "add", "change", "delete"))
SHOWN_STATES = [state for state in TemplateState if state != TemplateState.DELETED]


def crumbs() -> list[Crumb]:
    return [(_("Voice templates"), reverse("providers:voicetemplates:list"))]


class TemplateList(ListPage):
    permission_required = VIEW
    model = VoiceTemplate
    table_class = TemplateTable
    filterset_class = TemplateFilter
    template_name = "providers/voicetemplates/list.html"
    title = _("Voice templates")
    intro = _("What the providers have agreed may be said.")
    empty_title = _("No voice template yet")
    empty_text = _("Some providers speak only texts that they have reviewed. Write one here and hand it in.")
    empty_action = (_("Write the first template"), "providers:voicetemplates:add", ADD)

    def base_queryset(self) -> QuerySet[VoiceTemplate]:
        since = Coalesce("reviewed_at", "submitted_at", "created_at")
        rows = VoiceTemplate.objects.select_related("account")
        return rows.annotate(used=Count("campaign", distinct=True), since=since)

    def get_actions(self) -> list[Action]:
        return [
            Action(_("Take over existing…"), reverse("providers:voicetemplates:take-over"), ADD),
            Action(_("New template"), reverse("providers:voicetemplates:add"), ADD, primary=True),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        counts = state_counts(self.filterset)
        open_states = [(state.value, state.label, counts.get(state, 0)) for state in SHOWN_STATES]
        return context | {
            "segments": [("", _("All"), sum(count for _, _, count in open_states)), *open_states],
            "chosen_state": self.filterset.form.cleaned_data.get("state") or "",
            "deleted_count": counts.get(TemplateState.DELETED, 0),
            "overdue": list(services.overdue()[:6]),
        }


class TemplateFormPage(FormPage):
    form_class = TextForm
    template_name = "providers/voicetemplates/form.html"

    def get_crumbs(self) -> list[Crumb]:
        return crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        accounts = form.fields["account"].queryset
        chosen = form["account"].value()
        account = accounts.filter(pk=chosen).first() if str(chosen or "").isdigit() else None
        return context | preview(account, str(form["text"].value() or "")) | {"has_accounts": accounts.exists()}


class TemplateCreate(TemplateFormPage):
    permission_required = ADD
    title = _("New voice template")
    intro = _("Saved as a draft first. The provider reviews it once you hand it in.")
    submit_label = _("Save draft")
    success_message = _("Draft saved. Read it once more, then hand it in.")
    cancel_url = "providers:voicetemplates:list"

    def get_initial(self) -> dict[str, Any]:
        origin = self.request.GET.get("from", "")
        template = VoiceTemplate.objects.filter(pk=origin).first() if origin.isdigit() else None
        if template is None:
            return {}
        return {"account": template.account_id, "name": template.name, "text": template.text}

    def save(self, form: TextForm) -> str:
        template = services.create_draft(**form.cleaned_data, by=self.request.user)
        return reverse("providers:voicetemplates:detail", args=[template.pk])


class TemplateTakeOver(TemplateFormPage):
    permission_required = ADD
    form_class = TakeOverForm
    title = _("Take over a template")
    intro = _("For a template that the provider has approved already. Nothing is sent to the provider.")
    submit_label = _("Take over")
    success_message = _("Taken over as approved. Campaigns can use it from now on.")
    cancel_url = "providers:voicetemplates:list"

    def save(self, form: TakeOverForm) -> str:
        template = services.take_over(**form.cleaned_data, by=self.request.user)
        return reverse("providers:voicetemplates:detail", args=[template.pk])


class OneTemplate:
    """For pages about the template in the address."""

    @cached_property
    def template(self) -> VoiceTemplate:
        return get_object_or_404(VoiceTemplate.objects.select_related("account"), pk=self.kwargs["pk"])

    def get_cancel_url(self) -> str:
        return reverse("providers:voicetemplates:detail", args=[self.kwargs["pk"]])

    def get_crumbs(self) -> list[Crumb]:
        return [*crumbs(), (self.template.name, self.get_cancel_url())]


class TemplateEdit(OneTemplate, TemplateFormPage):
    permission_required = CHANGE
    title = _("Edit draft")
    submit_label = _("Save draft")
    success_message = _("Draft saved.")

    def get_initial(self) -> dict[str, Any]:
        return {"account": self.template.account_id, "name": self.template.name, "text": self.template.text}

    def save(self, form: TextForm) -> str:
        services.update_draft(self.template, **form.cleaned_data, by=self.request.user)
        return self.get_cancel_url()


class TemplateSetState(OneTemplate, FormPage):
    permission_required = CHANGE
    form_class = StateForm
    title = _("Set the state by hand")
    intro = _("Look the template up in the provider's console first; nothing is asked of the provider here.")
    submit_label = _("Set state")
    success_message = _("State set.")

    def get_initial(self) -> dict[str, Any]:
        return {"provider_id": self.template.provider_id}

    def save(self, form: StateForm) -> str:
        services.set_state(self.template, **form.cleaned_data, by=self.request.user)
        return self.get_cancel_url()


class TemplateDetail(DetailPage):
    permission_required = VIEW
    queryset = VoiceTemplate.objects.select_related("account", "created_by")
    template_name = "providers/voicetemplates/detail.html"
    context_object_name = "voice_template"

    def get_crumbs(self) -> list[Crumb]:
        return crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        template = self.object
        needs_person = services.needs_person(template)
        return super().get_context_data(**kwargs) | {
            "badge": template_badge(template, pill=True),
            "events": template.events.select_related("by"),
            "literal": variable_of(template),
            "needs_person": needs_person,
            "is_overdue": services.is_overdue(template),
            "may_set_state": needs_person or template.state == TemplateState.IN_REVIEW,
            "is_draft": template.state == TemplateState.DRAFT,
            "is_waiting": template.state == TemplateState.SUBMITTING and template.submitted_at is None,
            "is_under_way": template.state == TemplateState.SUBMITTING and not needs_person,
            "is_rejected": template.state == TemplateState.REJECTED,
            "is_deletable": template.state not in (TemplateState.SUBMITTING, TemplateState.DELETED),
            "campaign_count": template.campaign_set.count(),
        }


class TemplatePreview(Fragment):
    """What the text being written would look like, and what is wrong with it."""

    permission_required = VIEW
    template_name = "providers/voicetemplates/preview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = self.request.GET.get("account", "")
        accounts = Account.objects.able_to(Ability.REVIEWS_TEMPLATES)
        account = accounts.filter(pk=chosen).first() if chosen.isdigit() else None
        return super().get_context_data(**kwargs) | preview(account, self.request.GET.get("text", ""))


def preview(account: Account | None, text: str) -> dict[str, Any]:
    """Context of the preview beside the text."""
    literal = account.gateway.template_variable if account else ""
    shown = text[: 2 * texts.LONGEST]
    return {
        "account_chosen": account is not None,
        "literal": literal,
        "text": shown.strip(),
        "length": len(text.strip()),
        "longest": texts.LONGEST,
        "variables": texts.variables(shown, literal),
        "problems": [in_words(words) for words in texts.problems(text, literal)] if text.strip() else [],
        "hints": [in_words(words) for words in texts.hints(shown, literal)] if account else [],
    }


class TemplateAction(ActionView):
    permission_required = CHANGE
    model = VoiceTemplate

    def get_success_url(self) -> str:
        return reverse("providers:voicetemplates:detail", args=[self.kwargs["pk"]])


class TemplateSubmit(TemplateAction):
    success_message = _("On its way to the provider. The answer appears in the timeline.")

    def perform(self, request: HttpRequest) -> None:
        services.submit(self.get_object(), request.user)


class TemplateBackToDraft(TemplateAction):
    success_message = _("Called off; nothing was sent to the provider.")

    def perform(self, request: HttpRequest) -> None:
        services.back_to_draft(self.get_object(), request.user)


class TemplateDelete(TemplateAction):
    permission_required = DELETE

    def perform(self, request: HttpRequest) -> Any:
        template = self.get_object()
        services.delete(template, request.user)
        if template.provider_id:
            return _("The provider is asked to delete it. The answer appears in the timeline.")
        return _("Draft deleted.")

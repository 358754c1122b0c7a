"""One voice template: its page, its buttons, and what staff write down about it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView, Crumb, DetailPage, Form, FormPage

from . import services, timeline, waiting
from .forms import LinkForm, StateForm
from .models import TemplateState, UnknownReview, VoiceTemplate
from .pages import CHANGE, DELETE, VIEW, OneTemplate, crumbs
from .tables import template_badge, variable_of
from .unread import VIEW_PUSHES, UnreadPush, unread_pushes

SHOWN_CAMPAIGNS = 10


class TemplateDetail(DetailPage[VoiceTemplate]):
    permission_required = VIEW
    queryset = VoiceTemplate.objects.select_related("account", "created_by", "origin")
    template_name = "providers/voicetemplates/detail.html"
    context_object_name = "voice_template"

    def get_crumbs(self) -> list[Crumb]:
        return crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        template = self.object
        needs_person = services.needs_person(template)
        shown = {
            "badge": template_badge(template, pill=True),
            "events": timeline.lines(template),
            "literal": variable_of(template),
            "needs_person": needs_person,
            "is_overdue": services.is_overdue(template),
            "review_hours": round(waiting.review_time().total_seconds() / 3600),
            "in_review_since": waiting.in_review_since(template),
            "may_set_state": needs_person or template.state == TemplateState.IN_REVIEW,
            "is_draft": template.state == TemplateState.DRAFT,
            "is_waiting": template.state == TemplateState.SUBMITTING and template.submitted_at is None,
            "is_under_way": template.state == TemplateState.SUBMITTING and not needs_person,
            "is_rejected": template.state == TemplateState.REJECTED,
            "is_approved": template.state == TemplateState.APPROVED,
            "successors": list(template.successors.exclude(state=TemplateState.DELETED)[:5]),
            "unread_pushes": self.unread_pushes(),
        }
        return super().get_context_data(**kwargs) | shown | _uses(template)

    def unread_pushes(self) -> list[UnreadPush]:
        """What the provider pushed and nobody could read since the review is waited for."""
        is_awaited = self.object.state in (TemplateState.IN_REVIEW, TemplateState.SUBMITTING)
        if not is_awaited or not self.request.user.has_perm(VIEW_PUSHES):
            return []
        return unread_pushes(VoiceTemplate.objects.filter(pk=self.object.pk))


def _uses(template: VoiceTemplate) -> dict[str, Any]:
    """The campaigns with this template, and what deleting it would mean for them."""
    needed = [str(campaign) for campaign in services.needed_by(template)[: services.NAMED + 1]]
    gone_or_leaving = template.state in (TemplateState.SUBMITTING, TemplateState.DELETED)
    return {
        "campaigns": list(template.campaign_set.only("name", "state").order_by("-pk")[:SHOWN_CAMPAIGNS]),
        "campaign_count": template.campaign_set.count(),
        "needed_by": services.named(needed),
        "is_deletable": not gone_or_leaving and not needed,
        "deletion_question": _deletion_question(template),
    }


def _deletion_question(template: VoiceTemplate) -> str:
    if not template.provider_id:
        return gettext("Delete this draft?")
    question = gettext("Delete this template at the provider? To be used again it would have to be reviewed again.")
    drafts = [str(campaign) for campaign in template.campaign_set.filter(state="draft").only("name").order_by("-pk")]
    stopped = gettext("No campaign needs it.")
    if drafts:
        words = gettext("These drafts use it and could not be started: %(names)s.")
        stopped = words % {"names": services.named(drafts)}
    return f"{question} {stopped}"


class SeenPage(OneTemplate, FormPage[Form]):
    """What a person saw in the provider's console, with the text to look for beside it."""

    permission_required = CHANGE
    template_name = "providers/voicetemplates/state.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"voice_template": self.template, "literal": variable_of(self.template)}
        return super().get_context_data(**kwargs) | shown


class TemplateSetState(SeenPage[StateForm]):
    form_class = StateForm
    title = _("Set the state by hand")
    intro = _("Look the template up in the provider's console first; nothing is asked of the provider here.")
    submit_label = _("Set state")
    success_message = _("State set.")

    def get_initial(self) -> dict[str, Any]:
        return {"provider_id": self.template.provider_id, "state": self.request.GET.get("state")}

    def save(self, form: StateForm) -> str:
        services.set_state(self.template, **form.cleaned_data, by=self.request.user)
        return self.get_cancel_url()


class TemplateLink(SeenPage[LinkForm]):
    """For a draft that the provider refused because it has that text already, under an id that it does not tell."""

    form_class = LinkForm
    title = _("Link it to the provider's template")
    intro = _("The provider has this text already. Look its id up in the provider's console; nothing is sent there.")
    submit_label = _("Link it")
    success_message = _("Linked. It is not handed in again.")

    def save(self, form: LinkForm) -> str:
        services.link(self.template, **form.cleaned_data, by=self.request.user)
        return self.get_cancel_url()


class TemplateAction(ActionView[VoiceTemplate]):
    permission_required = CHANGE
    model = VoiceTemplate

    def get_success_url(self) -> str:
        return reverse("providers:voicetemplates:detail", args=[self.kwargs["pk"]])


class TemplateSubmit(TemplateAction):
    success_message = _("On its way to the provider. The answer appears in the timeline.")

    def perform(self, request: StaffRequest) -> None:
        services.submit(self.get_object(), request.user)


class TemplateBackToDraft(TemplateAction):
    success_message = _("Called off; nothing was sent to the provider.")

    def perform(self, request: StaffRequest) -> None:
        services.back_to_draft(self.get_object(), request.user)


class TemplateDelete(TemplateAction):
    permission_required = DELETE

    def perform(self, request: StaffRequest) -> Any:
        template = self.get_object()
        services.delete(template, request.user)
        if template.provider_id:
            return _("The provider is asked to delete it. The answer appears in the timeline.")
        return _("Draft deleted.")


class ReviewDismiss(ActionView[UnknownReview]):
    permission_required = CHANGE
    model = UnknownReview
    success_url = "providers:voicetemplates:list"
    success_message = _("Hidden until the provider says something about that id again.")

    def perform(self, request: StaffRequest) -> None:
        services.dismiss(self.get_object())

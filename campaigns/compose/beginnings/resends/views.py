"""The page on which staff choose whom to send to again."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from notifyadmin.web.views import FormPage

from . import groups
from .forms import GroupsForm
from .services import send_again


class AgainPage(FormPage[GroupsForm]):
    """Who was not reached, by reason, with numbers; the chosen become a new draft."""

    permission_required = "campaigns.add_campaign"
    template_name = "campaigns/compose/beginnings/resends/form.html"
    title = _("Send again to…")
    submit_label = _("Make a draft of them")
    success_message = _("A new draft with these people. Nobody is sent to before you start it.")

    @cached_property
    def campaign(self) -> Campaign:
        return get_object_or_404(Campaign.objects.real().select_related("account"), pk=self.kwargs["pk"])

    @cached_property
    def counted(self) -> list[tuple[groups.Group, int]]:
        return groups.counted(self.campaign)

    def get_form(self, form_class: Any = None) -> GroupsForm:
        return GroupsForm(**self.get_form_kwargs(), counted=self.counted)

    def get_initial(self) -> dict[str, Any]:
        """What a link asks for, else those for whom another hour may help."""
        asked = self.request.GET.getlist("group")
        if asked:
            return {"groups": asked}
        return {"groups": [group.key for group, _number in self.counted if group.passing]}

    def get_crumbs(self) -> Any:
        return ((_("Campaigns"), reverse("campaigns:list")), (self.campaign.name, self.get_cancel_url()))

    def get_cancel_url(self) -> str:
        return reverse("campaigns:detail", args=[self.campaign.pk])

    def save(self, form: GroupsForm) -> str:
        draft = send_again(self.campaign, form.cleaned_data["groups"], self.request.user)
        return reverse("campaigns:check", args=[draft.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        total = sum(number for _group, number in self.counted)
        return super().get_context_data(**kwargs) | {"campaign": self.campaign, "reachable": total}

"""The page on which a campaign is duplicated."""

from typing import Any

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from notifyadmin.web.views import FormPage
from notifyadmin.web.words import in_words

from .forms import LENGTH, DuplicateForm
from .services import duplicate


class DuplicatePage(FormPage[DuplicateForm]):
    """A new draft like this one."""

    permission_required = "campaigns.add_campaign"
    template_name = "campaigns/compose/beginnings/presets/form.html"
    title = _("Duplicate")
    submit_label = _("Make the draft")
    intro = _("The new draft has the same kind, account, content, options and hours. This campaign stays as it is.")
    success_message = _("A new draft. Nobody is sent to before you start it.")

    @cached_property
    def campaign(self) -> Campaign:
        return get_object_or_404(Campaign.objects.real().select_related("account"), pk=self.kwargs["pk"])

    def get_form(self, form_class: Any = None) -> DuplicateForm:
        return DuplicateForm(self.campaign, **self.get_form_kwargs())

    def get_initial(self) -> dict[str, Any]:
        suffix = gettext("(copy)")
        return {"name": f"{self.campaign.name[: LENGTH - len(suffix) - 1]} {suffix}"}

    def get_crumbs(self) -> Any:
        return ((_("Campaigns"), reverse("campaigns:list")), (self.campaign.name, self.get_cancel_url()))

    def get_cancel_url(self) -> str:
        return reverse("campaigns:detail", args=[self.campaign.pk])

    def save(self, form: DuplicateForm) -> str:
        cleaned = form.cleaned_data
        audience = cleaned.get("audience", False)
        draft, gone = duplicate(self.campaign, cleaned["name"], self.request.user, audience=audience)
        for words in gone:
            messages.warning(self.request, in_words(words))
        return reverse("campaigns:check" if audience else "campaigns:audience", args=[draft.pk])

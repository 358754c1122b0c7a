"""The page of the options of a campaign's requests."""

from typing import Any

from campaigns.compose.base import CHANGE, DraftMixin
from notifyadmin.web.views import FormPage

from . import services
from .optionforms import OptionsForm


class OptionsPage(DraftMixin, FormPage[OptionsForm]):
    """How it is called or sent: each documented option with its range, what holds without it, and what it means."""

    permission_required = CHANGE
    template_name = "campaigns/compose/options.html"
    step = "options"

    def get_form(self, form_class: Any = None) -> OptionsForm:
        return OptionsForm(self.campaign, **self.get_form_kwargs())

    def save(self, form: OptionsForm) -> str:
        services.store_options(form)
        return self.page_url("options" if "stay" in self.request.POST else "schedule")

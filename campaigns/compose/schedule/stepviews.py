"""The schedule as a step of composing."""

from typing import Any

from campaigns.compose.base import CHANGE, DraftMixin
from campaigns.lifecycle.scheduling import services
from notifyadmin.web.views import FormPage

from .stepforms import ScheduleStepForm


class ScheduleStep(DraftMixin, FormPage[ScheduleStepForm]):
    """When it starts, in which hours it may send, and how fast. Nothing starts here."""

    permission_required = CHANGE
    template_name = "campaigns/compose/schedule/step.html"
    step = "schedule"

    def get_form(self, form_class: Any = None) -> ScheduleStepForm:
        return ScheduleStepForm(self.campaign, **self.get_form_kwargs())

    def save(self, form: ScheduleStepForm) -> str:
        services.plan(self.campaign, form.values())
        return self.page_url("schedule" if "stay" in self.request.POST else "check")

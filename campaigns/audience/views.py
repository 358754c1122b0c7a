"""The audience step: read a list, see what became of it, take it out again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from campaigns.compose.forms import AudienceForm
from campaigns.compose.views import CHANGE, DraftMixin
from campaigns.models import Campaign
from notifyadmin.web.errors import Refusal
from notifyadmin.web.views import ActionView, FormPage, StaffMixin

from . import phones, problems, reading
from .importing import ImportResult, add_audience, clear_audience

SHOWN_PROBLEMS = 100
SHOWN_RECIPIENTS = 8


class AudiencePage(DraftMixin, FormPage):
    """Paste or upload a list."""

    permission_required = CHANGE
    template_name = "campaigns/audience/page.html"
    form_class = AudienceForm
    step = "audience"

    def get_initial(self) -> dict[str, Any]:
        return {"home": phones.home_country(self.campaign.account.gateway, self.campaign.ability)}

    def save(self, form: AudienceForm) -> str:
        table = self._read(form)
        result = add_audience(self.campaign, table.rows, table.columns, form.cleaned_data["home"])
        messages.add_message(self.request, *_outcome(result))
        if table.header:
            names = ", ".join(title for title in table.header if title)
            messages.info(
                self.request, gettext("The first row was read as column names: %(names)s.") % {"names": names}
            )
        return self.page_url("audience")

    def _read(self, form: AudienceForm) -> reading.Table:
        uploaded = form.cleaned_data["file"]
        try:
            if uploaded:
                return reading.read_file(uploaded.read(reading.MAX_BYTES + 1), header=form.header_choice())
            return reading.read_text(form.cleaned_data["pasted"], header=form.header_choice())
        except reading.UnreadableList as problem:
            raise Refusal(problem.words, "file" if uploaded else "pasted") from problem

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign = self.campaign
        return super().get_context_data(**kwargs) | {
            "bad_rows": campaign.problems.count(),
            "problems": campaign.problems.order_by("row", "id")[:SHOWN_PROBLEMS],
            "sample": self._sample(),
            "number_words": campaign.account.gateway.number_words,
        }

    def _sample(self) -> list[dict[str, Any]]:
        """The first recipients with their values in the order of the columns."""
        people = self.campaign.recipients.order_by("position")[:SHOWN_RECIPIENTS]
        columns = self.campaign.columns
        return [
            {"number": person.number, "values": [person.variables.get(name, "") for name in columns]}
            for person in people
        ]


def _outcome(result: ImportResult) -> tuple[int, str]:
    values = {"good": result.good, "duplicates": result.duplicates, "bad": result.bad, "rows": result.rows}
    text = gettext("%(rows)s rows read: %(good)s added, %(duplicates)s repeated, %(bad)s bad.") % values
    if result.good == result.rows:
        return messages.SUCCESS, text
    return (messages.WARNING if result.good else messages.ERROR), text


class ClearAudience(ActionView):
    """Take everybody out again."""

    permission_required = CHANGE
    model = Campaign
    success_message = _("The audience is empty again.")

    def perform(self, request: HttpRequest) -> None:
        clear_audience(self.get_object())

    def get_success_url(self) -> str:
        return reverse("campaigns:audience", args=[self.kwargs["pk"]])


class ProblemsFile(StaffMixin, View):
    """The bad rows as a CSV file."""

    permission_required = "campaigns.view_campaign"

    def get(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        campaign = get_object_or_404(Campaign, pk=pk)
        response = StreamingHttpResponse(list(problems.as_csv(campaign)), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="bad-rows-{campaign.pk}.csv"'
        return response

"""The table of campaigns."""

from functools import cached_property

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from campaigns.counters import selectors
from campaigns.models import Campaign
from notifyadmin.web.tables import SECONDARY, Grid, NumberColumn, StateColumn, TimeColumn, classes
from notifyadmin.web.templatetags.web import state_badge, states_bar


class CampaignTable(Grid):
    name = tables.Column(verbose_name=_("Campaign"), attrs=classes("name"))
    state = StateColumn(verbose_name=_("State"))
    progress = tables.Column(verbose_name=_("Progress"), empty_values=(), orderable=False, attrs=classes(SECONDARY))
    total = NumberColumn(verbose_name=_("Recipients"))
    started_at = TimeColumn(verbose_name=_("Started"))

    class Meta(Grid.Meta):
        model = Campaign
        fields = ("name", "state", "progress", "total", "started_at")
        order_by = ("-id",)

    def render_name(self, record: Campaign) -> SafeString:
        below = f"{record.get_kind_display()} · {record.account.name}"
        return format_html(
            '<a href="{}">{}</a><div class="sub">{}</div>', record.get_absolute_url(), record.name, below
        )

    def render_state(self, record: Campaign) -> SafeString:
        return state_badge(record.state, record.state_label)

    def render_progress(self, record: Campaign) -> SafeString | str:
        tally = self.tallies.get(record.pk, {})
        return states_bar(selectors.counts(tally), thin=True) if tally and not record.is_composed else ""

    @cached_property
    def tallies(self) -> dict[int, dict[str, int]]:
        """The counts of the campaigns on this page, in one query."""
        return selectors.tallies_of([row.record.pk for row in self.paginated_rows])

"""The table of replies."""

from functools import cached_property
from urllib.parse import urlencode

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Reply, Suppression
from notifyadmin.web.tables import SECONDARY, Grid, PhoneColumn, TextColumn, TimeColumn, classes
from notifyadmin.web.templatetags.web import state_badge


class ReplyTable(Grid):
    received_at = TimeColumn(verbose_name=_("Received"), orderable=False)
    number = PhoneColumn(verbose_name=_("Sender"), orderable=False)
    text = tables.Column(verbose_name=_("Text"), orderable=False)
    recipient = tables.Column(
        verbose_name=_("Answers"), orderable=False, empty_values=(), attrs=classes("sub", SECONDARY)
    )
    account = TextColumn(verbose_name=_("Account"), secondary=True, orderable=False)

    class Meta(Grid.Meta):
        model = Reply
        fields = ("received_at", "number", "text", "recipient", "account")

    def render_text(self, record: Reply) -> SafeString:
        below = self._listed(record) if record.number in self.entries else self._not_listed(record)
        return format_html('<span class="said">{}</span><div class="sub">{}</div>', record.text, below)

    def _listed(self, record: Reply) -> SafeString:
        badge = state_badge("skipped", gettext("On the suppression list"))
        if not self.request.user.has_perm("campaigns.change_suppression"):
            return badge
        address = reverse("campaigns:suppression:edit", args=[self.entries[record.number]])
        return format_html('<a href="{}">{}</a>', address, badge)

    def _not_listed(self, record: Reply) -> SafeString:
        badge = state_badge("skipped", gettext("Means stop")) if record.stops else ""
        if not self.request.user.has_perm("campaigns.add_suppression"):
            return format_html("{}", badge)
        address = f"{reverse('campaigns:suppression:add')}?{urlencode({'number': '+' + record.number})}"
        return format_html('{} <a href="{}">{}</a>', badge, address, gettext("Put on the suppression list"))

    def render_recipient(self, record: Reply) -> SafeString | str:
        recipient = record.recipient
        if recipient is None:
            return gettext("nobody we know")
        address = reverse("campaigns:recipient", args=[recipient.campaign_id, recipient.position])
        return format_html('<a href="{}">{}</a>', address, recipient.campaign)

    @cached_property
    def entries(self) -> dict[str, int]:
        """Who of this page is on the suppression list: number to the entry's id, in one query."""
        numbers = {row.record.number for row in self.paginated_rows}
        return dict(Suppression.objects.filter(number__in=numbers).values_list("number", "pk"))

"""The table of what happened."""

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Activity, Campaign
from notifyadmin.web.tables import SECONDARY, Grid, StateColumn, TimeColumn, classes
from notifyadmin.web.templatetags.web import moment, state_badge
from notifyadmin.web.words import in_words


class ActivityTable(Grid):
    at = TimeColumn(verbose_name=_("Time"), secondary=False, orderable=False)
    kind = StateColumn(verbose_name=_("Kind"), orderable=False, attrs=classes(SECONDARY))
    words = tables.Column(verbose_name=_("What happened"), orderable=False, attrs=classes("wrap"))
    campaign = tables.Column(verbose_name=_("Campaign"), orderable=False, default="", attrs=classes(SECONDARY))
    account = tables.Column(
        verbose_name=_("Account"),
        orderable=False,
        default="",
        linkify=("providers:accounts:detail", {"pk": tables.A("account_id")}),
        attrs=classes(SECONDARY),
    )
    user = tables.Column(verbose_name=_("Who"), orderable=False, empty_values=(), attrs=classes("sub", SECONDARY))

    class Meta(Grid.Meta):
        model = Activity
        fields = ("at", "kind", "words", "campaign", "account", "user")
        template_name = "campaigns/alerts/table.html"

    def render_words(self, record: Activity) -> SafeString:
        return format_html("{}{}{}{}", _small(record), in_words(record.words), _mark(record), _folded(record.raw))

    def render_campaign(self, value: Campaign) -> SafeString:
        return _link(value)

    def render_user(self, record: Activity) -> str:
        return _who(record)


def _mark(record: Activity) -> SafeString | str:
    """Whether it needs somebody, or who has looked after it."""
    if not record.attention:
        return ""
    if record.done_at is None:
        return format_html(' <span class="tag s-rejected">{}</span>', gettext("needs attention"))
    by = record.done_by.get_username() if record.done_by else gettext("by itself")
    done = gettext("done · %(by)s") % {"by": by}
    return format_html(' <span class="tag">{} · {}</span>', done, moment(record.done_at))


def _small(record: Activity) -> SafeString:
    """What small screens show above the sentence, because they have no room for its columns."""
    place = _link(record.campaign) if record.campaign else record.account or ""
    badge = state_badge(record.kind, record.get_kind_display())
    return format_html(
        '<div class="show-s">{} <span class="sub">{}</span><div>{}</div></div>', badge, _who(record), place
    )


def _link(campaign: Campaign) -> SafeString:
    return format_html('<a href="{}">{}</a>', campaign.get_absolute_url(), campaign)


def _who(record: Activity) -> str:
    return record.user.get_username() if record.user else gettext("by itself")


def _folded(raw: str) -> SafeString | str:
    if not raw:
        return ""
    return format_html(
        '<details class="said"><summary>{}</summary><pre class="wire">{}</pre></details>',
        gettext("The provider's words"),
        raw,
    )

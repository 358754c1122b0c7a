"""The table of voice templates."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifyadmin.web.tables import Grid, NumberColumn, StateColumn, TextColumn, TimeColumn, classes
from notifyadmin.web.templatetags.web import chipped, state_badge
from notifyadmin.web.words import in_words
from providers import registry

from .models import VoiceTemplate
from .services import is_overdue, needs_person


def variable_of(template: VoiceTemplate) -> str:
    """How the template's provider writes a variable; empty when its gateway is not installed any more."""
    try:
        return template.account.gateway.template_variable
    except registry.UnknownGateway:
        return ""


def template_badge(template: VoiceTemplate, *, pill: bool = False) -> SafeString:
    """The state, and whether it is certain."""
    if needs_person(template):
        return state_badge("unknown", _("Unclear"), pill=pill)
    label = _("In review, overdue") if is_overdue(template) else template.get_state_display()
    return state_badge(template.state, label, pill=pill)


class TemplateTable(Grid):
    name = TextColumn(verbose_name=gettext_lazy("Template"), attrs=classes("name"))
    account = TextColumn(secondary=True, verbose_name=gettext_lazy("Account"))
    state = StateColumn(verbose_name=gettext_lazy("State"))
    since = TimeColumn(verbose_name=gettext_lazy("Since"))
    used = NumberColumn(secondary=True, verbose_name=gettext_lazy("Campaigns"))

    class Meta(Grid.Meta):
        model = VoiceTemplate
        fields = ("name", "account", "state", "since", "used")

    def render_name(self, record: VoiceTemplate) -> SafeString:
        shown_id = format_html(' <span class="mono sub">#{}</span>', record.provider_id) if record.provider_id else ""
        reason = record.unclear_words or record.reason
        return format_html(
            '<a href="{}">{}</a>{}<div class="wrap">{}</div>{}',
            reverse("providers:voicetemplates:detail", args=[record.pk]),
            record.name,
            shown_id,
            chipped(record.text, variable_of(record)),
            format_html('<div class="sub bad">{}</div>', in_words(reason)) if reason else "",
        )

    def render_state(self, record: VoiceTemplate) -> SafeString:
        return template_badge(record)

"""The table of voice templates."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifyadmin.web.actions import Action
from notifyadmin.web.tables import SECONDARY, Grid, NumberColumn, StateColumn, TextColumn, TimeColumn, classes
from notifyadmin.web.templatetags.web import chipped, state_badge
from notifyadmin.web.words import in_words
from providers import registry
from providers.accounts.models import AccountState
from providers.contract.abilities import Ability

from .models import TemplateState, VoiceTemplate
from .pages import ADD, CHANGE
from .waiting import in_review_since, is_overdue, needs_person


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
    used = NumberColumn(secondary=True, verbose_name=gettext_lazy("Used in"))
    step = TextColumn(
        secondary=True, verbose_name="", empty_values=(), orderable=False, attrs=classes("num", SECONDARY)
    )

    class Meta(Grid.Meta):
        model = VoiceTemplate
        fields = ("name", "account", "state", "since", "used", "step")

    def render_name(self, record: VoiceTemplate) -> SafeString:
        shown_id = format_html(' <span class="mono sub">#{}</span>', record.provider_id) if record.provider_id else ""
        return format_html(
            '<a href="{}">{}</a>{}<div class="wrap">{}</div>{}',
            _page("detail", record),
            record.name,
            shown_id,
            chipped(record.text, variable_of(record)),
            format_html('<div class="sub bad">{}</div>', reason) if (reason := _reason(record)) else "",
        )

    def render_state(self, record: VoiceTemplate) -> SafeString:
        badge = template_badge(record)
        since = in_review_since(record)
        if since is not None:
            age = _("for %(time)s") % {"time": timesince(since, depth=1)}
            return format_html('{}<div class="sub nowrap">{}</div>', badge, age)
        if record.state == TemplateState.APPROVED and record.account.state != AccountState.ACTIVE:
            state = record.account.get_state_display()
            return format_html('{}<div class="sub">{}</div>', badge, _("but its account: %(state)s") % {"state": state})
        return badge

    def render_step(self, record: VoiceTemplate) -> SafeString | str:
        """The one thing that is likely to be done next, for those who may."""
        step = _next_step(record)
        if step is None or not self.request.user.has_perm(step.permission):
            return ""
        return format_html('<a href="{}">{}</a>', step.url, step.label)


def _reason(record: VoiceTemplate) -> str:
    """Why it is not usable: our own sentence, or the provider's words in quotes."""
    words = in_words(record.unclear_words or record.reason)
    return f"“{words}”" if words and record.state == TemplateState.REJECTED else words


def _next_step(record: VoiceTemplate) -> Action | None:
    if needs_person(record) or is_overdue(record):
        return Action(_("Set state…"), _page("set-state", record), CHANGE)
    if record.state == TemplateState.APPROVED and record.account.state == AccountState.ACTIVE:
        return Action(_("Use"), f"{reverse('campaigns:new')}?kind={Ability.VOICE_TEMPLATE}", "campaigns.add_campaign")
    if record.state == TemplateState.REJECTED:
        return Action(_("Edit as new draft"), f"{reverse(_url('add'))}?from={record.pk}", ADD)
    if record.state == TemplateState.DRAFT and record.exists_there:
        return Action(_("Link it"), _page("link", record), CHANGE)
    return Action(_("Edit"), _page("edit", record), CHANGE) if record.state == TemplateState.DRAFT else None


def _page(name: str, record: VoiceTemplate) -> str:
    return reverse(_url(name), args=[record.pk])


def _url(name: str) -> str:
    return f"providers:voicetemplates:{name}"

"""The list of voice templates: what can be used today, what waits, and what the providers said."""

from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.actions import Action
from notifyadmin.web.views import ListPage
from providers.accounts.models import AccountState

from . import waiting
from .filters import TemplateFilter, state_counts
from .history import histories
from .models import TemplateState, UnknownReview, VoiceTemplate
from .pages import ADD, VIEW
from .tables import TemplateTable
from .unread import VIEW_PUSHES, UnreadPush, unread_pushes

ALWAYS = (TemplateState.APPROVED, TemplateState.IN_REVIEW, TemplateState.REJECTED, TemplateState.DRAFT)
SHOWN_OVERDUE, SHOWN_UNKNOWN = 5, 5

USABLE = Q(state=TemplateState.APPROVED, account__state=AccountState.ACTIVE)
"""What campaigns can use right now."""

ORDER = (TemplateState.APPROVED, TemplateState.SUBMITTING, TemplateState.IN_REVIEW, TemplateState.REJECTED)


def rank() -> Case:
    """What can be used today first, then what waits for somebody, then the rest."""
    states = [When(state=state, then=Value(place)) for place, state in enumerate(ORDER, 1)]
    return Case(When(USABLE, then=Value(0)), *states, default=Value(9), output_field=IntegerField())


class TemplateList(ListPage[VoiceTemplate]):
    permission_required = VIEW
    model = VoiceTemplate
    table_class = TemplateTable
    filterset_class = TemplateFilter
    template_name = "providers/voicetemplates/list.html"
    title = _("Voice templates")
    empty_title = _("No voice template yet")
    empty_text = _("Some providers speak only texts that they have reviewed. Write one here and hand it in.")
    empty_action = (_("Write the first template"), "providers:voicetemplates:add", ADD)

    def base_queryset(self) -> QuerySet[VoiceTemplate]:
        since = Coalesce("reviewed_at", "waiting_since", "submitted_at", "created_at")
        rows = VoiceTemplate.objects.select_related("account")
        rows = rows.annotate(used=Count("campaign", distinct=True), since=since, rank=rank())
        return rows.order_by("rank", "-since", "-pk")

    def get_actions(self) -> list[Action]:
        return [
            Action(_("Take over existing…"), reverse("providers:voicetemplates:take-over"), ADD),
            Action(_("New template"), reverse("providers:voicetemplates:add"), ADD, primary=True),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        counts = state_counts(self.filters)
        states = [*ALWAYS, *([TemplateState.SUBMITTING] if counts.get(TemplateState.SUBMITTING) else [])]
        open_states = [(state.value, state.label, counts.get(state, 0)) for state in states]
        return context | {
            "segments": [("", _("All"), sum(count for _, _, count in open_states)), *open_states],
            "chosen_state": self.filters.form.cleaned_data.get("state") or "",
            "deleted_count": counts.get(TemplateState.DELETED, 0),
            "usable": VoiceTemplate.objects.filter(USABLE).count(),
            "histories": histories(),
            "overdue": list(waiting.overdue()[: SHOWN_OVERDUE + 1]),
            "unknown_reviews": list(self.unknown_reviews()[: SHOWN_UNKNOWN + 1]),
            "unread_pushes": self.unread_pushes(),
        }

    def unknown_reviews(self) -> QuerySet[UnknownReview]:
        return UnknownReview.objects.filter(dismissed=False).select_related("account")

    def unread_pushes(self) -> list[UnreadPush]:
        """What providers pushed and nobody could read while reviews are waited for, for those who may see pushes."""
        return unread_pushes(VoiceTemplate.objects.all()) if self.request.user.has_perm(VIEW_PUSHES) else []

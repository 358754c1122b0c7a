"""The page of replies."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Reply
from notifyadmin.web.views import ListPage

from .filters import ReplyFilter
from .tables import ReplyTable


class ReplyList(ListPage[Reply]):
    """What people wrote back, newest first, with the message it most likely answers."""

    permission_required = "campaigns.view_reply"
    model = Reply
    template_name = "campaigns/receipts/replies/list.html"
    table_class = ReplyTable
    filterset_class = ReplyFilter
    title = _("Replies")
    empty_title = _("Nobody has written back yet")
    empty_text = _("Replies come through a push address of the account, once it is entered in the provider's console.")
    empty_action = (_("To the accounts"), "providers:accounts:list", "providers.view_account")

    def base_queryset(self) -> QuerySet[Reply]:
        return Reply.objects.select_related("account", "recipient__campaign").defer("recipient__variables")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = gettext("Who writes nothing but one of these gets no more messages: %(words)s.")
        told = words % {"words": ", ".join(settings.STOP_WORDS)}
        form = self.filterset.form if self.filterset is not None else None
        chosen = form.cleaned_data.get("campaign") if form is not None and form.is_valid() else None
        return super().get_context_data(**kwargs) | {"intro": told, "chosen_campaign": chosen}

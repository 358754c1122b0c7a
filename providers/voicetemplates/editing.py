"""Pages on which the text of a template is written, and the preview beside it."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.keys import key_of, row_of
from notifyadmin.web.views import Crumb, FormPage, Fragment
from notifyadmin.web.words import in_words
from providers.accounts.models import Account
from providers.contract.abilities import Ability

from . import services, texts
from .forms import TakeOverForm, TextForm
from .lookalikes import Hint
from .models import TemplateState, VoiceTemplate
from .pages import ADD, CHANGE, VIEW, OneTemplate, crumbs

MOST_EXAMPLES = 40


class TemplateFormPage(FormPage[TextForm]):
    form_class = TextForm
    template_name = "providers/voicetemplates/form.html"

    def get_crumbs(self) -> list[Crumb]:
        return crumbs()

    def told(self) -> VoiceTemplate | None:
        """The template whose refusal stands beside the text while it is written again."""
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        accounts = form.fields["account"].queryset
        chosen = form["account"].value()
        account = row_of(accounts, chosen)
        shown = preview(account, str(form["text"].value() or ""), self.request.POST.getlist("example"))
        return context | shown | {"has_accounts": accounts.exists(), "told": self.told()}


class TemplateCreate(TemplateFormPage):
    permission_required = ADD
    title = _("New voice template")
    intro = _("Saved as a draft first. The provider reviews it once you hand it in.")
    submit_label = _("Save draft")
    success_message = _("Draft saved. Read it once more, then hand it in.")
    cancel_url = "providers:voicetemplates:list"

    @cached_property
    def origin(self) -> VoiceTemplate | None:
        """The template that this one begins with; it stays in the address when the form is sent."""
        origin = self.request.GET.get("from", "")
        return row_of(VoiceTemplate.objects.all(), origin)

    def told(self) -> VoiceTemplate | None:
        return self.origin

    def get_initial(self) -> dict[str, Any]:
        if self.origin is None:
            return {}
        return {"account": self.origin.account_id, "name": self.origin.name, "text": self.origin.text}

    def save(self, form: TextForm) -> str:
        template = services.create_draft(**form.cleaned_data, by=self.request.user, origin=self.origin)
        return reverse("providers:voicetemplates:detail", args=[template.pk])


class TemplateTakeOver(TemplateFormPage):
    permission_required = ADD
    form_class = TakeOverForm
    title = _("Take over a template")
    intro = _("For a template that the provider has already. Nothing is sent to the provider.")
    submit_label = _("Take over")
    success_message = _("Taken over. Campaigns can use it as soon as it is approved.")
    cancel_url = "providers:voicetemplates:list"

    def get_initial(self) -> dict[str, Any]:
        given = self.request.GET
        wanted = given.get("state", "")
        found = {"provider_id": given.get("id", ""), "state": wanted or TemplateState.APPROVED}
        account = key_of(given.get("account"))
        return found | ({"account": account} if account else {})

    def save(self, form: TextForm) -> str:
        template = services.take_over(**form.cleaned_data, by=self.request.user)
        return reverse("providers:voicetemplates:detail", args=[template.pk])


class TemplateEdit(OneTemplate, TemplateFormPage):
    permission_required = CHANGE
    title = _("Edit draft")
    submit_label = _("Save draft")
    success_message = _("Draft saved.")

    def told(self) -> VoiceTemplate | None:
        return self.template if self.template.reason else self.template.origin

    def get_initial(self) -> dict[str, Any]:
        return {"account": self.template.account_id, "name": self.template.name, "text": self.template.text}

    def save(self, form: TextForm) -> str:
        services.update_draft(self.template, **form.cleaned_data, by=self.request.user)
        return self.get_cancel_url()


class TemplatePreview(Fragment):
    """What the text being written would look and sound like, and what is wrong with it."""

    permission_required = VIEW
    template_name = "providers/voicetemplates/preview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = self.request.GET.get("account", "")
        accounts = Account.objects.able_to(Ability.REVIEWS_TEMPLATES)
        account = row_of(accounts, chosen)
        given = self.request.GET.getlist("example")
        shown = preview(account, self.request.GET.get("text", ""), given)
        # The fields of example values are sent again only when their number changes, so that nobody loses the cursor.
        changes = {"is_fragment": True, "other_examples": len(given) != len(shown["examples"])}
        return super().get_context_data(**kwargs) | shown | changes


def preview(account: Account | None, text: str, examples: Sequence[str] = ()) -> dict[str, Any]:
    """Context of the preview beside the text, and of the fields for example values below it."""
    literal = account.gateway.template_variable if account else ""
    whole = text.replace("\r\n", "\n")
    shown = whole[: 2 * texts.LONGEST]
    hints = texts.hints(shown, literal) if account else []
    count = min(texts.variables(shown, literal), MOST_EXAMPLES)
    values = [examples[place] if place < len(examples) else "" for place in range(count)]
    return {
        "account_chosen": account is not None,
        "literal": literal,
        "pieces": texts.marked(shown, literal, hints) if shown.strip() else [],
        "length": len(whole.strip()),
        "longest": texts.LONGEST,
        "variables": texts.variables(shown, literal),
        "problems": [in_words(words) for words in texts.problems(whole, literal)] if whole.strip() else [],
        "hints": [_shown_hint(hint, shown) for hint in hints],
        "fixable": sum(1 for hint in hints if hint.replacement),
        "examples": values,
        "spoken": texts.spoken(shown, literal, values) if any(value.strip() for value in values) else [],
    }


def _shown_hint(hint: Hint, text: str) -> dict[str, Any]:
    """``nth`` tells the page which of several equal mistakes is meant."""
    found = text[hint.start : hint.end] if hint.start >= 0 else ""
    nth = text.count(found, 0, hint.start) if found else 0
    return {"words": in_words(hint.words), "replacement": hint.replacement, "found": found, "nth": nth}

"""What is looked at before a campaign starts: what forbids it, and what people should know."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from campaigns.models import Campaign
from campaigns.scheduling import awaiting
from campaigns.statuses import CampaignKind
from notifyadmin.web.words import in_words
from providers.accounts.models import AccountState
from providers.contract.abilities import Ability
from providers.contract.words import Words, gettext_noop
from providers.voicetemplates.matching import difference
from providers.voicetemplates.models import TemplateState

from . import messages, placeholders, preview
from .lines import Item, Level, count, sentences
from .predicting import Prediction, predict
from .refusals import refusals

SAMPLE = 500
WAITS_FOR_IT = Words(gettext_noop("The campaign waits for it and then starts by itself."))


@dataclass(frozen=True, slots=True)
class Check:
    """Everything that was looked at, in the order of composing; ``prediction`` where texts must fit a template."""

    items: list[Item]
    prediction: Prediction | None = None


def items(campaign: Campaign) -> list[Item]:
    """The lines of the check."""
    return check(campaign).items


def check(campaign: Campaign) -> Check:
    """Look at everything."""
    looks: tuple[Callable[[Campaign], Iterator[Item]], ...] = (_account, _balance, _content, _audience, _variables)
    found = [item for look in looks for item in look(campaign)]
    if not campaign.total or blocking(found):
        return Check(found)
    prediction = predict(campaign)
    found.extend(refusals(prediction) if prediction else ())
    found.extend(_provider_rules(campaign))
    return Check(found, prediction)


def blocking(found: list[Item]) -> list[Item]:
    """The items that forbid to start."""
    return [item for item in found if item.level is Level.STOP]


def _account(campaign: Campaign) -> Iterator[Item]:
    account = campaign.account
    if account.state == AccountState.ACTIVE:
        yield Item(Level.GOOD, gettext("The account %(account)s is active") % {"account": account.name})
        return
    title = gettext("The account %(account)s is not active") % {"account": account.name}
    detail = in_words(account.pause_words) or gettext("Resume it, or choose another account.")
    yield _fix(Level.STOP, title, detail, campaign, "kind", gettext("Change"))


def _balance(campaign: Campaign) -> Iterator[Item]:
    account = campaign.account
    if account.balance_amount is None:
        if account.gateway.able_to(Ability.REPORTS_BALANCE):
            detail = gettext("It was not read yet. If it runs out, the campaign pauses and nobody is lost.")
            yield Item(Level.LOOK, gettext("The balance is not known"), detail)
        return
    level = Level.GOOD if account.balance_amount > 0 else Level.LOOK
    title = gettext("%(balance)s left at the provider") % {"balance": account.balance_display}
    yield Item(level, title, gettext("The provider charges; compare it with the size of the audience."))


def _content(campaign: Campaign) -> Iterator[Item]:
    if campaign.kind == CampaignKind.VOICE_FILE:
        yield _voice_file(campaign)
        return
    if campaign.kind == CampaignKind.VOICE_TEMPLATE:
        yield _template(campaign)
    yield from _text(campaign)


def _voice_file(campaign: Campaign) -> Item:
    if campaign.voice_file is None:
        detail = gettext("Choose what is played.")
        return _fix(Level.STOP, gettext("No voice file is chosen"), detail, campaign, "content", gettext("Choose"))
    forbidding, waits = awaiting.forbidding(campaign), awaiting.awaited(campaign)
    if forbidding:
        title = gettext("The voice file is not at this account")
        return _fix(Level.STOP, title, sentences(forbidding), campaign, "content", gettext("Choose"))
    if waits:
        url = reverse("providers:voicefiles:detail", args=[campaign.voice_file.pk])
        title = gettext("The voice file %(name)s is not at this account yet") % {"name": campaign.voice_file.name}
        return Item(Level.LOOK, title, sentences([*waits, WAITS_FOR_IT]), url, gettext("Look at it"))
    return Item(Level.GOOD, gettext("The voice file %(name)s is at this account") % {"name": campaign.voice_file.name})


def _template(campaign: Campaign) -> Item:
    template = campaign.template
    if template is None:
        title = gettext("No voice template is chosen")
        return _fix(Level.STOP, title, "", campaign, "content", gettext("Choose"))
    forbidding, waits = awaiting.forbidding(campaign), awaiting.awaited(campaign)
    if forbidding or waits:
        title = gettext("The template %(name)s is not approved") % {"name": template.name}
        if template.state == TemplateState.APPROVED:
            title = gettext("The template %(name)s is not known at this account") % {"name": template.name}
    if forbidding:
        return _fix(Level.STOP, title, sentences(forbidding), campaign, "content", gettext("Choose another"))
    if waits:
        url = reverse("providers:voicetemplates:detail", args=[template.pk])
        return Item(Level.LOOK, title, sentences([*waits, WAITS_FOR_IT]), url, gettext("Look at it"))
    return Item(Level.GOOD, gettext("The template %(name)s is approved") % {"name": template.name})


def _text(campaign: Campaign) -> Iterator[Item]:
    if not campaign.account.gateway.kinds[campaign.ability].has_text:
        return
    if not campaign.text.strip():
        yield _fix(Level.STOP, gettext("The text is empty"), "", campaign, "content", gettext("Write it"))
        return
    found = _template_difference(campaign)
    if found:
        title = gettext("The text differs from the template")
        yield _fix(Level.STOP, title, found, campaign, "content", gettext("Correct"))
    unknown = [name for name in placeholders.names(campaign.text) if name not in campaign.columns]
    if unknown and campaign.total:
        title = gettext("The text names columns that the audience does not have")
        detail = gettext("Unknown: %(unknown)s. The audience has: %(columns)s.") % {
            "unknown": _list(unknown),
            "columns": _list(campaign.columns) or gettext("no columns"),
        }
        yield _fix(Level.STOP, title, detail, campaign, "content", gettext("Correct"))
    elif not found:
        yield Item(Level.GOOD, gettext("The text is complete"))
    if placeholders.stray_braces(campaign.text):
        title = gettext("A brace in the text stands for itself")
        detail = gettext("Only a column's name between { and } is replaced; full-width braces and single ones are not.")
        yield _fix(Level.LOOK, title, detail, campaign, "content", gettext("Look at the text"))


def _template_difference(campaign: Campaign) -> str:
    if campaign.template is None or campaign.kind != CampaignKind.VOICE_TEMPLATE:
        return ""
    found = difference(campaign.text, campaign.template.text, campaign.account.gateway.template_variable)
    return sentences([found.words, found.hint]) if found else ""


def _audience(campaign: Campaign) -> Iterator[Item]:
    if not campaign.total:
        title = gettext("The audience is empty")
        yield _fix(Level.STOP, title, gettext("Paste or upload a list."), campaign, "audience", gettext("Add"))
        return
    title = ngettext("%(count)s recipient", "%(count)s recipients", campaign.total) % {"count": count(campaign.total)}
    yield Item(Level.GOOD, title)
    bad = campaign.problems.count()
    if bad:
        title = ngettext("%(count)s row is not in the audience", "%(count)s rows are not in the audience", bad) % {
            "count": count(bad)
        }
        detail = gettext("They hold no usable number, repeat one, or lack a value. The others are not affected.")
        yield _fix(Level.LOOK, title, detail, campaign, "audience", gettext("See them"))


def _variables(campaign: Campaign) -> Iterator[Item]:
    """Recipients without a value that the text needs: it may have been written after the list was read."""
    for name in placeholders.names(campaign.text):
        if not campaign.total or name not in campaign.columns:
            continue
        value = Coalesce(KeyTextTransform(name, "variables"), Value(""), output_field=TextField())
        missing = campaign.recipients.alias(value=value).filter(value="").count()
        if missing:
            title = ngettext(
                "%(count)s recipient has no “%(name)s”", "%(count)s recipients have no “%(name)s”", missing
            ) % {"count": count(missing), "name": name}
            level = Level.STOP if missing == campaign.total else Level.LOOK
            yield Item(level, title, gettext("The text needs it; they will be skipped."))


def _provider_rules(campaign: Campaign) -> Iterator[Item]:
    """The provider's own rules, tried on the first recipients."""
    needed = placeholders.names(campaign.text)
    first = campaign.recipients.order_by("position")[:SAMPLE]
    # Who lacks a value has been counted already.
    sample = [person for person in first if all(person.variables.get(name) for name in needed)]
    file_id = messages.shown_file_id(campaign)
    reasons: Counter[str] = Counter()
    for person in sample:
        against = preview.words_against(campaign, campaign.text, person.variables, person.number, file_id)
        reasons.update({in_words(words): 1 for words in against[:1]})
    for reason, number in reasons.most_common(5):
        level = Level.STOP if number == len(sample) else Level.LOOK
        title = ngettext("%(count)s message would be refused", "%(count)s messages would be refused", number)
        where = gettext("Seen among the first %(count)s recipients; they will be skipped.")
        yield Item(level, title % {"count": count(number)}, f"{reason} {where % {'count': count(len(sample))}}")
    if not reasons:
        title = gettext("The first messages keep the provider's rules")
        yield Item(Level.GOOD, title, gettext("Tried on %(count)s recipients.") % {"count": count(len(sample))})


def _fix(level: Level, title: str, detail: str, campaign: Campaign, step: str, link: str) -> Item:
    return Item(level, title, detail, reverse(f"campaigns:{step}", args=[campaign.pk]), link)


def _list(names: list[str]) -> str:
    return ", ".join(gettext("“%(name)s”") % {"name": name} for name in names[:12])

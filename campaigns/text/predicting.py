"""Who would be refused for their text by the provider of a voice template, found before anything is sent."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Q

from campaigns.models import Campaign, Recipient
from campaigns.models.statuses import CampaignKind
from providers.contract.words import Words
from providers.voicetemplates.matching import Fit, Template, Verdict

from . import placeholders

WHOLE = 20_000
"""Up to so many recipients everybody is looked at: some 0.3 s. Above, so many out of the whole audience."""

BLOCK = 1_000
SHOWN = 100
MOST_EXPLAINED = 20
MOST_COMPARED = 100_000
"""Texts whose difference is told to the character, and the work on all of them, as both lengths multiplied: of short
texts each takes some milliseconds, of long ones seconds, and a start asks too. The first is always told."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A recipient whose call would be refused. ``hint`` is what is likely behind it, where that can be told."""

    position: int
    number: str
    fit: Fit
    variable: int | None
    words: Words
    hint: Words | None = None


@dataclass(frozen=True, slots=True)
class Prediction:
    """What was found among ``looked`` of ``total`` recipients; ``counts`` by reason, ``first`` in the list's order.

    ``doubtful`` pass, but hold characters of which no document says that the provider takes them: ``doubt`` is what
    is told of the first of them.
    """

    total: int
    looked: int
    counts: Counter[Fit] = field(default_factory=Counter)
    first: tuple[Refused, ...] = ()
    doubtful: int = 0
    doubt: Words | None = None

    @property
    def refused(self) -> int:
        return self.counts.total()

    @property
    def is_sample(self) -> bool:
        return self.looked < self.total


def template_of(campaign: Campaign) -> Template | None:
    """The template that the campaign's texts must pass as; None for other kinds."""
    if campaign.kind != CampaignKind.VOICE_TEMPLATE or campaign.template is None:
        return None
    gateway = campaign.account.gateway
    longest = gateway.longest_variable(campaign.account.access())
    return Template.of(campaign.template.text, gateway.template_variable, longest)


def predict(campaign: Campaign) -> Prediction | None:
    """Look at everybody, or at blocks from the whole of a large audience; None where no template has to fit.

    Who lacks a value that the text needs is counted elsewhere. Reads in pages, one statement for each.
    """
    template = template_of(campaign)
    if template is None:
        return None
    counts: Counter[Fit] = Counter()
    first: list[Refused] = []
    looked = doubtful = compared = 0
    doubt: Words | None = None
    for person in looked_at(campaign):
        looked += 1
        text = _text(campaign, person)
        if text is None:
            continue
        fit = template.fit(text)
        if fit is not Fit.PASSES:
            counts[fit] += 1
            if len(first) < SHOWN:
                explained = counts[Fit.DIFFERS] <= MOST_EXPLAINED and compared < MOST_COMPARED
                first.append(_refused(person, template, text, explained=explained))
                compared += len(text) * sum(map(len, template.literals)) if fit is Fit.DIFFERS else 0
        elif warning := _warning(template, text):
            doubtful, doubt = doubtful + 1, doubt or warning
    return Prediction(campaign.total, looked, counts, tuple(first), doubtful, doubt)


def _text(campaign: Campaign, person: Recipient) -> str | None:
    try:
        return placeholders.render(campaign.text, person.variables)
    except placeholders.MissingVariable:
        return None


def _warning(template: Template, text: str) -> Words | None:
    return next(iter(template.warnings(text)), None)


def _refused(person: Recipient, template: Template, text: str, *, explained: bool) -> Refused:
    verdict: Verdict | None = template.judge(text) if explained else None
    fault = verdict.fault if verdict else template.fault(text)
    if fault:
        return Refused(person.position, person.number, fault.fit, fault.number, fault.words)
    found = verdict.difference if verdict else None
    words = found.words if found else template.refusal(text)
    return Refused(person.position, person.number, Fit.DIFFERS, None, words or Words(""), found.hint if found else None)


def looked_at(campaign: Campaign) -> Iterator[Recipient]:
    """Everybody, or of a large audience blocks from the whole of it, in pages of one statement each."""
    people = Recipient.objects.filter(campaign=campaign).only("position", "number", "variables").order_by("position")
    for first in block_starts(campaign.total):
        yield from people.filter(Q(position__gte=first) & Q(position__lt=first + BLOCK))


def block_starts(total: int, whole: int = 0, block: int = 0) -> list[int]:
    """The positions at which the blocks begin that are looked at: *block* people each, *whole* together."""
    whole, block = whole or WHOLE, block or BLOCK
    if total <= whole:
        return list(range(1, total + 1, block))
    blocks = whole // block
    # The last block ends with the last recipient, the others are spread evenly.
    return [1 + (total - block) * place // (blocks - 1) for place in range(blocks)]

"""The provider's own rules, tried on the first recipients."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext, ngettext

from campaigns.compose.checks.items import Item, Level, count
from campaigns.models import Campaign
from campaigns.text import messages, placeholders, preview
from notifyadmin.web.words import in_words

SAMPLE = 500


def look(campaign: Campaign) -> Iterator[Item]:
    """Messages that would be refused, by reason."""
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

"""The options of the requests."""

from collections.abc import Iterator

from django.utils.translation import gettext

from campaigns.compose.checks.items import Item, Level, fix, sentences
from campaigns.models import Campaign
from campaigns.text import messages
from notifyadmin.web.words import in_words


def look(campaign: Campaign) -> Iterator[Item]:
    """What the provider's documents say against the options, whoever is reached."""
    gateway = campaign.account.gateway
    declared = {option.name: option for option in gateway.kinds[campaign.ability].options}
    message = messages.sample_message(campaign, campaign.options)
    for problem in gateway.check(message, campaign.account.access()):
        if problem.field in declared:
            title = gettext("The option “%(name)s” is not right") % {"name": in_words(declared[problem.field].label)}
            yield fix(Level.STOP, title, sentences([problem.words]), campaign, "options", gettext("Correct"))

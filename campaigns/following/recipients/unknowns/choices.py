"""What may be decided about unknown recipients, and what each decision means, in plain words."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.statuses import RecipientState
from providers.contract.words import gettext_noop


class Choice(models.TextChoices):
    WENT = "went", _("It went")
    AGAIN = "again", _("Send again")
    CLOSE = "close", _("Close")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A choice explained: ``state`` is where it leads, ``reason`` what is noted at each recipient."""

    choice: Choice
    state: RecipientState
    reason: str
    consequence: Any
    when: Any
    warning: Any = ""


MEANINGS = {
    Choice.WENT: Meaning(
        Choice.WENT,
        RecipientState.SUBMITTED,
        gettext_noop("%(user)s decided that the provider took it. A receipt is waited for."),
        _(
            "They count as submitted and wait for their receipts. Nobody is sent to again. If no receipt comes in "
            "the time set for the account, they expire."
        ),
        _("Choose this when the provider's own records or bill show that it took them."),
    ),
    Choice.AGAIN: Meaning(
        Choice.AGAIN,
        RecipientState.PENDING,
        gettext_noop("%(user)s decided to send again, although the first request may have been taken."),
        _(
            "They wait to be sent to, like everybody who was not sent to yet. A receipt that comes before their turn "
            "settles them, and then they are not sent to."
        ),
        _(
            "Choose this when the provider's records show that it did not take them, or when hearing it twice does "
            "less harm than not hearing it."
        ),
        _("The first request may have been taken: people can be called or texted twice, and it can cost twice."),
    ),
    Choice.CLOSE: Meaning(
        Choice.CLOSE,
        RecipientState.EXPIRED,
        gettext_noop("Closed by staff (%(user)s): whether the provider took it is not known."),
        _(
            "They count as expired, and the campaign can finish. Nobody is sent to again. A receipt that comes later "
            "still settles them."
        ),
        _("Choose this when it cannot be found out and nobody should be disturbed twice."),
    ),
}

"""The lines of the check about texts that the provider of a voice template would refuse."""

from collections.abc import Iterator

from django.utils.translation import gettext, ngettext

from campaigns.text.predicting import Prediction
from notifyadmin.web.words import in_words
from providers.voicetemplates.matching import Fit

from .items import Item, Level, count


def refusals(prediction: Prediction) -> Iterator[Item]:
    """Texts that would not pass as their template."""
    where = gettext("They will be skipped; they are listed below.")
    if prediction.is_sample:
        where = gettext("Looked at %(looked)s of %(total)s recipients. All who would be refused will be skipped.") % {
            "looked": count(prediction.looked),
            "total": count(prediction.total),
        }
    for fit, number in prediction.counts.most_common():
        level = Level.STOP if prediction.refused == prediction.looked else Level.LOOK
        yield Item(level, _title(fit, number), where)
    if prediction.doubt:
        title = ngettext(
            "%(count)s call holds characters that may be refused",
            "%(count)s calls hold characters that may be refused",
            prediction.doubtful,
        )
        detail = gettext("They are made. The first: %(words)s") % {"words": in_words(prediction.doubt)}
        yield Item(Level.LOOK, title % {"count": count(prediction.doubtful)}, detail)
    if not prediction.refused:
        title = gettext("The calls pass as the template")
        yield Item(Level.GOOD, title, gettext("Tried on %(count)s recipients.") % {"count": count(prediction.looked)})


def _title(fit: Fit, number: int) -> str:
    if fit is Fit.TOO_LONG:
        title = ngettext(
            "%(count)s call would be refused: a variable is too long",
            "%(count)s calls would be refused: a variable is too long",
            number,
        )
    elif fit is Fit.EMPTY:
        title = ngettext(
            "%(count)s call would be refused: a variable is empty",
            "%(count)s calls would be refused: a variable is empty",
            number,
        )
    else:
        title = ngettext(
            "%(count)s call would be refused: its text differs from the template",
            "%(count)s calls would be refused: their texts differ from the template",
            number,
        )
    return title % {"count": count(number)}

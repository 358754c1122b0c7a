"""What happened to one recipient, in order. The number of statements does not depend on how much that is."""

from datetime import UTC, datetime

from django.utils.translation import gettext as _

from campaigns.models import Recipient
from campaigns.models.statuses import OPEN_STATES, RecipientState
from notifyadmin.web.templatetags.web import seconds
from notifyadmin.web.words import in_words

from . import receipts, requests, rules
from .moments import Moment, sentences

_LAST = datetime.max.replace(tzinfo=UTC)


def moments(recipient: Recipient, *, with_replies: bool = True) -> list[Moment]:
    """Everything known about *recipient*, earliest first, the present state last."""
    happened = [
        *rules.decisions(recipient),
        *rules.notes(recipient),
        *requests.moments(recipient),
        *receipts.moments(recipient),
        *(rules.replies(recipient) if with_replies else ()),
    ]
    happened.sort(key=lambda moment: moment.at or _LAST)
    return [rules.imported(recipient), *happened, _present(recipient)]


def summary(recipient: Recipient) -> str:
    """The end of the story in one sentence, for the head of the page."""
    state = RecipientState(recipient.state)
    if state in OPEN_STATES:
        return in_words(recipient.reason)
    if recipient.settled_at and recipient.submitted_at and recipient.settled_at > recipient.submitted_at:
        taken = seconds((recipient.settled_at - recipient.submitted_at).total_seconds())
        return _("Settled %(time)s after the provider had taken it.") % {"time": taken}
    return in_words(recipient.reason)


def _present(recipient: Recipient) -> Moment:
    state = RecipientState(recipient.state)
    listened = (
        _("Listened %(seconds)s s.") % {"seconds": recipient.talk_seconds} if recipient.talk_seconds is not None else ""
    )
    unknown = (
        _("The request may have been taken. It is not sent again by itself; a later receipt settles it.")
        if state == RecipientState.UNKNOWN
        else ""
    )
    title = _("Now: %(state)s") if state in OPEN_STATES else "%(state)s"
    return Moment(
        recipient.settled_at or recipient.changed_at,
        state,
        title % {"state": state.label},
        notes=sentences(in_words(recipient.reason), listened, unknown),
        until=recipient.held_until,
    )

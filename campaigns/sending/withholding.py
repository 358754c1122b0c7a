"""Between an intent and its way out: nothing leaves a database that does not know what left before."""

from collections.abc import Sequence
from datetime import datetime

from campaigns.models import Submission, SubmissionState
from campaigns.sending.tripwire.guard import guard
from notifyadmin.db.retry import retry_on_operational_error
from providers.contract.words import Words, gettext_noop

from .batch_transaction import Departure
from .plan import positions_text

WITHHELD = Words(
    gettext_noop("Nothing was sent: sending is held, or what leaves could not be written down outside the database.")
)


def may_leave(departures: Sequence[Departure], account_id: int) -> bool:
    """Write down outside the database that they leave; whether they may."""
    requests = [(one.submission_id, one.request.message.ref, positions_text(one.request.members)) for one in departures]
    return not requests or guard.let_out(requests, account_id)


@retry_on_operational_error
def withhold(departures: Sequence[Departure], now: datetime) -> None:
    """Close the intents of what did not leave. Their people wait as before."""
    ours = Submission.objects.filter(
        pk__in=[one.submission_id for one in departures],
        reference__in=[one.request.message.ref for one in departures],
        state=SubmissionState.INTENT,
    )
    ours.update(state=SubmissionState.NOT_SENT, words=WITHHELD.pack(), finished_at=now)

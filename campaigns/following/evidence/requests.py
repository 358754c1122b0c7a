"""The requests that carried a recipient, and what came of each."""

from collections.abc import Collection, Iterator, Sequence

from django.utils.translation import gettext as _

from campaigns.models import Chunk, Recipient, Submission, SubmissionState
from campaigns.models.statuses import RecipientState
from campaigns.sending.plan import in_order, in_positions
from notifyadmin.web.templatetags.web import seconds
from notifyadmin.web.words import in_words

from .batches import hidden, of_one
from .moments import Moment, joined, provider_words, sentences, texts

_COLOURS = {
    SubmissionState.INTENT: RecipientState.SUBMITTING,
    SubmissionState.ANSWERED: RecipientState.SUBMITTED,
    SubmissionState.REFUSED: RecipientState.REJECTED,
    SubmissionState.UNKNOWN: RecipientState.UNKNOWN,
    SubmissionState.NOT_SENT: RecipientState.HELD,
}


def submissions_of(recipient: Recipient) -> list[Submission]:
    """The requests that carried this recipient, by the positions written in them. Three statements at most."""
    chunk = Chunk.objects.filter(
        campaign=recipient.campaign_id, first__lte=recipient.position, last__gte=recipient.position
    ).first()
    ranges = Submission.objects.filter(chunk=chunk).values_list("pk", "positions") if chunk else ()
    ours = [pk for pk, positions in ranges if in_positions(recipient.position, positions)]
    rows = Submission.objects.filter(pk__in=ours).select_related("chunk")
    return list(rows.order_by("started_at", "pk"))


def moments(recipient: Recipient) -> Iterator[Moment]:
    account = recipient.campaign.account.name
    found = submissions_of(recipient)
    others = _others(recipient, found)
    for number, submission in enumerate(found, 1):
        if submission.state == SubmissionState.LOST:
            yield _not_in_the_backup(submission)
            continue
        yield Moment(
            submission.started_at,
            RecipientState.SUBMITTING,
            _title(submission) % {"number": number},
            joined((account, submission.operation, submission.reference)),
            sentences(_place(recipient, submission), _lease(submission)),
            texts((_("Request"), _shown(submission.request, recipient, submission, others))),
        )
        yield _outcome(submission, recipient, others)


def _not_in_the_backup(submission: Submission) -> Moment:
    """That nobody knows whether there was a request, of which this would be the trace."""
    at = submission.finished_at or submission.started_at
    title = _("A backup was restored")
    return Moment(at, RecipientState.UNKNOWN, title, notes=sentences(in_words(submission.words)))


def _others(recipient: Recipient, found: Sequence[Submission]) -> Collection[str]:
    """The numbers of those who may be in the same requests, as providers write them."""
    if all(submission.size < 2 for submission in found):
        return ()
    chunk = found[0].chunk
    rows = Recipient.objects.filter(campaign=recipient.campaign_id, position__range=(chunk.first, chunk.last))
    numbers = set(rows.exclude(pk=recipient.pk).values_list("number", flat=True))
    return numbers | {number.removeprefix("86") for number in numbers}


def _shown(text: str, recipient: Recipient, submission: Submission, others: Collection[str]) -> str:
    """A request or an answer; of one for many, what is about this recipient."""
    if submission.size < 2 or not text:
        return text
    reference = f"{submission.reference}.{recipient.position}"
    names = (recipient.number, recipient.provider_id, submission.reference, reference)
    return of_one(text, names, others, submission.size)


def _title(submission: Submission) -> str:
    if submission.state in (SubmissionState.INTENT, SubmissionState.NOT_SENT):
        return _("Submission %(number)s written down")
    return _("Submission %(number)s written down, then sent")


def _place(recipient: Recipient, submission: Submission) -> str:
    if submission.size < 2:
        return ""
    place = next((at for at, one in enumerate(in_order(submission.positions), 1) if one == recipient.position), 0)
    return _("Number %(place)s of the %(size)s recipients of this request.") % {
        "place": place,
        "size": submission.size,
    }


def _lease(submission: Submission) -> str:
    """Which worker: every taking of a chunk has a number, and only its newest may write."""
    values = {"chunk": submission.chunk.number, "token": submission.token}
    return _("Group %(chunk)s of the audience, lease %(token)s.") % values


def _outcome(submission: Submission, recipient: Recipient, others: Collection[str]) -> Moment:
    state = SubmissionState(submission.state)
    if state == SubmissionState.INTENT:
        note = _("The request may be under way. If nothing comes back, the recipient becomes unknown.")
        return Moment(submission.started_at, _COLOURS[state], _("No outcome yet"), notes=(note,))
    took = _("after %(seconds)s") % {"seconds": _took(submission.seconds)} if submission.seconds else ""
    status = f"HTTP {submission.http_status}" if submission.http_status else ""
    late = _("Came after another worker had taken over; it changed nothing.") if submission.late else ""
    return Moment(
        submission.finished_at or submission.started_at,
        _COLOURS[state],
        str(state.label),
        joined((status, took)),
        sentences(in_words(submission.words), provider_words(submission.code, hidden(submission.raw, others)), late),
        texts((_("Answer"), _shown(submission.response, recipient, submission, others))),
    )


def _took(length: float) -> str:
    return _("%(number)s ms") % {"number": round(length * 1000)} if length < 1 else seconds(length)

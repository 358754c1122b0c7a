"""What happened to one recipient, in order, with the evidence."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from campaigns.dispatch.plan import in_positions
from campaigns.models import Activity, ActivityKind, Chunk, Receipt, Recipient, Submission, SubmissionState
from campaigns.statuses import FAILURE_LABELS, OPEN_STATES, RecipientState
from notifyadmin.web.words import in_words
from providers.contract.statuses import FailureClass, Verdict

SHOWN_BODY = 4000

_SUBMISSION_COLOURS = {
    SubmissionState.INTENT: RecipientState.SUBMITTING,
    SubmissionState.ANSWERED: RecipientState.SUBMITTED,
    SubmissionState.REFUSED: RecipientState.REJECTED,
    SubmissionState.UNKNOWN: RecipientState.UNKNOWN,
    SubmissionState.NOT_SENT: RecipientState.HELD,
}
_VERDICT_COLOURS = {
    Verdict.DELIVERED: RecipientState.DELIVERED,
    Verdict.UNDELIVERED: RecipientState.UNDELIVERED,
    Verdict.UNKNOWN: RecipientState.UNKNOWN,
}
_FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. ``colour`` is a state, ``notes`` are sentences, ``evidence`` (label, text) pairs."""

    at: datetime | None
    colour: str
    title: str
    by: str = ""
    notes: tuple[str, ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()


def moments(recipient: Recipient) -> list[Moment]:
    """Everything known about *recipient*, earliest first, the present state last."""
    happened = [*_submissions(recipient), *_receipts(recipient), *_decisions(recipient)]
    happened.sort(key=lambda moment: moment.at or _FIRST)
    return [_imported(recipient), *happened, _present(recipient)]


def submissions_of(recipient: Recipient) -> list[Submission]:
    """The requests that carried this recipient, by the positions written in them."""
    chunk = Chunk.objects.filter(
        campaign=recipient.campaign_id, first__lte=recipient.position, last__gte=recipient.position
    ).first()
    ranges = Submission.objects.filter(chunk=chunk).values_list("pk", "positions") if chunk else ()
    ours = [pk for pk, positions in ranges if in_positions(recipient.position, positions)]
    return list(Submission.objects.filter(pk__in=ours).order_by("started_at", "pk"))


def _imported(recipient: Recipient) -> Moment:
    typed = _("Typed as “%(typed)s”.") % {"typed": recipient.typed} if recipient.typed else ""
    place = _("Position %(position)s of the audience.") % {"position": recipient.position}
    return Moment(None, RecipientState.PENDING, _("Taken into the audience"), notes=_notes(place, typed))


def _submissions(recipient: Recipient) -> Iterator[Moment]:
    account = recipient.campaign.account.name
    for number, submission in enumerate(submissions_of(recipient), 1):
        size = _("One of %(size)s recipients of this request.") % {"size": submission.size}
        title = _submission_title(submission) % {"number": number}
        by = " · ".join(part for part in (account, submission.operation, submission.reference) if part)
        yield Moment(
            submission.started_at,
            RecipientState.SUBMITTING,
            title,
            by,
            _notes(size if submission.size > 1 else ""),
            _evidence((_("Request"), submission.request)),
        )
        yield _outcome(submission)


def _submission_title(submission: Submission) -> str:
    if submission.state in (SubmissionState.INTENT, SubmissionState.NOT_SENT):
        return _("Submission %(number)s written down")
    return _("Submission %(number)s written down, then sent")


def _outcome(submission: Submission) -> Moment:
    state = SubmissionState(submission.state)
    if state == SubmissionState.INTENT:
        note = _("The request may be under way. If nothing comes back, the recipient becomes unknown.")
        return Moment(submission.started_at, _SUBMISSION_COLOURS[state], _("No outcome yet"), notes=(note,))
    took = _("after %(seconds)s s") % {"seconds": f"{submission.seconds:.3g}"} if submission.seconds else ""
    status = f"HTTP {submission.http_status}" if submission.http_status else ""
    late = _("Came after another worker had taken over; it changed nothing.") if submission.late else ""
    return Moment(
        submission.finished_at or submission.started_at,
        _SUBMISSION_COLOURS[state],
        str(state.label),
        " · ".join(part for part in (status, took) if part),
        _notes(in_words(submission.words), _provider_words(submission.code, submission.raw), late),
        _evidence((_("Answer"), submission.response)),
    )


def _receipts(recipient: Recipient) -> Iterator[Moment]:
    for receipt in recipient.receipts.select_related("push").order_by("received_at", "pk"):
        yield Moment(
            receipt.received_at,
            _VERDICT_COLOURS.get(Verdict(receipt.verdict), RecipientState.UNKNOWN),
            _("Receipt: %(verdict)s") % {"verdict": _verdict_label(receipt)},
            _times(receipt),
            _notes(_understood(receipt), in_words(receipt.reason), _said(receipt), _match(receipt)),
            _evidence((_("Pushed"), _body(receipt))),
        )


def _decisions(recipient: Recipient) -> Iterator[Moment]:
    """What people decided while nobody knew whether this recipient was reached."""
    lines = Activity.objects.filter(campaign=recipient.campaign_id, kind=ActivityKind.RESOLVED)
    for line in lines.select_related("user").order_by("at", "pk"):
        if in_positions(recipient.position, line.positions):
            by = line.user.get_username() if line.user else ""
            yield Moment(line.at, RecipientState.UNKNOWN, _("Decided by a person"), by, _notes(in_words(line.words)))


def _present(recipient: Recipient) -> Moment:
    state = RecipientState(recipient.state)
    listened = (
        _("Listened %(seconds)s s.") % {"seconds": recipient.talk_seconds} if recipient.talk_seconds is not None else ""
    )
    until = _("Not before %(time)s.") % {"time": _local(recipient.held_until)} if recipient.held_until else ""
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
        notes=_notes(in_words(recipient.reason), listened, until, unknown),
    )


def _verdict_label(receipt: Receipt) -> str:
    if receipt.failure and receipt.failure in FailureClass._value2member_map_:
        return str(FAILURE_LABELS[FailureClass(receipt.failure)])
    return str(RecipientState(receipt.verdict).label)


def _understood(receipt: Receipt) -> str:
    parts = []
    if receipt.talk_seconds is not None:
        parts.append(_("Listened %(seconds)s s.") % {"seconds": receipt.talk_seconds})
    if receipt.cost:
        parts.append(_("Cost %(cost)s %(currency)s.") % {"cost": receipt.cost, "currency": receipt.currency})
    if receipt.provider_id:
        parts.append(_("Provider's id %(id)s.") % {"id": receipt.provider_id})
    return " ".join(parts)


def _match(receipt: Receipt) -> str:
    if receipt.mismatch:
        return _("The id fits and the number does not, so nothing was changed.")
    found = {
        "reference": _("Matched by our own reference."),
        "id": _("Matched by the provider's id."),
        "number": _("Matched by number and time."),
    }
    return found.get(receipt.matched_by, "")


def _times(receipt: Receipt) -> str:
    return _("said %(times)s times, applied once") % {"times": receipt.times} if receipt.times > 1 else ""


def _body(receipt: Receipt) -> str:
    if receipt.push is None:
        return ""
    return bytes(receipt.push.body[:SHOWN_BODY]).decode("utf-8", "replace")


def _said(receipt: Receipt) -> str:
    return _provider_words(receipt.code, receipt.raw)


def _provider_words(code: str, raw: str) -> str:
    said = " ".join(part for part in (code, raw) if part)
    return _("The provider's words: %(said)s") % {"said": said} if said else ""


def _local(moment: datetime) -> str:
    from django.utils import timezone
    from django.utils.formats import date_format

    return f"{date_format(timezone.localtime(moment), 'Y-m-d H:i')} {timezone.get_current_timezone_name()}"


def _notes(*sentences: Any) -> tuple[str, ...]:
    return tuple(str(sentence) for sentence in sentences if sentence)


def _evidence(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in pairs if pair[1])

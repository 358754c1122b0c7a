"""What held or skipped a recipient, and what people decided: everything between the list and the provider."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.models import Activity, ActivityKind, Recipient, RecipientNote
from campaigns.models.statuses import OPEN_STATES, RecipientState
from campaigns.sending.plan import in_positions
from notifyadmin.web.phones import grouped
from notifyadmin.web.words import in_words

from .moments import Moment, joined, sentences

MOST = 200

_ABOUT_ALL = (
    ActivityKind.APPROVED,
    ActivityKind.STARTED,
    ActivityKind.SCHEDULED,
    ActivityKind.PAUSED,
    ActivityKind.AUTO_PAUSED,
    ActivityKind.ACCOUNT_PAUSED,
    ActivityKind.RESUMED,
    ActivityKind.CANCELLED,
)
"""What happened to the whole campaign and decided when, or whether, its recipients were sent to."""

_ALL_COLOURS = {
    ActivityKind.STARTED: RecipientState.SUBMITTED,
    ActivityKind.RESUMED: RecipientState.SUBMITTED,
    ActivityKind.APPROVED: RecipientState.SUBMITTED,
    ActivityKind.CANCELLED: RecipientState.CANCELLED,
}


def imported(recipient: Recipient) -> Moment:
    """Which row of which list this is, and what became of the number as it was typed."""
    source = recipient.list_file
    if source is not None and recipient.row:
        place = _("Row %(row)s of %(list)s.") % {"row": recipient.row, "list": source.name or _("pasted text")}
    else:
        place = _("From a contact list or by hand.")
    position = _("Position %(position)s of the audience.") % {"position": recipient.position}
    number = {"typed": recipient.typed, "number": f"+{recipient.number}"}
    typed = _("Typed as “%(typed)s”, read as %(number)s.") % number if recipient.typed else ""
    by = source.created_by.get_username() if source is not None and source.created_by else ""
    at = (source.finished_at or source.created_at) if source is not None else recipient.campaign.created_at
    title = _("Taken into the audience")
    return Moment(at, RecipientState.PENDING, title, by, sentences(place, position, typed, _test(recipient)))


def _test(recipient: Recipient) -> str:
    if not recipient.campaign.is_test:
        return ""
    return _("This was a test of the campaign “%(name)s” and counts in no total.") % {
        "name": recipient.campaign.test_of
    }


def notes(recipient: Recipient) -> Iterator[Moment]:
    """Each rule that held or skipped the recipient, once, and that it expired before a late receipt came."""
    for note in RecipientNote.objects.filter(recipient=recipient).order_by("pk")[:MOST]:
        if note.kind == recipient.state and note.at == recipient.changed_at and not note.until:
            continue  # It is the end of the story, which is told last.
        held = note.kind == RecipientState.HELD
        title = _("Held") if held else str(RecipientState(note.kind).label)
        yield Moment(note.at, note.kind, title, notes=sentences(in_words(note.words)), until=note.until)


def decisions(recipient: Recipient) -> Iterator[Moment]:
    """What people decided about this recipient, and what happened to its campaign while it was not over."""
    # By our own clock: the time of settling is the provider's, and often in whole seconds.
    over = None if recipient.state in OPEN_STATES else recipient.changed_at or recipient.settled_at
    kinds = (ActivityKind.RESOLVED, *_ABOUT_ALL)
    lines = Activity.objects.filter(campaign=recipient.campaign_id, kind__in=kinds).select_related("user", "done_by")
    for line in lines.order_by("at", "pk")[: MOST * 5]:
        if line.kind == ActivityKind.RESOLVED:
            if in_positions(recipient.position, line.positions):
                yield _line(line, RecipientState.UNKNOWN, _("Decided by a person"))
        elif over is None or line.at <= over:
            colour = _ALL_COLOURS.get(ActivityKind(line.kind), RecipientState.HELD)
            yield _line(line, colour, _("Campaign: %(what)s") % {"what": line.get_kind_display()})


def _line(line: Activity, colour: str, title: str) -> Moment:
    by = line.user.get_username() if line.user else ""
    return Moment(line.at, colour, title, joined((by,)), sentences(in_words(line.words), line.raw))


def replies(recipient: Recipient) -> Iterator[Moment]:
    """What the recipient wrote back."""
    for reply in recipient.replies.filter(number=recipient.number).order_by("pk")[:MOST]:
        stops = _("It asks not to be reached any more.") if reply.stops else ""
        title = _("Replied")
        at = reply.replied_at or reply.received_at
        yield Moment(at, RecipientState.DELIVERED, title, grouped(reply.number), sentences(f"“{reply.text}”", stops))

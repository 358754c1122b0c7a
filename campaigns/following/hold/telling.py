"""The hold and its numbers as lines of text, for commands."""

from collections.abc import Iterator

from django.db.models import Sum
from django.utils.translation import gettext as _

from campaigns.counters.selectors import tallies_of
from campaigns.models import Campaign, Hold, Restoration, Submission, SubmissionState
from campaigns.models.statuses import SENDABLE_STATES, RecipientState
from campaigns.receipts.restoring.services import written
from notifyadmin.web.words import in_words

from .figures import figures


def lines(hold: Hold) -> Iterator[str]:
    """Why it is held, and who hangs on it."""
    yield _("All sending is held since %(at)s:") % {"at": written(hold.since)}
    for reason in hold.told:
        by = f" ({reason.user.get_username()})" if reason.user else ""
        yield f"  {reason.get_cause_display()}: {in_words(reason.words)}{by}"
    found = figures(hold)
    for line in found.lines:
        yield _("  %(name)s (%(state)s): %(waiting)s wait, %(unknown)s are unknown") % {
            "name": line.campaign.name,
            "state": line.campaign.state_label,
            "waiting": line.waiting,
            "unknown": line.unknown,
        }
    if found.left:
        yield _("People to whom requests left that this database does not know, by the records here: %(count)s.") % {
            "count": found.left
        }
    yield _("People who would be sent to at once: %(count)s.") % {"count": found.going_on}


def of_restoration(restoration: Restoration) -> Iterator[str]:
    """What was done, campaign by campaign, and how many are left."""
    by_records = _("by the records of what left") if restoration.by_records else _("everybody who waited")
    yield _("People who became unknown: %(count)s (%(how)s).") % {"count": restoration.people, "how": by_records}
    lost = Submission.objects.filter(state=SubmissionState.LOST, started_at=restoration.since).order_by()
    became = dict(lost.values_list("campaign_id").annotate(n=Sum("size")))
    tallies = tallies_of(became)
    for campaign in Campaign.objects.filter(pk__in=list(became)).order_by("pk"):
        tally = tallies[campaign.pk]
        yield _("  %(name)s: %(became)s became unknown, %(unknown)s still are, %(waiting)s wait") % {
            "name": campaign.name,
            "became": became[campaign.pk],
            "unknown": tally.get(RecipientState.UNKNOWN, 0),
            "waiting": sum(tally.get(state, 0) for state in SENDABLE_STATES),
        }
    if restoration.unplaced:
        yield _("Requests that left for campaigns which are not in the backup: %(count)s.") % {
            "count": restoration.unplaced
        }

"""Whether the same people were reached lately."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from campaigns.compose.checks.items import Item, Level, count, listed
from campaigns.models import Campaign
from campaigns.text.sampling import Sample, sample
from notifyadmin.db.sql import fetch, moment

DAYS = 7
MOST = 20_000
"""Recipients who are looked for: some 0.1 s."""

MOST_CAMPAIGNS = 20
"""Earlier campaigns that are looked through, the newest first: each costs a look into an index for every number."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """``again`` of ``looked`` recipients were submitted lately, in ``campaigns`` campaigns."""

    again: int
    looked: Sample
    names: tuple[str, ...]


def look(campaign: Campaign) -> Iterator[Item]:
    """How many of the audience were sent to within the last days, by any campaign."""
    found = overlap(campaign)
    if not found.names:
        return
    days = gettext("the last %(days)s days") % {"days": DAYS}
    if not found.again:
        yield Item(Level.GOOD, gettext("Nobody of them was reached in %(time)s") % {"time": days})
        return
    title = ngettext(
        "%(count)s recipient was reached in %(time)s already",
        "%(count)s recipients were reached in %(time)s already",
        found.again,
    ) % {"count": count(found.again), "time": days}
    if found.looked.is_part:
        percent = max(1, round(100 * found.again / found.looked.size))
        title = gettext("About %(percent)s %% of them were reached in %(time)s already") % {
            "percent": percent,
            "time": days,
        }
    detail = gettext("Looked for in %(campaigns)s. They are not left out for that.") % {
        "campaigns": listed(found.names, 5)
    }
    yield Item(Level.LOOK, title, detail)


def overlap(campaign: Campaign) -> Overlap:
    """Two statements. Of a large audience blocks are looked at, as :mod:`campaigns.text.sampling` says."""
    since = timezone.now() - timedelta(days=DAYS)
    recent = Campaign.objects.filter(started_at__isnull=False, test_of=None).exclude(pk=campaign.pk)
    recent = recent.filter(Q(finished_at=None) | Q(finished_at__gte=since)).order_by("-started_at")
    names = dict(recent.values_list("pk", "name")[:MOST_CAMPAIGNS])
    looked = sample(campaign, MOST)
    if not names:
        return Overlap(0, looked, ())
    others = ", ".join(["%s"] * len(names))
    # One look into the unique index of campaign and number for each pair, whatever the planner knows about them.
    sql = f"""
        SELECT count(*) FROM campaigns_recipient r WHERE r.campaign_id = %s AND ({looked.sql}) AND EXISTS (
            SELECT 1 FROM campaigns_recipient o
            WHERE o.campaign_id IN ({others}) AND o.number = r.number AND o.submitted_at >= %s)
    """  # noqa: S608
    again = fetch(sql, [campaign.pk, *looked.parameters, *names, moment(since)])[0][0]
    return Overlap(again, looked, tuple(names.values()))

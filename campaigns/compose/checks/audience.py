"""Who is reached: how many, who is left out and why, and whether the list went out before."""

from collections.abc import Iterator

from django.db.models import TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from campaigns.compose.checks.items import Item, Level, count, fix, written
from campaigns.models import Campaign
from campaigns.models.suppressed import waiting_and_suppressed
from campaigns.people.audience.selectors import being_read, sent_before
from campaigns.text import placeholders


def look(campaign: Campaign) -> Iterator[Item]:
    """Whether there is anybody, and rows that were left out."""
    if being_read(campaign):
        detail = gettext("Its audience is complete when that has ended; this page then counts everybody.")
        yield fix(Level.STOP, gettext("A list is being read"), detail, campaign, "audience", gettext("See it"))
    if not campaign.total:
        title = gettext("The audience is empty")
        yield fix(Level.STOP, title, gettext("Paste or upload a list."), campaign, "audience", gettext("Add"))
        return
    title = ngettext("%(count)s recipient", "%(count)s recipients", campaign.total) % {"count": count(campaign.total)}
    yield Item(Level.GOOD, title)
    bad = campaign.problems.count()
    if bad:
        title = ngettext("%(count)s row is not in the audience", "%(count)s rows are not in the audience", bad) % {
            "count": count(bad)
        }
        detail = gettext(
            "They hold no usable number, repeat one, lack a value or must not be reached. The others are not affected."
        )
        yield fix(Level.LOOK, title, detail, campaign, "audience", gettext("See them"))


def look_at_variables(campaign: Campaign) -> Iterator[Item]:
    """Recipients without a value that the text needs: it may have been written after the list was read."""
    for name in placeholders.names(campaign.text):
        if not campaign.total or name not in campaign.columns:
            continue
        value = Coalesce(KeyTextTransform(name, "variables"), Value(""), output_field=TextField())
        missing = campaign.recipients.alias(value=value).filter(value="").count()
        if missing:
            title = ngettext(
                "%(count)s recipient has no “%(name)s”", "%(count)s recipients have no “%(name)s”", missing
            ) % {"count": count(missing), "name": name}
            level = Level.STOP if missing == campaign.total else Level.LOOK
            yield Item(level, title, gettext("The text needs it; they will be skipped."))


def look_at_suppressed(campaign: Campaign) -> Iterator[Item]:
    """Recipients who must not be reached."""
    number = waiting_and_suppressed(campaign) if campaign.total else 0
    if not number:
        return
    title = ngettext(
        "%(count)s recipient is on the suppression list", "%(count)s recipients are on the suppression list", number
    ) % {"count": count(number)}
    level = Level.STOP if number == campaign.total else Level.LOOK
    yield Item(level, title, gettext("They opted out or must not be reached; they will be skipped."))


def look_at_earlier(campaign: Campaign) -> Iterator[Item]:
    """Lists whose very content went out before."""
    for found in sent_before(campaign):
        title = gettext("The list “%(list)s” was sent before") % {"list": found.list_name}
        detail = gettext("Its content is that of a list of the campaign %(campaign)s, started %(at)s.") % {
            "campaign": found.campaign_name,
            "at": written(found.started_at),
        }
        url = reverse("campaigns:detail", args=[found.campaign_id])
        yield Item(Level.LOOK, title, detail, url, gettext("Look at it"))

"""The list of campaigns as a file, with how many of each are in which state."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.counters.selectors import tallies_of
from campaigns.exports.listings import Asked, Listing, blocks, clock, timed
from campaigns.exports.views import ExportView
from campaigns.models import Campaign
from campaigns.models.statuses import RecipientState
from notifyadmin.web.exports import Row, Table

from .filters import CampaignFilter


def table_of(asked: Asked) -> Table:
    """The campaigns that fit the filters, newest first."""
    rows = CampaignFilter(asked.query, queryset=Campaign.objects.real().select_related("account")).qs
    titles = [gettext("Campaign"), gettext("Kind"), gettext("Account"), gettext("State"), timed(gettext("Started"))]
    titles += [timed(gettext("Ended")), gettext("Recipients"), *(str(state.label) for state in RecipientState)]
    return Table("campaigns", titles, _with_counts(blocks(rows, _cells, newest_first=True)), rows.order_by().count())


def _cells(campaign: Campaign) -> Row:
    when = [clock(campaign.started_at), clock(campaign.finished_at), str(campaign.total)]
    said = [campaign.name, campaign.get_kind_display(), campaign.account, campaign.state_label]
    return [str(campaign.pk), *map(str, said), *when]


def _with_counts(found: Iterator[Sequence[Row]]) -> Iterator[Sequence[Row]]:
    """The counts stand in place of the keys, and come in one statement for each block."""
    for block in found:
        tallies = tallies_of([int(row[0]) for row in block])
        yield [
            [*row[1:], *(str(tallies[int(row[0])].get(state.value, 0)) for state in RecipientState)] for row in block
        ]


LISTING = Listing("campaigns", _("Campaigns"), "campaigns.view_campaign", table_of)


class ExportCampaigns(ExportView):
    permission_required = "campaigns.view_campaign"
    listing_name = "campaigns"

"""The activity list as a file."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.exports.listings import Asked, Listing, blocks, clock, timed
from campaigns.exports.views import ExportView
from campaigns.models import Activity
from notifyadmin.web.exports import Row, Table
from notifyadmin.web.words import in_words

from . import selectors
from .filters import ActivityFilter


def table_of(asked: Asked) -> Table:
    """The lines that fit the filters, newest first."""
    rows = ActivityFilter(asked.query, queryset=selectors.lines()).qs
    titles = [timed(gettext("Time")), gettext("Kind"), gettext("What happened"), gettext("The provider's words")]
    titles += [gettext("Campaign"), gettext("Account"), gettext("Who")]
    return Table("activity", titles, blocks(rows, _cells, newest_first=True), rows.order_by().count())


def _cells(line: Activity) -> Row:
    who = line.user.get_username() if line.user else gettext("by itself")
    said = [clock(line.at), line.get_kind_display(), in_words(line.words), line.raw]
    return [*map(str, said), str(line.campaign or ""), str(line.account or ""), who]


LISTING = Listing("activity", _("Activity"), "campaigns.view_activity", table_of)


class ExportActivity(ExportView):
    permission_required = "campaigns.view_activity"
    listing_name = "activity"

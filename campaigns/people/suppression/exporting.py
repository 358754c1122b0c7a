"""The suppression list as a file that can be imported again."""

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.exports.listings import Asked, Listing, blocks
from campaigns.exports.views import ExportView
from campaigns.models import Suppression
from notifyadmin.web.exports import Row, Table

from .filters import SuppressionFilter
from .forms import FORBIDDEN, what_of


def table_of(asked: Asked) -> Table:
    """The numbers that fit the filters."""
    rows = SuppressionFilter(asked.query, queryset=Suppression.objects.all()).qs
    forbidden = {what: str(label) for what, label in FORBIDDEN}

    def cells(entry: Suppression) -> Row:
        since = timezone.localtime(entry.created_at).isoformat(timespec="seconds")
        said = (entry.get_reason_display(), entry.get_source_display(), since, entry.note)
        return [f"+{entry.number}", forbidden[what_of(entry)], *map(str, said)]

    titles = [gettext("number"), gettext("forbidden"), gettext("reason")]
    titles += [gettext("source"), gettext("since"), gettext("note")]
    name = f"suppression-{timezone.localdate():%Y-%m-%d}"
    return Table(name, titles, blocks(rows, cells), rows.order_by().count())


LISTING = Listing("suppression", _("Suppression list"), "campaigns.view_suppression", table_of)


class ExportSuppression(ExportView):
    permission_required = "campaigns.view_suppression"
    listing_name = "suppression"

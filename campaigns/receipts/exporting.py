"""The unmatched receipts as a file."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.exports.listings import Asked, Listing, blocks, clock, timed
from campaigns.exports.views import ExportView
from campaigns.models import Receipt
from campaigns.models.statuses import RecipientState
from notifyadmin.web.exports import Row, Table
from notifyadmin.web.words import in_words

from .views import UnmatchedFilter


def table_of(asked: Asked) -> Table:
    """The receipts without a recipient that fit the filters, newest first."""
    unmatched = Receipt.objects.filter(recipient=None).select_related("account")
    rows = UnmatchedFilter(asked.query, queryset=unmatched).qs
    titles = [timed(gettext("Received")), gettext("Account"), gettext("Number"), gettext("Says"), gettext("Reason")]
    titles += [gettext("Code"), gettext("Provider's words"), gettext("Provider's id"), gettext("Reference")]
    titles += [gettext("Times")]
    return Table("unmatched-receipts", titles, blocks(rows, _cells, newest_first=True), rows.order_by().count())


def _cells(receipt: Receipt) -> Row:
    said = [str(RecipientState(receipt.verdict).label), in_words(receipt.reason), receipt.code, receipt.raw]
    number = f"+{receipt.number}" if receipt.number else ""
    ends = [receipt.provider_id, receipt.reference, str(receipt.times)]
    return [clock(receipt.received_at), str(receipt.account), number, *said, *ends]


LISTING = Listing("receipts", _("Unmatched receipts"), "campaigns.view_receipt", table_of)


class ExportReceipts(ExportView):
    permission_required = "campaigns.view_receipt"
    listing_name = "receipts"

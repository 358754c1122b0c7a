"""Taking people out of a draft's audience again: one list's, or everybody."""

from collections.abc import Iterable

from django.db import connection, transaction

from campaigns.models import Campaign, Chunk, ListFile, ListState, Recipient
from campaigns.models.statuses import CampaignState

from . import keeping
from .importing import NotADraft, clear_audience, cut_into_chunks
from .meaning import Meaning

_ASIDE = 1_000_000_000
"""Positions are unique at every moment, so those that move are set aside first; no campaign is as long."""

_MOVE = """
    WITH numbered AS (
        SELECT id, row_number() OVER (ORDER BY position) AS place FROM campaigns_recipient WHERE campaign_id = %s)
    UPDATE campaigns_recipient SET position = numbered.place + %s
    FROM numbered WHERE campaigns_recipient.id = numbered.id AND campaigns_recipient.position <> numbered.place
"""
_PUT_BACK = "UPDATE campaigns_recipient SET position = position - %s WHERE campaign_id = %s AND position > %s"


def empty_audience(campaign: Campaign) -> None:
    """Take everybody out of the draft *campaign*, and forget its lists. Raises NotADraft.

    Whoever is just reading one of the lists notices that it is gone and stops.
    """
    with transaction.atomic():
        clear_audience(campaign)
        _forget(campaign.lists.all())


def remove_list(list_file: ListFile) -> int:
    """Take the recipients of one list out of its draft, and forget the list; returns how many they were.

    Rows of other lists that were left out because this one had the same number stay left out. Raises NotADraft.
    """
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=list_file.campaign_id or 0)
        if campaign.state != CampaignState.DRAFT:
            raise NotADraft
        people = Recipient.objects.filter(campaign=campaign, list_file=list_file)
        removed = int(people._raw_delete(people.db))
        _forget(ListFile.objects.filter(pk=list_file.pk))
        if removed:
            _close_gaps(campaign, campaign.total - removed)
    return removed


def _close_gaps(campaign: Campaign, total: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [campaign.pk, _ASIDE])
        cursor.execute(_PUT_BACK, [_ASIDE, campaign.pk, _ASIDE])
    chunks = Chunk.objects.filter(campaign=campaign)
    chunks._raw_delete(chunks.db)
    campaign.total, campaign.columns = total, _columns(campaign)
    campaign.save(update_fields=["total", "columns", "updated_at"])
    cut_into_chunks(campaign, 1)


def _columns(campaign: Campaign) -> list[str]:
    """The columns that are left; those of people who came without a list cannot be told, so all stay then."""
    if campaign.recipients.filter(list_file=None).exists():
        return list(campaign.columns)
    mapped = [Meaning.of(list_file).columns for list_file in campaign.lists.exclude(state=ListState.UNMAPPED)]
    left = {name for columns in mapped for _place, name in columns}
    return [name for name in campaign.columns if name in left]


def _forget(lists: Iterable[ListFile]) -> None:
    found = list(lists)
    stored = [list_file.stored for list_file in found]
    ListFile.objects.filter(pk__in=[list_file.pk for list_file in found]).delete()
    transaction.on_commit(lambda: keeping.remove_all(stored))

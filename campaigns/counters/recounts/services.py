"""Auditing the counters, telling people what differed, and mending it."""

import logging
from collections.abc import Iterator, Sequence

from django.db import transaction

from campaigns.alerts import isolation, subjects
from campaigns.alerts.services import record
from campaigns.counters.rollups.reconcile import KEY, reconcile
from campaigns.models import ActivityKind, Campaign
from notifyadmin.db.dialect import is_postgresql
from notifyadmin.db.sql import execute
from providers.contract.words import Words, gettext_noop

from .expressions import cost_in_millionths
from .recount import Off, blocks, both_sides, differences_of

logger = logging.getLogger(__name__)

MENDED = gettext_noop(
    "Counters of this campaign did not agree with its recipients: %(count)s. They were counted anew and are right now; "
    "pages showed wrong numbers until then. That must not happen: tell whoever looks after this installation."
)
NOT_COUNTED = Words(
    gettext_noop(
        "A fault of this application kept this campaign from being counted anew, so nobody knows whether its counters "
        "are right. It is tried again the next night; the log says more, tell whoever looks after this installation."
    )
)
SUBJECT = "counts:{}"
SHOWN = 280


def audit() -> int:
    """Count every campaign anew, mend what differs and write it into the activity list. Returns how many differed.

    Must not run inside a transaction: it takes as long as the campaigns are large.
    """
    return sum(isolation.for_each_isolated(subjects.RECOUNT, NOT_COUNTED, _to_mend(), mend))


def _to_mend() -> Iterator[int]:
    """Campaigns with counters that are off, and those of which that could not be told, which are looked at singly."""
    failed_before = isolation.standing(subjects.RECOUNT)
    for ids in blocks():
        yield from sorted(_off(ids) | (failed_before & set(ids)))


def _off(ids: Sequence[int]) -> set[int]:
    try:
        return {one.campaign_id for one in differences_of(ids)}
    except Exception:
        logger.exception("Campaigns %s to %s could not be counted together", ids[0], ids[-1])
        return set(ids)


def mend(campaign_id: int) -> int:
    """Put the counters of a campaign right, also while its recipients change; returns how many were off.

    The campaign's row is locked against a second mender. Who changes recipients does not need it: the counters are
    corrected by the difference, in one statement that sees counters and recipients of one moment.
    """
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update(no_key=True).filter(pk=campaign_id).first()
        off = differences_of([campaign_id]) if campaign else []
        if not off or campaign is None:
            return 0
        if is_postgresql():
            _add_difference(campaign_id)
        else:
            _count_anew(campaign_id)
        _set_total(campaign_id)
        reconcile(campaign_id)
        _tell(campaign, off)
        return len(off)


def _add_difference(campaign_id: int) -> None:
    execute(
        f"INSERT INTO campaigns_tally ({KEY}, amount, talk_seconds, cost) "  # noqa: S608
        f"SELECT {KEY}, x - a, y - b, z - c FROM ({both_sides('%s')}) AS off",
        [campaign_id, campaign_id],
    )


def _count_anew(campaign_id: int) -> None:
    """With one writer at a time nothing changes meanwhile. One row for each counter is left, as triggers need it."""
    execute("DELETE FROM campaigns_tally WHERE campaign_id = %s", [campaign_id])
    execute(
        f"INSERT INTO campaigns_tally ({KEY}, amount, talk_seconds, cost) "  # noqa: S608
        f"SELECT {KEY}, count(*), coalesce(sum(talk_seconds), 0), coalesce(sum({cost_in_millionths('r')}), 0) "
        f"FROM campaigns_recipient r WHERE campaign_id = %s GROUP BY {KEY}",
        [campaign_id],
    )


def _set_total(campaign_id: int) -> None:
    execute(
        "UPDATE campaigns_campaign SET total = (SELECT count(*) FROM campaigns_recipient r WHERE r.campaign_id = %s) "
        "WHERE id = %s",
        [campaign_id, campaign_id],
    )


def _tell(campaign: Campaign, off: Sequence[Off]) -> None:
    details = "; ".join(map(str, off))[:SHOWN]
    words = Words(MENDED, {"count": len(off)})
    subject = SUBJECT.format(campaign.pk)
    record(
        ActivityKind.COUNTS_OFF, words, campaign=campaign, raw=details, attention=True, subject=subject, amount=len(off)
    )

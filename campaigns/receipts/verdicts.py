"""What a set of receipts means for one recipient.

The rule looks at the set, never at the order in which it came, so any permutation, duplication or delay of the same
receipts gives the same state: the highest rank wins, and among equals the one that the provider reported first.
"""

from collections.abc import Iterable
from datetime import datetime, timezone

from campaigns.models import Receipt
from campaigns.statuses import RecipientState
from providers.contract.statuses import Verdict

RANKS = {Verdict.UNKNOWN.value: 1, Verdict.UNDELIVERED.value: 2, Verdict.DELIVERED.value: 3}

STATES = {
    # Not a success and not a failure, but proof that the request arrived.
    Verdict.UNKNOWN.value: RecipientState.SUBMITTED,
    Verdict.UNDELIVERED.value: RecipientState.UNDELIVERED,
    Verdict.DELIVERED.value: RecipientState.DELIVERED,
}

_LATEST = datetime.max.replace(tzinfo=timezone.utc)  # noqa: UP017


def decisive(receipts: Iterable[Receipt]) -> Receipt:
    """The receipt that decides the state of their recipient. Raises ValueError when there is none."""
    return min(receipts, key=_order)


def contradict(receipts: Iterable[Receipt]) -> bool:
    """Whether the provider said both that somebody was reached and that they were not."""
    verdicts = {receipt.verdict for receipt in receipts}
    return {Verdict.DELIVERED.value, Verdict.UNDELIVERED.value} <= verdicts


def _order(receipt: Receipt) -> tuple[int, datetime, str]:
    return -RANKS.get(receipt.verdict, 0), receipt.reported_at or _LATEST, receipt.fingerprint

"""Limits per number as a turn keeps them, without the turn."""

from collections.abc import Sequence
from datetime import datetime

from campaigns.sending import number_limits
from campaigns.sending.holding import Admission
from notifyadmin.db.sql import fetch_each
from providers.contract.gateway import Frequency


def admit(
    account_id: int, frequencies: Sequence[Frequency], numbers: Sequence[tuple[int, str]], now: datetime
) -> Admission:
    """Who of *numbers* (recipient id, number) goes now; the uses of those who go are written down."""
    recent = number_limits.recent_of(account_id, {number for _, number in numbers})
    admission = number_limits.judge(recent, frequencies, numbers, now)
    gone = set(admission.go)
    fetch_each(
        number_limits.using(
            account_id, {number: recent[number] for pk, number in numbers if pk in gone}, frequencies, now
        )
    )
    return admission

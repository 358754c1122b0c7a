"""Adaptive limits: what a provider's refusals teach about its limits per number."""

from datetime import datetime

from django.db import transaction

from campaigns.alerts.services import record
from campaigns.models import ActivityKind
from notifyadmin.db.retry import retry_on_operational_error
from providers.accounts.models import Account
from providers.contract.gateway import Frequency
from providers.contract.words import Words, gettext_noop

from .number_limits import limits_of, recent_of
from .sliding_window import within

LEARNED = gettext_noop(
    "The provider refused a number that this account had reached only %(count)s times in %(seconds)s seconds, although "
    "its limit is set to %(most)s. From now on the account keeps to %(count)s. If it was an exception, forget the "
    "learned limit on the account's page."
)
LEARNED_MINUTE = gettext_noop(
    "The provider refused a number that this account had reached only %(count)s times within a minute, although its "
    "limit is set to %(most)s. From now on the account keeps to %(count)s. If it was an exception, forget the learned "
    "limit on the account's page."
)
LEARNED_DAY = gettext_noop(
    "The provider refused a number that this account had reached only %(count)s times within 24 hours, although its "
    "limit is set to %(most)s. From now on the account keeps to %(count)s. If it was an exception, forget the learned "
    "limit on the account's page."
)
_LEARNED = {60.0: LEARNED_MINUTE, 86400.0: LEARNED_DAY}


@retry_on_operational_error
def learn(
    account_id: int, frequency_name: str, number: str, now: datetime, attempted: datetime | None = None
) -> int | None:
    """Take in that the provider refused *number* for the limit *frequency_name*; the lower limit, or None.

    *attempted* is when the refused submission was admitted; without it, the latest use before *now* is taken for it.
    What counts is how often we ourselves had submitted the number before. If not at all, somebody else used it up,
    and nothing is learned. The other way round than :func:`uses.admit`, this locks the account and not its gate.
    """
    with transaction.atomic():
        account = Account.objects.select_for_update().filter(pk=account_id).first()
        limit = _limit(account, frequency_name) if account else None
        if account is None or limit is None:
            return None
        own = _own_uses(account_id, number, limit, attempted, now)
        if not 1 <= own < limit.most:
            return None
        account.learned = {**account.learned, frequency_name: own}
        account.save(update_fields=["learned", "updated_at"])
        record(ActivityKind.LIMIT_LEARNED, _words(limit, own), account_id=account_id)
        return own


def _limit(account: Account, name: str) -> Frequency | None:
    return next((limit for limit in limits_of(account) if limit.name == name), None)


def _own_uses(account_id: int, number: str, limit: Frequency, attempted: datetime | None, now: datetime) -> int:
    recent = recent_of(account_id, [number]).get(number, [])
    latest = max((time for time in recent if time <= now.timestamp()), default=now.timestamp())
    return within(recent, limit.seconds, attempted.timestamp() if attempted else latest)


def _words(limit: Frequency, own: int) -> Words:
    known = _LEARNED.get(float(limit.seconds))
    values = {"count": own, "most": limit.most}
    return Words(known, values) if known else Words(LEARNED, values | {"seconds": limit.seconds})

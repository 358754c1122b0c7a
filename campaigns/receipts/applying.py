"""From what a provider says about recipients to settled recipients: match, store each statement once, settle.

It makes no difference whether the provider pushed it or was asked. Everything here needs a transaction that holds the
account's lock, see :func:`locked_accounts`, and may run again.
"""

from collections.abc import Iterable, Mapping, Sequence

from campaigns.models import Receipt
from campaigns.sending.tripwire.services import tell_foreign
from providers.accounts.models import Account

from . import storing
from .matching import Match, match
from .settling import settle
from .statements import Statement

BATCH = 2000
"""Pushes that are applied in one transaction, if they are small."""


def locked_accounts(ids: Iterable[int]) -> list[Account]:
    """The accounts, locked: one transaction at a time applies the receipts of an account.

    So there is no deadlock, and "stored once" is certain.
    """
    accounts = Account.objects.filter(pk__in=list(ids)).order_by("pk")
    return list(accounts.select_for_update(no_key=True))


def store(account: Account, statements: Mapping[str, Statement]) -> None:
    """Insert what is new with the recipient it belongs to, count what is not, and settle who is concerned."""
    if not statements:
        return
    fresh = list(statements.values())
    for index, one in match(account.pk, fresh).items():
        statement = fresh[index]
        statement.matched_by, statement.mismatch = one.by, one.mismatch
        statement.recipient_id = None if one.mismatch else one.recipient_id
    storing.insert(fresh)
    settle({one.recipient_id for one in fresh if one.recipient_id})
    # Also of those that found somebody: the campaign and the number may tell whom a lost request was for.
    tell_foreign(one.reference for one in fresh if one.reference)


def keep_matches(receipts: Sequence[Receipt], found: Mapping[int, Match]) -> int:
    """Write down whom receipts that were stored before concern after all, and settle them. Returns how many matched.

    One whose number disagrees is marked and concerns nobody.
    """
    if not found:
        return 0
    storing.write_matches(
        (receipts[index].pk, None if one.mismatch else one.recipient_id, one.by, one.mismatch)
        for index, one in found.items()
    )
    matched = [one.recipient_id for one in found.values() if not one.mismatch]
    settle(set(matched))
    return len(matched)

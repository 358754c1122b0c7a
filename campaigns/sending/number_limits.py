"""Limits per number: the recent uses of one by an account, and who may be submitted under the limits per number.

Everything that writes here runs in a transaction that holds the lock of the account's gate (campaigns.models.Gate), so
that no two workers judge a number at the same time.
"""

import json
import math
from bisect import insort
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from campaigns.models import NumberUse
from notifyadmin.db.sql import fetch, fetch_each, moment, rows, time_parameter
from notifyadmin.db.statement import Statement
from providers.accounts.models import Account
from providers.contract.gateway import Frequency
from providers.contract.words import Words, gettext_noop

from .holding import Admission, Hold
from .sliding_window import effective, kept, waits

FORGET_AFTER = timedelta(hours=48)
BATCH = 5_000
BATCHES = 20
"""What one call of :func:`forget_old` deletes at most; the rest is left for the next."""

HELD_SECOND = gettext_noop("The limit for one number is reached: %(most)s a second. It goes on by itself.")
HELD_MINUTE = gettext_noop("The limit for one number is reached: %(most)s a minute. It goes on by itself.")
HELD_HOUR = gettext_noop("The limit for one number is reached: %(most)s an hour. It goes on by itself.")
HELD_DAY = gettext_noop("The limit for one number is reached: %(most)s in 24 hours. It goes on by itself.")
HELD = gettext_noop("The limit for one number is reached: %(most)s in %(seconds)s seconds. It goes on by itself.")
_HELD = {1.0: HELD_SECOND, 60.0: HELD_MINUTE, 3600.0: HELD_HOUR, 86400.0: HELD_DAY}


def limits_of(account: Account) -> tuple[Frequency, ...]:
    """The account's limits per number, with what was learned; empty where nobody limits it.

    Raises registry.UnknownGateway when the provider's folder is gone.
    """
    return effective(account.gateway.frequencies(account.access()), account.learned)


def judge(
    recent: dict[str, list[float]], frequencies: Sequence[Frequency], numbers: Sequence[tuple[int, str]], now: datetime
) -> Admission:
    """Decide in order who of *numbers* (recipient id, number) goes now, and enter the uses of those into *recent*.

    *frequencies* are the effective ones (:func:`limits_of`). A number that comes twice counts twice.
    """
    admission, at = Admission(), now.timestamp()
    for pk, number in numbers:
        uses = recent.setdefault(number, [])
        wait = waits(uses, frequencies, at)
        if wait is None:
            admission.go.append(pk)
            insort(uses, at)
        else:
            admission.holds.append(Hold(pk, _moment(wait[0]), held_words(wait[1])))
    return admission


@lru_cache(maxsize=100)
def held_words(limit: Frequency) -> Words:
    """Why a number waits for *limit*."""
    known = _HELD.get(float(limit.seconds))
    return Words(known, {"most": limit.most}) if known else Words(HELD, {"most": limit.most, "seconds": limit.seconds})


def _moment(at: float) -> datetime:
    """The Unix time *at* as a datetime that is not earlier."""
    return datetime.fromtimestamp(math.ceil(at * 1000) / 1000, UTC)


def recent_of(account_id: int, numbers: Collection[str]) -> dict[str, list[float]]:
    """When the account lately submitted each of *numbers*, oldest first; only of those that it did. One statement."""
    return recent_in(fetch(*reading(account_id, numbers)))


def recent_in(found: Sequence[tuple[str, str | None]]) -> dict[str, list[float]]:
    """What :func:`reading` has found."""
    return {number: json.loads(recent) for number, recent in found if recent}


def reading(account_id: int, numbers: Collection[str]) -> Statement:
    """For :func:`recent_of`."""
    source, parameter = rows({"number": "text"}, [(number,) for number in numbers])
    # A subquery per number, so that no planner without statistics reads the whole table instead.
    sql = f"""
        SELECT v.number, (SELECT u.recent FROM campaigns_numberuse u WHERE u.account_id = %s AND u.number = v.number)
        FROM {source}
    """  # noqa: S608
    return Statement(sql, [account_id, parameter])


def using(
    account_id: int, uses: Mapping[str, Sequence[float]], frequencies: Sequence[Frequency], now: datetime
) -> list[Statement]:
    """For writing down *uses* as :func:`judge` left them, without what no window reaches any more."""
    return writing(
        account_id, {number: kept(recent, frequencies, now.timestamp()) for number, recent in uses.items()}, now
    )


def write(account_id: int, uses: Mapping[str, Sequence[float]], now: datetime) -> None:
    """Replace the recent uses of the numbers in *uses*. One statement, none for nobody."""
    fetch_each(writing(account_id, uses, now))


def writing(account_id: int, uses: Mapping[str, Sequence[float]], now: datetime) -> list[Statement]:
    """For :func:`write`."""
    if not uses:
        return []
    source, parameter = rows({"number": "text", "recent": "jsonb"}, sorted(uses.items()))
    sql = f"""
        INSERT INTO campaigns_numberuse (account_id, number, recent, used_at)
        SELECT %s, v.number, v.recent, {time_parameter()} FROM {source} WHERE true
        ON CONFLICT (account_id, number) DO UPDATE SET recent = excluded.recent, used_at = excluded.used_at
    """  # noqa: S608
    return [Statement(sql, [account_id, moment(now), parameter])]


def give_back(account_id: int, numbers: Collection[str], at: datetime, now: datetime) -> None:
    """Take back the uses of *at* that were written for *numbers*: the provider surely did not take them.

    Without it, every try while a connection cannot be made would count against the limit of the day.
    """
    recent = recent_of(account_id, numbers)
    gone = at.timestamp()
    write(account_id, {number: [t for t in uses if t != gone] for number, uses in recent.items() if gone in uses}, now)


def forget_old(now: datetime) -> int:
    """Delete what no window reaches any more, in bounded batches; returns how many rows."""
    old = NumberUse.objects.filter(used_at__lt=now - FORGET_AFTER)
    deleted = 0
    for _ in range(BATCHES):
        # The age is asked for again outside: a row may be used between being found and being deleted.
        amount, _ = old.filter(pk__in=old.order_by("used_at").values("pk")[:BATCH]).delete()
        deleted += amount
        if amount < BATCH:
            break
    return deleted

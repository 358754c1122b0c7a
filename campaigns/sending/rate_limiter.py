"""Rate limiter and circuit breaker of an account: how many requests may leave now, and when none may.

After a rest the breaker is half-open: one request alone tries.

Whoever calls these functions is in a transaction; the row's lock makes the limits hold over all workers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from campaigns.alerts.services import record
from campaigns.models import ActivityKind, Gate
from notifyadmin.db.sql import fetch_each, locked, time_of
from notifyadmin.db.statement import Rows, Statement
from providers.accounts.models import Account
from providers.contract.words import Words, gettext_noop

from .pauses import NORMAL, Pauses

AHEAD_SECONDS = 0.1
"""How far ahead a request may be written down before the second it belongs to."""

MARGIN = 1.03
"""Requests are spaced a little wider than the limit says, because the way to the provider moves them closer."""

PROBE_SECONDS = 60.0
ANY = 1_000_000
WHILE_TRIED_SECONDS = 2.0
"""How long others wait before they ask what has become of the one request that tries."""

FIRST_REST_SECONDS, LONGEST_REST_SECONDS = 30.0, 600.0

OPENED = gettext_noop(
    "%(failures)s requests in a row got no usable answer, so the account rests for %(seconds)s seconds; "
    "then one request tries whether the provider is well again. Nothing is lost, and nobody needs to act."
)
CLOSED = Words(gettext_noop("The provider answers again, so sending goes on."))


@dataclass(frozen=True, slots=True)
class Limits:
    """The account's own numbers, as read when the work began."""

    account_id: int
    parallel: int
    per_second: float | None
    breaker_failures: int
    pauses: Pauses = NORMAL

    @classmethod
    def of(cls, account: Account) -> "Limits":
        return cls(
            account.pk,
            account.parallel_requests,
            account.requests_per_second,
            account.breaker_failures,
            Pauses.of(account),
        )


@dataclass(frozen=True, slots=True)
class Room:
    """How many requests may leave ``at`` this moment; with fewer than wanted, ``again_at`` is when to ask anew."""

    gate: Gate
    places: int
    at: datetime
    again_at: datetime | None = None


@dataclass(slots=True)
class News:
    """What answers mean for the gate: whether each was usable, in their order, and until when to rest.

    ``refuses`` says that the provider refuses for a passing reason, ``takes`` that it has worked on a request.
    """

    usable: list[bool] = field(default_factory=list)
    rest_until: datetime | None = None
    refuses: bool = False
    takes: bool = False
    words: str = ""
    raw: str = ""


def closed_until(gate: Gate, limits: Limits, now: datetime) -> datetime | None:
    """Until when nothing may leave, or None."""
    times = [gate.rest_until]
    if gate.failures >= limits.breaker_failures:
        times.append(gate.open_until)
    return max((time for time in times if time and time > now), default=None)


def entering(account_id: int, campaign_id: int) -> list[Statement]:
    """For :func:`enter`: locks the gate, and sees how many requests are in flight."""
    return [_locking(account_id), _counting(account_id, campaign_id)]


def enter(limits: Limits, wanted: int, entered: Sequence[Rows]) -> Room:
    """How many of *wanted* requests may leave, after what :func:`entering` has found."""
    found, [counted] = entered
    gate = _gate(limits.account_id, found)
    # Not earlier: whoever had the lock before has used up places until now.
    now = timezone.now()
    closed = closed_until(gate, limits, now)
    if closed:
        return Room(gate, 0, now, closed)
    tries = _while_tried(gate, counted)
    places = max(0, min(wanted, tries, _open_places(gate, limits, counted[0])))
    soon = now + timedelta(seconds=AHEAD_SECONDS if tries > 0 else WHILE_TRIED_SECONDS)
    if limits.per_second:
        return _paced(gate, limits.per_second, places, wanted, now, soon)
    return Room(gate, places, now, soon if places < wanted else None)


def _open_places(gate: Gate, limits: Limits, in_flight: int) -> int:
    """With the breaker half open one request tries, and the others wait for what becomes of it."""
    return 1 if gate.failures >= limits.breaker_failures else limits.parallel - in_flight


def _while_tried(gate: Gate, counted: Sequence[int]) -> int:
    """After a passing refusal, a change of the account or a start, one request alone shows whether it is answered."""
    of_account, of_campaign, account_is_unproven, campaign_is_unproven = counted
    if gate.passing_refusals or account_is_unproven:
        return 1 - of_account
    return 1 - of_campaign if campaign_is_unproven else ANY


def depart(room: Room, limits: Limits, number: int) -> list[float]:
    """Use *number* of the places: in how many seconds from then on each request may leave."""
    gate, now = room.gate, room.at
    if gate.failures >= limits.breaker_failures:
        gate.open_until, gate.probing = now + timedelta(seconds=PROBE_SECONDS), True
        gate.save(update_fields=["open_until", "probing"])
    if not limits.per_second:
        return [0.0] * number
    step = _step(limits.per_second)
    first = max(gate.next_request_at or now, now)
    gate.next_request_at = first + number * step
    gate.save(update_fields=["next_request_at"])
    return [(first - now + place * step).total_seconds() for place in range(number)]


def hear(limits: Limits, news: News, now: datetime) -> bool:
    """Take in what answers mean; returns whether anything is to be told when all is well again."""
    gate = lock(limits.account_id)
    was_open, was_probing = gate.failures >= limits.breaker_failures, gate.probing
    for usable in news.usable:
        gate.failures = 0 if usable else gate.failures + 1
    is_open = gate.failures >= limits.breaker_failures
    if is_open and news.usable and (was_probing or not was_open):
        _open(gate, news, now)
    elif was_open and not is_open:
        gate.opened, gate.open_until, gate.probing, gate.words, gate.raw = 0, None, False, "", ""
        record(ActivityKind.BREAKER_CLOSED, CLOSED, account_id=limits.account_id)
    if news.takes:
        gate.passing_refusals = 0
    # What left together is refused together, and is one refusal.
    if news.refuses and not (gate.rest_until and gate.rest_until > now):
        gate.passing_refusals += 1
    if news.rest_until and not (gate.rest_until and gate.rest_until > news.rest_until):
        gate.rest_until, gate.words, gate.raw = news.rest_until, news.words, news.raw[:300]
    gate.save(force_update=True)
    return gate.is_unwell


def _open(gate: Gate, news: News, now: datetime) -> None:
    seconds = min(FIRST_REST_SECONDS * 2 ** min(gate.opened, 10), LONGEST_REST_SECONDS)
    gate.opened, gate.probing = gate.opened + 1, False
    gate.open_until = now + timedelta(seconds=seconds)
    words = Words(OPENED, {"failures": gate.failures, "seconds": int(seconds)})
    gate.words, gate.raw = words.pack(), news.raw[:300]
    if gate.opened == 1:
        record(ActivityKind.BREAKER_OPENED, words, account_id=gate.account_id, raw=news.raw)


def lock(account_id: int) -> Gate:
    """The account's gate, under its row's lock until the transaction ends."""
    (found,) = fetch_each([_locking(account_id)])
    return _gate(account_id, found)


def _locking(account_id: int) -> Statement:
    # Once per turn of every worker: the ORM would take as long as all other statements of the turn together.
    sql = f"""
        SELECT failures, opened, open_until, probing, rest_until, next_request_at, passing_refusals, words, raw
        FROM campaigns_gate WHERE account_id = %s {locked("FOR UPDATE")}
    """  # noqa: S608
    return Statement(sql, [account_id])


def _gate(account_id: int, found: Rows) -> Gate:
    if not found:
        return Gate.objects.create(pk=account_id)
    failures, opened, open_until, probing, rest_until, next_at, refusals, words, raw = found[0]
    return Gate(
        account_id=account_id,
        failures=failures,
        opened=opened,
        open_until=time_of(open_until),
        probing=probing,
        rest_until=time_of(rest_until),
        next_request_at=time_of(next_at),
        passing_refusals=refusals,
        words=words,
        raw=raw,
    )


def _counting(account_id: int, campaign_id: int) -> Statement:
    """Requests written down and without outcome: also those of a vanished worker, as long as its lease runs.

    All of the account and those of the campaign; and whether either has to show yet that its requests are answered.
    Asked after the gate is locked, because what was asked before the wait for the lock may not be so any more.
    """
    sql = """
        SELECT count(*), coalesce(sum(CASE WHEN s.campaign_id = %s THEN 1 ELSE 0 END), 0),
            (SELECT a.answered_at IS NULL OR a.answered_at < a.credentials_changed_at
                FROM providers_account a WHERE a.id = %s),
            (SELECT k.proven_at IS NULL FROM campaigns_campaign k WHERE k.id = %s)
        FROM campaigns_submission s WHERE s.state = 'intent'
            AND s.campaign_id IN (SELECT k.id FROM campaigns_campaign k WHERE k.account_id = %s)
    """
    return Statement(sql, [campaign_id, account_id, campaign_id, account_id])


def _paced(gate: Gate, per_second: float, places: int, wanted: int, now: datetime, soon: datetime) -> Room:
    """Only places in the row of departures that are near enough; others ask again at *soon*, or later."""
    ahead, step = now + timedelta(seconds=AHEAD_SECONDS), _step(per_second)
    first = max(gate.next_request_at or now, now)
    near = math.floor((ahead - first) / step) + 1 if first <= ahead else 0
    near = min(places, near)
    again_at = first + near * step
    return Room(gate, near, now, max(again_at, soon) if places < wanted else again_at)


def _step(per_second: float) -> timedelta:
    return timedelta(seconds=MARGIN / per_second)

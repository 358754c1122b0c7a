"""Sending what the outbox holds: one message per subscription and class, not more often than every few minutes.

A notice is claimed before anything leaves: its time of the next try lies ahead while one worker has it, so that a
second one leaves it alone, and a worker that is killed leaves it to be tried again. It may come twice; it is not lost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone, translation

from campaigns.models import Activity, Notice, Subscription
from providers.contract.words import Words

from .channels import deliver
from .messages import message_about
from .topics import BY_KEY, Topic, topic_of

AT_MOST_EVERY = timedelta(minutes=5)
"""Between two messages about one class to one subscription."""

GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
"""Until the next try after each failed one; after the last it is given up."""

CLAIM = timedelta(minutes=5)
MOST_NOTICES = 2000
MOST_MESSAGES = 20
"""Of one run, so that an address that is slow to answer does not keep the others waiting."""

KEPT = timedelta(days=30)
PERMISSION = "campaigns.view_activity"


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes into one message."""

    subscription: Subscription
    topic: Topic
    notices: list[Notice]


def send_due() -> int:
    """Send what is due. Returns how many messages left. Must not run inside a transaction."""
    now = timezone.now()
    _let_go(now)
    sent = 0
    for bundle in _claim(now):
        if not _still_claimed(bundle, now + CLAIM):
            continue
        if not may_be_told(bundle.subscription):
            Notice.objects.filter(pk__in=[notice.pk for notice in bundle.notices]).update(next_attempt_at=None)
            continue
        problem = _send(bundle)
        _settle(bundle, problem, timezone.now())
        sent += problem is None
    return sent


def forget_old(now: datetime) -> None:
    """Delete notices that were over long ago."""
    Notice.objects.filter(next_attempt_at=None, activity__at__lt=now - KEPT).delete()


def _let_go(now: datetime) -> None:
    """What needed a person and needs nobody any more is not told, and nobody is told who has gone."""
    due = Notice.objects.filter(next_attempt_at__lte=now)
    due.filter(activity__attention=True, activity__done_at__isnull=False).update(next_attempt_at=None)
    due.filter(subscription__active=False).update(next_attempt_at=None)


def _claim(now: datetime) -> list[Bundle]:
    with transaction.atomic():
        due = Notice.objects.filter(next_attempt_at__lte=now).order_by("next_attempt_at", "pk")
        locked = list(due.select_for_update(skip_locked=True, of=("self",))[:MOST_NOTICES])
        ids = [notice.pk for notice in locked]
        notices = Notice.objects.filter(pk__in=ids).select_related("subscription__user", "activity")
        found = list(_bundled(list(notices.order_by("-activity_id"))))
        told = _last_told({bundle.subscription.pk for bundle in found})
        ready: list[Bundle] = []
        claimed: list[int] = []
        for bundle in found:
            free_at = told.get((bundle.subscription.pk, bundle.topic.key), now - AT_MOST_EVERY) + AT_MOST_EVERY
            keys = [notice.pk for notice in bundle.notices]
            if free_at > now:
                Notice.objects.filter(pk__in=keys).update(next_attempt_at=free_at)
            elif len(ready) < MOST_MESSAGES:
                ready.append(bundle)
                claimed += keys
        Notice.objects.filter(pk__in=claimed).update(next_attempt_at=now + CLAIM, attempts=F("attempts") + 1)
    return ready


def _still_claimed(bundle: Bundle, until: datetime) -> bool:
    """Claim it anew before it is sent; False when those before it took so long that somebody else has it by now."""
    mine = Notice.objects.filter(pk__in=[notice.pk for notice in bundle.notices], next_attempt_at=until)
    return mine.update(next_attempt_at=timezone.now() + CLAIM) == len(bundle.notices)


def _bundled(notices: Sequence[Notice]) -> Iterator[Bundle]:
    bundles: dict[tuple[int, str], Bundle] = {}
    for notice in notices:
        topic = topic_of(notice.activity.kind)
        if topic is not None:
            key = (notice.subscription_id, topic.key)
            bundles.setdefault(key, Bundle(notice.subscription, topic, [])).notices.append(notice)
    yield from bundles.values()


def _last_told(subscriptions: set[int]) -> dict[tuple[int, str], datetime]:
    """When each subscription was last sent a message about each class, in the time that counts."""
    since = timezone.now() - AT_MOST_EVERY
    told = Notice.objects.filter(subscription__in=subscriptions, sent_at__gt=since).order_by()
    last: dict[tuple[int, str], datetime] = {}
    for pk, kind, at in told.values_list("subscription_id", "activity__kind").annotate(at=Max("sent_at")):
        topic = topic_of(kind)
        if topic is not None:
            last[pk, topic.key] = max(at, last.get((pk, topic.key), at))
    return last


def _send(bundle: Bundle) -> Words | None:
    lines = list(
        Activity.objects.filter(pk__in=[notice.activity_id for notice in bundle.notices])
        .select_related("campaign", "account")
        .order_by("-pk")
    )
    with translation.override(bundle.subscription.language):
        return deliver(bundle.subscription, message_about(BY_KEY[bundle.topic.key], lines))


def _settle(bundle: Bundle, problem: Words | None, now: datetime) -> None:
    keys = [notice.pk for notice in bundle.notices]
    rows = Notice.objects.filter(pk__in=keys)
    mine = Subscription.objects.filter(pk=bundle.subscription.pk)
    with transaction.atomic():
        if problem is None:
            rows.update(sent_at=now, next_attempt_at=None)
            mine.update(failures=0, failed_words="")
            return
        # Those that came later wait for the one that has been tried most often: it is the same address.
        tries = max(notice.attempts for notice in bundle.notices) + 1
        given_up = tries > len(GAPS)
        rows.update(next_attempt_at=None if given_up else now + GAPS[tries - 1])
        mine.update(failed_words=problem.pack(), failures=F("failures") + (1 if given_up else 0))


def may_be_told(subscription: Subscription) -> bool:
    """Whether the owner is still somebody who may read the activity list."""
    user = get_user_model().objects.filter(pk=subscription.user_id, is_active=True).first()
    return user is not None and user.has_perm(PERMISSION)

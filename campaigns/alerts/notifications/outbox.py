"""Notices are written with the line that they tell of, in its transaction; sending them is somebody else's work."""

from datetime import timedelta

from django.utils import timezone

from campaigns.models import Activity, Notice, Subscription

from .topics import topic_of

FIRST_AFTER = timedelta(seconds=20)
"""What is over by then is not told at all, and what comes in a burst is told together."""


def write_notices(line: Activity) -> None:
    """One notice of *line* for everybody who wants to be told of its class. One statement where nobody does."""
    topic = topic_of(line.kind)
    if topic is None:
        return
    wanted = Subscription.objects.filter(active=True).values_list("pk", "topics")
    at = timezone.now() + FIRST_AFTER
    notices = [
        Notice(subscription_id=pk, activity=line, next_attempt_at=at) for pk, topics in wanted if topic.key in topics
    ]
    if notices:
        Notice.objects.bulk_create(notices)

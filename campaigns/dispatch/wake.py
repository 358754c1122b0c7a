"""Wake-ups for the dispatch queue. They carry an id and nothing else, and may be lost, doubled or late."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 4
EXPIRE_SECONDS = 30


def wake_dispatch(campaign_id: int, *, times: int = 1) -> None:
    """After the transaction, ask for up to *times* workers to look at the campaign."""

    def publish() -> None:
        for _ in range(max(1, min(times, MOST_AT_ONCE))):
            if not publish_dispatch(campaign_id):
                return

    transaction.on_commit(publish)


def publish_dispatch(campaign_id: int) -> bool:
    """Publish one wake-up; whether the broker took it. One that is away costs a delay until the next sweep."""
    try:
        current_app.send_task("campaigns.dispatch", args=[campaign_id], retry=False, expires=EXPIRE_SECONDS)
    except (OperationalError, OSError):
        logger.warning("The broker does not take messages; the sweeper will start the work when it is back.")
        return False
    return True
